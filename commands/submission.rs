//! A submitted form: who, which form, what it carried along, what was filled in.

use crate::answers::{Answers, States, Values};
use crate::carried::Carried;
use crate::filling::Fill;
use crate::unreadable::Unreadable;
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
    /// Its first field, under which stands what is about none; empty if it has none.
    pub first_field: String,
}

impl Submission {
    /// Makes sure that it says which form was submitted, and by whom.
    ///
    /// Fails only if the id of the view or of the person is missing.
    pub fn is_whole(&self) -> Result<(), Unreadable> {
        let needed = [("/view/id", &self.view), ("/user/id", &self.person.0)];
        match needed.into_iter().find(|(_, text)| text.is_empty()) {
            Some((missing, _)) => Err(Unreadable {
                kind: "view_submission",
                missing,
            }),
            None => Ok(()),
        }
    }

    /// Gives the incident that the form is about, if it was opened for one.
    pub fn incident(&self) -> Option<IncidentId> {
        self.carried.incident
    }
}

/// The payload of a `view_submission`, or another one of which only the kind is of use.
#[derive(Default)]
pub(crate) struct Submitted {
    /// What kind of a payload it is.
    pub(crate) kind: String,
    user: User,
    view: View,
}

impl From<Submitted> for Submission {
    fn from(submitted: Submitted) -> Self {
        let View {
            id,
            form,
            metadata,
            fields: Fields(fields),
            state,
        } = submitted.view;
        let first = fields.iter().find(|field| field.is_input());
        let first_field = first.map_or_else(String::new, |field| field.id.clone());
        let began = fields.into_iter().map(|Field { element, .. }| element);
        let began = began.map(|Element { name, initial }| (name, initial));
        Self {
            view: id,
            form,
            person: PersonId(submitted.user.id),
            carried: Carried::read(&metadata),
            answers: Answers::of(state.values, began),
            first_field,
        }
    }
}

impl Fill for Submitted {
    fn member(&mut self, name: &str) -> Option<&mut dyn Fill> {
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

impl Fill for User {
    fn member(&mut self, name: &str) -> Option<&mut dyn Fill> {
        (name == "id").then_some(&mut self.id)
    }
}

/// `view`: Slack hands it back as we wrote it, with all its options, labels and hints, and those are most of it.
#[derive(Default)]
struct View {
    id: String,
    form: String,
    metadata: String,
    fields: Fields,
    state: State,
}

impl Fill for View {
    fn member(&mut self, name: &str) -> Option<&mut dyn Fill> {
        match name {
            "id" => Some(&mut self.id),
            "callback_id" => Some(&mut self.form),
            "private_metadata" => Some(&mut self.metadata),
            "blocks" => Some(&mut self.fields),
            "state" => Some(&mut self.state),
            _ => None,
        }
    }
}

/// `state`.
#[derive(Default)]
struct State {
    values: States,
}

impl Fill for State {
    fn member(&mut self, name: &str) -> Option<&mut dyn Fill> {
        (name == "values").then_some(&mut self.values)
    }
}

/// `blocks`, and after them one that says nothing.
#[derive(Default)]
struct Fields(Vec<Field>);

impl Fill for Fields {
    fn item(&mut self) -> Option<&mut dyn Fill> {
        self.0.push(Field::default());
        self.0.last_mut().map(|field| field as &mut dyn Fill)
    }
}

/// A block of a form: which it is, and what it began with.
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

impl Fill for Field {
    fn member(&mut self, name: &str) -> Option<&mut dyn Fill> {
        match name {
            "type" => Some(&mut self.kind),
            "block_id" => Some(&mut self.id),
            "element" => Some(&mut self.element),
            _ => None,
        }
    }
}

/// The element of a field.
#[derive(Default)]
struct Element {
    name: String,
    initial: Values,
}

impl Fill for Element {
    fn member(&mut self, name: &str) -> Option<&mut dyn Fill> {
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
    use crate::Scale;
    use crate::as_slack::{form_of, submitted};
    use crate::declare::{self, Draft};
    use crate::form::carrying;
    use crate::test_incident::Nature;

    #[test]
    fn a_submission_says_who_which_form_and_what() {
        let draft = Draft {
            title: "Checkout is slow".to_owned(),
            commander: "U0ALICE0001".into(),
            nature: Nature::Real,
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
        let submission = form_of(payload.into());
        submission.is_whole().unwrap();
        assert_eq!(submission.view, "V0NRGY9W858");
        assert_eq!(submission.form, declare::FORM);
        assert_eq!(submission.person, PersonId::from("W0ALICE0001"));
        assert_eq!(submission.incident(), Some(IncidentId(7)));
        assert_eq!(submission.answers.given("title"), "Checkout is slow");
    }

    #[test]
    fn a_submission_of_nobody_or_of_no_form_is_refused() {
        for (of, missing) in [
            (json!({ "user": { "id": "U1" }, "view": {} }), "/view/id"),
            (json!({ "view": { "id": "V1" } }), "/user/id"),
        ] {
            let mut payload = of;
            payload["type"] = json!("view_submission");
            assert_eq!(
                form_of(payload.into()).is_whole().unwrap_err().missing,
                missing
            );
        }
    }
}
