//! Parses the text after `/datadog`.

pub(crate) mod command;
pub mod mention;
pub mod mrkdwn_decode;
pub(crate) mod suggestions;

use muster_domain::{TaskKind, Visibility};

use crate::COMMANDS;
use crate::impact::ImpactCommand;
use crate::link::LinkCommand;
use crate::list::ListFilter;
use crate::quick_edit::{self, QuickEditArgs};
use crate::role::RoleArgs;
use crate::slash::command::CommandText;
use crate::slash::mrkdwn_decode::decode;
pub use crate::slash::suggestions::UnknownCommand;
use crate::slash::suggestions::{suggest_command, suggest_subcommand};
use crate::task::TaskCommand;

/// A parsed command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedCommand {
    /// Opens the declare modal.
    Declare {
        /// The title as entered, without quotes around it; empty without one.
        title: String,
    },
    /// Opens the declare modal for a test incident.
    DeclareTest {
        /// The title as entered, without quotes around it; empty without one.
        title: String,
    },
    /// Opens the update modal.
    Update,
    /// Changes one field of an incident.
    QuickEdit(QuickEditArgs),
    /// Opens the responders modal.
    Responders,
    /// Assigns or unassigns a role.
    Role(RoleArgs),
    /// Adds, edits or ends an impact.
    Impact(ImpactCommand),
    /// Adds a note to the timeline.
    Note {
        /// Optionally the time, then the text of the note.
        text: String,
    },
    /// Shows the timeline.
    Timeline,
    /// Lists incidents.
    List(ListFilter),
    /// Makes the incident private or public.
    Visibility(Visibility),
    /// Adds or lists links.
    Link(LinkCommand),
    /// Adds, finishes, reopens or lists tasks.
    Task(TaskKind, TaskCommand),
    /// Recreates what is missing in Slack.
    Repair,
    /// Opens the settings modal.
    Settings,
    /// Shows the action menu.
    ActionMenu,
    /// Lists the commands.
    Help,
    /// An unknown command.
    Unknown(UnknownCommand),
}

/// Parses the text after the slash command, with Slack's escapes.
pub fn parse(text: &str) -> ParsedCommand {
    find_command(&CommandText::new(text)).unwrap_or_else(|| {
        let input = decode(text);
        ParsedCommand::Unknown(UnknownCommand::new(&input, suggest_command(&input)))
    })
}

/// Parses the text after `incident`. A text that is not a subcommand is a title.
pub(crate) fn parse_after_incident(incident: &CommandText<'_>) -> ParsedCommand {
    let text = incident.subcommand();
    let command = find_command(&text).or_else(|| quick_edit::parse_short_severity(&text));
    if let Some(command) = command {
        return command;
    }
    let suggestion = if text.escaped.is_empty() {
        suggest_subcommand(&text.name).filter(|_| !is_quoted(&text.name))
    } else {
        quick_edit::suggestion(&text)
    };
    match suggestion {
        Some(_) => ParsedCommand::Unknown(UnknownCommand::new(&decode(text.whole), suggestion)),
        None => ParsedCommand::Declare {
            title: unquoted(&incident.args()).to_owned(),
        },
    }
}

/// Parses the text as the command that its word names; `None` if there is none or if the text is a
/// title.
pub(crate) fn find_command(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let name = text.name.as_str();
    let command = COMMANDS
        .iter()
        .find(|it| it.position.includes(text.position) && it.words.contains(&name))?;
    (command.parse)(text)
}

fn is_quoted(name: &str) -> bool {
    QUOTES.iter().any(|quotes| name.starts_with(*quotes))
}

/// Returns the first word and the rest, both trimmed.
pub fn split_first_word(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim()),
        None => (text, ""),
    }
}

/// The quotation marks that users, and Slack's clients on their behalf, put around a title.
const QUOTES: [&[char]; 2] = [&['"', '“', '”', '„', '«', '»'], &['\'', '‘', '’', '‚']];

/// Removes the quotation marks around a whole title.
pub(crate) fn unquoted(title: &str) -> &str {
    let title = title.trim();
    for quotes in QUOTES {
        let inner = title
            .strip_prefix(quotes)
            .and_then(|rest| rest.strip_suffix(quotes));
        // With quotes inside, the outer ones need not be a pair: “A” and “B”.
        if let Some(inner) = inner.filter(|inner| !inner.contains(quotes)) {
            return inner.trim();
        }
    }
    title
}

#[cfg(test)]
mod tests {
    use muster_domain::LinkKind;
    use proptest::prelude::*;

    use super::*;

    fn title(text: &str) -> String {
        match parse(text) {
            ParsedCommand::Declare { title } => title,
            other => format!("{other:?}"),
        }
    }

