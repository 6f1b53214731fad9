//! Slack's markup: escaping, mentions, times, and cutting to its limits.

use muster_commands::{ChannelId, PersonId};

use crate::domain::{Moment, Names};

/// Escapes what Slack reads as markup. Slack: exactly these three signs, once,
/// docs.slack.dev/messaging/formatting-message-text#escaping.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Calls a person: they see themselves named, and are notified if they are in the channel.
pub fn person(person: &PersonId) -> String {
    format!("<@{person}>")
}

/// Names a person without calling them; calls them only if we do not know their name.
pub fn name(who: &PersonId, names: &Names) -> String {
    names.of(who).map_or_else(|| person(who), escape)
}

/// Names a channel, with a link to it.
pub fn channel(channel: &ChannelId) -> String {
    format!("<#{channel}>")
}

/// Shows a time, to each reader in their own zone. The fallback is UTC.
pub fn time(moment: Moment) -> String {
    format!(
        "<!date^{}^{{date_short_pretty}} at {{time}}|{}>",
        moment.epoch_seconds(),
        moment.time().format("%Y-%m-%d %H:%M UTC")
    )
}

/// Cuts a text to so many characters, the last of which then says that it was cut.
pub fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(limit.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_no_markup() {
        assert_eq!(
            escape("<!channel> & <@U1>"),
            "&lt;!channel&gt; &amp; &lt;@U1&gt;"
        );
        assert_eq!(escape("&lt;"), "&amp;lt;");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("ähm", 3), "ähm");
        assert_eq!(cut("ähm so", 5), "ähm…");
        assert_eq!(cut("🔥🔥🔥🔥", 3), "🔥🔥…");
    }

    #[test]
    fn a_time_is_shown_in_the_readers_zone() {
        let moment = Moment::from_epoch_seconds(1_795_447_205);
        assert_eq!(
            time(moment),
            "<!date^1795447205^{date_short_pretty} at {time}|2026-11-23 15:20 UTC>"
        );
    }
}
