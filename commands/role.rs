//! `/datadog incident role Communications Lead @ann`: assigns a role to a user. `… remove @ann`
//! unassigns that user, `… none` all users.

use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup};
use crate::slash::mention::UserRef;
use crate::slash::mrkdwn_decode::decode;

/// The arguments of the command as entered. The role is looked up in the team's settings later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleArgs {
    /// The name of the role; empty if none was entered.
    pub role: String,
    /// The users of the role.
    pub holders: RoleHolders,
}

/// The change of a role's users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleHolders {
    /// No user was entered.
    Unspecified,
    /// Assigns a user.
    Assign(UserRef),
    /// Unassigns a user.
    Unassign(UserRef),
    /// Unassigns all users.
    UnassignAll,
}

pub(crate) const COMMAND: Command = Command {
    name: "role",
    words: &["role"],
    usage: "incident role Communications Lead @ann",
    summary: "Assign a role and notify the person. remove @ann unassigns one person, nobody unassigns all.",
    group: HelpGroup::Run,
    short_usage: "",
    typos: &[],
    parse: |text| parse(text.escaped).map(ParsedCommand::Role),
};

/// The longest role without a user, in words. A longer text is a title.
const MAX_WORDS_WITHOUT_USER: usize = 2;

/// The words before a user who is unassigned.
const REMOVE_WORDS: [&str; 2] = ["remove", "without"];

/// The words that unassign all users.
const UNASSIGN_ALL_WORDS: [&str; 3] = ["nobody", "none", "-"];

/// Parses the arguments with Slack's escapes; `None` if they are the rest of a title.
fn parse(rest: &str) -> Option<RoleArgs> {
    let (role, holders) = match (
        split_trailing_user(rest),
        strip_last_word(rest, &UNASSIGN_ALL_WORDS),
    ) {
        (Some((before, whom)), _) => match strip_last_word(before, &REMOVE_WORDS) {
            Some(role) => (role, RoleHolders::Unassign(whom)),
            None => (before, RoleHolders::Assign(whom)),
        },
        (None, Some(role)) => (role, RoleHolders::UnassignAll),
        (None, None) if rest.split_whitespace().count() > MAX_WORDS_WITHOUT_USER => return None,
        (None, None) => (rest, RoleHolders::Unspecified),
    };
    Some(RoleArgs {
        role: decode(role).trim().to_owned(),
        holders,
    })
}

/// Returns the text before its last word, if that is one of the words.
fn strip_last_word<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let text = text.trim_end();
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_one = words.iter().any(|token| token.eq_ignore_ascii_case(last));
    is_one.then(|| &text[..text.len() - last.len()])
}

/// Splits a text that ends with a user.
fn split_trailing_user(text: &str) -> Option<(&str, UserRef)> {
    let token = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let last_word = text.len() - token.len();
    let places = [text.rfind("<@"), text.find('@'), Some(last_word)];
    places.into_iter().flatten().find_map(|at| {
        let whom = UserRef::parse(&text[at..])?;
        Some((&text[..at], whom))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::slash::mention::Mention;

    fn parse(text: &str) -> Option<RoleArgs> {
        let command = crate::slash::parse(&format!("incident {text}"));
        if let ParsedCommand::Role(args) = command {
            return Some(args);
        }
        None
    }

    fn args(role: &str, holders: RoleHolders) -> Option<RoleArgs> {
        let role = role.to_owned();
        Some(RoleArgs { role, holders })
    }

    fn mention(name: &str) -> UserRef {
        UserRef::Mentioned(Mention::Name(name.to_owned()))
    }

    fn assert_parsed<const N: usize>(cases: [(&str, Option<RoleArgs>); N]) {
        for (text, expected) in cases {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn role_and_user_are_parsed() {
        let ann = UserRef::Mentioned(Mention::Id("U0ANN000001".into()));
        assert_parsed([
            (
                "role Communications Lead <@U0ANN000001|ann>",
                args("Communications Lead", RoleHolders::Assign(ann)),
            ),
            (
                "ROLE scribe @ann",
                args("scribe", RoleHolders::Assign(mention("ann"))),
            ),
            (
                "role scribe @Ann Lee",
                args("scribe", RoleHolders::Assign(mention("Ann Lee"))),
            ),
            (
                "role r&amp;d me",
                args("r&d", RoleHolders::Assign(UserRef::Me)),
            ),
            ("role @ann", args("", RoleHolders::Assign(mention("ann")))),
            ("role", args("", RoleHolders::Unspecified)),
            (
                "role Communications Lead",
                args("Communications Lead", RoleHolders::Unspecified),
            ),
            ("role mapping is broken", None),
            ("roles are gone", None),
            ("scribe @ann", None),
        ]);
    }

    #[test]
    fn unassigned_user_is_parsed() {
        let ann = UserRef::Mentioned(Mention::Id("U0ANN000001".into()));
        assert_parsed([
            (
                "role Communications Lead Remove <@U0ANN000001|ann>",
                args("Communications Lead", RoleHolders::Unassign(ann)),
            ),
            (
                "role scribe remove me",
                args("scribe", RoleHolders::Unassign(UserRef::Me)),
            ),
            (
                "role remove @ann",
                args("", RoleHolders::Unassign(mention("ann"))),
            ),
            (
                "role Communications Lead Nobody",
                args("Communications Lead", RoleHolders::UnassignAll),
            ),
            ("role scribe none", args("scribe", RoleHolders::UnassignAll)),
            ("role scribe -", args("scribe", RoleHolders::UnassignAll)),
            ("role nobody", args("", RoleHolders::UnassignAll)),
        ]);
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_without_panic(text in ".*") {
            let _ = parse(&format!("role {text}"));
        }

        #[test]
        fn any_role_name_is_parsed_verbatim(role in "[a-zä&🔥]{1,8}( [a-zä]{1,8}){0,3}") {
            let sent = role.replace('&', "&amp;");
            let whoever = "<@U0ANN000001|ann>";
            for (cases, is_read) in [
                (whoever.to_owned(), (|it| matches!(it, RoleHolders::Assign(_))) as fn(&RoleHolders) -> bool),
                (format!("remove {whoever}"), |it| matches!(it, RoleHolders::Unassign(_))),
                ("nobody".to_owned(), |it| *it == RoleHolders::UnassignAll),
            ] {
                let read = parse(&format!("role {sent} {cases}"));
                let read = read.unwrap_or(RoleArgs { role: String::new(), holders: RoleHolders::Unspecified });
                prop_assert_eq!(&read.role, &role);
                prop_assert!(is_read(&read.holders), "{cases}: {read:?}");
            }
        }
    }
}
