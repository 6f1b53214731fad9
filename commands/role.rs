//! `/datadog incident role Communications Lead @ann`: somebody is given a role at once.

use crate::mention::Whom;
use crate::slash::split;
use crate::typed_text::as_typed;

/// A role that is to be given to somebody, as it was typed: the team's settings say which there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiveRole {
    /// What the role is called; empty if nobody said.
    pub role: String,
    /// Who is given it; `None` if nobody said.
    pub whom: Option<Whom>,
}

/// The word after `incident` that gives a role.
pub const WORD: &str = "role";

/// How many words a role alone may have; with more, what was typed is a title.
const WORDS_ALONE: usize = 2;

/// Reads what follows `incident`, as Slack sends it; `None` if it gives no role.
pub fn read(said: &str) -> Option<GiveRole> {
    let (first, rest) = split(said);
    if !first.eq_ignore_ascii_case(WORD) {
        return None;
    }
    if let Some((role, whom)) = ending_with_somebody(rest) {
        return Some(GiveRole {
            role: as_typed(role).trim().to_owned(),
            whom: Some(whom),
        });
    }
    let is_alone = rest.split_whitespace().count() <= WORDS_ALONE;
    is_alone.then(|| GiveRole {
        role: as_typed(rest),
        whom: None,
    })
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

    fn gives(role: &str, whom: Option<Whom>) -> Option<GiveRole> {
        let role = role.to_owned();
        Some(GiveRole { role, whom })
    }

    #[test]
    fn a_role_and_somebody_are_read() {
        let name = |name: &str| Some(Whom::Mentioned(Mention::Name(name.to_owned())));
        let ann = Some(Whom::Mentioned(Mention::Id("U0ANN000001".into())));
        let said = [
            (
                "role Communications Lead <@U0ANN000001|ann>",
                gives("Communications Lead", ann),
            ),
            ("ROLE scribe @ann", gives("scribe", name("ann"))),
            ("role scribe @Ann Lee", gives("scribe", name("Ann Lee"))),
            ("role r&amp;d me", gives("r&d", Some(Whom::Me))),
            ("role @ann", gives("", name("ann"))),
            ("role", gives("", None)),
            (
                "role Communications Lead",
                gives("Communications Lead", None),
            ),
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
            let read = read(&format!("role {sent} <@U0ANN000001|ann>")).unwrap_or(GiveRole { role: String::new(), whom: None });
            prop_assert_eq!(read.role, role);
            prop_assert!(read.whom.is_some());
        }
    }
}
