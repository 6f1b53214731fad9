//! The values that a message template is filled in with.

use chrono::Duration;

use crate::field::FieldValue;
use crate::notification::variables::PREFIX;
use crate::notification::{ContactLookup, UserContact};
use crate::text::{TemplateValue, format_duration, join_items};
use crate::{Impact, Incident, Settings, Task, TaskKind, Timestamp, UserClock, UserId};

/// The number of responders that `incident.responders_summary` names.
const SUMMARIZED_RESPONDERS: usize = 5;

/// The values that a message template is filled in with.
#[derive(Clone, Copy)]
pub struct TemplateValues<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// The team's settings, with the definitions of its fields.
    pub settings: &'a Settings,
    /// The names and addresses of users.
    pub contacts: &'a dyn ContactLookup,
    /// The current time, in the time zone of the message.
    pub clock: &'a UserClock,
    /// The address of the incident's page; `None` if the pages have none.
    pub page_url: Option<&'a str>,
    /// The address of the incident's channel; `None` if it has none.
    pub channel_url: Option<&'a str>,
    /// The changes that the notification reports, one per text.
    pub changes: &'a [String],
}

impl TemplateValues<'_> {
    /// Returns a time in the time zone of the message; empty if there is none.
    pub(crate) fn time(&self, at: Option<Timestamp>) -> TemplateValue {
        let text = at.map(|at| self.clock.display_with_zone(at));
        TemplateValue::Text(text.unwrap_or_default())
    }

    /// Returns a duration; empty if there is none.
    pub(crate) fn duration(duration: Option<Duration>) -> TemplateValue {
        TemplateValue::Text(duration.map(format_duration).unwrap_or_default())
    }

    /// Returns how a user is named. The attributes of an unknown user are empty.
    pub(crate) fn contact(&self, user: &UserId) -> UserContact {
        self.contacts.contact(user).unwrap_or_default()
    }

    /// Returns how a user is named; without attributes if there is no user.
    pub(super) fn contact_of(&self, user: Option<&UserId>) -> UserContact {
        user.map(|user| self.contact(user)).unwrap_or_default()
    }

    /// Returns the name of a user, or what else is known.
    pub(crate) fn user_label(&self, user: &UserId) -> String {
        match self.contact(user).label() {
            "" => user.to_string(),
            label => label.to_owned(),
        }
    }

    /// Returns the first responders, and the number of the others.
    pub(crate) fn responders_summary(&self) -> String {
        let mut names = self.responders();
        let more = names.len().saturating_sub(SUMMARIZED_RESPONDERS);
        names.truncate(SUMMARIZED_RESPONDERS);
        if more > 0 {
            names.push(format!("{more} more"));
        }
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        join_items(&names)
    }

    /// Returns the names of all responders.
    pub(crate) fn responders(&self) -> Vec<String> {
        let users = self.incident.responder_ids();
        users.map(|user| self.user_label(user)).collect()
    }

    /// Returns the impacts, each with its duration.
    pub(crate) fn impacts(&self) -> Vec<String> {
        let impacts = self.incident.impacts.iter();
        impacts.map(|impact| self.impact(impact)).collect()
    }

    fn impact(&self, impact: &Impact) -> String {
        let description = match impact.description.as_str() {
            "" => "Customers affected",
            description => description,
        };
        let start = self.clock.display_with_zone(impact.started_at);
        let end = impact.ended_at.unwrap_or(self.clock.now());
        let length = format_duration(end.duration_since(impact.started_at));
        match impact.ended_at {
            None => format!("{description} (since {start}, {length} so far)"),
            Some(end) => {
                let end = self.clock.display_with_zone(end);
                format!("{description} ({start} to {end}, {length})")
            }
        }
    }

    /// Returns the descriptions of the impacts.
    pub(crate) fn impact_descriptions(&self) -> Vec<String> {
        let descriptions = self.incident.impacts.iter().map(|it| &it.description);
        let descriptions = descriptions.filter(|it| !it.is_empty());
        descriptions.cloned().collect()
    }

    /// Returns the latest end of an impact; `None` while one is ongoing.
    pub(crate) fn impact_end(&self) -> Option<Timestamp> {
        match self.incident.open_impact() {
            Some(_) => None,
            None => self
                .incident
                .impacts
                .iter()
                .filter_map(|it| it.ended_at)
                .max(),
        }
    }

    /// Returns the open tasks and follow-ups, each with its assignees and its due date.
    pub(crate) fn open_tasks(&self) -> Vec<String> {
        let tasks = self.incident.tasks.iter();
        let open = tasks.filter(|task| task.done_at.is_none());
        open.map(|task| self.task(task)).collect()
    }

    fn task(&self, task: &Task) -> String {
        let users = task.assignees.iter().map(|user| self.user_label(user));
        let assignees = users.chain(task.other_assignees().map(str::to_owned));
        let due = task.due_at.map(|at| self.clock.display_with_zone(at));
        let details: Vec<_> = assignees.chain(due.map(|at| format!("due {at}"))).collect();
        let kind = match task.kind {
            TaskKind::Task => "Task",
            TaskKind::FollowUp => "Follow-up",
        };
        let number = task.number;
        let description = &task.description;
        match details.is_empty() {
            true => format!("{kind} {number}: {description}"),
            false => format!("{kind} {number}: {description} ({})", details.join(", ")),
        }
    }

    /// Returns the value of a field that the team defines; empty if the incident has none.
    pub(crate) fn field(&self, name: &str) -> TemplateValue {
        match self.incident.fields.get(name) {
            None => TemplateValue::Text(String::new()),
            Some(FieldValue::Datetime(at)) => self.time(Some(*at)),
            Some(FieldValue::MultiSelect(items) | FieldValue::TextArray(items)) => {
                TemplateValue::List(items.clone())
            }
            Some(
                value @ (FieldValue::SingleSelect(_) | FieldValue::Text(_) | FieldValue::Number(_)),
            ) => TemplateValue::Text(value.to_line()),
        }
    }

    /// Returns whether a variable is named after a field.
    pub(crate) fn has_custom_field(&self, variable: &str) -> bool {
        let name = variable.strip_prefix(PREFIX);
        name.is_some_and(|name| self.settings.field(name).is_some())
    }

    /// Returns the value of a variable that is named after a field; empty if there is no such field.
    pub(crate) fn custom_field(&self, variable: &str) -> TemplateValue {
        let name = variable.strip_prefix(PREFIX);
        let field = name.and_then(|name| self.settings.field(name));
        field.map_or(TemplateValue::Text(String::new()), |field| {
            self.field(&field.name)
        })
    }
}
