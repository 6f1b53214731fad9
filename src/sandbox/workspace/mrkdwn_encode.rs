//! Parses composed text as Slack does: mentions become IDs, `&`, `<` and `>` are escaped.

use serde_json::{Value, json};

use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;
use crate::workspace::channels::ChannelKind;

/// A composed text, split into plain text and mentions, links and broadcasts.
pub(crate) struct ComposedText(Vec<Span>);

#[derive(Debug, PartialEq, Eq)]
enum Span {
    Text(String),
    User(UserId, String),
    /// The name is empty where Slack hides it: in a private channel.
    Channel(ChannelId, String),
    Link(String),
    /// `here`, `channel` or `everyone`.
    Broadcast(&'static str),
    Emoji(String),
}

/// Escapes the three control characters of mrkdwn (docs.slack.dev/messaging/formatting-message-text).
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

impl ComposedText {
    /// Returns the text of a slash command whose manifest sets `should_escape`.
    pub(crate) fn command_text(&self) -> String {
        self.join_spans(|span| match span {
            Span::User(id, name) => format!("<@{id}|{name}>"),
            Span::Channel(id, name) => format!("<#{id}|{name}>"),
            Span::Text(_) | Span::Link(_) | Span::Broadcast(_) | Span::Emoji(_) => span.to_mrkdwn(),
        })
    }

    /// Returns the text of a message.
    pub(crate) fn message_text(&self) -> String {
        self.join_spans(Span::to_mrkdwn)
    }

    /// Returns the `rich_text` block that Slack's composer adds to a message.
    pub(crate) fn rich_text(&self, block_id: &str) -> Value {
        let elements: Vec<Value> = self.0.iter().map(Span::to_rich_text).collect();
        json!([{
            "type": "rich_text", "block_id": block_id,
            "elements": [{"type": "rich_text_section", "elements": elements}],
        }])
    }

    fn join_spans(&self, show: impl Fn(&Span) -> String) -> String {
        self.0.iter().map(show).collect()
    }
}

impl Span {
    fn to_mrkdwn(&self) -> String {
        match self {
            Self::Text(text) => escape(text),
            Self::User(id, _) => format!("<@{id}>"),
            Self::Channel(id, _) => format!("<#{id}>"),
            Self::Link(url) => format!("<{}>", escape(url)),
            Self::Broadcast(range) => format!("<!{range}>"),
            Self::Emoji(name) => format!(":{name}:"),
        }
    }

    fn to_rich_text(&self) -> Value {
        match self {
            Self::Text(text) => json!({"type": "text", "text": text}),
            Self::User(id, _) => json!({"type": "user", "user_id": id}),
            Self::Channel(id, _) => json!({"type": "channel", "channel_id": id}),
            Self::Link(url) => json!({"type": "link", "url": url}),
            Self::Broadcast(range) => json!({"type": "broadcast", "range": range}),
            Self::Emoji(name) => json!({"type": "emoji", "name": name}),
        }
    }
}

impl Workspace {
    /// Parses a text as Slack's composer does.
    pub(crate) fn parse_composed_text(&self, text: &str) -> ComposedText {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let after_word = plain.chars().last().is_some_and(char::is_alphanumeric);
            let live = if after_word {
                None
            } else {
                self.parse_span(rest)
            };
            let taken = if let Some((span, length)) = live {
                if !plain.is_empty() {
                    pieces.push(Span::Text(std::mem::take(&mut plain)));
                }
                pieces.push(span);
                length
            } else {
                plain.push(first);
                first.len_utf8()
            };
            rest = &rest[taken..];
        }
        if !plain.is_empty() {
            pieces.push(Span::Text(plain));
        }
        ComposedText(pieces)
    }

    /// Returns the mention, broadcast or link at the start of a text, and its length in bytes.
    fn parse_span(&self, text: &str) -> Option<(Span, usize)> {
        if text.starts_with("http://") || text.starts_with("https://") {
            return parse_link(text);
        }
        let sign = text.chars().next()?;
        let name = leading_name(&text[sign.len_utf8()..]);
        match sign {
            '@' => self.parse_mention(name),
            '#' => {
                let channel = self
                    .find_channel(name)
                    .filter(|channel| channel.name == name)?;
                let label = match channel.kind {
                    ChannelKind::Public => name,
                    ChannelKind::Private | ChannelKind::Im(_) => "",
                };
                let span = Span::Channel(channel.id.clone(), label.to_owned());
                Some((span, 1 + name.len()))
            }
            ':' => {
                let name = text[1..].split(':').next()?;
                let ends = text[1 + name.len()..].starts_with(':');
                let is_emoji = ends && crate::workspace::reactions::is_emoji_name(name);
                let has_letter = name.chars().any(|c| c.is_ascii_lowercase()) || name == "+1";
                (is_emoji && has_letter).then(|| (Span::Emoji(name.to_owned()), name.len() + 2))
            }
            _ => None,
        }
    }

    fn parse_mention(&self, name: &str) -> Option<(Span, usize)> {
        let range = ["here", "channel", "everyone"]
            .into_iter()
            .find(|range| *range == name);
        if let Some(range) = range {
            return Some((Span::Broadcast(range), 1 + name.len()));
        }
        let user = self.users.values().find(|user| user.name == name)?;
        let span = Span::User(user.id.clone(), user.name.clone());
        Some((span, 1 + name.len()))
    }
}

fn parse_link(text: &str) -> Option<(Span, usize)> {
    let end = text
        .find(|c: char| c.is_whitespace() || "<>\"|".contains(c))
        .unwrap_or(text.len());
    let url = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    (!host.is_empty()).then(|| (Span::Link(url.to_owned()), url.len()))
}

fn leading_name(text: &str) -> &str {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)))
        .unwrap_or(text.len());
    text[..end].trim_end_matches(['.', '-'])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::workspace;

    #[test]
    fn command_text_contains_ids_with_names() {
        let workspace = workspace();
        let command = |text: &str| workspace.parse_composed_text(text).command_text();
        assert_eq!(command("page @bob, now"), "page <@U0BOB000001|bob>, now");
        assert_eq!(command("see #general"), "see <#C0GENERAL01|general>");
        assert_eq!(command("a < b & c > d"), "a &lt; b &amp; c &gt; d");
        assert_eq!(command("<!channel>"), "&lt;!channel&gt;");
        assert_eq!(
            command("https://a.example/?x=1&y=2."),
            "<https://a.example/?x=1&amp;y=2>."
        );
        assert_eq!(
            command("mail me@bob or @unknown"),
            "mail me@bob or @unknown"
        );
    }

    #[test]
    fn message_contains_ids_and_a_rich_text_block() {
        let workspace = workspace();
        let composed = workspace.parse_composed_text("@alice look: @here :eyes: at 10:30:45");
        assert_eq!(
            composed.message_text(),
            "<@U0ALICE0001> look: <!here> :eyes: at 10:30:45"
        );
        let blocks = composed.rich_text("b1");
        let elements = &blocks[0]["elements"][0]["elements"];
        assert_eq!(elements[0]["user_id"], "U0ALICE0001");
        assert_eq!(elements[2]["range"], "here");
        assert_eq!(elements[4]["name"], "eyes");
        assert_eq!(elements[5]["text"], " at 10:30:45");
    }
}
