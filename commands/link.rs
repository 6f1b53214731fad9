//! `/datadog incident link <url> [title]`, `chat <url>`, `call <url>` and `links`: adds and lists
//! the links of an incident.

use muster_domain::link::http_url::{FoundUrl, find_url, url_error, with_scheme};
use muster_domain::text::{length, truncate};
use muster_domain::{AddLink, IncidentId, LONGEST_NAME, LinkKind};
use slack_morphism::prelude::*;

use crate::modal::{
    FieldErrors, PrivateMetadata, ViewState, build_modal, line_input, optional, with_hint,
    with_metadata,
};
use crate::slash::command::{Command, CommandText, HelpGroup};
use crate::slash::mrkdwn_decode::decode_with_urls;
use crate::slash::{ParsedCommand, split_first_word, unquoted};

pub(crate) const DOCUMENT: Command = Command {
    name: "link",
    words: &["link", "document", "doc"],
    usage: "incident link <url> [title]",
    summary: "Add a document link to the incident and to the channel's bookmarks.",
    group: HelpGroup::Run,
    short_usage: "link <url>",
    typos: &["link"],
    parse: |text| Some(add_command(LinkKind::Document, text)),
};

pub(crate) const CHAT: Command = Command {
    name: "link",
    words: &["chat"],
    usage: "incident chat <url>",
    summary: "Set the link to the incident's chat outside Slack. Without a link, opens a form.",
    group: HelpGroup::Run,
    short_usage: "",
    typos: &[],
    parse: |text| Some(add_command(LinkKind::Chat, text)),
};

pub(crate) const CALL: Command = Command {
    name: "link",
    words: &["call"],
    usage: "incident call <url>",
    summary: "Set the link to the incident's video call. Without a link, opens a form.",
    group: HelpGroup::Run,
    short_usage: "",
    typos: &[],
    parse: |text| Some(add_command(LinkKind::Call, text)),
};

pub(crate) const LIST: Command = Command {
    name: "link",
    words: &["links", "documents", "docs"],
    usage: "incident links",
    summary: "Show the incident's links, with buttons to add and remove them. Only you see them.",
    group: HelpGroup::Run,
    short_usage: "",
    typos: &["links"],
    parse: |text| text.when_alone(ParsedCommand::Link(LinkCommand::List)),
};

/// A parsed `link`, `chat`, `call` or `links` command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkCommand {
    /// Adds a link.
    Add(AddLink),
    /// Opens the modal, because the command has no URL.
    OpenModal(LinkKind),
    /// Lists the links.
    List,
    /// The command has an invalid URL.
    Invalid(InvalidUrl),
}

/// An invalid argument in place of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidUrl {
    kind: LinkKind,
    input: String,
    reason: String,
}

/// Returns the label of the button and the title of the modal.
pub fn add_label(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Document => "Add Document",
        LinkKind::Chat => "Add Chat",
        LinkKind::Call => "Add Video Call",
    }
}

/// Returns the `callback_id` of the modal, which is also the `action_id` of the button.
pub fn callback_id(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Document => "link_document",
        LinkKind::Chat => "link_chat",
        LinkKind::Call => "link_call",
    }
}

/// Returns the kind with this callback ID or action ID.
pub fn kind_with_callback_id(name: &str) -> Option<LinkKind> {
    LinkKind::ALL
        .into_iter()
        .find(|kind| callback_id(*kind) == name)
}

/// Returns the names of the command after `incident`. Help shows the first.
pub fn command_words(kind: LinkKind) -> &'static [&'static str] {
    match kind {
        LinkKind::Document => DOCUMENT.words,
        LinkKind::Chat => CHAT.words,
        LinkKind::Call => CALL.words,
    }
}

fn example(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Document => "link https://wiki.example.com/runbook Runbook",
        LinkKind::Chat => "chat https://chat.example.com/incident",
        LinkKind::Call => "call https://zoom.us/j/123456",
    }
}

/// Parses a command that adds a link. It reads the text with Slack's escapes, because a decoded link
/// shows its label instead of its URL.
fn add_command(kind: LinkKind, text: &CommandText<'_>) -> ParsedCommand {
    ParsedCommand::Link(parse(kind, decode_with_urls(text.escaped).trim()))
}

