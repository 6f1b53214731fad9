//! What stands on a timeline, as lines that can be compared: no page shows it yet.

use muster::domain::{Author, Entry, FieldChange, RoleNews, Viewer, What};
use muster_commands::{IncidentId, PersonId};

use super::world::World;

impl World {
    /// Gives the timeline of an incident, each entry as a line: who, and what.
    pub async fn timeline(&self, number: i64) -> Vec<String> {
        let entries = self.entries(number).await;
        entries.iter().map(|entry| self.as_line(entry)).collect()
    }

    /// Gives the timeline of an incident as it is stored.
    pub async fn entries(&self, number: i64) -> Vec<Entry> {
        let store = self.store().await;
        store
            .timeline(Viewer::Operator, IncidentId(number))
            .await
            .unwrap()
    }

    /// Gives what the messages on all timelines said before they were edited, oldest first.
    pub fn was_before(&self) -> Vec<String> {
        let database = self.looks_into_the_file();
        let mut select = database
            .prepare("SELECT what ->> 'text' AS text FROM timeline_edits ORDER BY id")
            .unwrap();
        let texts = select.query_map([], |row| row.get("text")).unwrap();
        texts.collect::<Result<_, _>>().unwrap()
    }

    /// Gives what somebody is called.
    pub fn name(&self, person: &PersonId) -> String {
        let known = self.slack.user_info(person.as_str()).unwrap();
        known["name"].as_str().unwrap().to_owned()
    }

    fn of_roles(&self, news: &RoleNews) -> String {
        match news {
            RoleNews::Given {
                role,
                person,
                instead_of,
            } => {
                let before = instead_of.as_ref().map(|it| self.name(it));
                let before = before.map_or_else(String::new, |it| format!(" instead of {it}"));
                format!("gave {} the role {role}{before}", self.name(person))
            }
            RoleNews::Taken { role, person } => {
                format!("took the role {role} from {}", self.name(person))
            }
            RoleNews::Joined { person } => format!("added {}", self.name(person)),
            RoleNews::Left { person } => format!("took {} off", self.name(person)),
        }
    }

    fn as_line(&self, entry: &Entry) -> String {
        let author = match &entry.author {
            Some(Author::Person(person)) => self.name(person),
            Some(Author::App(app)) => format!("the app {app}"),
            None => "somebody".to_owned(),
        };
        let what = match &entry.what {
            What::Declared {
                severity,
                customer_impact,
            } => format!("declared it as {severity}, customer impact {customer_impact}"),
            What::Changed { changes } => {
                let changes: Vec<_> = changes.iter().map(|it| self.change(it)).collect();
                format!("changed {}", changes.join(", "))
            }
            What::ShownTo { to } => format!("made it {to}"),
            What::ImpactStarted { .. } => "added an impact".to_owned(),
            What::DocumentAdded { title, url } => format!("added the document {title} {url}"),
            What::DocumentRemoved { title, url } => format!("removed the document {title} {url}"),
            What::TaskAdded { task, .. } => {
                let label = task.kind.label();
                format!("added {label} {} “{}”", task.number, task.description)
            }
            What::TaskEdited { task, changes } => {
                format!(
                    "changed {} things of {} {}",
                    changes.len(),
                    task.kind.label(),
                    task.number
                )
            }
            What::TaskDone { task } => format!("finished {} {}", task.kind.label(), task.number),
            What::TaskReopened { task } => {
                format!("reopened {} {}", task.kind.label(), task.number)
            }
            What::LinkChanged { kind, from, to } => {
                let shown = |url: &Option<String>| url.clone().unwrap_or("none".to_owned());
                format!(
                    "changed the {} from {} to {}",
                    kind.label(),
                    shown(from),
                    shown(to)
                )
            }
            What::ImpactEnded { .. } => "ended the impact".to_owned(),
            What::ImpactEdited { changes, .. } => {
                format!("changed {} of the impact", changes.len())
            }
            What::Note { text } => format!("noted “{text}”"),
            What::Message { text } => format!("wrote “{text}”"),
            What::Responders { news } => self.of_roles(news),
            What::ChannelArchived => "archived the channel".to_owned(),
            What::ChannelUnarchived => "brought the channel back".to_owned(),
            What::ChannelRenamed { from, to } => format!("renamed the channel #{from} to #{to}"),
            What::ChannelFollowed { from, to } => {
                format!("saw the channel go from #{from} to #{to}")
            }
            What::NameLeftAlone => "left the channel's name alone".to_owned(),
            What::ChannelDeleted => "deleted the channel".to_owned(),
            What::ChannelPutAway { days } => format!("put the channel away after {days} days"),
            What::ChannelReplaced { former } => format!("replaced the channel #{former}"),
            What::RemindersStopped { of } => format!("stopped the reminders of {}", of.as_str()),
            What::Repaired { mended } => {
                let built: Vec<_> = mended.iter().filter_map(|it| it.built()).collect();
                format!("repaired {}", built.join(", "))
            }
            What::Undelivered { owed, why, .. } => format!("missed {}: {why}", owed.as_str()),
        };
        format!("{author} {what}")
    }

    fn change(&self, change: &FieldChange) -> String {
        let between = |field: &str, from: &str, to: &str| format!("{field} “{from}” to “{to}”");
        match change {
            FieldChange::Title { from, to } => between("title", from, to),
            FieldChange::Severity { from, to } => between("severity", from.as_str(), to.as_str()),
            FieldChange::Status { from, to } => between("status", from.as_str(), to.as_str()),
            FieldChange::Commander { from, to } => {
                between("commander", &self.name(from), &self.name(to))
            }
            FieldChange::DetectionMethod { from, to } => {
                between("detection method", from.as_str(), to.as_str())
            }
            FieldChange::Summary { from, to } => between("summary", from, to),
            FieldChange::RootCause { from, to } => between("root cause", from, to),
        }
    }
}
