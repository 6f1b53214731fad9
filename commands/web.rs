//! `/datadog web [IR-7]`: a link that opens the pages in a browser and signs the user in.

use slack_morphism::prelude::*;

use crate::payload::button_click::{OPEN_PAGE, SIGN_IN, button};
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, CommandText, HelpGroup};
use crate::unsupported::UnsupportedCommand;

pub(crate) const COMMAND: Command = Command {
    name: "web",
    words: &["web", "browser", "page"],
    usage: "web [IR-7]",
    summary: "Opens the incident, or the list of incidents, in your browser. Only you see the link.",
    group: HelpGroup::Declare,
    short_usage: "web",
    typos: &["browser"],
    parse,
};

/// The label of every button that leads to a page.
const LABEL: &str = "Open Page";

/// Parses the command. With more text, `page` means to alert someone.
fn parse(text: &CommandText<'_>) -> Option<ParsedCommand> {
    match (text.escaped.is_empty(), text.name.as_str()) {
        (true, _) => Some(ParsedCommand::Web),
        (false, "page") => Some(ParsedCommand::Unsupported(UnsupportedCommand::parse(text))),
        (false, _) => None,
    }
}

/// Parses `open page`. `open` alone begins many titles, so it is no word of the command.
pub(crate) fn parse_open_page(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let object = text.args().to_lowercase();
    let object = object.trim_end_matches(['.', '!', '?']);
    let is_page = matches!(object, "page" | "the page" | "web page");
    (text.name == "open" && is_page).then_some(ParsedCommand::Web)
}

/// Returns the button that opens a page by its URL.
pub fn page_button(url: &str) -> SlackBlockButtonElement {
    button(OPEN_PAGE, LABEL).opt_url(url.parse().ok())
}

/// Returns the button of the Home view, which opens a modal with a link for its user.
pub fn sign_in_button() -> SlackBlockButtonElement {
    button(SIGN_IN, LABEL)
}

#[cfg(test)]
mod tests {
    use muster_domain::IncidentId;

    use super::*;
    use crate::slash::{CommandRequest, Position, parse, parse_request};

    #[test]
    fn page_of_an_incident_is_named_before_or_after_the_command() {
        for text in [
            "web IR-7",
            "IR-7 web",
            "incident page IR-7",
            "page IR-7",
            "browser IR-7",
            "open page IR-7",
            "IR-7 open page",
            "incident open page ir7",
        ] {
            let expected = CommandRequest {
                command: ParsedCommand::Web,
                incident: Some(IncidentId(7)),
            };
            assert_eq!(parse_request(text, Position::Elsewhere), expected, "{text}");
        }
        for text in [
            "web",
            "page",
            "open page",
            "incident page",
            "Open the page!",
        ] {
            assert_eq!(parse(text), ParsedCommand::Web, "{text}");
        }
    }

    #[test]
    fn title_that_begins_with_open_is_a_title() {
        for title in ["open page is down", "open tickets pile up"] {
            let ParsedCommand::Declare { title: parsed } = parse(&format!("incident {title}"))
            else {
                panic!("{title}");
            };
            assert_eq!(parsed, title);
        }
    }

    #[test]
    fn page_with_a_name_is_no_page_of_ours() {
        for text in ["page @ann", "page the database team"] {
            let ParsedCommand::Unsupported(_) = parse(text) else {
                panic!("{text}");
            };
        }
    }
}