/// Parses the arguments of a command, in which links are decoded as their URLs.
fn parse(kind: LinkKind, rest: &str) -> LinkCommand {
    if rest.trim().is_empty() {
        return LinkCommand::OpenModal(kind);
    }
    let matched = find_url(rest).unwrap_or_else(|| {
        let (url, words) = split_first_word(rest);
        FoundUrl {
            url: url.to_owned(),
            words: words.to_owned(),
        }
    });
    let (url, title) = (matched.url.as_str(), unquoted(&matched.words));
    let long = length(title);
    let why = url_error(url).or_else(|| match kind {
        LinkKind::Document if long > LONGEST_NAME => Some(too_long(long)),
        // The words around the link of a chat or a call have no place.
        LinkKind::Document | LinkKind::Chat | LinkKind::Call => None,
    });
    match why {
        Some(why) => LinkCommand::Invalid(InvalidUrl {
            kind,
            input: rest.to_owned(),
            reason: why,
        }),
        None => LinkCommand::Add(AddLink::new(kind, url, title)),
    }
}

impl InvalidUrl {
    /// Returns a one-line error as plain text, with an example that works. `command` is the name of
    /// the slash command, such as `/datadog`.
    pub fn message(&self, command: &str) -> String {
        let words = self.input.split_whitespace().collect::<Vec<_>>();
        let [first, more @ ..] = words.as_slice() else {
            return String::new();
        };
        let command_name = command_words(self.kind)
            .first()
            .copied()
            .unwrap_or_default();
        let is_title = !more.is_empty() && url_error(first).is_some();
        let title = if is_title {
            let quoted = truncate(&words.join(" "), 100);
            format!(
                " To declare an incident with this title, put it in quotes: {command} incident \
                 \"{command_name} {quoted}\"."
            )
        } else {
            String::new()
        };
        format!(
            "“{}” {} E.g. “{command} incident {}”.{title}",
            truncate(first, 100),
            self.reason,
            example(self.kind),
        )
    }
}

/// Returns the modal, with the current URL if there is one.
pub fn modal(incident: IncidentId, kind: LinkKind, present: Option<&str>) -> SlackModalView {
    let link = line_input(URL, "Link", present.unwrap_or_default());
    let mut blocks = vec![with_hint(link, "https://…").into()];
    if kind == LinkKind::Document {
        let name = optional(line_input(NAME, "Name", ""));
        blocks.push(with_hint(name, "Defaults to the URL.").into());
    }
    let form = build_modal(callback_id(kind), add_label(kind), "Save", blocks);
    with_metadata(form, &PrivateMetadata::for_incident(incident))
}

/// Reads a submission. Returns `None` if the URL was not changed.
///
/// # Errors
/// Returns [`FieldErrors`] if the URL or the name is invalid.
pub fn read(kind: LinkKind, view: &ViewState) -> Result<Option<AddLink>, FieldErrors> {
    let Some(url) = view.changed_value(URL) else {
        return Ok(None);
    };
    let url = with_scheme(url);
    let url = url.as_str();
    let mut errors = FieldErrors::default();
    if let Some(why) = url_error(url) {
        errors.add(URL, format!("This {why}"));
    }
    let name = view.value(NAME);
    let long = length(name);
    if long > LONGEST_NAME {
        errors.add(NAME, format!("This name {}", too_long(long)));
    }
    errors.into_result(Some(AddLink::new(kind, url, name)))
}

const URL: &str = "url";
const NAME: &str = "name";

