//! Quick edits: commands that change one field of an incident, such as `/datadog incident severity
//! SEV-2`, `status stable`, `resolve`, `title …` and `commander @ann`.

use muster_domain::{Severity, Status};

use crate::slash::command::{Command, CommandText, Position};
use crate::slash::mention::{Mention, UserRef};
use crate::slash::mrkdwn_decode::decode;
use crate::slash::suggestions::suggest_subcommand;
use crate::slash::{ParsedCommand, find_command, split_first_word, unquoted};

pub(crate) const SEVERITY: Command = Command {
    name: "quick_edit",
    words: &["severity", "sev"],
    position: Position::AfterIncident,
    usage: "incident severity SEV-2",
    summary: "Changes the severity at once; sev2 is short for it.",
    suggestions: &[("severity", "incident severity SEV-2")],
    parse: parse_severity,
};

pub(crate) const STATUS: Command = Command {
    name: "quick_edit",
    words: &[
        "status",
        "active",
        "reopen",
        "stable",
        "resolve",
        "resolved",
        "complete",
        "completed",
    ],
    position: Position::AfterIncident,
    usage: "incident status stable",
    summary: "Changes the status at once. Short for it: stable, resolve, reopen.",
    suggestions: &[
        ("status", "incident status stable"),
        ("stable", "incident stable"),
        ("resolve", "incident resolve"),
        ("reopen", "incident reopen"),
    ],
    parse: parse_status,
};

pub(crate) const TITLE: Command = Command {
    name: "quick_edit",
    words: &["title"],
    position: Position::AfterIncident,
    usage: "incident title Checkout is down",
    summary: "Changes the title at once.",
    suggestions: &[("title", "incident title Checkout is down")],
    parse: |text| quick_edit(QuickEditArgs::Title(unquoted(&text.args()).to_owned())),
};

pub(crate) const COMMANDER: Command = Command {
    name: "quick_edit",
    words: &["commander", "ic"],
    position: Position::AfterIncident,
    usage: "incident commander @ann",
    summary: "Makes somebody the Incident Commander at once; ic is short for it, and me is you.",
    suggestions: &[("commander", "incident commander @person")],
    parse: parse_commander,
};

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
        self.command().words.first().copied().unwrap_or_default()
    }

    /// Returns an example of the command.
    pub fn example(&self) -> &'static str {
        self.command().usage
    }

    fn command(&self) -> Command {
        match self {
            Self::Severity(_) => SEVERITY,
            Self::Status(_) => STATUS,
            Self::Title(_) => TITLE,
            Self::Commander(_) => COMMANDER,
        }
    }
}

// A word that can also start a title counts only alone or with valid arguments: `stable` is a quick
// edit, `stable diffusion is down` is a title.

fn parse_severity(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let severity = text.args();
    let is_valid = word_count(text) <= 1 || is_severity(text.escaped);
    is_valid.then_some(ParsedCommand::QuickEdit(QuickEditArgs::Severity(severity)))
}

/// Parses a numbered severity alone, such as `sev2`. The severity need not exist.
pub(crate) fn parse_short_severity(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let number = text.name.strip_prefix("sev")?;
    let number = number.trim_start_matches(['-', '_']);
    let is_number = !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit());
    let severity = QuickEditArgs::Severity(text.name.clone());
    text.when_alone(ParsedCommand::QuickEdit(severity))
        .filter(|_| is_number)
}

fn parse_status(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let edit = |status| ParsedCommand::QuickEdit(QuickEditArgs::Status(status));
    let status = match text.name.as_str() {
        "active" | "reopen" => Status::Active,
        "stable" => Status::Stable,
        "resolve" | "resolved" => return Some(ParsedCommand::Resolve { text: text.args() }),
        "complete" | "completed" => Status::Completed,
        _ => return (word_count(text) <= 1).then(|| edit(text.args())),
    };
    text.when_alone(edit(status.to_string()))
}

