//! The buttons of direct messages about tasks: **Done** and **Snooze**.

use muster_domain::IncidentId;
use slack_morphism::prelude::*;

use crate::payload::button_click::button_with_value;

/// Finishes the task. The value is a [`TaskNotice`].
pub const DONE: &str = "task_notice_done";

/// Postpones the overdue notice of the task by one day. The value is a [`TaskNotice`].
pub const SNOOZE: &str = "task_notice_snooze";

/// A task in a direct message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskNotice {
    /// The incident.
    pub incident: IncidentId,
    /// The number of the task.
    pub number: i64,
    /// The numbers of all tasks in the message.
    pub numbers: Vec<i64>,
}

impl TaskNotice {
    /// Parses the value of a button; `None` if it is of another kind.
    pub fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split(' ').map(|part| part.parse::<i64>().ok());
        let (incident, number) = (parts.next()??, parts.next()??);
        Some(Self {
            incident: IncidentId(incident),
            number,
            numbers: parts.collect::<Option<_>>()?,
        })
    }

    fn value(&self) -> String {
        let parts: Vec<String> = [self.incident.number(), self.number]
            .iter()
            .chain(&self.numbers)
            .map(ToString::to_string)
            .collect();
        parts.join(" ")
    }

    /// Returns a label that names the task, if the message has several.
    fn label(&self, action: &str) -> String {
        match self.numbers.len() {
            0 | 1 => action.to_owned(),
            _ => format!("{action}: task {}", self.number),
        }
    }
}

/// Returns the button that finishes the task.
pub fn done_button(notice: &TaskNotice) -> SlackBlockButtonElement {
    button_with_value(DONE, &notice.label("Done"), &notice.value())
}

/// Returns the button that postpones the overdue notice of the task.
pub fn snooze_button(notice: &TaskNotice) -> SlackBlockButtonElement {
    button_with_value(SNOOZE, &notice.label("Snooze 1 day"), &notice.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn button_value_round_trips_and_other_values_are_rejected() {
        let notice = TaskNotice {
            incident: IncidentId(7),
            number: 3,
            numbers: vec![3, 12],
        };
        assert_eq!(TaskNotice::parse(&notice.value()), Some(notice));
        for value in ["", "7", "7 x", "7 3 x", "7 task 1 0"] {
            assert_eq!(TaskNotice::parse(value), None, "{value}");
        }
    }
}
