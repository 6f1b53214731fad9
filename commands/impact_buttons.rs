//! The buttons that remove an impact, and those of an impact that starts long before the declaration.

use muster_domain::IncidentId;
use serde::{Deserialize, Serialize};
use slack_morphism::prelude::*;

use crate::modal::block_kit_limits;
use crate::payload::button_click::{button, confirmed};

/// Removes an impact, after a confirmation.
pub const REMOVE: &str = "impact_remove";

/// Adds an impact that starts long before the declaration.
pub const ADD_ANYWAY: &str = "impact_add_anyway";

/// Opens the modal with the values of an impact that was not added.
pub const EDIT_DRAFT: &str = "impact_edit_draft";

/// The impact that a button refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImpactButton {
    /// The incident.
    pub incident: IncidentId,
    /// The number of the impact.
    pub number: i64,
}

impl ImpactButton {
    /// Parses the value of a button; `None` if it is invalid.
    pub fn parse(value: &str) -> Option<Self> {
        let (incident, number) = value.split_once(' ')?;
        Some(Self {
            incident: IncidentId(incident.parse().ok()?),
            number: number.parse().ok()?,
        })
    }

    /// Returns the button that removes the impact.
    pub fn remove_button(self) -> SlackBlockButtonElement {
        let value = format!("{} {}", self.incident.number(), self.number);
        confirm_removal(button(REMOVE, "Remove").with_value(value))
    }
}

/// Returns a button that asks whether to remove an impact.
pub(crate) fn confirm_removal(button: SlackBlockButtonElement) -> SlackBlockButtonElement {
    confirmed(
        button,
        "Remove this impact?",
        "It’s taken off the incident and its timeline. Durations are calculated without it.",
    )
}

/// An impact that was not added yet, because its start is doubtful.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImpactDraft {
    /// The incident.
    #[serde(rename = "i")]
    pub incident: IncidentId,
    /// The start, in milliseconds since 1970.
    #[serde(rename = "s")]
    pub started_at: i64,
    /// The description.
    #[serde(rename = "d")]
    pub description: String,
}

impl ImpactDraft {
    /// Parses the value of a button; `None` if it is invalid.
    pub fn parse(value: &str) -> Option<Self> {
        serde_json::from_str(value).ok()
    }

    /// Returns the buttons **Add anyway** and **Edit**, or `None` if the description is too long for their
    /// values.
    pub fn buttons(&self) -> Option<[SlackBlockButtonElement; 2]> {
        let value = serde_json::to_string(self).ok()?;
        (value.chars().count() <= block_kit_limits::BUTTON_VALUE).then(|| {
            [(ADD_ANYWAY, "Add anyway"), (EDIT_DRAFT, "Edit")]
                .map(|(action, label)| button(action, label).with_value(value.clone()))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::any_text;

    fn value(button: &SlackBlockButtonElement) -> &str {
        button.value.as_deref().unwrap_or_default()
    }

    proptest! {
        #[test]
        fn button_values_round_trip(incident in any::<i64>(), number in any::<i64>(), description in any_text()) {
            let impact = ImpactButton { incident: IncidentId(incident), number };
            prop_assert_eq!(ImpactButton::parse(value(&impact.remove_button())), Some(impact));
            let draft = ImpactDraft { incident: IncidentId(incident), started_at: number, description };
            for button in draft.buttons().into_iter().flatten() {
                prop_assert_eq!(ImpactDraft::parse(value(&button)), Some(draft.clone()));
            }
        }

        #[test]
        fn invalid_button_value_is_ignored(value in ".*") {
            let _ = (ImpactButton::parse(&value), ImpactDraft::parse(&value));
        }
    }
}
