//! The text after `/datadog`: what a person typed, and what they meant by it.

use crate::at_once::AtOnce;
use crate::impact::{self, Impact};
pub use crate::not_understood::NotUnderstood;
use crate::not_understood::{nearest_command, nearest_of_incident};
use crate::role::ChangeRole;
use crate::typed_text::{as_typed, with_addresses};
use crate::visibility::{self, Visibility};
use crate::{
    at_once, declare, help, link, list, note, repair, responders, role, settings, task,
    test_incident, timeline, update,
};

/// What a person asked for by typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slash {
    /// Declare an incident; the title as typed, empty if none was.
    Declare {
        /// The title as typed, without the quotes around it.
        title: String,
    },
    /// Declare a test incident; the title as typed, empty if none was.
    DeclareTest {
        /// The title as typed, without the quotes around it.
        title: String,
    },
    /// Update an incident.
    Update,
    /// Change one thing of this channel's incident at once.
    AtOnce(AtOnce),
    /// Show and change who takes part in this channel's incident, and with which role.
    Responders,
    /// Give somebody a role, or take it away.
    Role(ChangeRole),
    /// Add an impact, end it, or change it.
    Impact(Impact),
    /// Put a note on the timeline.
    Note {
        /// When, if the text begins with that, and what.
        text: String,
    },
    /// Show the timeline.
    Timeline,
    /// List the open incidents.
    List,
    /// Make the incident private, or public.
    Visibility(Visibility),
    /// Give the incident a link, or show those that it has.
    Link(link::Asked),
    /// Give somebody something to do, or show what there is to do.
    Task(task::TaskKind, task::Asked),
    /// Build again what Slack no longer has of an incident.
    Repair,
    /// Show and change how the team works.
    Settings,
    /// Show what can be done here, as buttons.
    Tray,
    /// Show what can be typed.
    Help,
    /// None of these.
    Unknown(NotUnderstood),
}

/// Reads the text after the command's word, as Slack sends it.
pub fn read(text: &str) -> Slash {
    let said = as_typed(text);
    let (first, rest) = split(&said);
    match first.to_lowercase().as_str() {
        "" => Slash::Tray,
        word if help::WORDS.contains(&word) => Slash::Help,
        word if declare::WORDS.contains(&word) => {
            links(text, rest).map_or_else(|| incident(&said, rest, split(text).1), Slash::Link)
        }
        word if settings::WORDS.contains(&word) => Slash::Settings,
        word => match task::TaskKind::of_word(word) {
            Some(kind) => Slash::Task(kind, task::read(rest, text)),
            None => Slash::Unknown(NotUnderstood::of(&said, nearest_command(&said))),
        },
    }
}

/// Reads what follows `incident` if its first word asks for links; of links it matters where they lead,
/// so that they are read from the text as Slack sends it.
fn links(text: &str, rest: &str) -> Option<link::Asked> {
    let word = split(rest).0.to_lowercase();
    if link::LIST_WORDS.contains(&word.as_str()) && split(rest).1.is_empty() {
        return Some(link::Asked::List);
    }
    let kind = link::LinkKind::of_word(&word)?;
    let said = with_addresses(text);
    let (_, rest) = split(&said);
    Some(link::read(kind, split(rest).1))
}

/// Reads what follows `incident`, as typed and as Slack sent it: a sub-command's word decides, all else is
/// a title.
fn incident(said: &str, rest: &str, sent: &str) -> Slash {
    let (first, more) = split(rest);
    if let Some(to) = visibility::read(first, more) {
        return Slash::Visibility(to);
    }
    if let Some(at_once) = at_once::read(sent) {
        return Slash::AtOnce(at_once);
    }
    if let Some(role) = role::read(sent) {
        return Slash::Role(role);
    }
    if let Some(nearest) = at_once::meant(sent).filter(|_| !more.is_empty()) {
        return Slash::Unknown(NotUnderstood::of(said, Some(nearest)));
    }
    match first.to_lowercase().as_str() {
        word if update::WORDS.contains(&word) => Slash::Update,
        word if list::WORDS.contains(&word) => Slash::List,
        word if note::WORDS.contains(&word) => Slash::Note {
            text: more.to_owned(),
        },
        word if timeline::WORDS.contains(&word) && more.is_empty() => Slash::Timeline,
        word if test_incident::WORDS.contains(&word) => Slash::DeclareTest {
            title: unquoted(more).to_owned(),
        },
        word if responders::WORDS.contains(&word) && more.is_empty() => Slash::Responders,
        word if impact::WORDS.contains(&word) => Slash::Impact(impact::typed(more)),
        word if repair::WORDS.contains(&word) && more.is_empty() => Slash::Repair,
        word if help::WORDS.contains(&word) && more.is_empty() => Slash::Help,
        word => match nearest_of_incident(word).filter(|_| more.is_empty() && !is_quoted(word)) {
            Some(nearest) => Slash::Unknown(NotUnderstood::of(said, Some(nearest))),
            None => Slash::Declare {
                title: unquoted(rest).to_owned(),
            },
        },
    }
}

