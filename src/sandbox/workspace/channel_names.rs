//! Validates channel names.

/// Validates a channel name. The error is Slack's error code
/// (docs.slack.dev/reference/methods/conversations.create).
///
/// Letters of any script are accepted, as by the real server. Capitals, spaces and periods are rejected.
pub(crate) fn check(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        return Err("invalid_name_required");
    }
    if name.chars().count() > 80 {
        return Err("invalid_name_maxlength");
    }
    if name.chars().any(|c| !is_allowed(c)) {
        return Err("invalid_name_specials");
    }
    if !name.chars().any(char::is_alphanumeric) {
        return Err("invalid_name_punctuation");
    }
    Ok(())
}

fn is_allowed(c: char) -> bool {
    c == '-' || c == '_' || (c.is_alphanumeric() && c.to_lowercase().eq([c]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_names_are_rejected_with_slack_error_codes() {
        let long = "a".repeat(81);
        for (name, code) in [
            ("", "invalid_name_required"),
            (long.as_str(), "invalid_name_maxlength"),
            ("Checkout", "invalid_name_specials"),
            ("check out", "invalid_name_specials"),
            ("v1.2", "invalid_name_specials"),
            ("fire🔥", "invalid_name_specials"),
            ("---", "invalid_name_punctuation"),
        ] {
            assert_eq!(check(name), Err(code), "{name}");
        }
    }

    #[test]
    fn valid_names_are_accepted() {
        for name in ["incident-7", "a_b", "7", "café", "テスト", &"a".repeat(80)] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }
}
