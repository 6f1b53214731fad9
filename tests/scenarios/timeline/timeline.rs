//! The stored timeline as lines of text, for comparison.

use muster_domain::{
    Author, FieldChange, FieldValue, IncidentId, RoleChange, TimelineEntry, TimelineEvent, UserId,
    Viewer,
};

use crate::harness::prelude::*;

impl World {
    /// Returns the timeline of an incident, one line per entry: the author and the event.
    pub async fn timeline(&self, number: i64) -> Vec<String> {
        let entries = self.entries(number).await;
        entries.iter().map(|entry| self.entry_text(entry)).collect()
    }

    /// Returns the stored timeline of an incident.
    pub async fn entries(&self, number: i64) -> Vec<TimelineEntry> {
        let store = self.store().await;
        store
            .timeline(Viewer::Operator, IncidentId(number))
            .await
            .unwrap()
    }

    /// Returns the previous texts of edited messages on all timelines, oldest first.
    pub fn previous_texts(&self) -> Vec<String> {
        let database = self.open_database();
        let mut select = database
            .prepare("SELECT previous_event ->> 'text' AS text FROM timeline_edits ORDER BY id")
            .unwrap();
        let texts = select.query_map([], |row| row.get("text")).unwrap();
        texts.collect::<Result<_, _>>().unwrap()
    }

    /// Returns the name of a user.
    pub fn user_name(&self, user: &UserId) -> String {
        let known = self.slack.user_info(user.as_str()).unwrap();
        known["name"].as_str().unwrap().to_owned()
    }

    fn role_change_text(&self, news: &RoleChange) -> String {
        match news {
            RoleChange::Assigned {
                role,
                user,
                replaced: instead_of,
            } => {
                let before = instead_of.as_ref().map(|it| self.user_name(it));
                let before = before.map_or_else(String::new, |it| format!(" instead of {it}"));
                format!("gave {} the role {role}{before}", self.user_name(user))
            }
            RoleChange::Unassigned { role, user } => {
                format!("took the role {role} from {}", self.user_name(user))
            }
            RoleChange::Joined { user } => format!("added {}", self.user_name(user)),
            RoleChange::Left { user } => format!("took {} off", self.user_name(user)),
        }
    }

    fn entry_text(&self, entry: &TimelineEntry) -> String {
        let author = match &entry.author {
            Some(Author::User(user)) => self.user_name(user),
            Some(Author::App(app)) => format!("the app {app}"),
            None => "somebody".to_owned(),
        };
        format!("{author} {}", self.event_text(&entry.event))
    }

