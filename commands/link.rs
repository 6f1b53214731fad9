//! `/datadog incident link <url> [title]`, `chat <url>`, `call <url>` and `links`: the incident's links.

use serde::{Deserialize, Serialize};
use slack_morphism::prelude::*;

use crate::IncidentId;
use crate::form::{Answers, Carried, FieldErrors, carrying, hint, line, modal, optional};
use crate::limits::{cut, length};
use crate::slash::{split, unquoted};
use crate::web_link::{no_link, spelled, without_scheme};

/// The words after `incident` that ask for the list of links.
pub const LIST_WORDS: &[&str] = &["links", "documents", "docs"];

/// The longest name of a document, in characters. Slack: a bookmark's title has at most 256.
pub const LONGEST_NAME: usize = 200;

/// What a link of an incident is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// A runbook, a notebook, anything to read.
    Document,
    /// Where people write to each other outside Slack.
    Chat,
    /// Where people talk to each other.
    Call,
}

/// A link that a person wants the incident to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddLink {
    /// What it is for.
    pub kind: LinkKind,
    /// Where it leads: `http` or `https`.
    pub url: String,
    /// What a document is called; empty for the others.
    pub title: String,
}

/// What was asked for by typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// This link.
    Add(AddLink),
    /// The form, because no link was typed.
    Form(LinkKind),
    /// The list of links.
    List,
    /// What was typed is no link.
    Wrong(NoLink),
}

/// Words that were typed where a link belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoLink {
    kind: LinkKind,
    said: String,
    why: String,
}

impl LinkKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Document, Self::Chat, Self::Call];

    /// Gives what people call it in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Chat => "chat",
            Self::Call => "video call",
        }
    }

    /// Gives what people read on its button and above its form.
    pub fn adds(self) -> &'static str {
        match self {
            Self::Document => "Add Document",
            Self::Chat => "Add Chat",
            Self::Call => "Add Video Call",
        }
    }

    /// Gives the name of its form, which its button has as well.
    pub fn form(self) -> &'static str {
        match self {
            Self::Document => "link_document",
            Self::Chat => "link_chat",
            Self::Call => "link_call",
        }
    }

    /// Gives the kind whose form or button is called so.
    pub fn of_form(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.form() == name)
    }

    /// Gives the words after `incident` that ask for it, the one that we tell first.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Document => &["link", "document", "doc"],
            Self::Chat => &["chat"],
            Self::Call => &["call"],
        }
    }

    /// Gives the kind that a word after `incident` asks for.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        let all = Self::ALL.into_iter();
        all.into_iter().find(|kind| kind.words().contains(&word))
    }

    fn example(self) -> &'static str {
        match self {
            Self::Document => "link https://wiki.example.com/runbook Runbook",
            Self::Chat => "chat https://chat.example.com/incident",
            Self::Call => "call https://zoom.us/j/123456",
        }
    }
}

/// Reads what follows the word for a kind of link, with the links' own addresses in it.
pub(crate) fn read(kind: LinkKind, rest: &str) -> Asked {
    let (url, title) = split(rest);
    if url.is_empty() {
        return Asked::Form(kind);
    }
    let title = unquoted(title);
    let long = length(title);
    let why = no_link(url).or_else(|| match kind {
        LinkKind::Chat | LinkKind::Call if !title.is_empty() => {
            Some("has words behind it: please give the link alone.".to_owned())
        }
        LinkKind::Document if long > LONGEST_NAME => Some(too_long(long)),
        LinkKind::Document | LinkKind::Chat | LinkKind::Call => None,
    });
    match why {
        Some(why) => Asked::Wrong(NoLink {
            kind,
            said: rest.to_owned(),
            why,
        }),
        None => Asked::Add(AddLink::new(kind, url, title)),
    }
}

impl AddLink {
    /// Gives the link; a document without a name is called by its address.
    fn new(kind: LinkKind, url: &str, title: &str) -> Self {
        let url = spelled(url);
        let title = match kind {
            LinkKind::Document if title.is_empty() => by_address(&url),
            LinkKind::Document => title.to_owned(),
            LinkKind::Chat | LinkKind::Call => String::new(),
        };
        Self { kind, url, title }
    }
}

impl NoLink {
    /// Gives one line for the person, as plain text, with an example that works; `command` is the
    /// command's word, such as `/datadog`.
    pub fn line(&self, command: &str) -> String {
        let words = self.said.split_whitespace().collect::<Vec<_>>();
        let [first, more @ ..] = words.as_slice() else {
            return String::new();
        };
        let word = self.kind.words().first().copied().unwrap_or_default();
        let is_title = !more.is_empty() && no_link(first).is_some();
        let title = if is_title {
            let said = cut(&words.join(" "), 100);
            format!(
                " If it is the title of a new incident, type {command} incident \"{word} {said}\"."
            )
        } else {
            String::new()
        };
        format!(
            "“{}” {} For example: {command} incident {}{title}",
            cut(first, 100),
            self.why,
            self.kind.example(),
        )
    }
}

/// Gives the form for a link, filled in with the one that there is.
pub fn form(incident: IncidentId, kind: LinkKind, present: Option<&str>) -> SlackModalView {
    let link = line(URL, "Link", present.unwrap_or_default());
    let mut blocks = vec![hint(link, "It begins with https:// or http://.").into()];
    if kind == LinkKind::Document {
        let name = optional(line(NAME, "Name", ""));
        blocks.push(hint(name, "Without one, it is called by its address.").into());
    }
    let form = modal(kind.form(), kind.adds(), "Save", blocks);
    carrying(form, &Carried::incident(incident))
}

