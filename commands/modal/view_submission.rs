//! A submitted modal (`view_submission`).

use crate::modal::form_decode::JsonSink;
use crate::modal::private_metadata::PrivateMetadata;
use crate::modal::view_state::{BlockStates, FieldValues, ViewState};
use crate::payload::payload_error::PayloadError;
use crate::{IncidentId, UserId};

/// A submitted modal.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Default)]
pub(crate) struct SubmissionPayload {
    /// The `type`.
    pub(crate) kind: String,
    user: User,
    view: View,
}

impl From<SubmissionPayload> for ViewSubmission {
    fn from(submitted: SubmissionPayload) -> Self {
        let View {
            id,
            callback_id: form,
            private_metadata: metadata,
            fields: Fields(fields),
            state,
        } = submitted.view;
        let first = fields.iter().find(|field| field.is_input());
        let first_field = first.map_or_else(String::new, |field| field.id.clone());
        let began = fields.into_iter().map(|Field { element, .. }| element);
        let began = began.map(|Element { name, initial }| (name, initial));
        Self {
            view_id: id,
            callback_id: form,
            user: UserId(submitted.user.id),
            private_metadata: PrivateMetadata::parse(&metadata),
            view_state: ViewState::new(state.values, began),
            first_field,
        }
    }
}

impl JsonSink for SubmissionPayload {
    fn member_sink(&mut self, name: &str) -> Option<&mut dyn JsonSink> {
        match name {
            "type" => Some(&mut self.kind),
            "user" => Some(&mut self.user),
            "view" => Some(&mut self.view),
            _ => None,
        }
    }
}

/// `user`.
#[derive(Default)]
struct User {
    id: String,
}

impl JsonSink for User {
    fn member_sink(&mut self, name: &str) -> Option<&mut dyn JsonSink> {
        (name == "id").then_some(&mut self.id)
    }
}

/// `view`: Slack returns it as Muster sent it. Most of it is options, labels and hints, which are
/// skipped.
#[derive(Default)]
struct View {
    id: String,
    callback_id: String,
    private_metadata: String,
    fields: Fields,
    state: State,
}

impl JsonSink for View {
    fn member_sink(&mut self, name: &str) -> Option<&mut dyn JsonSink> {
        match name {
            "id" => Some(&mut self.id),
            "callback_id" => Some(&mut self.callback_id),
            "private_metadata" => Some(&mut self.private_metadata),
            "blocks" => Some(&mut self.fields),
            "state" => Some(&mut self.state),
            _ => None,
        }
    }
}

/// `state`.
#[derive(Default)]
struct State {
    values: BlockStates,
}

impl JsonSink for State {
    fn member_sink(&mut self, name: &str) -> Option<&mut dyn JsonSink> {
        (name == "values").then_some(&mut self.values)
    }
}

/// `blocks`, followed by an empty one.
#[derive(Default)]
struct Fields(Vec<Field>);

impl JsonSink for Fields {
    fn item_sink(&mut self) -> Option<&mut dyn JsonSink> {
        self.0.push(Field::default());
        self.0.last_mut().map(|field| field as &mut dyn JsonSink)
    }
}

/// A block with its initial values.
#[derive(Default)]
struct Field {
    kind: String,
    id: String,
    element: Element,
}

impl Field {
    fn is_input(&self) -> bool {
        self.kind == "input" && !self.id.is_empty()
    }
}

impl JsonSink for Field {
    fn member_sink(&mut self, name: &str) -> Option<&mut dyn JsonSink> {
        match name {
            "type" => Some(&mut self.kind),
            "block_id" => Some(&mut self.id),
            "element" => Some(&mut self.element),
            _ => None,
        }
    }
}

/// The element of an input block.
#[derive(Default)]
struct Element {
    name: String,
    initial: FieldValues,
}

impl JsonSink for Element {
    fn member_sink(&mut self, name: &str) -> Option<&mut dyn JsonSink> {
        match name {
            "action_id" => Some(&mut self.name),
            // `initial_value`, `initial_option`, `initial_users` …
            _ if name.starts_with("initial_") => Some(&mut self.initial),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::json;

    use super::*;
    use crate::SeverityScale;
    use crate::declare;
    use crate::declare::Draft;
    use crate::modal::with_metadata;
    use crate::test_incident::IncidentKind;
    use crate::testing::{expect_submission, submitted_view};

    #[test]
    fn submission_contains_user_callback_id_and_values() {
        let draft = Draft {
            title: "Checkout is slow".to_owned(),
            commander: "U0ALICE0001".into(),
            kind: IncidentKind::Real,
        };
        let form = with_metadata(
            declare::modal(&draft, &SeverityScale::default()),
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
        for (of, missing) in [
            (json!({ "user": { "id": "U1" }, "view": {} }), "/view/id"),
            (json!({ "view": { "id": "V1" } }), "/user/id"),
        ] {
            let mut payload = of;
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
