//! The buttons of cards of alerts, and of messages about the alerts of an incident.

use muster_domain::IncidentId;
use slack_morphism::prelude::*;

use crate::payload::button_click::{ButtonClick, button, button_with_value};

/// Opens the declare modal with the facts of a group. The value is the group.
pub const DECLARE: &str = "alert_declare";

/// Adds a group to an incident. The value is the group and the incident's number.
pub const ADD: &str = "alert_add";

/// Opens the modal that asks for the incident of a group. The value is the group.
pub const ADD_OTHER: &str = "alert_add_other";

/// Ignores a group for the window of its rule. The value is the group.
pub const IGNORE: &str = "alert_ignore";

/// Ignores a group for an hour. The value is the group.
pub const IGNORE_HOUR: &str = "alert_ignore_hour";

/// Ignores a group for a day. The value is the group.
pub const IGNORE_DAY: &str = "alert_ignore_day";

/// Adds a rule that ignores alerts like those of a group. The value is the group.
pub const IGNORE_ALWAYS: &str = "alert_ignore_always";

/// Sets the status of an incident to Stable. The value is the incident's number.
pub const SET_STABLE: &str = "alert_set_stable";

/// Reopens an incident. The value is the incident's number.
pub const REOPEN: &str = "alert_reopen";

/// Adds the alerts that look related to an incident. The value is the incident's number.
pub const ATTACH: &str = "alert_attach";

/// Returns the buttons of a card. `candidate` is the incident to which the group is most likely to belong.
pub fn group_buttons(group: i64, candidate: Option<IncidentId>) -> Vec<SlackBlockButtonElement> {
    let value = group.to_string();
    let mut buttons = vec![
        button_with_value(DECLARE, "Declare Incident", &value)
            .with_style(SlackBlockButtonStyle::Primary),
    ];
    if let Some(candidate) = candidate {
        let add = button(ADD, &format!("Add to {candidate}"));
        buttons.push(add.with_value(format!("{group} {}", candidate.number())));
        buttons.push(button_with_value(ADD_OTHER, "Add to Incident…", &value));
    }
    buttons.push(button_with_value(IGNORE, "Ignore", &value));
    buttons
}

/// Returns the buttons that ignore a group for longer.
pub fn ignore_buttons(group: i64) -> [SlackBlockButtonElement; 3] {
    let value = group.to_string();
    [
        (IGNORE_HOUR, "1 hour"),
        (IGNORE_DAY, "24 hours"),
        (IGNORE_ALWAYS, "Always"),
    ]
    .map(|(action, text)| button_with_value(action, text, &value))
}

/// Returns the button that sets the status of an incident to Stable.
pub fn set_stable_button(incident: IncidentId) -> SlackBlockButtonElement {
    button_with_value(SET_STABLE, "Set to Stable", &incident.number().to_string())
}

/// Returns the button that adds the alerts that look related to an incident.
pub fn attach_button(incident: IncidentId) -> SlackBlockButtonElement {
    button_with_value(ATTACH, "Attach", &incident.number().to_string())
}

/// Returns the buttons that reopen an incident, or declare another one from the group.
pub fn reopen_buttons(incident: IncidentId, group: i64) -> [SlackBlockButtonElement; 2] {
    [
        button_with_value(REOPEN, "Reopen", &incident.number().to_string()),
        button_with_value(DECLARE, "Declare new", &group.to_string()),
    ]
}

/// Returns the group and the incident of a button that adds one to the other; `None` for another button.
pub fn added_to(click: &ButtonClick) -> Option<(i64, IncidentId)> {
    let (group, incident) = click.value.split_once(' ')?;
    Some((group.parse().ok()?, IncidentId(incident.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;
    use crate::payload::button_click::read;

    #[test]
    fn buttons_name_the_group_and_the_likely_incident() {
        let labels = |candidate: Option<IncidentId>| -> Vec<String> {
            let buttons = group_buttons(12, candidate).into_iter();
            let json = buttons.map(|button| serde_json::to_value(button).unwrap());
            json.map(|button| button["text"]["text"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(labels(None), ["Declare Incident", "Ignore"]);
        assert_eq!(
            labels(Some(IncidentId(7))),
            [
                "Declare Incident",
                "Add to IR-7",
                "Add to Incident…",
                "Ignore"
            ]
        );
    }

    #[test]
    fn button_that_adds_a_group_round_trips() {
        let element = serde_json::to_value(&group_buttons(12, Some(IncidentId(7)))[1]).unwrap();
        let payload = json!({
            "user": { "id": "U0ALICE0001" },
            "actions": [{ "action_id": element["action_id"], "value": element["value"] }],
        });
        let click = read(&payload).unwrap();
        assert_eq!(click.action_id, ADD);
        assert_eq!(added_to(&click), Some((12, IncidentId(7))));
    }
}
