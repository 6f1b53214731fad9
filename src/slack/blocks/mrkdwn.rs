//! mrkdwn: escaping, mentions, links and times.

use crate::domain::text::{MUSTER, NO_COMMANDER};
use crate::domain::{ChannelId, Timestamp, UserId, UserNames};

/// Returns crossed-out text. Slack: no space may stand between a tilde and the text.
pub(crate) fn crossed_out(text: &str) -> String {
    let inner = text.trim();
    if inner.is_empty() {
        return text.to_owned();
    }
    let start = &text[..text.len() - text.trim_start().len()];
    let end = &text[text.trim_end().len()..];
    format!("{start}~{}~{end}", escape(inner))
}

/// Escapes Slack's control characters. Slack: exactly these three, once,
/// docs.slack.dev/messaging/formatting-message-text#escaping.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Formats a mention. It notifies the user if they are in the channel.
pub(crate) fn user_mention(user: &UserId) -> String {
    format!("<@{user}>")
}

/// Formats a user's name without a mention; falls back to a mention if the name is unknown.
pub(crate) fn user_name(who: &UserId, names: &UserNames) -> String {
    match names.get(who) {
        Some(name) => escape(name),
        None if who.is_in_slack() => user_mention(who),
        None => who.to_string(),
    }
}

/// Formats a mention of the commander, or that there is none yet. Slack cannot mention a user that it does not have.
pub(crate) fn commander_mention(commander: Option<&UserId>, names: &UserNames) -> String {
    match commander {
        Some(user) if user.is_in_slack() => user_mention(user),
        commander => commander_name(commander, names),
    }
}

/// Formats the name of the commander, or that there is none yet.
pub(crate) fn commander_name(commander: Option<&UserId>, names: &UserNames) -> String {
    commander.map_or_else(|| NO_COMMANDER.to_owned(), |user| user_name(user, names))
}

/// Formats the name of the user who acted, or Muster.
pub(crate) fn actor_name(actor: Option<&UserId>, names: &UserNames) -> String {
    actor.map_or_else(|| MUSTER.to_owned(), |user| user_name(user, names))
}

/// Formats a channel as a link.
pub(crate) fn channel_mention(channel: &ChannelId) -> String {
    format!("<#{channel}>")
}

/// Formats a link. Delimiters are percent-encoded in the URL and replaced in the text.
pub(crate) fn link(text: &str, url: &str) -> String {
    let url = url
        .replace('|', "%7C")
        .replace('<', "%3C")
        .replace('>', "%3E");
    let text = text.replace('|', "¦");
    format!("<{}|{}>", escape(&url), escape(&text))
}

/// The date format. Slack: docs.slack.dev/messaging/formatting-message-text#date-formatting.
pub const DATE_FORMAT: &str = "{date_short_pretty} at {time}";

/// The date format with the age.
pub(crate) const DATE_AND_AGE_FORMAT: &str = "{date_short_pretty} at {time} ({ago})";

/// Formats a time in UTC, for clients that cannot show it in the reader's time zone.
pub(crate) fn format_utc(timestamp: Timestamp) -> String {
    timestamp
        .to_datetime()
        .format("%Y-%m-%d %H:%M UTC")
        .to_string()
}

/// Formats a time in the reader's time zone, with UTC as the fallback.
pub(crate) fn time(timestamp: Timestamp) -> String {
    format!(
        "<!date^{}^{DATE_FORMAT}|{}>",
        timestamp.epoch_seconds(),
        format_utc(timestamp)
    )
}

/// The date format of a time of day.
pub(crate) const TIME_OF_DAY_FORMAT: &str = "{time}";

/// Formats a time of day in UTC, for clients that cannot show it in the reader's time zone.
pub(crate) fn format_utc_time_of_day(timestamp: Timestamp) -> String {
    timestamp.to_datetime().format("%H:%M UTC").to_string()
}

/// Formats a time of day in the reader's time zone, with UTC as the fallback.
pub(crate) fn time_of_day(timestamp: Timestamp) -> String {
    format!(
        "<!date^{}^{TIME_OF_DAY_FORMAT}|{}>",
        timestamp.epoch_seconds(),
        format_utc_time_of_day(timestamp)
    )
}

/// Formats a day in the reader's time zone, such as `Today`. `fallback` is for clients that cannot.
pub(crate) fn day(timestamp: Timestamp, fallback: impl std::fmt::Display) -> String {
    let seconds = timestamp.epoch_seconds();
    format!("<!date^{seconds}^{{date_long_pretty}}|{fallback}>")
}

/// Formats a time with its age, which Slack keeps up to date.
pub(crate) fn time_and_age(timestamp: Timestamp) -> String {
    let seconds = timestamp.epoch_seconds();
    format!(
        "<!date^{seconds}^{DATE_AND_AGE_FORMAT}|{}>",
        format_utc(timestamp)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_disables_markup_in_user_text() {
        assert_eq!(
            escape("<!channel> & <@U1>"),
            "&lt;!channel&gt; &amp; &lt;@U1&gt;"
        );
        assert_eq!(escape("&lt;"), "&amp;lt;");
    }

    #[test]
    fn link_escapes_delimiters_in_url_and_text() {
        assert_eq!(
            link("a|b> <!channel>", "https://a.example/?b=1&c=<|>"),
            "<https://a.example/?b=1&amp;c=%3C%7C%3E|a¦b&gt; &lt;!channel&gt;>"
        );
    }

    #[test]
    fn time_renders_as_slack_date_with_utc_fallback() {
        let timestamp = Timestamp::from_epoch_seconds(1_795_447_205);
        assert_eq!(
            time(timestamp),
            "<!date^1795447205^{date_short_pretty} at {time}|2026-11-23 15:20 UTC>"
        );
    }
}
