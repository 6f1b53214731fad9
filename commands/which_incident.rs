//! The form that asks which open incident is meant, where a channel does not say so.

use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::form::{Answers, FieldErrors, incident_option, modal, pick};
use crate::unreadable::text_at;
use crate::{IncidentId, Severity, add_to_incident, limits};

/// The name of this form when an incident is to be updated.
pub const UPDATE_FORM: &str = "update_which";

/// The name of this form when a message is to be added to an incident.
pub const ADD_FORM: &str = add_to_incident::FORM;

/// The name of this form when an incident is to be repaired.
pub const REPAIR_FORM: &str = "repair_which";

/// The field in which the incident is chosen; Slack asks for its options under this `action_id`.
pub const INCIDENT: &str = "incident";

/// Gives the form before an update: the form to update comes after it.
pub fn form_to_update() -> SlackModalView {
    let question = pick(INCIDENT, "Incident", "Choose an open incident");
    modal(
        UPDATE_FORM,
        "Update Incident",
        "Continue",
        vec![question.into()],
    )
}

/// Gives the form before a repair.
pub fn form_to_repair() -> SlackModalView {
    let question = pick(INCIDENT, "Incident", "Choose an open incident");
    modal(
        REPAIR_FORM,
        "Repair Incident",
        "Repair",
        vec![question.into()],
    )
}

/// Gives the form before a message goes on a timeline.
pub fn form_to_add() -> SlackModalView {
    let question = pick(INCIDENT, "Incident", "Choose an open incident");
    modal(ADD_FORM, "Add to Incident", "Add", vec![question.into()])
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

    #[test]
    fn the_forms_keep_slacks_limits() {
        assert_eq!(complaints(&form_to_update()), Vec::<String>::new());
        assert_eq!(complaints(&form_to_add()), Vec::<String>::new());
        assert_eq!(complaints(&form_to_repair()), Vec::<String>::new());
    }

    #[test]
    fn the_incident_that_was_chosen_reads_back() {
        let options = options([(IncidentId(7), Severity::Sev2, "Checkout is slow")]);
        let chosen = &options["options"][0];
        assert_eq!(chosen["text"]["text"], "IR-7 · SEV-2 · Checkout is slow");
        let answers = filled(&form_to_update(), &[(INCIDENT, chosen["value"].clone())]);
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
