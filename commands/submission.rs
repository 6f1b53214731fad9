//! A submitted form: who, which form, what it carried along, what was filled in.

use serde_json::Value;

use crate::answers::Answers;
use crate::carried::Carried;
use crate::unreadable::{Unreadable, needed, text_at};
use crate::{IncidentId, PersonId};

/// A form that a person submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The id of the view; one opened form has one, however often Slack delivers it.
    pub view: String,
    /// Which form it is: the `FORM` of a command.
    pub form: String,
    /// Who submitted it.
    pub person: PersonId,
    /// What the form carried along since it was opened.
    pub carried: Carried,
    /// What was filled in.
    pub answers: Answers,
}

impl Submission {
    /// Reads the payload of a `view_submission`.
    ///
    /// Fails only if the id of the view or of the person is missing.
    pub fn read(payload: &Value) -> Result<Self, Unreadable> {
        let view = needed(payload, "view_submission", "/view/id")?;
        let person = needed(payload, "view_submission", "/user/id")?;
        let metadata = text_at(payload, "/view/private_metadata").unwrap_or_default();
        Ok(Self {
            view: view.to_owned(),
            form: text_at(payload, "/view/callback_id")
                .unwrap_or_default()
                .to_owned(),
            person: PersonId::from(person),
            carried: Carried::read(metadata),
            answers: Answers::read(&payload["view"]),
        })
    }

    /// Gives the key under which the inbox remembers that this form was done.
    pub fn key(&self) -> String {
        format!("view:{}", self.view)
    }

    /// Gives the incident that the form is about, if it was opened for one.
    pub fn incident(&self) -> Option<IncidentId> {
        self.carried.incident
    }
}