/// Gives the link that was filled in, `None` if it is the one that was there, or what to show under
/// which field.
///
/// # Errors
/// What is wrong with a field.
pub fn read_form(kind: LinkKind, answers: &Answers) -> Result<Option<AddLink>, FieldErrors> {
    let Some(url) = answers.changed(URL) else {
        return Ok(None);
    };
    let mut errors = FieldErrors::default();
    if let Some(why) = no_link(url) {
        errors.add(URL, format!("This {why}"));
    }
    let name = answers.given(NAME);
    let long = length(name);
    if long > LONGEST_NAME {
        errors.add(NAME, format!("This name {}", too_long(long)));
    }
    errors.or(Some(AddLink::new(kind, url, name)))
}

const URL: &str = "url";
const NAME: &str = "name";

fn too_long(long: usize) -> String {
    format!("is {long} characters long; {LONGEST_NAME} is the most. Please shorten it.")
}

/// Gives what a document without a name is called: `wiki.example.com/runbook`.
fn by_address(url: &str) -> String {
    let rest = without_scheme(url).unwrap_or(url);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    cut(rest[..end].trim_end_matches('/'), 80)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::json;

    use super::*;
    use crate::as_slack::{any_text, complaints, filled, untouched};

    const URL_OF_RUNBOOK: &str = "https://wiki.example.com/runbook?a=b";

    #[test]
    fn a_document_is_called_as_told_or_by_its_address() {
        let title = |rest: &str| match read(LinkKind::Document, rest) {
            Asked::Add(link) => link.title,
            other => panic!("{other:?}"),
        };
        let url = URL_OF_RUNBOOK;
        assert_eq!(title(&format!("{url} The runbook")), "The runbook");
        assert_eq!(title(&format!("{url} “The runbook”")), "The runbook");
        assert_eq!(title(url), "wiki.example.com/runbook");
        assert_eq!(title("http://localhost:8080/"), "localhost:8080");
    }

    #[test]
    fn without_a_link_the_form_is_asked_for() {
        for kind in LinkKind::ALL {
            assert_eq!(read(kind, " "), Asked::Form(kind));
        }
    }

    #[test]
    fn what_is_no_link_is_told_with_an_example() {
        let line = |kind, rest: &str| match read(kind, rest) {
            Asked::Wrong(wrong) => wrong.line("/dd"),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            line(LinkKind::Document, "javascript:alert(1)"),
            "“javascript:alert(1)” is no link: a link begins with https:// or http://. For example: \
             /dd incident link https://wiki.example.com/runbook Runbook"
        );
        assert_eq!(
            line(LinkKind::Call, "center is down"),
            "“center” is no link: a link begins with https:// or http://. For example: \
             /dd incident call https://zoom.us/j/123456 If it is the title of a new incident, type \
             /dd incident \"call center is down\"."
        );
        assert_eq!(
            line(LinkKind::Chat, "https://a.example now"),
            "“https://a.example” has words behind it: please give the link alone. For example: \
             /dd incident chat https://chat.example.com/incident"
        );
        let long = format!("https://a.example {}", "x".repeat(201));
        assert!(
            line(LinkKind::Document, &long).contains("is 201 characters long; 200 is the most.")
        );
    }

    #[test]
    fn a_form_with_a_wrong_link_or_name_says_so_under_the_field() {
        let form = form(IncidentId(7), LinkKind::Document, None);
        let fields = [
            ("url", json!("file:///etc")),
            ("name", json!("x".repeat(201))),
        ];
        let errors = read_form(LinkKind::Document, &filled(&form, &fields)).unwrap_err();
        assert_eq!(
            errors.iter().collect::<Vec<_>>(),
            [
                (
                    "name",
                    "This name is 201 characters long; 200 is the most. Please shorten it."
                ),
                (
                    "url",
                    "This is no link: a link begins with https:// or http://."
                ),
            ]
        );
    }

    proptest! {
        #[test]
        fn a_form_submitted_untouched_changes_nothing(kind in select(&LinkKind::ALL[..])) {
            let form = form(IncidentId(7), kind, Some(URL_OF_RUNBOOK));
            prop_assert_eq!(read_form(kind, &untouched(&form)), Ok(None));
        }

        #[test]
        fn the_form_keeps_slacks_limits(kind in select(&LinkKind::ALL[..]), present in any_text()) {
            let form = form(IncidentId(i64::MAX), kind, Some(&present));
            prop_assert_eq!(complaints(&form), Vec::<String>::new());
        }

        #[test]
        fn whatever_is_typed_is_a_link_or_answered_in_one_line(
            kind in select(&LinkKind::ALL[..]),
            rest in ".*|https?://.*",
        ) {
            match read(kind, &rest) {
                Asked::Add(link) => prop_assert!(link.url.starts_with("http")),
                Asked::Wrong(wrong) => {
                    let line = wrong.line("/datadog");
                    prop_assert!(!line.contains('\n') && line.chars().count() < 700, "{}", line);
                    prop_assert!(line.contains("For example: /datadog incident "), "{}", line);
                }
                Asked::Form(_) | Asked::List => {}
            }
        }
    }
}
