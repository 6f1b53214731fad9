//! The payload of an interaction. A form that was submitted is read into what we need of it and nothing else:
//! that is the request that must never wait, and the longest.

use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde_json::Value;

use crate::filling::Filling;
use crate::submission::{Submission, Submitted};

/// The kind of a form that was submitted.
const SUBMITTED: &str = "view_submission";

/// What somebody did in Slack: they clicked, submitted, chose.
#[derive(Clone, Debug, PartialEq)]
pub enum Interaction {
    /// A form was submitted.
    Submitted(Box<Submission>),
    /// Anything else: the payload.
    Other(Value),
}

impl Interaction {
    /// Reads a payload; `None` if it is no JSON.
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let submitted = submitted(&mut reader).ok()?;
        reader.end().ok()?;
        match submitted {
            Some(form) => Some(Self::Submitted(form.into())),
            None => serde_json::from_str(text).ok().map(Self::Other),
        }
    }

    /// Gives its kind, as Slack calls it; empty if it has none.
    pub fn kind(&self) -> &str {
        match self {
            Self::Submitted(_) => SUBMITTED,
            Self::Other(payload) => payload["type"].as_str().unwrap_or_default(),
        }
    }
}

impl From<Value> for Interaction {
    fn from(payload: Value) -> Self {
        match submitted(&payload) {
            Ok(Some(form)) => Self::Submitted(form.into()),
            // What is JSON already cannot fail.
            Ok(None) | Err(_) => Self::Other(payload),
        }
    }
}

/// Gives the form, if that is what a payload is about.
fn submitted<'de, D: Deserializer<'de>>(payload: D) -> Result<Option<Submission>, D::Error> {
    let mut read = Submitted::default();
    Filling(Some(&mut read)).deserialize(payload)?;
    Ok((read.kind == SUBMITTED).then(|| read.into()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::as_slack::{any_text, form_of, submitted};
    use crate::form::{line, modal, text};

    #[test]
    fn a_form_is_read_without_what_we_wrote_on_it() {
        let payload = json!({ "type": SUBMITTED, "team": null, "user": { "id": "U1", "name": "id" }, "view": {
            "id": "V1", "callback_id": "form", "private_metadata": "{\"incident\":7}",
            "blocks": [
                { "type": "section", "block_id": "s", "text": { "text": "x", "block_id": "y" } },
                { "type": "input", "block_id": "a", "label": { "text": "A" },
                  "element": { "type": "static_select", "action_id": "a", "options": [{ "value": "c" }],
                               "initial_option": { "text": { "text": "B" }, "value": "b" } } },
            ],
            "state": { "values": { "a": { "a": { "type": "static_select",
                       "selected_option": { "text": { "text": "C" }, "value": "c" } } } } },
        } });
        let form = form_of(Interaction::read(&payload.to_string()).unwrap());
        let said = (
            &*form.view,
            &*form.form,
            form.person.as_str(),
            &*form.first_field,
        );
        assert_eq!(said, ("V1", "form", "U1", "a"));
        assert_eq!(form.incident(), Some(crate::IncidentId(7)));
        assert_eq!(form.answers.moved("a"), (vec!["c"], vec!["b"]));
    }

    #[test]
    fn what_is_no_form_is_kept_as_it_came_and_what_is_no_json_is_nothing() {
        for other in [
            json!({ "type": "block_actions", "view": { "id": "V1" } }),
            json!([1]),
            json!(null),
        ] {
            let read = Interaction::read(&other.to_string()).unwrap();
            assert_eq!(read, Interaction::Other(other));
        }
        for broken in ["", "{", "{\"type\":}", "{} x", "[1,]"] {
            assert_eq!(Interaction::read(broken), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn both_doors_read_the_same(title in any_text(), summary in any_text()) {
            let fields = vec![
                line("title", "Title", &title).into(),
                text("summary", "What happened", "", 1_200).into(),
            ];
            let view = submitted(&modal("form", "Form", "Save", fields), &[("summary", json!(summary))]);
            let payload = json!({ "user": { "id": "U1" }, "view": view, "type": SUBMITTED });
            let form = form_of(Interaction::read(&payload.to_string()).unwrap());
            let given = summary.replace("\r\n", "\n");
            prop_assert_eq!(form.answers.given("summary"), given.trim());
            prop_assert_eq!(form.answers.changed("title"), None);
            prop_assert_eq!(Interaction::from(payload), Interaction::Submitted(form.into()));
        }
    }
}