    #[expect(clippy::too_many_lines, reason = "one arm per event")]
    fn event_text(&self, event: &TimelineEvent) -> String {
        match event {
            TimelineEvent::Declared {
                severity,
                customer_impact,
                imported: _,
            } => format!("declared it as {severity}, customer impact {customer_impact}"),
            TimelineEvent::Updated { changes } => {
                let changes: Vec<_> = changes
                    .iter()
                    .map(|it| self.field_change_text(it))
                    .collect();
                format!("changed {}", changes.join(", "))
            }
            TimelineEvent::Deleted => "deleted it".to_owned(),
            TimelineEvent::VisibilityChanged { to } => format!("made it {to}"),
            TimelineEvent::ImpactStarted { .. } => "added an impact".to_owned(),
            TimelineEvent::DocumentAdded { title, url } => {
                format!("added the document {title} {url}")
            }
            TimelineEvent::DocumentRemoved { title, url } => {
                format!("removed the document {title} {url}")
            }
            TimelineEvent::DocumentEdited { from, to } => {
                format!("changed the document {} to {}", from.title, to.title)
            }
            TimelineEvent::IntegrationChanged { from, to, .. } => {
                format!("changed {} links to {}", from.len(), to.len())
            }
            TimelineEvent::TaskAdded { task, .. } => {
                let label = task.kind.label();
                format!("added {label} {} “{}”", task.number, task.description)
            }
            TimelineEvent::TaskEdited { task, changes } => {
                format!(
                    "changed {} things of {} {}",
                    changes.len(),
                    task.kind.label(),
                    task.number
                )
            }
            TimelineEvent::TaskDone { task } => {
                format!("finished {} {}", task.kind.label(), task.number)
            }
            TimelineEvent::TaskRemoved { task } => {
                format!("removed {} {}", task.kind.label(), task.number)
            }
            TimelineEvent::TaskReopened { task } => {
                format!("reopened {} {}", task.kind.label(), task.number)
            }
            TimelineEvent::LinkChanged { kind, from, to } => {
                let rendered = |url: &Option<String>| url.clone().unwrap_or("none".to_owned());
                format!(
                    "changed the {} from {} to {}",
                    kind.label(),
                    rendered(from),
                    rendered(to)
                )
            }
            TimelineEvent::ImpactEnded { .. } => "ended the impact".to_owned(),
            TimelineEvent::ImpactRemoved { .. } => "removed the impact".to_owned(),
            TimelineEvent::ImpactEdited { changes, .. } => {
                format!("changed {} of the impact", changes.len())
            }
            TimelineEvent::StatusUpdate { text, .. } => format!("updated “{text}”"),
            TimelineEvent::Note { text } => format!("noted “{text}”"),
            TimelineEvent::Message { text } => format!("wrote “{text}”"),
            TimelineEvent::RolesChanged { change: news } => self.role_change_text(news),
            TimelineEvent::ChannelArchived => "archived the channel".to_owned(),
            TimelineEvent::ChannelUnarchived => "brought the channel back".to_owned(),
            TimelineEvent::ChannelRenamed { from, to } => {
                format!("renamed the channel #{from} to #{to}")
            }
            TimelineEvent::ChannelRenamedByMuster { from, to } => {
                format!("saw the channel go from #{from} to #{to}")
            }
            TimelineEvent::ChannelNameLocked => "left the channel's name alone".to_owned(),
            TimelineEvent::ChannelDeleted => "deleted the channel".to_owned(),
            TimelineEvent::ChannelAutoArchived { days } => {
                format!("put the channel away after {days} days")
            }
            TimelineEvent::ChannelReplaced { old_name: former } => {
                format!("replaced the channel #{former}")
            }
            TimelineEvent::RemindersStopped { reminder } => {
                format!("stopped the reminders of {}", reminder.as_str())
            }
            TimelineEvent::Repaired { actions: mended } => {
                let built: Vec<_> = mended.iter().filter_map(|it| it.recreated_item()).collect();
                format!("repaired {}", built.join(", "))
            }
            TimelineEvent::Alert { change } => {
                format!("alert {}", change.title().unwrap_or("resolved"))
            }
            TimelineEvent::NotificationSent { recipients, .. } => {
                format!("notified {} recipients", recipients.len())
            }
            TimelineEvent::PostmortemGenerated { owner } => {
                format!("generated the postmortem of {}", self.user_name(owner))
            }
            TimelineEvent::PostmortemAttached { title, url } => {
                format!("attached the postmortem {title} ({url})")
            }
            TimelineEvent::PostmortemAssigned { owner } => {
                format!("assigned the postmortem to {}", self.user_name(owner))
            }
            TimelineEvent::PostmortemStatusChanged { from, to } => {
                format!(
                    "changed the postmortem from {} to {}",
                    from.label(),
                    to.label()
                )
            }
            TimelineEvent::PostmortemExported { target, url } => {
                format!("exported the postmortem to {} ({url})", target.label())
            }
            TimelineEvent::DeliveryFailed {
                delivery_kind,
                reason: why,
                ..
            } => format!("missed {}: {why}", delivery_kind.as_str()),
        }
    }

    fn field_change_text(&self, change: &FieldChange) -> String {
        let between = |field: &str, from: &str, to: &str| format!("{field} “{from}” to “{to}”");
        match change {
            FieldChange::Title { from, to } => between("title", from, to),
            FieldChange::Severity { from, to } => between("severity", from.as_str(), to.as_str()),
            FieldChange::Status { from, to } => between("status", from.as_str(), to.as_str()),
            FieldChange::Commander { from, to } => {
                let name = |user: &Option<UserId>| {
                    user.as_ref()
                        .map_or("none".to_owned(), |it| self.user_name(it))
                };
                between("commander", &name(from), &name(to))
            }
            FieldChange::DetectionMethod { from, to } => {
                between("detection method", from.as_str(), to.as_str())
            }
            FieldChange::DetectedAt { from, to } => {
                between("detected", &from.to_string(), &to.to_string())
            }
            FieldChange::Summary { from, to } => between("summary", from, to),
            FieldChange::RootCause { from, to } => between("root cause", from, to),
            FieldChange::Configured { name, from, to, .. } => {
                let rendered = |value: &Option<FieldValue>| {
                    let value = value.as_ref().map(FieldValue::to_line);
                    value.unwrap_or_default()
                };
                between(name, &rendered(from), &rendered(to))
            }
        }
    }
}