fn parse_commander(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let commander = match text.escaped {
        "" => None,
        user => Some(user_ref(user)?),
    };
    quick_edit(QuickEditArgs::Commander(commander))
}

fn quick_edit(args: QuickEditArgs) -> Option<ParsedCommand> {
    Some(ParsedCommand::QuickEdit(args))
}

fn word_count(text: &CommandText<'_>) -> usize {
    text.escaped.split_whitespace().count()
}

/// Returns the command that a misspelt word most likely means, if the arguments fit it.
pub(crate) fn suggestion(text: &CommandText<'_>) -> Option<&'static str> {
    let suggestion = suggest_subcommand(&text.name)?;
    let name = split_first_word(suggestion.strip_prefix("incident ")?).0;
    let corrected = CommandText {
        name: name.to_owned(),
        ..text.clone()
    };
    let ParsedCommand::QuickEdit(args) = find_command(&corrected)? else {
        return None;
    };
    let is_valid = match args {
        QuickEditArgs::Severity(severity) => is_severity(&severity),
        QuickEditArgs::Status(status) => status.parse::<Status>().is_ok(),
        QuickEditArgs::Commander(user) => user.is_some() && user == UserRef::parse(text.escaped),
        QuickEditArgs::Title(_) => false,
    };
    is_valid.then_some(suggestion)
}

/// Returns whether a text is a severity, or starts with one that is followed by its label.
fn is_severity(input: &str) -> bool {
    let (first, label) = split_first_word(input);
    let is_word = first.to_lowercase().starts_with("sev") || label.is_empty();
    is_word && first.parse::<Severity>().is_ok() || input.parse::<Severity>().is_ok()
}

/// Parses a user. A single word counts as a name without the `@` as well.
fn user_ref(input: &str) -> Option<UserRef> {
    let is_name = || !input.contains(|sign: char| sign.is_whitespace() || "<>@".contains(sign));
    UserRef::parse(input)
        .or_else(|| is_name().then(|| UserRef::Mentioned(Mention::Name(decode(input)))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn parse(text: &str) -> Option<QuickEditArgs> {
        let command = crate::slash::parse(&format!("incident {text}"));
        if let ParsedCommand::QuickEdit(args) = command {
            return Some(args);
        }
        None
    }

    fn suggestion(text: &str) -> Option<&'static str> {
        let command = crate::slash::parse(&format!("incident {text}"));
        if let ParsedCommand::Unknown(unknown) = command {
            return unknown.suggestion;
        }
        None
    }

    fn severity(input: &str) -> Option<QuickEditArgs> {
        Some(QuickEditArgs::Severity(input.to_owned()))
    }

    fn status(input: &str) -> Option<QuickEditArgs> {
        Some(QuickEditArgs::Status(input.to_owned()))
    }

    fn commander(name: &str) -> Option<QuickEditArgs> {
        let mention = Mention::Name(name.to_owned());
        Some(QuickEditArgs::Commander(Some(UserRef::Mentioned(mention))))
    }

    #[test]
    fn each_field_is_changed_by_its_command() {
        let cases = [
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
        for (text, meant) in cases {
            assert_eq!(parse(text), meant, "{text}");
        }
    }

    #[test]
    fn quick_edit_with_too_many_arguments_is_a_title() {
        for title in [
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
            name in select(&["severity", "sev", "status", "stable", "reopen", "commander", "ic"][..]),
            one in "[a-z]{3,8}",
            other in "[a-z]{3,8}",
        ) {
            prop_assert_eq!(parse(&format!("{name} {one} {other}")), None);
        }

        #[test]
        fn any_text_is_parsed_without_panic(
            name in "(severity|sev|sev2|status|title|commander|ic|stable)?",
            text in ".*",
        ) {
            let input = format!("{name} {text}");
            let _ = (parse(&input), suggestion(&input));
        }
    }
}
