//! The form that asks which open incident is meant, where a channel does not say so.

use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::form::{self, Answers, Carried, FieldErrors, carrying, incident_option, modal, pick};
use crate::impact::Impact;
use crate::slash::Slash;
use crate::unreadable::text_at;
use crate::{IncidentId, Severity, add_to_incident, limits, link, task};

/// The name of this form when something was typed that is about an incident.
pub const FORM: &str = "which_incident";

/// The name of this form when a message is to be added to an incident.
pub const ADD_FORM: &str = add_to_incident::FORM;

/// The field in which the incident is chosen; Slack asks for its options under this `action_id`.
pub const INCIDENT: &str = "incident";

/// What is asked after something was typed where no channel says which incident it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    title: &'static str,
    submit: &'static str,
}

impl Question {
    /// Gives the question that something typed raises; `None` if it is about no incident, or about none but
    /// that of the channel in which it is typed.
    pub fn of(asked: &Slash) -> Option<Self> {
        let (title, submit) = match asked {
            Slash::Update => ("Update Incident", CONTINUE),
            Slash::AtOnce(_) => ("Change Incident", "Change"),
            Slash::Responders => ("Edit Responders", CONTINUE),
            Slash::Role(_) => ("Change Role", "Change"),
            Slash::Impact(Impact::Ask) => ("Add Impact", CONTINUE),
            Slash::Impact(Impact::Add { .. }) => ("Add Impact", "Add Impact"),
            Slash::Impact(Impact::End { .. }) => ("End Impact", "End Impact"),
            Slash::Impact(Impact::Edit { .. }) => ("Edit Impact", CONTINUE),
            Slash::Note { text } if text.is_empty() => ("Add Note", CONTINUE),
            Slash::Note { .. } => ("Add Note", "Add Note"),
            Slash::Timeline => ("Show Timeline", "Show"),
            Slash::Link(link::Asked::List) => ("Show Links", "Show"),
            Slash::Link(link::Asked::Form(kind)) => (kind.adds(), CONTINUE),
            Slash::Link(link::Asked::Add(link)) => (link.kind.adds(), "Add"),
            Slash::Task(kind, task::Asked::Form) => (kind.adds(), CONTINUE),
            Slash::Task(kind, task::Asked::Add { .. }) => (kind.adds(), "Create"),
            Slash::Task(kind, task::Asked::List) => (kind.several(), "Show"),
            Slash::Task(_, task::Asked::Done(_)) => ("Finish Task", "Finish"),
            Slash::Task(_, task::Asked::Reopen(_)) => ("Reopen Task", "Reopen"),
            Slash::Repair => ("Repair Incident", "Repair"),
            // Where it leads to another channel, it is said in the one that is left.
            Slash::Visibility(_) => return None,
            Slash::Link(link::Asked::Wrong(_))
            | Slash::Declare { .. }
            | Slash::DeclareTest { .. }
            | Slash::List
            | Slash::Settings
            | Slash::Tray
            | Slash::Help
            | Slash::Unknown(_) => return None,
        };
        Some(Self { title, submit })
    }

    /// Gives the form that asks it, with a remark below; what was typed is carried along.
    pub fn form(self, remark: &str, carried: &Carried) -> SlackModalView {
        let blocks = vec![which().into(), form::remark(remark)];
        carrying(modal(FORM, self.title, self.submit, blocks), carried)
    }
}

const CONTINUE: &str = "Continue";

/// Gives the form before a message goes on a timeline.
pub fn form_to_add() -> SlackModalView {
    modal(ADD_FORM, "Add to Incident", "Add", vec![which().into()])
}

fn which() -> SlackInputBlock {
    pick(INCIDENT, "Incident", "Choose an incident")
}

/// Gives the incident that the person chose, or what to show them under the field.
pub fn read(answers: &Answers) -> Result<IncidentId, FieldErrors> {
    answers
        .given(INCIDENT)
        .parse()
        .map_err(|_| FieldErrors::one(INCIDENT, "Please choose an incident."))
}

/// Gives what the person typed so far to find an incident, from a `block_suggestion`.
pub fn query(payload: &Value) -> &str {
    text_at(payload, "/value").unwrap_or_default().trim()
}

/// Gives the answer to a `block_suggestion`: the first hundred of these incidents, as options.
///
/// Slack: at most 100 options, docs.slack.dev/reference/block-kit/block-elements.
pub fn options<T: AsRef<str>>(
    incidents: impl IntoIterator<Item = (IncidentId, Severity, T)>,
) -> Value {
    let options: Vec<_> = incidents
        .into_iter()
        .take(limits::OPTIONS)
        .map(|(id, severity, title)| incident_option(id, severity, title.as_ref()))
        .collect();
    json!({ "options": options })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::as_slack::{any_text, complaints, filled, option, untouched};
    use crate::help::help;
    use crate::slash::read as read_slash;

    #[test]
    fn the_forms_keep_slacks_limits() {
        assert_eq!(complaints(&form_to_add()), Vec::<String>::new());
        let forms: Vec<_> = help("/dd")
            .into_iter()
            .filter_map(|(typed, _)| asked(&typed[3..]))
            .collect();
        assert!(forms.len() > 12, "{}", forms.len());
        for form in forms {
            assert_eq!(complaints(&form), Vec::<String>::new());
        }
    }

    /// Gives the form that asks which incident something typed is about.
    fn asked(typed: &str) -> Option<SlackModalView> {
        let question = Question::of(&read_slash(typed.trim()))?;
        Some(question.form("You typed: it", &Carried::default()))
    }

    #[test]
    fn the_incident_that_was_chosen_reads_back() {
        let options = options([(IncidentId(7), Severity::Sev2, "Checkout is slow")]);
        let chosen = &options["options"][0];
        assert_eq!(chosen["text"]["text"], "IR-7 · SEV-2 · Checkout is slow");
        let answers = filled(&form_to_add(), &[(INCIDENT, chosen["value"].clone())]);
        assert_eq!(read(&answers), Ok(IncidentId(7)));
        let nobody = read(&untouched(&form_to_add())).unwrap_err();
        assert_eq!(nobody.to_string(), "Please choose an incident.");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn the_options_keep_slacks_limits(
            titles in prop::collection::vec(any_text(), 0..130),
        ) {
            let incidents = titles.iter().map(|title| (IncidentId(i64::MAX), Severity::Sev5, title));
            let answer = options(incidents);
            let shown = answer["options"].as_array().unwrap();
            prop_assert_eq!(shown.len(), titles.len().min(100));
            let mut found = Vec::new();
            shown.iter().for_each(|it| option(it, &mut found));
            prop_assert_eq!(found, Vec::<String>::new());
        }

        #[test]
        fn any_query_is_read(typed in ".*") {
            let payload = json!({ "type": "block_suggestion", "value": typed });
            prop_assert_eq!(query(&payload), typed.trim());
        }
    }
}
