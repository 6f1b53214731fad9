//! The buttons of messages about the alerts of an incident.

use muster_commands::alert_buttons;
use slack_morphism::prelude::*;

use crate::domain::alert::AlertEvent;
use crate::domain::{Activity, Incident, Status, TimelineEvent};
use crate::slack::client::Message;

/// Returns whether an activity is posted in a message of its own, because of its buttons.
pub(crate) fn is_posted_alone(activity: &Activity) -> bool {
    alert_event(activity).is_some_and(AlertEvent::has_buttons)
}

/// Adds the buttons of a message about alerts: **Set to Stable** while the incident is active, **Reopen** and
/// **Declare new** while it is resolved; **Attach** for alerts that look related.
pub(crate) fn with_alert_buttons(
    mut message: Message,
    activities: &[Activity],
    incident: &Incident,
) -> Message {
    let [only] = activities else {
        return message;
    };
    let buttons: Vec<SlackActionBlockElement> = match alert_event(only) {
        Some(AlertEvent::Resolved { .. }) if incident.status == Status::Active => {
            vec![alert_buttons::set_stable_button(incident.id).into()]
        }
        Some(AlertEvent::FiredAgain { group, .. }) if !incident.status.is_open() => {
            let buttons = alert_buttons::reopen_buttons(incident.id, *group);
            buttons.map(Into::into).to_vec()
        }
        Some(AlertEvent::Related { .. }) => {
            vec![alert_buttons::attach_button(incident.id).into()]
        }
        Some(
            AlertEvent::Resolved { .. }
            | AlertEvent::FiredAgain { .. }
            | AlertEvent::Added { .. }
            | AlertEvent::AddedMore { .. }
            | AlertEvent::MoreSevere { .. },
        )
        | None => return message,
    };
    message.blocks.push(SlackActionsBlock::new(buttons).into());
    message
}

fn alert_event(activity: &Activity) -> Option<&AlertEvent> {
    match &activity.event {
        TimelineEvent::Alert { change } => Some(change),
        _ => None,
    }
}