    /// Escapes a text as Slack does in a slash command.
    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    }

    fn assert_parsed<const N: usize>(cases: [(&str, ParsedCommand); N]) {
        for (text, expected) in cases {
            assert_eq!(parse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_command_is_parsed_in_any_case_and_spacing() {
        assert_parsed([
            ("Settings", ParsedCommand::Settings),
            ("help", ParsedCommand::Help),
            ("Help me", ParsedCommand::Help),
            ("?", ParsedCommand::Help),
            ("", ParsedCommand::ActionMenu),
            (" \u{3000} ", ParsedCommand::ActionMenu),
        ]);
    }

    #[test]
    fn every_subcommand_is_parsed_in_any_case_and_spacing() {
        let test = ParsedCommand::DeclareTest {
            title: "It is only me".to_owned(),
        };
        let private = ParsedCommand::Visibility(Visibility::Private);
        let severity = QuickEditArgs::Severity("sev2".to_owned());
        let call = LinkCommand::OpenModal(LinkKind::Call);
        assert_parsed([
            ("incident update", ParsedCommand::Update),
            ("INC  Edit", ParsedCommand::Update),
            (
                "incident update SEV-2 <@U0BOB000001|bob>",
                ParsedCommand::Update,
            ),
            (
                "\tincident\u{a0}list\n",
                ParsedCommand::List(ListFilter::Open),
            ),
            ("inc LIST", ParsedCommand::List(ListFilter::Open)),
            ("inc Test “It is only me”", test),
            ("incident private", private),
            ("inc Public", ParsedCommand::Visibility(Visibility::Public)),
            ("incident Responders", ParsedCommand::Responders),
            ("inc SEV2", ParsedCommand::QuickEdit(severity)),
            ("incident repair", ParsedCommand::Repair),
            ("incident help", ParsedCommand::Help),
            ("incident LINKS", ParsedCommand::Link(LinkCommand::List)),
            ("inc call", ParsedCommand::Link(call)),
        ]);
    }

    #[test]
    fn unknown_subcommand_is_a_title() {
        assert_eq!(title("incident"), "");
        assert_eq!(title("inc Checkout is slow"), "Checkout is slow");
        assert_eq!(title("incident lists are broken"), "lists are broken");
        assert_eq!(title("incident updates fail"), "updates fail");
        assert_eq!(title("incident disk"), "disk");
        assert_eq!(title("incident tests fail"), "tests fail");
        assert_eq!(title("incident “test is red”"), "test is red");
        assert_eq!(title("incident private keys leaked"), "private keys leaked");
        assert_eq!(title("incident \"private\""), "private");
        assert_eq!(title("incident repair shop is down"), "repair shop is down");
        assert_eq!(title("incident  a  b "), "a  b");
        assert_eq!(title("incident \"update\""), "update");
        assert_eq!(title("incident “list”"), "list");
    }

    #[test]
    fn link_is_parsed_with_its_url() {
        let sent = "inc  Link <http://acme.example/a?b&amp;c|acme.example/a> The “runbook”";
        let read = match parse(sent) {
            ParsedCommand::Link(LinkCommand::Add(link)) => (link.url, link.title),
            other => panic!("{other:?}"),
        };
        let url = "http://acme.example/a?b&c".to_owned();
        assert_eq!(read, (url, "The “runbook”".to_owned()));
        assert_eq!(title("incident links are dead"), "links are dead");
        assert_eq!(
            title("incident \"call center is down\""),
            "call center is down"
        );
    }

    #[test]
    fn quotes_around_a_title_are_removed() {
        for open_and_close in ["\"\"", "“”", "”“", "„“", "''", "‘’"] {
            let title = title(&format!(
                "incident {}",
                open_and_close
                    .chars()
                    .map(String::from)
                    .collect::<Vec<_>>()
                    .join("it is down")
            ));
            assert_eq!(title, "it is down");
        }
        for unchanged in [
            "“A” and “B”",
            "\"A\" or \"B\"",
            "5\" disks",
            "it's 'down'",
            "'it's down'",
            "\"",
        ] {
            assert_eq!(title(&format!("incident {unchanged}")), unchanged);
        }
        assert_eq!(title("incident \"\""), "");
    }

    #[test]
    fn title_is_parsed_verbatim() {
        let titles = [
            "<!channel> is *down*",
            "&lt; and & and <b>",
            "🔥",
            "支払いが遅い",
            "الدفع بطيء",
            "👩‍💻 e\u{301}",
        ];
        let long = ["ä".repeat(80), "x".repeat(300)];
        for text in titles.map(str::to_owned).into_iter().chain(long) {
            assert_eq!(title(&escaped(&format!("incident {text}"))), text);
        }
    }

    #[test]
    fn typo_is_answered_with_a_suggestion() {
        let nearest = |text: &str| match parse(text) {
            ParsedCommand::Unknown(cases) => cases.suggestion,
            other => panic!("{other:?}"),
        };
        assert_eq!(nearest("incident updat"), Some("incident update"));
        assert_eq!(nearest("incident lits"), Some("incident list"));
        assert_eq!(nearest("update"), Some("incident update"));
        assert_eq!(nearest("incdient update now"), Some("incident update"));
        assert_eq!(nearest("incidnet Checkout is slow"), Some("incident"));
        assert_eq!(nearest("hlep"), Some("help"));
        assert_eq!(nearest("Checkout is slow"), None);
        assert_eq!(nearest("🔥"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_answered_with_help(
            text in prop_oneof![".*", "(incident|inc|INC|help|updat|list)?[ \t]?.*"],
        ) {
            if let ParsedCommand::Unknown(cases) = parse(&text) {
                let message = cases.message("/datadog");
                prop_assert!(message.contains("/datadog help"), "{}", message);
                prop_assert!(!message.contains('\n') && message.chars().count() < 500, "{}", message);
            }
        }

        #[test]
        fn any_title_is_parsed_verbatim(
            title in "(the|🔥|<!here>|&lt;|\\*) [^\\s\"'“”](.*[^\\s\"'“”])?",
        ) {
            let read = parse(&escaped(&format!("incident {title}")));
            prop_assert_eq!(read, ParsedCommand::Declare { title });
        }
    }
}
