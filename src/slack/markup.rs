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

/// Shows a link as what it is called. Signs that would end it are written as addresses write them.
pub fn link(text: &str, url: &str) -> String {
    let url = url
        .replace('|', "%7C")
        .replace('<', "%3C")
        .replace('>', "%3E");
    let text = text.replace('|', "¦");
    format!("<{}|{}>", escape(&url), escape(&text))
}

/// How times are shown. Slack: docs.slack.dev/messaging/formatting-message-text#date-formatting.
pub const TIME: &str = "{date_short_pretty} at {time}";

/// Gives a time as it is read where nothing knows the reader's zone.
pub fn utc(moment: Moment) -> String {
    moment.time().format("%Y-%m-%d %H:%M UTC").to_string()
}

/// Shows a time, to each reader in their own zone. The fallback is UTC.
pub fn time(moment: Moment) -> String {
    format!("<!date^{}^{TIME}|{}>", moment.epoch_seconds(), utc(moment))
}

/// Shows a time and how long ago that is; Slack counts on by itself.
pub fn time_and_age(moment: Moment) -> String {
    let seconds = moment.epoch_seconds();
    format!("<!date^{seconds}^{TIME} ({{ago}})|{}>", utc(moment))
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
    fn nothing_gets_out_of_a_link() {
        assert_eq!(
            link("a|b> <!channel>", "https://a.example/?b=1&c=<|>"),
            "<https://a.example/?b=1&amp;c=%3C%7C%3E|a¦b&gt; &lt;!channel&gt;>"
        );
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
