//! Mentions of users in a command: `<@U123|ann>` as Slack encodes a completed mention, and `@ann`
//! as plain text.

use muster_domain::UserId;

use crate::slash::mrkdwn_decode::unescape;

/// A mentioned user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mention {
    /// The user's ID, from a mention that Slack encoded.
    Id(UserId),
    /// A name without the `@`.
    Name(String),
}

/// The user that a command refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserRef {
    /// The user who sent the command.
    Me,
    /// A mentioned user.
    Mentioned(Mention),
}

impl Mention {
    /// Parses a text that consists of one mention, with Slack's escapes; `None` if it is anything
    /// else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let token = text
            .strip_prefix("<@")
            .and_then(|rest| rest.strip_suffix('>'));
        if let Some(token) = token.filter(|token| !token.contains(['<', '>'])) {
            return parse_token(token);
        }
        let decoded = unescape(text);
        let name = decoded.strip_prefix('@')?.trim();
        let is_name = name.starts_with(char::is_alphanumeric) && !BROADCASTS.contains(&name);
        is_name.then(|| Self::Name(name.to_owned()))
    }

    /// Returns the mentions in a text with Slack's escapes, without duplicates, in order. A name
    /// ends at the end of its word.
    pub fn find_all(text: &str) -> Vec<Self> {
        let mut mentions = Vec::new();
        let mut before = ' ';
        let mut rest = text;
        while let Some(sign) = rest.chars().next() {
            let (mention, length) = match sign {
                '<' => token_at(rest),
                '@' if !before.is_alphanumeric() => name_at(rest),
                _ => (None, sign.len_utf8()),
            };
            if let Some(mention) = mention.filter(|mention| !mentions.contains(mention)) {
                mentions.push(mention);
            }
            before = rest[..length].chars().last().unwrap_or(' ');
            rest = &rest[length..];
        }
        mentions
    }
}

impl UserRef {
    /// Parses `me` or a mention; `None` if it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        if ME.iter().any(|me| text.trim().eq_ignore_ascii_case(me)) {
            return Some(Self::Me);
        }
        Mention::parse(text).map(Self::Mentioned)
    }
}

/// The names of the requester.
const ME: [&str; 2] = ["me", "@me"];

/// Slack's broadcast mentions, which do not refer to a user.
const BROADCASTS: [&str; 3] = ["channel", "here", "everyone"];

/// Parses the token between `<@` and `>`.
fn parse_token(token: &str) -> Option<Mention> {
    let id = token.split_once('|').map_or(token, |(id, _)| id);
    // Slack: user IDs start with U, on Enterprise Grid also with W.
    let is_id = id.len() > 1
        && id.starts_with(['U', 'W'])
        && id
            .chars()
            .all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit());
    is_id.then(|| Mention::Id(id.into()))
}

/// Parses the token at the start of a text that starts with `<`. Returns its mention and length in
/// bytes.
fn token_at(text: &str) -> (Option<Mention>, usize) {
    let end = text[1..].find(['<', '>']).map(|end| end + 1);
    match end.filter(|end| text[*end..].starts_with('>')) {
        Some(end) => (
            text[1..end].strip_prefix('@').and_then(parse_token),
            end + 1,
        ),
        None => (None, 1),
    }
}

/// Parses the name at the start of a text that starts with `@`. Returns its mention and length in
/// bytes.
fn name_at(text: &str) -> (Option<Mention>, usize) {
    let is_end = |sign: char| !(sign.is_alphanumeric() || "-_.".contains(sign));
    let end = text[1..].find(is_end).map_or(text.len(), |end| end + 1);
    let name = text[1..end].trim_end_matches(['.', '-']);
    (Mention::parse(&format!("@{name}")), 1 + name.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(id: &str) -> Mention {
        Mention::Id(id.into())
    }

    fn name(name: &str) -> Mention {
        Mention::Name(name.to_owned())
    }

    #[test]
    fn mention_is_parsed_from_a_token_or_a_name() {
        let mentions = [
            ("<@U0ANN000001|ann>", Some(id("U0ANN000001"))),
            (" <@U0ANN000001> ", Some(id("U0ANN000001"))),
            ("<@W0GRID00001|>", Some(id("W0GRID00001"))),
            ("@ann", Some(name("ann"))),
            ("@Ann Müller", Some(name("Ann Müller"))),
            ("@r&amp;d", Some(name("r&d"))),
            ("ann", None),
            ("@", None),
            ("@!", None),
            ("@here", None),
            ("<!here>", None),
            ("<@>", None),
            ("<@C0GENERAL01>", None),
            ("<@U0ANN000001> <@U0BOB000001>", None),
            ("", None),
        ];
        for (text, mention) in mentions {
            assert_eq!(Mention::parse(text), mention, "{text:?}");
        }
        assert_eq!(UserRef::parse(" ME "), Some(UserRef::Me));
        assert_eq!(UserRef::parse("@me"), Some(UserRef::Me));
        assert_eq!(
            UserRef::parse("@ann"),
            Some(UserRef::Mentioned(name("ann")))
        );
        assert_eq!(UserRef::parse("ann"), None);
    }

    #[test]
    fn each_mention_in_a_text_is_found_once() {
        let text = "Roll back (@bob.), tell <@U0ANN000001|ann> & @bob; mail ann@acme.example, <!here> @here \
                    <https://acme.example/@x|x> a < @Zoë-Ann";
        let mentions = Mention::find_all(text);
        assert_eq!(mentions, [name("bob"), id("U0ANN000001"), name("Zoë-Ann")]);
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_without_panic(text in "[<>@|!&;UW0-9a-zä🔥. ]*") {
            let _ = Mention::find_all(&text);
            let _ = UserRef::parse(&text);
        }

        #[test]
        fn mention_token_is_found_at_any_position(before in "[a-z ]*", after in "[a-z .]*") {
            let mentions = Mention::find_all(&format!("{before}<@U0ANN000001|ann>{after}"));
            prop_assert_eq!(mentions, [id("U0ANN000001")]);
        }
    }
}
