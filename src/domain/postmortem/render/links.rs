//! The links of a postmortem: follow-ups, documents, signals and similar incidents.

use crate::postmortem::SimilarIncident;
use crate::postmortem::render::values::{PostmortemValues, escaped};
use crate::text::TemplateValue;
use crate::text::markdown::{encode_url, text_link};
use crate::{Task, TaskKind};

impl PostmortemValues<'_> {
    /// Returns the follow-ups, and the tasks that are still open.
    pub(super) fn follow_ups(&self) -> TemplateValue {
        let is_listed = |task: &&Task| match task.kind {
            TaskKind::FollowUp => true,
            TaskKind::Task => task.done_at.is_none(),
        };
        let tasks = self.incident().tasks.iter().filter(is_listed);
        let items: Vec<_> = tasks.map(|task| self.task(task)).collect();
        match items.is_empty() {
            true => "There are no follow-ups.".into(),
            false => TemplateValue::Items(items),
        }
    }

    fn task(&self, task: &Task) -> String {
        let done = match task.done_at {
            Some(_) => "x",
            None => " ",
        };
        let users = task.assignees.iter().map(|user| self.user(user));
        let assignees = users.chain(task.other_assignees().map(escaped));
        let due = task.due_at.map(|at| format!("due {}", self.time(at)));
        let details: Vec<_> = assignees.chain(due).collect();
        let details = match details.is_empty() {
            true => String::new(),
            false => format!(" ({})", details.join(", ")),
        };
        let kind = match task.kind {
            TaskKind::Task => "Task",
            TaskKind::FollowUp => "Follow-up",
        };
        let description = escaped(&task.description);
        format!("[{done}] {kind} {}: {description}{details}", task.number)
    }

    /// Returns links to the documents.
    pub(super) fn documents(&self) -> TemplateValue {
        let documents = self.incident().documents();
        let links = documents.map(|it| text_link(&it.title, &it.url));
        TemplateValue::Items(links.collect())
    }

    /// Returns links to what led to the declaration.
    pub(super) fn signals(&self) -> TemplateValue {
        let signals = self.incident().signals.iter();
        let links = signals.map(|it| text_link(it.label(), &it.url));
        TemplateValue::Items(links.collect())
    }

    /// Returns earlier incidents with a service in common.
    pub(super) fn similar(&self) -> TemplateValue {
        let similar = self.source.similar.iter();
        let items: Vec<_> = similar.map(|it| self.similar_incident(it)).collect();
        match items.is_empty() {
            true => "No incident of the 90 days before has a service in common.".into(),
            false => TemplateValue::Items(items),
        }
    }

    fn similar_incident(&self, similar: &SimilarIncident) -> String {
        let number = similar.id.number();
        let folder = self.view.page_url.and_then(|url| url.rsplit_once('/'));
        let id = match folder {
            Some((folder, _)) => format!("[{}]({}/{number})", similar.id, encode_url(folder)),
            None => similar.id.to_string(),
        };
        format!(
            "{id} {} ({}, {}, declared {})",
            escaped(&similar.title),
            similar.severity,
            similar.status.label(),
            self.time(similar.declared_at)
        )
    }
}
