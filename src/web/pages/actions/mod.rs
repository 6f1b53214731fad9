//! The actions on an incident: everything that its tabs can change, except the fields with a form of their own
//! in `incident_field`. Each goes through the same decision as in Slack.
//!
//! | To add an action | open |
//! | --- | --- |
//! | its name, its tab and its confirmation | here |
//! | its form and what it does | the file of its subject |

mod impacts;
mod last_change;
mod links;
mod notes;
mod responders;
mod status;
mod submission;
mod submit;
mod tasks;
mod undo;

use std::collections::HashMap;

use crate::domain::{Incident, LinkKind, Status, TaskKind, User, Visibility};
use crate::error::Result;
use crate::web::form::{Form, new_key};
use crate::web::pages::incident::incident_path;
use crate::web::pages::incident_tabs::Tab;
use crate::web::parts::{ActionButton, ActionForm, Choice, FormField, Tense};
use crate::web::session::SignedIn;

pub(crate) use impacts::ImpactAction;
pub(crate) use links::LinkAction;
pub(crate) use notes::EntryAction;
pub(crate) use responders::RespondersAction;
pub(crate) use status::{STATUS, StatusAction};
pub(crate) use submit::add_routes;
pub(crate) use tasks::TaskAction;
pub(crate) use undo::undo_button;

/// An action on an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// About an entry of the timeline.
    Entry(EntryAction),
    /// About an impact.
    Impact(ImpactAction),
    /// About a task or a follow-up.
    Task(TaskAction),
    /// About a link.
    Link(LinkAction),
    /// About the users of the incident.
    Responders(RespondersAction),
    /// About the incident as a whole.
    Status(StatusAction),
}

/// The properties of an action.
struct ActionSpec {
    action: Action,
    /// The name in the path.
    name: &'static str,
    /// The tab with its form or its button.
    tab: Tab,
    /// The confirmation.
    done: &'static str,
}

const fn spec(action: Action, name: &'static str, tab: Tab, done: &'static str) -> ActionSpec {
    ActionSpec {
        action,
        name,
        tab,
        done,
    }
}

#[rustfmt::skip]
const ACTIONS: [ActionSpec; 33] = [
    spec(Action::Entry(EntryAction::AddNote), "add-note", Tab::Timeline, "Note added."),
    spec(Action::Entry(EntryAction::Edit), "edit-entry", Tab::Timeline, "Entry saved."),
    spec(Action::Entry(EntryAction::Remove), "remove-entry", Tab::Timeline, "Entry removed."),
    spec(Action::Entry(EntryAction::Restore), "restore-entry", Tab::Timeline, "Entry restored."),
    spec(Action::Entry(EntryAction::Flag), "flag-entry", Tab::Timeline, "Entry flagged as important."),
    spec(Action::Entry(EntryAction::Unflag), "unflag-entry", Tab::Timeline, "Flag removed."),
    spec(Action::Status(StatusAction::PostUpdate), "post-update", Tab::Overview, "Update posted."),
    spec(Action::Impact(ImpactAction::Add), "add-impact", Tab::Overview, "Impact added."),
    spec(Action::Impact(ImpactAction::End), "end-impact", Tab::Overview, "Impact ended."),
    spec(Action::Impact(ImpactAction::Edit), "edit-impact", Tab::Overview, "Impact saved."),
    spec(Action::Impact(ImpactAction::Remove), "remove-impact", Tab::Overview, "Impact removed."),
    spec(Action::Task(TaskAction::Add(TaskKind::Task)), "add-task", Tab::Remediation, "Task added."),
    spec(Action::Task(TaskAction::Add(TaskKind::FollowUp)), "add-follow-up", Tab::Remediation, "Follow-up added."),
    spec(Action::Task(TaskAction::Edit), "edit-task", Tab::Remediation, "Saved."),
    spec(Action::Task(TaskAction::Finish), "finish-task", Tab::Remediation, "Done."),
    spec(Action::Task(TaskAction::Reopen), "reopen-task", Tab::Remediation, "Reopened."),
    spec(Action::Task(TaskAction::Remove), "remove-task", Tab::Remediation, "Removed."),
    spec(Action::Link(LinkAction::Add(LinkKind::Document)), "add-document", Tab::Remediation, "Document added."),
    spec(Action::Link(LinkAction::RemoveDocument), "remove-document", Tab::Remediation, "Document removed."),
    spec(Action::Link(LinkAction::Add(LinkKind::Chat)), "set-chat", Tab::Overview, "Chat saved."),
    spec(Action::Link(LinkAction::RemoveChat), "remove-chat", Tab::Overview, "Chat removed."),
    spec(Action::Link(LinkAction::Add(LinkKind::Call)), "set-call", Tab::Overview, "Video call saved."),
    spec(Action::Link(LinkAction::RemoveCall), "remove-call", Tab::Overview, "Video call removed."),
    spec(Action::Responders(RespondersAction::Assign), "assign-roles", Tab::Overview, "Responders saved."),
    spec(Action::Status(StatusAction::Resolve), "resolve", Tab::Overview, "Incident resolved."),
    spec(Action::Status(StatusAction::Set(Status::Stable)), "stabilize", Tab::Overview, "The incident is STABLE."),
    spec(Action::Status(StatusAction::Set(Status::Active)), "reopen", Tab::Overview, "Incident reopened."),
    spec(Action::Status(StatusAction::Set(Status::Completed)), "complete", Tab::Overview, "Incident completed."),
    spec(Action::Status(StatusAction::SetVisibility(Visibility::Private)), "make-private", Tab::Overview, "The incident is private. It moves to a private channel."),
    spec(Action::Status(StatusAction::SetVisibility(Visibility::Public)), "make-public", Tab::Overview, "The incident is public. It moves to a public channel."),
    spec(Action::Status(StatusAction::Repair), "repair", Tab::Overview, "Muster checks Slack and recreates what is missing. A direct message tells you the result."),
    spec(Action::Responders(RespondersAction::Subscribe), "subscribe", Tab::Overview, "Subscription changed."),
    spec(Action::Status(StatusAction::RetryDelivery), "retry-delivery", Tab::Notifications, "Muster tries again."),
];

