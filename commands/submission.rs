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

    /// Gives the incident that the form is about, if it was opened for one.
    pub fn incident(&self) -> Option<IncidentId> {
        self.carried.incident
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::json;

    use super::*;
    use crate::Scale;
    use crate::as_slack::submitted;
    use crate::declare::{self, Draft};
    use crate::form::carrying;

    #[test]
    fn a_submission_says_who_which_form_and_what() {
        let draft = Draft {
            title: "Checkout is slow".to_owned(),
            commander: "U0ALICE0001".into(),
        };
        let form = carrying(
            declare::form(&draft, &Scale::default()),
            &Carried::incident(IncidentId(7)),
        );
        let mut view = submitted(&form, &[]);
        view["id"] = json!("V0NRGY9W858");
        let payload = json!({
            "type": "view_submission", "team": null, "enterprise": null, "new_field": [1],
            "user": { "id": "W0ALICE0001", "team_id": null }, "view": view,
        });
        let submission = Submission::read(&payload).unwrap();
        assert_eq!(submission.view, "V0NRGY9W858");
        assert_eq!(submission.form, declare::FORM);
        assert_eq!(submission.person, PersonId::from("W0ALICE0001"));
        assert_eq!(submission.incident(), Some(IncidentId(7)));
        assert_eq!(submission.answers.given("title"), "Checkout is slow");
    }

    #[test]
    fn a_submission_of_nobody_or_of_no_form_is_refused() {
        let refused = Submission::read(&json!({ "user": { "id": "U1" }, "view": {} })).unwrap_err();
        assert_eq!(refused.missing, "/view/id");
        let refused = Submission::read(&json!({ "view": { "id": "V1" } })).unwrap_err();
        assert_eq!(refused.missing, "/user/id");
    }
}