fn is_quoted(word: &str) -> bool {
    QUOTES.iter().any(|quotes| word.starts_with(*quotes))
}

/// Gives the first word and the rest, both without white space around them.
pub fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim()),
        None => (text, ""),
    }
}

/// The signs that people, and Slack's clients for them, write around a title.
const QUOTES: [&[char]; 2] = [&['"', '“', '”', '„', '«', '»'], &['\'', '‘', '’', '‚']];

/// Gives a title without the quotes that enclose it whole.
pub(crate) fn unquoted(title: &str) -> &str {
    let title = title.trim();
    for quotes in QUOTES {
        let inner = title
            .strip_prefix(quotes)
            .and_then(|rest| rest.strip_suffix(quotes));
        // Quotes within mean that those outside need not belong together: “A” and “B”.
        if let Some(inner) = inner.filter(|inner| !inner.contains(quotes)) {
            return inner.trim();
        }
    }
    title
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn title(text: &str) -> String {
        match read(text) {
            Slash::Declare { title } => title,
            other => format!("{other:?}"),
        }
    }

    /// Gives what Slack sends of what was typed.
    fn sent(typed: &str) -> String {
        typed
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    }

    #[test]
    fn each_command_is_read_in_any_case_and_any_white_space() {
        let said = [
            ("incident update", Slash::Update),
            ("INC  Edit", Slash::Update),
            ("incident update SEV-2 <@U0BOB000001|bob>", Slash::Update),
            ("\tincident\u{a0}list\n", Slash::List),
            ("inc LIST", Slash::List),
            (
                "inc Test “It is only me”",
                Slash::DeclareTest {
                    title: "It is only me".to_owned(),
                },
            ),
            ("incident private", Slash::Visibility(Visibility::Private)),
            ("inc Public", Slash::Visibility(Visibility::Public)),
            ("incident Responders", Slash::Responders),
            (
                "inc SEV2",
                Slash::AtOnce(AtOnce::Severity("sev2".to_owned())),
            ),
            ("incident repair", Slash::Repair),
            ("Settings", Slash::Settings),
            ("help", Slash::Help),
            ("Help me", Slash::Help),
            ("incident help", Slash::Help),
            ("?", Slash::Help),
            ("", Slash::Tray),
            ("incident LINKS", Slash::Link(link::Asked::List)),
            (
                "inc call",
                Slash::Link(link::Asked::Form(link::LinkKind::Call)),
            ),
            (" \u{3000} ", Slash::Tray),
        ];
        for (text, meant) in said {
            assert_eq!(read(text), meant, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_sub_command_is_a_title() {
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
    fn of_a_link_it_is_read_where_it_leads() {
        let sent = "inc  Link <http://acme.example/a?b&amp;c|acme.example/a> The “runbook”";
        let read = match read(sent) {
            Slash::Link(link::Asked::Add(link)) => (link.url, link.title),
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
    fn quotes_around_a_whole_title_are_taken_off() {
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
        for kept in [
            "“A” and “B”",
            "\"A\" or \"B\"",
            "5\" disks",
            "it's 'down'",
            "'it's down'",
            "\"",
        ] {
            assert_eq!(title(&format!("incident {kept}")), kept);
        }
        assert_eq!(title("incident \"\""), "");
    }

    #[test]
    fn titles_are_kept_as_typed() {
        let titles = [
            "<!channel> is *down*",
            "&lt; and & and <b>",
            "🔥",
            "支払いが遅い",
            "الدفع بطيء",
            "👩‍💻 e\u{301}",
        ];
        let long = ["ä".repeat(80), "x".repeat(300)];
        for typed in titles.map(str::to_owned).into_iter().chain(long) {
            assert_eq!(title(&sent(&format!("incident {typed}"))), typed);
        }
    }

    #[test]
    fn a_slip_is_answered_with_what_was_meant() {
        let nearest = |text: &str| match read(text) {
            Slash::Unknown(said) => said.nearest,
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
        fn whatever_is_typed_is_understood_or_answered_with_help(
            text in prop_oneof![".*", "(incident|inc|INC|help|updat|list)?[ \t]?.*"],
        ) {
            if let Slash::Unknown(said) = read(&text) {
                let line = said.line("/datadog");
                prop_assert!(line.contains("/datadog help"), "{}", line);
                prop_assert!(!line.contains('\n') && line.chars().count() < 500, "{}", line);
            }
        }

        #[test]
        fn any_title_after_a_first_word_that_is_none_of_ours_is_kept(
            title in "(the|🔥|<!here>|&lt;|\\*) [^\\s\"'“”](.*[^\\s\"'“”])?",
        ) {
            let read = read(&sent(&format!("incident {title}")));
            prop_assert_eq!(read, Slash::Declare { title });
        }
    }
}
