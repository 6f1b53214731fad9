//! Interaction payloads. A `view_submission` is parsed directly into the required values, because
//! it is the longest payload and must be acknowledged quickly.

use serde::Deserialize;
use serde_json::Value;

use crate::modal::view_submission::{SubmissionPayload, ViewSubmission};

/// The `type` of a submitted modal.
const VIEW_SUBMISSION: &str = "view_submission";

/// An interaction in Slack: a button click, a submission or a shortcut.
#[derive(Clone, Debug, PartialEq)]
pub enum Interaction {
    /// A submitted modal.
    ViewSubmission(Box<ViewSubmission>),
    /// The payload of any other interaction.
    Other(Value),
}

impl Interaction {
    /// Parses a payload; `None` if it is not valid JSON.
    pub fn parse(text: &str) -> Option<Self> {
        match serde_json::from_str(text).map(Self::from_submission) {
            Ok(Some(submission)) => Some(submission),
            Ok(None) | Err(_) => serde_json::from_str(text).ok().map(Self::from_other),
        }
    }

    fn from_submission(payload: SubmissionPayload) -> Option<Self> {
        (payload.kind == VIEW_SUBMISSION).then(|| Self::ViewSubmission(Box::new(payload.into())))
    }

    /// A malformed submission becomes an empty one, which `validate` rejects.
    fn from_other(payload: Value) -> Self {
        if payload["type"] == VIEW_SUBMISSION {
            return Self::ViewSubmission(Box::default());
        }
        Self::Other(payload)
    }

    /// Returns Slack's `type`; empty if it is missing.
    pub fn kind(&self) -> &str {
        match self {
            Self::ViewSubmission(_) => VIEW_SUBMISSION,
            Self::Other(payload) => payload["type"].as_str().unwrap_or_default(),
        }
    }
}

impl From<Value> for Interaction {
    fn from(payload: Value) -> Self {
        let submission = SubmissionPayload::deserialize(&payload).map(Self::from_submission);
        submission
            .ok()
            .flatten()
            .unwrap_or_else(|| Self::from_other(payload))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::modal::{build_modal, line_input, multiline_input};
    use crate::testing::{any_text, expect_submission, submitted_view};

    #[test]
    fn submission_is_read_from_its_payload() {
        let payload = json!({ "type": VIEW_SUBMISSION, "team": null, "user": { "id": "U1", "name": "id" }, "view": {
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
        let form = expect_submission(Interaction::parse(&payload.to_string()).unwrap());
        let parts = (
            &*form.view_id,
            &*form.callback_id,
            form.user.as_str(),
            &*form.first_field,
        );
        assert_eq!(parts, ("V1", "form", "U1", "a"));
        assert_eq!(form.incident(), Some(muster_domain::IncidentId(7)));
        assert_eq!(
            form.view_state.added_and_removed("a"),
            (vec!["c"], vec!["b"])
        );
    }

    #[test]
    fn other_payloads_are_preserved_and_invalid_json_is_ignored() {
        for other in [
            json!({ "type": "block_actions", "view": { "id": "V1" } }),
            json!([1]),
            json!(null),
        ] {
            let read = Interaction::parse(&other.to_string()).unwrap();
            assert_eq!(read, Interaction::Other(other));
        }
        for broken in ["", "{", "{\"type\":}", "{} x", "[1,]"] {
            assert_eq!(Interaction::parse(broken), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn submission_is_read_alike_from_text_and_from_json(title in any_text(), summary in any_text()) {
            let fields = vec![
                line_input("title", "Title", &title).into(),
                multiline_input("summary", "What happened", "", 1_200).into(),
            ];
            let view = submitted_view(&build_modal("form", "Form", "Save", fields), &[("summary", json!(summary))]);
            let payload = json!({ "user": { "id": "U1" }, "view": view, "type": VIEW_SUBMISSION });
            let form = expect_submission(Interaction::parse(&payload.to_string()).unwrap());
            let summary_text = summary.replace("\r\n", "\n");
            prop_assert_eq!(form.view_state.value("summary"), summary_text.trim());
            prop_assert_eq!(form.view_state.changed_value("title"), None);
            prop_assert_eq!(Interaction::from(payload), Interaction::ViewSubmission(form.into()));
        }
    }
}
