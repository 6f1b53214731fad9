//! How people are named in what is typed: `<@U123|ann>`, as Slack sends whom somebody picked from its
//! list, and `@ann`, as it was typed.

use crate::PersonId;
use crate::typed_text::unescape;

/// Somebody who is named in what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mention {
    /// By their id: Slack knew whom was meant.
    Id(PersonId),
    /// By what they are called, without the `@`.
    Name(String),
}

/// Whom something is to be done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The person who asks.
    Me,
    /// Somebody who is named.
    Mentioned(Mention),
}

impl Mention {
    /// Reads a text that names somebody and says nothing else, as Slack sends it; `None` if it does not.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let token = text
            .strip_prefix("<@")
            .and_then(|rest| rest.strip_suffix('>'));
        if let Some(token) = token.filter(|token| !token.contains(['<', '>'])) {
            return of_token(token);
        }
        let typed = unescape(text);
        let name = typed.strip_prefix('@')?.trim();
        let is_name = name.starts_with(char::is_alphanumeric) && !BROADCASTS.contains(&name);
        is_name.then(|| Self::Name(name.to_owned()))
    }

    /// Gives everybody whom a text names, as Slack sends it, each once, in the order in which they stand.
    /// A name that was typed ends with its word.
    pub fn all_in(text: &str) -> Vec<Self> {
        let mut found = Vec::new();
        let mut before = ' ';
        let mut rest = text;
        while let Some(sign) = rest.chars().next() {
            let (mention, length) = match sign {
                '<' => token_at(rest),
                '@' if !before.is_alphanumeric() => name_at(rest),
                _ => (None, sign.len_utf8()),
            };
            if let Some(mention) = mention.filter(|mention| !found.contains(mention)) {
                found.push(mention);
            }
            before = rest[..length].chars().last().unwrap_or(' ');
            rest = &rest[length..];
        }
        found
    }
}

impl Whom {
    /// Reads `me`, or a text that names somebody; `None` if it does neither.
    pub fn read(text: &str) -> Option<Self> {
        if ME.iter().any(|me| text.trim().eq_ignore_ascii_case(me)) {
            return Some(Self::Me);
        }
        Mention::read(text).map(Self::Mentioned)
    }
}

/// Says whether two names differ by no more than a slip or two, or one begins with the other.
pub fn is_near(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let shorter = one.chars().count().min(other.chars().count());
    let slips = if shorter <= 4 { 1 } else { 2 };
    shorter > 0
        && (one.starts_with(&other)
            || other.starts_with(&one)
            || strsim::osa_distance(&one, &other) <= slips)
}

/// What people call themselves.
const ME: [&str; 2] = ["me", "@me"];

/// What names everybody, and so nobody.
const BROADCASTS: [&str; 3] = ["channel", "here", "everyone"];

/// Reads what stands between `<@` and `>`.
fn of_token(token: &str) -> Option<Mention> {
    let id = token.split_once('|').map_or(token, |(id, _)| id);
    // Slack: people have ids with U, on Grid also with W.
    let is_id = id.len() > 1
        && id.starts_with(['U', 'W'])
        && id
            .chars()
            .all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit());
    is_id.then(|| Mention::Id(id.into()))
}

/// Gives whom a text that begins with `<` begins by naming, and how many bytes that takes.
fn token_at(text: &str) -> (Option<Mention>, usize) {
    let end = text[1..].find(['<', '>']).map(|end| end + 1);
    match end.filter(|end| text[*end..].starts_with('>')) {
        Some(end) => (text[1..end].strip_prefix('@').and_then(of_token), end + 1),
        None => (None, 1),
    }
}

/// Gives whom a text that begins with `@` begins by naming, and how many bytes that takes.
fn name_at(text: &str) -> (Option<Mention>, usize) {
    let is_end = |sign: char| !(sign.is_alphanumeric() || "-_.".contains(sign));
    let end = text[1..].find(is_end).map_or(text.len(), |end| end + 1);
    let name = text[1..end].trim_end_matches(['.', '-']);
    (Mention::read(&format!("@{name}")), 1 + name.len())
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
    fn somebody_is_named_by_slack_or_by_hand() {
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
            assert_eq!(Mention::read(text), mention, "{text:?}");
        }
        assert_eq!(Whom::read(" ME "), Some(Whom::Me));
        assert_eq!(Whom::read("@me"), Some(Whom::Me));
        assert_eq!(Whom::read("@ann"), Some(Whom::Mentioned(name("ann"))));
        assert_eq!(Whom::read("ann"), None);
    }

    #[test]
    fn everybody_in_a_text_is_found_once() {
        let text = "Roll back (@bob.), tell <@U0ANN000001|ann> & @bob; mail ann@acme.example, <!here> @here \
                    <https://acme.example/@x|x> a < @Zoë-Ann";
        let found = Mention::all_in(text);
        assert_eq!(found, [name("bob"), id("U0ANN000001"), name("Zoë-Ann")]);
    }

    #[test]
    fn a_slip_is_near_and_another_name_is_not() {
        for (one, other) in [
            ("anne", "ann"),
            ("Bbo", "bob"),
            ("chiom", "Chioma"),
            ("al", "alice"),
        ] {
            assert!(is_near(one, other), "{one} {other}");
        }
        for (one, other) in [("bob", "ann"), ("", "ann"), ("chioma", "alice")] {
            assert!(!is_near(one, other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_trouble(text in "[<>@|!&;UW0-9a-zä🔥. ]*") {
            let _ = Mention::all_in(&text);
            let _ = Whom::read(&text);
        }

        #[test]
        fn whom_slack_names_is_found_wherever_it_stands(before in "[a-z ]*", after in "[a-z .]*") {
            let found = Mention::all_in(&format!("{before}<@U0ANN000001|ann>{after}"));
            prop_assert_eq!(found, [id("U0ANN000001")]);
        }
    }
}
