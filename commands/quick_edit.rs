//! Quick edits: commands that change one field of an incident, such as `/datadog incident severity
//! SEV-2`, `status stable`, `resolve`, `title …` and `commander @ann`.

use crate::slash::mention::{Mention, UserRef};
use crate::slash::mrkdwn_decode::decode;
use crate::slash::suggestions::suggest_subcommand;
use crate::slash::{split_first_word, unquoted};
use crate::{Severity, Status};

/// The arguments of a quick edit as entered. They are resolved against the team's settings later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuickEditArgs {
    /// The severity; empty if none was entered.
    Severity(String),
    /// The status; empty if none was entered.
    Status(String),
    /// The title; empty if none was entered.
    Title(String),
    /// The Incident Commander; `None` if none was entered.
    Commander(Option<UserRef>),
}

impl QuickEditArgs {
    /// Returns the name of the command, with which the user can repeat it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Severity(_) => "severity",
            Self::Status(_) => "status",
            Self::Title(_) => "title",
            Self::Commander(_) => "commander",
        }
    }

    /// Returns an example of the command.
    pub fn example(&self) -> &'static str {
        match self {
            Self::Severity(_) => "incident severity SEV-2",
            Self::Status(_) => "incident status stable",
            Self::Title(_) => "incident title Checkout is down",
            Self::Commander(_) => "incident commander @ann",
        }
    }
}

/// Parses the text after `incident`, with Slack's escapes. Returns `None` if it is not a quick
/// edit.
///
/// A word that can also start a title counts only alone or with valid arguments: `resolve` is a
/// quick edit, `resolve the checkout outage` is a title.
pub fn parse(said: &str) -> Option<QuickEditArgs> {
    let (first, rest) = split_first_word(said);
    let first = first.to_lowercase();
    let first = first.as_str();
    let is_alone = rest.is_empty();
    let words = rest.split_whitespace().count();
    match first {
        "severity" | "sev" if words <= 1 || is_severity(rest) => {
            Some(QuickEditArgs::Severity(decode(rest)))
        }
        "status" if words <= 1 => Some(QuickEditArgs::Status(decode(rest))),
        "title" => Some(QuickEditArgs::Title(unquoted(&decode(rest)).to_owned())),
        "commander" | "ic" if is_alone => Some(QuickEditArgs::Commander(None)),
        "commander" | "ic" => user_ref(rest).map(|whom| QuickEditArgs::Commander(Some(whom))),
        word if is_alone && is_short_severity(word) => {
            Some(QuickEditArgs::Severity(word.to_owned()))
        }
        word if is_alone => {
            status_by_name(word).map(|status| QuickEditArgs::Status(status.to_string()))
        }
        _ => None,
    }
}

/// Returns the command that a misspelt first word most likely means, if the arguments fit it.
pub(crate) fn suggestion(said: &str) -> Option<&'static str> {
    let (first, rest) = split_first_word(said);
    let nearest = suggest_subcommand(&first.to_lowercase())?;
    let word = split_first_word(nearest.strip_prefix("incident ")?).0;
    let takes_it = match parse(&format!("{word} {rest}"))? {
        QuickEditArgs::Severity(said) => is_severity(&said),
        QuickEditArgs::Status(said) => said.parse::<Status>().is_ok(),
        QuickEditArgs::Commander(whom) => whom.is_some() && whom == UserRef::parse(rest),
        QuickEditArgs::Title(_) => false,
    };
    takes_it.then_some(nearest)
}

/// The words that set a status without further arguments.
const STATUS_NAMES: [(&str, Status); 7] = [
    ("active", Status::Active),
    ("reopen", Status::Active),
    ("stable", Status::Stable),
    ("resolve", Status::Resolved),
    ("resolved", Status::Resolved),
    ("complete", Status::Completed),
    ("completed", Status::Completed),
];

fn status_by_name(word: &str) -> Option<Status> {
    let status = STATUS_NAMES.into_iter().find(|(known, _)| *known == word);
    status.map(|(_, status)| status)
}

/// Returns whether a text is a severity, or starts with one that is followed by its label.
fn is_severity(said: &str) -> bool {
    let (first, label) = split_first_word(said);
    let is_word = first.to_lowercase().starts_with("sev") || label.is_empty();
    is_word && first.parse::<Severity>().is_ok() || said.parse::<Severity>().is_ok()
}