/// Returns the names of all actions.
pub(crate) fn action_names() -> Vec<&'static str> {
    ACTIONS.iter().map(|spec| spec.name).collect()
}

impl Action {
    /// Returns the action with this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let spec = ACTIONS.iter().find(|spec| spec.name == name)?;
        Some(spec.action)
    }

    fn spec(self) -> &'static ActionSpec {
        let spec = ACTIONS.iter().find(|spec| spec.action == self);
        spec.unwrap_or(&ACTIONS[0])
    }

    /// Returns the name in the path.
    pub(crate) fn name(self) -> &'static str {
        self.spec().name
    }

    /// Returns the tab with its form or its button.
    pub(crate) fn tab(self) -> Tab {
        self.spec().tab
    }

    /// Returns the confirmation.
    pub(crate) fn done(self) -> &'static str {
        self.spec().done
    }
}

/// The request to show a form.
pub(crate) struct FormRequest<'a> {
    pub(crate) signed_in: &'a SignedIn,
    pub(crate) incident: &'a Incident,
    pub(crate) action: Action,
    /// The number of the task, impact, document or entry; 0 if there is none.
    pub(crate) number: i64,
    /// The page with the form.
    pub(crate) back: String,
    /// The query of the page, whose values are the defaults of some fields.
    pub(crate) query: &'a HashMap<String, String>,
    /// The form that was rejected, if the form is shown again.
    pub(crate) submitted: Option<&'a Form>,
}

impl FormRequest<'_> {
    /// Returns the form; `None` for an action with only a button.
    pub(crate) async fn form(&self) -> Result<Option<ActionForm>> {
        match self.action {
            Action::Entry(action) => notes::form(self, action).await,
            Action::Impact(action) => impacts::form(self, action),
            Action::Task(action) => tasks::form(self, action).await,
            Action::Link(action) => Ok(links::form(self, action)),
            Action::Responders(action) => responders::form(self, action).await,
            Action::Status(action) => status::form(self, action).await,
        }
    }

    /// Creates the form with these fields.
    fn with_fields(&self, submit: &'static str, fields: Vec<FormField>) -> ActionForm {
        ActionForm {
            path: action_path(self.incident, self.action),
            name: self.action.name(),
            number: self.number,
            question: String::new(),
            fields,
            configured: Vec::new(),
            submit,
            cancel: "Cancel",
            is_focused: true,
            error: None,
            back: self.back.clone(),
            key: new_key(),
        }
    }

    fn default(&self, name: &str) -> String {
        self.query.get(name).cloned().unwrap_or_default()
    }

    /// Creates a field for a time in the past.
    fn past_field(&self, name: &str, label: &str, value: String) -> FormField {
        let hint = format!(
            "14:05, 10 min ago or yesterday 18:00, in {}. Empty: now.",
            self.signed_in.clock.zone_name()
        );
        FormField::single_line(name, label, value).with_time(Tense::Past, &hint)
    }
}

/// Returns the path that an action is submitted to.
pub(crate) fn action_path(incident: &Incident, action: Action) -> String {
    format!("{}/actions/{}", incident_path(incident.id), action.name())
}

/// The buttons of a page.
pub(crate) struct Buttons<'a> {
    pub(crate) incident: &'a Incident,
    /// The page with the buttons.
    pub(crate) back: String,
}

impl Buttons<'_> {
    /// Returns a button about an object of the incident.
    pub(crate) fn button(
        &self,
        action: Action,
        number: i64,
        label: &'static str,
        object: &str,
    ) -> ActionButton {
        let full_label = match object {
            "" => String::new(),
            object => format!("{label}: {object}"),
        };
        ActionButton {
            full_label,
            ..self.button_to(action_path(self.incident, action), number, label)
        }
    }

    /// Returns a button that is submitted to a path.
    pub(crate) fn button_to(&self, path: String, number: i64, label: &'static str) -> ActionButton {
        ActionButton {
            path,
            number,
            label,
            full_label: String::new(),
            back: self.back.clone(),
            expected: None,
            key: new_key(),
        }
    }
}

/// Returns the active users, and those with these IDs, by name.
pub(crate) fn user_choices(mut users: Vec<User>, present: &str) -> Vec<Choice> {
    let is_present = |user: &User| present.split(',').any(|id| id == user.id.as_str());
    users.retain(|user| user.is_active() || is_present(user));
    users.sort_by_key(|user| user.name.to_lowercase());
    let choices = users.into_iter().map(|user| Choice {
        value: user.id.to_string(),
        label: user.name,
    });
    choices.collect()
}
