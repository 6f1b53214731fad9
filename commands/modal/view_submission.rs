//! A submitted modal (`view_submission`).

use std::collections::BTreeMap;

use muster_domain::{IncidentId, UserId};
use serde::Deserialize;

use crate::modal::private_metadata::PrivateMetadata;
use crate::modal::view_state::{FieldValues, ViewState};
use crate::payload::payload_error::PayloadError;

/// A submitted modal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewSubmission {
    /// The ID of the view, which is the same for each redelivery of the submission.
    pub view_id: String,
    /// The `CALLBACK_ID` of the modal's command.
    pub callback_id: String,
    /// The user who submitted it.
    pub user: UserId,
    /// The private metadata of the modal.
    pub private_metadata: PrivateMetadata,
    /// The values of the fields.
    pub view_state: ViewState,
    /// The name of the first field, which shows errors that belong to no field; empty if there is
    /// none.
    pub first_field: String,
}

impl ViewSubmission {
    /// Checks that the submission has its required IDs.
    ///
    /// # Errors
    /// Returns a `PayloadError` if the ID of the view or of the user is missing.
    pub fn validate(&self) -> Result<(), PayloadError> {
        let needed = [("/view/id", &self.view_id), ("/user/id", &self.user.0)];
        match needed.into_iter().find(|(_, text)| text.is_empty()) {
            Some((missing, _)) => Err(PayloadError {
                kind: "view_submission",
                missing,
            }),
            None => Ok(()),
        }
    }

    /// Returns the incident of the modal; `None` if it was not opened for one.
    pub fn incident(&self) -> Option<IncidentId> {
        self.private_metadata.incident
    }
}

/// The payload of a `view_submission`, or only the type of any other payload.
///
/// Slack returns the view as Muster sent it. Most of it is options, labels and hints, which are
/// skipped while parsing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SubmissionPayload {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    user: User,
    view: View,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct User {
    id: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    id: String,
    callback_id: String,
    private_metadata: String,
    blocks: Vec<Block>,
    state: State,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    block_id: String,
    element: Element,
}

/// The element of an input block.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Element {
    action_id: String,
    #[serde(
        alias = "initial_value",
        alias = "initial_date",
        alias = "initial_time"
    )]
    #[serde(alias = "initial_option", alias = "initial_options")]
    #[serde(alias = "initial_user", alias = "initial_users")]
    initial: FieldValues,
}

/// The values by `block_id` and `action_id`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct State {
    values: BTreeMap<String, BTreeMap<String, ElementState>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ElementState {
    #[serde(alias = "selected_date", alias = "selected_time")]
    #[serde(alias = "selected_option", alias = "selected_options")]
    #[serde(alias = "selected_user", alias = "selected_users")]
    value: FieldValues,
}

impl From<SubmissionPayload> for ViewSubmission {
    fn from(payload: SubmissionPayload) -> Self {
        let view = payload.view;
        let is_input = |block: &&Block| block.kind == "input" && !block.block_id.is_empty();
        let first_field = view.blocks.iter().find(is_input);
        let first_field = first_field.map_or_else(String::new, |block| block.block_id.clone());
        let states = view.state.values.into_values().flatten();
        let elements = view.blocks.into_iter().map(|block| block.element);
        Self {
            view_id: view.id,
            callback_id: view.callback_id,
            user: UserId(payload.user.id),
            private_metadata: PrivateMetadata::parse(&view.private_metadata),
            view_state: ViewState::new(
                states.map(|(name, state)| (name, state.value)),
                elements.map(|element| (element.action_id, element.initial)),
            ),
            first_field,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use muster_domain::{IncidentKind, SeverityScale};

    use serde_json::json;

    use super::*;
    use crate::declare;
    use crate::declare::Draft;
    use crate::modal::with_metadata;
    use crate::testing::{expect_submission, submitted_view};

    #[test]
    fn submission_contains_user_callback_id_and_values() {
        let draft = Draft {
            title: "Checkout is slow".to_owned(),
            commander: "U0ALICE0001".into(),
            kind: IncidentKind::Real,
            prefill: declare::Prefill::default(),
        };
        let form = with_metadata(
            declare::modal(&draft, &SeverityScale::default(), "/datadog"),
            &PrivateMetadata::for_incident(IncidentId(7)),
        );
        let mut view = submitted_view(&form, &[]);
        view["id"] = json!("V0NRGY9W858");
        let payload = json!({
            "type": "view_submission", "team": null, "enterprise": null, "new_field": [1],
            "user": { "id": "W0ALICE0001", "team_id": null }, "view": view,
        });
        let submission = expect_submission(payload.into());
        submission.validate().unwrap();
        assert_eq!(submission.view_id, "V0NRGY9W858");
        assert_eq!(submission.callback_id, declare::CALLBACK_ID);
        assert_eq!(submission.user, UserId::from("W0ALICE0001"));
        assert_eq!(submission.incident(), Some(IncidentId(7)));
        assert_eq!(submission.view_state.value("title"), "Checkout is slow");
    }

    #[test]
    fn submission_without_user_or_view_is_rejected() {
        for (fields, missing) in [
            (json!({ "user": { "id": "U1" }, "view": {} }), "/view/id"),
            (json!({ "view": { "id": "V1" } }), "/user/id"),
        ] {
            let mut payload = fields;
            payload["type"] = json!("view_submission");
            assert_eq!(
                expect_submission(payload.into())
                    .validate()
                    .unwrap_err()
                    .missing,
                missing
            );
        }
    }
}
