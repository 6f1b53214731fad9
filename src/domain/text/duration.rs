//! Durations in words.

/// Formats a duration: `25 minutes`.
pub fn format_duration(length: chrono::Duration) -> String {
    let mut formatter = timeago::Formatter::new();
    formatter.num_items(2).ago("").too_low("less than a second");
    formatter.convert_chrono(
        chrono::DateTime::UNIX_EPOCH,
        chrono::DateTime::UNIX_EPOCH + length,
    )
}
