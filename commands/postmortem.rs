//! `/datadog incident postmortem`: generates the postmortem of an incident, shows it, or attaches one that exists
//! elsewhere.

use muster_domain::IncidentId;
use muster_domain::link::http_url::find_url;
use muster_domain::postmortem::{AttachPostmortem, TimelineSelection};
use slack_morphism::prelude::SlackBlockButtonElement;

use crate::payload::button_click::{OPEN_PAGE, button, button_with_value};
use crate::slash::command::{Command, CommandText, HelpGroup};
use crate::slash::mrkdwn_decode::decode_with_urls;
use crate::slash::{ParsedCommand, split_first_word, unquoted};

pub(crate) const COMMAND: Command = Command {
    name: "postmortem",
    words: &["postmortem", "post-mortem", "pm", "retro", "retrospective"],
    usage: "incident postmortem [IR-7]",
    summary: "Generate the postmortem, or show it. With a URL, attach a document that exists elsewhere.",
    group: HelpGroup::FollowUp,
    short_usage: "postmortem",
    typos: &["postmortem"],
    parse,
};

/// The label of the buttons that open the modal.
pub const GENERATE_POSTMORTEM: &str = "Generate Postmortem";

/// The button that opens the modal of the postmortem, or of its generation. The value is the incident's number.
pub const OPEN: &str = "postmortem_open";

/// A parsed command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostmortemCommand {
    /// Opens the modal that generates it, or shows it.
    Open {
        /// The timeline entries that it contains; `None` to choose in the modal.
        timeline: Option<TimelineSelection>,
    },
    /// Attaches a document that exists elsewhere.
    Attach(AttachPostmortem),
}

/// Parses the arguments. Another text is no command: it may be a title.
fn parse(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let args = text.args().to_lowercase();
    let args = args.trim_end_matches(['.', '!', '?']);
    let (verb, rest) = split_first_word(args);
    let selection = match verb {
        "generate" | "create" | "new" => rest,
        _ => args,
    };
    let timeline = match selection {
        "" | "show" | "open" | "edit" | "attach" => None,
        "all" | "all entries" => Some(TimelineSelection::AllEntries),
        "important" | "marked as important" => Some(TimelineSelection::Important),
        _ => return attach(text.escaped),
    };
    let command = PostmortemCommand::Open { timeline };
    Some(ParsedCommand::Postmortem(command))
}

/// Parses `post mortem`. `post` alone begins many titles, so it is no word of the command.
pub(crate) fn parse_two_words(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let rest = text.next();
    let is_two_words = text.name == "post" && rest.name.trim_end_matches('s') == "mortem";
    is_two_words.then(|| parse(&rest)).flatten()
}

/// Parses a URL and an optional title. It reads the text with Slack's escapes, because a decoded link shows its
/// label instead of its URL.
fn attach(escaped: &str) -> Option<ParsedCommand> {
    let args = decode_with_urls(escaped);
    let (verb, rest) = split_first_word(&args);
    let args = match verb.to_lowercase().as_str() {
        "attach" | "link" | "add" => rest,
        _ => args.trim(),
    };
    let (first, _) = split_first_word(args);
    // A URL at a later position is a part of a title.
    find_url(first)?;
    let document = find_url(args)?;
    let document = AttachPostmortem {
        title: unquoted(&document.words).to_owned(),
        url: document.url,
    };
    let command = PostmortemCommand::Attach(document);
    Some(ParsedCommand::Postmortem(command))
}

/// Returns the button that opens the modal, with a label.
pub fn open_button(incident: IncidentId, label: &str) -> SlackBlockButtonElement {
    button_with_value(OPEN, label, &incident.number().to_string())
}

/// Returns the button that opens the postmortem by its URL.
pub fn page_button(url: &str) -> SlackBlockButtonElement {
    button(OPEN_PAGE, "Open Postmortem").opt_url(url.parse().ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::slash::{CommandRequest, Position, parse as parse_text, parse_request};

    fn open(timeline: Option<TimelineSelection>) -> ParsedCommand {
        ParsedCommand::Postmortem(PostmortemCommand::Open { timeline })
    }

    #[test]
    fn postmortem_is_known_by_each_name_and_selection() {
        for text in [
            "postmortem",
            "post-mortem",
            "Post‑Mortem",
            "PM",
            "post mortem",
            "incident postmortem",
            "inc pm",
            "incident post mortem",
            "retro",
            "postmortem generate",
            "generate",
        ] {
            let is_known = parse_text(text) == open(None);
            assert_eq!(is_known, text != "generate", "{text}");
        }
        let every = Some(TimelineSelection::AllEntries);
        let important = Some(TimelineSelection::Important);
        for (text, timeline) in [
            ("postmortem all", every),
            ("pm All entries", every),
            ("post mortem all", every),
            ("postmortem important", important),
            ("incident postmortem generate Important!", important),
        ] {
            assert_eq!(parse_text(text), open(timeline), "{text}");
        }
    }

    #[test]
    fn url_attaches_an_existing_document() {
        let attach = |title: &str, url: &str| {
            let [title, url] = [title, url].map(str::to_owned);
            let document = AttachPostmortem { title, url };
            ParsedCommand::Postmortem(PostmortemCommand::Attach(document))
        };
        let url = "https://wiki.example/pm/7";
        for (text, title) in [
            ("postmortem https://wiki.example/pm/7", ""),
            ("pm <https://wiki.example/pm/7>", ""),
            (
                "postmortem attach <https://wiki.example/pm/7|wiki> “What we learned”",
                "What we learned",
            ),
            (
                "incident postmortem https://wiki.example/pm/7 Disk full",
                "Disk full",
            ),
        ] {
            assert_eq!(parse_text(text), attach(title, url), "{text}");
        }
    }

    #[test]
    fn text_that_may_be_a_title_gets_a_question() {
        for text in [
            "incident postmortem page is down",
            "incident pm shift change broke https://wiki.example",
            "postmortem of the last week",
        ] {
            let ParsedCommand::Unknown(unknown) = parse_text(text) else {
                panic!("{text}");
            };
            assert!(unknown.alternative.is_some(), "{text}");
        }
        let title = ParsedCommand::Declare {
            title: "post office is down".to_owned(),
        };
        assert_eq!(parse_text("incident post office is down"), title);
    }

    proptest! {
        #[test]
        fn incident_is_named_before_or_after_each_form(
            words in select(vec!["postmortem", "pm", "post-mortem", "post mortem", "retro"]),
            selection in select(vec!["", " all", " important", " marked as important"]),
            number in 1..10_000_i64,
            prefix in select(vec!["", "incident ", "inc "]),
            position in select(vec![Position::IncidentChannel, Position::Elsewhere]),
        ) {
            let alone = parse_text(&format!("{prefix}{words}{selection}"));
            let is_open = matches!(
                alone,
                ParsedCommand::Postmortem(PostmortemCommand::Open { .. })
            );
            prop_assert!(is_open);
            for text in [
                format!("{prefix}{words}{selection} IR-{number}"),
                format!("{prefix}IR-{number} {words}{selection}"),
            ] {
                let expected = CommandRequest {
                    command: alone.clone(),
                    incident: Some(IncidentId(number)),
                };
                prop_assert_eq!(parse_request(&text, position), expected, "{}", text);
            }
        }
    }
}