/// Returns whether a word has the form of a numbered severity, such as `sev2`. The severity need
/// not exist.
fn is_short_severity(word: &str) -> bool {
    let number = word.strip_prefix("sev").unwrap_or_default();
    let number = number.trim_start_matches(['-', '_']);
    !number.is_empty() && number.chars().all(|sign| sign.is_ascii_digit())
}

/// Parses a user. A single word counts as a name without the `@` as well.
fn user_ref(said: &str) -> Option<UserRef> {
    let is_name = || !said.contains(|sign: char| sign.is_whitespace() || "<>@".contains(sign));
    UserRef::parse(said)
        .or_else(|| is_name().then(|| UserRef::Mentioned(Mention::Name(decode(said)))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn severity(said: &str) -> Option<QuickEditArgs> {
        Some(QuickEditArgs::Severity(said.to_owned()))
    }

    fn status(said: &str) -> Option<QuickEditArgs> {
        Some(QuickEditArgs::Status(said.to_owned()))
    }

    fn commander(name: &str) -> Option<QuickEditArgs> {
        let mention = Mention::Name(name.to_owned());
        Some(QuickEditArgs::Commander(Some(UserRef::Mentioned(mention))))
    }

    #[test]
    fn each_field_is_changed_by_its_command() {
        let said = [
            ("severity SEV-2", severity("SEV-2")),
            ("SEV 2", severity("2")),
            ("sev2", severity("sev2")),
            ("Sev-12", severity("sev-12")),
            ("severity SEV-2 High", severity("SEV-2 High")),
            ("severity dire", severity("dire")),
            ("severity", severity("")),
            ("status stable", status("stable")),
            ("status dead", status("dead")),
            ("status", status("")),
            ("Stable", status("stable")),
            ("resolve", status("resolved")),
            ("reopen", status("active")),
            (
                "title Checkout is down",
                Some(QuickEditArgs::Title("Checkout is down".to_owned())),
            ),
            (
                "title “A &amp; B”",
                Some(QuickEditArgs::Title("A & B".to_owned())),
            ),
            ("title", Some(QuickEditArgs::Title(String::new()))),
            ("commander @ann", commander("ann")),
            ("ic @Ann Lee", commander("Ann Lee")),
            ("ic ann", commander("ann")),
            ("commander", Some(QuickEditArgs::Commander(None))),
            ("ic me", Some(QuickEditArgs::Commander(Some(UserRef::Me)))),
            (
                "commander <@U0ANN000001|ann>",
                Some(QuickEditArgs::Commander(Some(UserRef::Mentioned(
                    Mention::Id("U0ANN000001".into()),
                )))),
            ),
        ];
        for (text, meant) in said {
            assert_eq!(parse(text), meant, "{text}");
        }
    }

    #[test]
    fn quick_edit_with_too_many_arguments_is_a_title() {
        for title in [
            "resolve the checkout outage",
            "stable diffusion is down",
            "severity of alerts is wrong",
            "status page is down",
            "reopen orders fails",
            "sev2 alerts are late",
            "several carts are lost",
            "commander of the build is stuck",
            "ic cards fail",
            "titles are cut",
            "",
        ] {
            assert_eq!(parse(title), None, "{title}");
        }
    }

    #[test]
    fn typo_is_suggested_when_the_arguments_fit() {
        assert_eq!(suggestion("severty SEV-2"), Some("incident severity SEV-2"));
        assert_eq!(suggestion("statsu stable"), Some("incident status stable"));
        assert_eq!(
            suggestion("comander @ann"),
            Some("incident commander @person")
        );
        for title in [
            "stats are wrong",
            "state unclear",
            "severty unclear",
            "title x",
            "comander ann",
        ] {
            assert_eq!(suggestion(title), None, "{title}");
        }
    }

    proptest! {
        #[test]
        fn quick_edit_with_two_unknown_arguments_is_a_title(
            word in select(&["severity", "sev", "status", "stable", "resolve", "reopen", "commander", "ic"][..]),
            one in "[a-z]{3,8}",
            other in "[a-z]{3,8}",
        ) {
            prop_assert_eq!(parse(&format!("{word} {one} {other}")), None);
        }

        #[test]
        fn any_text_is_parsed_without_panic(
            word in "(severity|sev|sev2|status|title|commander|ic|stable)?",
            text in ".*",
        ) {
            let said = format!("{word} {text}");
            let _ = (parse(&said), suggestion(&said));
        }
    }
}
