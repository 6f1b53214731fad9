//! `/datadog incident role Communications Lead @ann`: somebody is given a role at once; `… remove @ann` takes
//! it from them, `… nobody` from whoever has it.

use crate::mention::Whom;
use crate::slash::split;
use crate::typed_text::as_typed;

/// A role that is to be given or taken, as it was typed: the team's settings say which there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRole {
    /// What the role is called; empty if nobody said.
    pub role: String,
    /// Who is to have it.
    pub holders: Holders,
}

/// Who is to have a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holders {
    /// Nobody said.
    Unsaid,
    /// This person.
    With(Whom),
    /// This person no longer.
    Without(Whom),
    /// Nobody at all.
    Nobody,
}

/// The word after `incident` that gives a role.
pub const WORD: &str = "role";

/// How many words a role alone may have; with more, what was typed is a title.
const WORDS_ALONE: usize = 2;

/// The words before somebody from whom a role is taken.
const REMOVE: [&str; 2] = ["remove", "without"];

/// The words for nobody.
const NOBODY: [&str; 3] = ["nobody", "none", "-"];

/// Reads what follows `incident`, as Slack sends it; `None` if it gives no role and takes none.
pub fn read(said: &str) -> Option<ChangeRole> {
    let (first, rest) = split(said);
    if !first.eq_ignore_ascii_case(WORD) {
        return None;
    }
    let (role, holders) = match (ending_with_somebody(rest), before_last(rest, &NOBODY)) {
        (Some((before, whom)), _) => match before_last(before, &REMOVE) {
            Some(role) => (role, Holders::Without(whom)),
            None => (before, Holders::With(whom)),
        },
        (None, Some(role)) => (role, Holders::Nobody),
        (None, None) if rest.split_whitespace().count() > WORDS_ALONE => return None,
        (None, None) => (rest, Holders::Unsaid),
    };
    Some(ChangeRole {
        role: as_typed(role).trim().to_owned(),
        holders,
    })
}

/// Gives what stands before the last word of a text, if that is one of these.
fn before_last<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let text = text.trim_end();
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_one = words.iter().any(|word| word.eq_ignore_ascii_case(last));
    is_one.then(|| &text[..text.len() - last.len()])
}

/// Gives what stands before the person whom a text ends with, and that person.
fn ending_with_somebody(text: &str) -> Option<(&str, Whom)> {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let last_word = text.len() - word.len();
    let places = [text.rfind("<@"), text.find('@'), Some(last_word)];
    places.into_iter().flatten().find_map(|at| {
        let whom = Whom::read(&text[at..])?;
        Some((&text[..at], whom))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mention::Mention;

    fn gives(role: &str, holders: Holders) -> Option<ChangeRole> {
        let role = role.to_owned();
        Some(ChangeRole { role, holders })
    }

    fn name(name: &str) -> Whom {
        Whom::Mentioned(Mention::Name(name.to_owned()))
    }

    #[test]
    fn a_role_and_somebody_are_read() {
        let ann = Whom::Mentioned(Mention::Id("U0ANN000001".into()));
        let said = [
            (
                "role Communications Lead <@U0ANN000001|ann>",
                gives("Communications Lead", Holders::With(ann.clone())),
            ),
            (
                "ROLE scribe @ann",
                gives("scribe", Holders::With(name("ann"))),
            ),
            (
                "role scribe @Ann Lee",
                gives("scribe", Holders::With(name("Ann Lee"))),
            ),
            ("role r&amp;d me", gives("r&d", Holders::With(Whom::Me))),
            ("role @ann", gives("", Holders::With(name("ann")))),
            ("role", gives("", Holders::Unsaid)),
            (
                "role Communications Lead",
                gives("Communications Lead", Holders::Unsaid),
            ),
            (
                "role Communications Lead Remove <@U0ANN000001|ann>",
                gives("Communications Lead", Holders::Without(ann)),
            ),
            (
                "role scribe remove me",
                gives("scribe", Holders::Without(Whom::Me)),
            ),
            ("role remove @ann", gives("", Holders::Without(name("ann")))),
            (
                "role Communications Lead Nobody",
                gives("Communications Lead", Holders::Nobody),
            ),
            ("role scribe none", gives("scribe", Holders::Nobody)),
            ("role scribe -", gives("scribe", Holders::Nobody)),
            ("role nobody", gives("", Holders::Nobody)),
            ("role mapping is broken", None),
            ("roles are gone", None),
            ("scribe @ann", None),
        ];
        for (text, meant) in said {
            assert_eq!(read(text), meant, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_trouble(text in ".*") {
            let _ = read(&format!("role {text}"));
        }

        #[test]
        fn whatever_the_role_is_called_it_is_read_back(role in "[a-zä&🔥]{1,8}( [a-zä]{1,8}){0,3}") {
            let sent = role.replace('&', "&amp;");
            let whoever = "<@U0ANN000001|ann>";
            for (said, is_read) in [
                (whoever.to_owned(), (|it| matches!(it, Holders::With(_))) as fn(&Holders) -> bool),
                (format!("remove {whoever}"), |it| matches!(it, Holders::Without(_))),
                ("nobody".to_owned(), |it| *it == Holders::Nobody),
            ] {
                let read = read(&format!("role {sent} {said}"));
                let read = read.unwrap_or(ChangeRole { role: String::new(), holders: Holders::Unsaid });
                prop_assert_eq!(&read.role, &role);
                prop_assert!(is_read(&read.holders), "{said}: {read:?}");
            }
        }
    }
}