fn too_long(long: usize) -> String {
    format!("is {long} characters long. Shorten it to {LONGEST_NAME}.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::json;

    use super::*;
    use crate::testing::{any_text, block_kit_errors, submit_unchanged, submit_with};

    const RUNBOOK_URL: &str = "https://wiki.example.com/runbook?a=b";

    #[test]
    fn document_title_defaults_to_its_url() {
        let title = |rest: &str| match parse(LinkKind::Document, rest) {
            LinkCommand::Add(link) => link.title,
            other => panic!("{other:?}"),
        };
        let url = RUNBOOK_URL;
        assert_eq!(title(&format!("{url} The runbook")), "The runbook");
        assert_eq!(title(&format!("{url} “The runbook”")), "The runbook");
        assert_eq!(title(url), "wiki.example.com/runbook");
        assert_eq!(title("http://localhost:8080/"), "localhost:8080");
    }

    #[test]
    fn url_is_found_between_words_and_gets_a_scheme() {
        let added = |kind, rest: &str| match parse(kind, rest) {
            LinkCommand::Add(link) => (link.url, link.title),
            other => panic!("{other:?}"),
        };
        let link = |url: &str, title: &str| (url.to_owned(), title.to_owned());
        assert_eq!(
            added(LinkKind::Call, "zoom.us/j/1"),
            link("https://zoom.us/j/1", "")
        );
        assert_eq!(
            added(LinkKind::Chat, "see https://a.example now"),
            link("https://a.example", "")
        );
        assert_eq!(
            added(LinkKind::Document, "The runbook: wiki.example.com/r"),
            link("https://wiki.example.com/r", "The runbook")
        );
        let form = modal(IncidentId(7), LinkKind::Call, None);
        let read = read(
            LinkKind::Call,
            &submit_with(&form, &[("url", json!("zoom.us/j/1"))]),
        );
        let url = read.unwrap().map(|link| link.url);
        assert_eq!(url.as_deref(), Some("https://zoom.us/j/1"));
    }

    #[test]
    fn modal_opens_when_the_url_is_missing() {
        for kind in LinkKind::ALL {
            assert_eq!(parse(kind, " "), LinkCommand::OpenModal(kind));
        }
    }

    #[test]
    fn invalid_url_is_rejected_with_an_example() {
        let message = |kind, rest: &str| match parse(kind, rest) {
            LinkCommand::Invalid(wrong) => wrong.message("/dd"),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            message(LinkKind::Document, "javascript:alert(1)"),
            "“javascript:alert(1)” isn't a link. Links start with https:// or http://. E.g. “/dd incident \
             link https://wiki.example.com/runbook Runbook”."
        );
        assert_eq!(
            message(LinkKind::Call, "center is down"),
            "“center” isn't a link. Links start with https:// or http://. E.g. “/dd incident call \
             https://zoom.us/j/123456”. To declare an incident with this title, put it in quotes: /dd \
             incident \"call center is down\"."
        );
        let long = format!("https://a.example {}", "x".repeat(201));
        assert!(
            message(LinkKind::Document, &long)
                .contains("is 201 characters long. Shorten it to 200.")
        );
    }

    #[test]
    fn invalid_url_and_name_are_reported_under_their_fields() {
        let form = modal(IncidentId(7), LinkKind::Document, None);
        let fields = [
            ("url", json!("file:///etc")),
            ("name", json!("x".repeat(201))),
        ];
        let errors = read(LinkKind::Document, &submit_with(&form, &fields)).unwrap_err();
        assert_eq!(
            errors.iter().collect::<Vec<_>>(),
            [
                (
                    "name",
                    "This name is 201 characters long. Shorten it to 200."
                ),
                (
                    "url",
                    "This isn't a link. Links start with https:// or http://."
                ),
            ]
        );
    }

    proptest! {
        #[test]
        fn unchanged_modal_changes_nothing(kind in select(&LinkKind::ALL[..])) {
            let form = modal(IncidentId(7), kind, Some(RUNBOOK_URL));
            prop_assert_eq!(read(kind, &submit_unchanged(&form)), Ok(None));
        }

        #[test]
        fn modal_is_within_block_kit_limits(kind in select(&LinkKind::ALL[..]), present in any_text()) {
            let form = modal(IncidentId(i64::MAX), kind, Some(&present));
            prop_assert_eq!(block_kit_errors(&form), Vec::<String>::new());
        }

        #[test]
        fn any_text_is_a_link_or_gets_a_one_line_error(
            kind in select(&LinkKind::ALL[..]),
            rest in ".*|https?://.*",
        ) {
            match parse(kind, &rest) {
                LinkCommand::Add(link) => prop_assert!(link.url.starts_with("http")),
                LinkCommand::Invalid(wrong) => {
                    let message = wrong.message("/datadog");
                    prop_assert!(!message.contains('\n') && message.chars().count() < 700, "{}", message);
                    prop_assert!(message.contains("E.g. “/datadog incident "), "{}", message);
                }
                LinkCommand::OpenModal(_) | LinkCommand::List => {}
            }
        }
    }
}
