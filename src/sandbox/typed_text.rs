//! What people type, and what Slack makes of it: mentions become ids, `&`, `<` and `>` are escaped.

use serde_json::{Value, json};

use super::channels::ChannelKind;
use super::ids::{ChannelId, PersonId};
use super::workspace::Workspace;

/// A typed text, cut into what is plain and what is live.
pub(super) struct TypedText(Vec<Piece>);

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Plain(String),
    Person(PersonId, String),
    /// Its name is empty where Slack hides it: in a private channel.
    Channel(ChannelId, String),
    Link(String),
    /// `here`, `channel` or `everyone`.
    Broadcast(&'static str),
    Emoji(String),
}

/// Escapes the three characters that have a meaning in mrkdwn (docs.slack.dev/messaging/formatting-message-text).
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

impl TypedText {
    /// Gives the text of a slash command whose manifest says `should_escape`.
    pub(super) fn of_command(&self) -> String {
        self.joined(|piece| match piece {
            Piece::Person(id, name) => format!("<@{id}|{name}>"),
            Piece::Channel(id, name) => format!("<#{id}|{name}>"),
            other => other.in_message(),
        })
    }

    /// Gives the text of a message.
    pub(super) fn of_message(&self) -> String {
        self.joined(Piece::in_message)
    }

    /// Gives the `rich_text` block that Slack's own composer adds to a message.
    pub(super) fn rich_text(&self, block_id: &str) -> Value {
        let elements: Vec<Value> = self.0.iter().map(Piece::rich).collect();
        json!([{
            "type": "rich_text", "block_id": block_id,
            "elements": [{"type": "rich_text_section", "elements": elements}],
        }])
    }

    fn joined(&self, show: impl Fn(&Piece) -> String) -> String {
        self.0.iter().map(show).collect()
    }
}

impl Piece {
    fn in_message(&self) -> String {
        match self {
            Self::Plain(text) => escape(text),
            Self::Person(id, _) => format!("<@{id}>"),
            Self::Channel(id, _) => format!("<#{id}>"),
            Self::Link(url) => format!("<{}>", escape(url)),
            Self::Broadcast(range) => format!("<!{range}>"),
            Self::Emoji(name) => format!(":{name}:"),
        }
    }

    fn rich(&self) -> Value {
        match self {
            Self::Plain(text) => json!({"type": "text", "text": text}),
            Self::Person(id, _) => json!({"type": "user", "user_id": id}),
            Self::Channel(id, _) => json!({"type": "channel", "channel_id": id}),
            Self::Link(url) => json!({"type": "link", "url": url}),
            Self::Broadcast(range) => json!({"type": "broadcast", "range": range}),
            Self::Emoji(name) => json!({"type": "emoji", "name": name}),
        }
    }
}

impl Workspace {
    /// Reads a typed text as Slack's composer does.
    pub(super) fn read_typed(&self, text: &str) -> TypedText {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let after_word = plain.chars().last().is_some_and(char::is_alphanumeric);
            let live = if after_word {
                None
            } else {
                self.live_piece(rest)
            };
            let taken = if let Some((piece, length)) = live {
                if !plain.is_empty() {
                    pieces.push(Piece::Plain(std::mem::take(&mut plain)));
                }
                pieces.push(piece);
                length
            } else {
                plain.push(first);
                first.len_utf8()
            };
            rest = &rest[taken..];
        }
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain));
        }
        TypedText(pieces)
    }

    /// Gives the live piece that a text begins with, and how many bytes it takes.
    fn live_piece(&self, text: &str) -> Option<(Piece, usize)> {
        if text.starts_with("http://") || text.starts_with("https://") {
            return link(text);
        }
        let sign = text.chars().next()?;
        let name = name_at_start(&text[sign.len_utf8()..]);
        match sign {
            '@' => self.mention(name),
            '#' => {
                let channel = self.find_channel(name).filter(|found| found.name == name)?;
                let shown = match channel.kind {
                    ChannelKind::Public => name,
                    ChannelKind::Private | ChannelKind::Im(_) => "",
                };
                let piece = Piece::Channel(channel.id.clone(), shown.to_owned());
                Some((piece, 1 + name.len()))
            }
            ':' => {
                let name = text[1..].split(':').next()?;
                let ends = text[1 + name.len()..].starts_with(':');
                let is_emoji = ends && super::reactions::is_emoji_name(name);
                let has_letter = name.chars().any(|c| c.is_ascii_lowercase()) || name == "+1";
                (is_emoji && has_letter).then(|| (Piece::Emoji(name.to_owned()), name.len() + 2))
            }
            _ => None,
        }
    }

    fn mention(&self, name: &str) -> Option<(Piece, usize)> {
        let range = ["here", "channel", "everyone"]
            .into_iter()
            .find(|range| *range == name);
        if let Some(range) = range {
            return Some((Piece::Broadcast(range), 1 + name.len()));
        }
        let person = self.people.values().find(|person| person.name == name)?;
        let piece = Piece::Person(person.id.clone(), person.name.clone());
        Some((piece, 1 + name.len()))
    }
}

fn link(text: &str) -> Option<(Piece, usize)> {
    let end = text
        .find(|c: char| c.is_whitespace() || "<>\"|".contains(c))
        .unwrap_or(text.len());
    let url = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    (!host.is_empty()).then(|| (Piece::Link(url.to_owned()), url.len()))
}

fn name_at_start(text: &str) -> &str {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)))
        .unwrap_or(text.len());
    text[..end].trim_end_matches(['.', '-'])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::workspace;

    #[test]
    fn a_command_gets_ids_with_names() {
        let workspace = workspace();
        let command = |text: &str| workspace.read_typed(text).of_command();
        assert_eq!(command("page @bob, now"), "page <@U0BOB000001|bob>, now");
        assert_eq!(command("see #general"), "see <#C0GENERAL01|general>");
        assert_eq!(command("a < b & c > d"), "a &lt; b &amp; c &gt; d");
        assert_eq!(command("<!channel>"), "&lt;!channel&gt;");
        assert_eq!(
            command("https://a.example/?x=1&y=2."),
            "<https://a.example/?x=1&amp;y=2>."
        );
        assert_eq!(command("mail me@bob or @nobody"), "mail me@bob or @nobody");
    }

    #[test]
    fn a_message_gets_ids_and_a_rich_text_block() {
        let workspace = workspace();
        let typed = workspace.read_typed("@alice look: @here :eyes: at 10:30:45");
        assert_eq!(
            typed.of_message(),
            "<@U0ALICE0001> look: <!here> :eyes: at 10:30:45"
        );
        let blocks = typed.rich_text("b1");
        let elements = &blocks[0]["elements"][0]["elements"];
        assert_eq!(elements[0]["user_id"], "U0ALICE0001");
        assert_eq!(elements[2]["range"], "here");
        assert_eq!(elements[4]["name"], "eyes");
        assert_eq!(elements[5]["text"], " at 10:30:45");
    }
}
