//! Something that happened, as it is told, and whom that names.

use muster_commands::PersonId;
use serde::{Deserialize, Serialize};

use super::{FieldChange, Moment, TaskChange, What};

/// Something that happened, as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who did it; `None` when Muster noticed it by itself.
    pub by: Option<PersonId>,
    /// What happened.
    pub what: What,
    /// When.
    pub at: Moment,
}

impl Line {
    /// Gives everybody whom it names.
    pub fn people(&self) -> Vec<&PersonId> {
        let mut people: Vec<_> = self.by.iter().collect();
        match &self.what {
            What::Changed { changes } => {
                for change in changes {
                    if let FieldChange::Commander { from, to } = change {
                        people.extend([from, to]);
                    }
                }
            }
            What::Undelivered { person, .. } => people.extend(person),
            What::TaskAdded { assignees, .. } => people.extend(assignees),
            What::TaskEdited { changes, .. } => {
                people.extend(changes.iter().filter_map(TaskChange::person));
            }
            What::Responders { news } => people.extend(news.people()),
            What::Declared { .. }
            | What::ShownTo { .. }
            | What::ImpactStarted { .. }
            | What::ImpactEnded { .. }
            | What::ImpactEdited { .. }
            | What::Note { .. }
            | What::DocumentAdded { .. }
            | What::DocumentRemoved { .. }
            | What::LinkChanged { .. }
            | What::TaskDone { .. }
            | What::TaskReopened { .. }
            | What::Message { .. }
            | What::ChannelArchived
            | What::ChannelUnarchived
            | What::ChannelRenamed { .. }
            | What::ChannelFollowed { .. }
            | What::NameLeftAlone
            | What::ChannelDeleted
            | What::ChannelPutAway { .. }
            | What::ChannelReplaced { .. }
            | What::Repaired { .. }
            | What::RemindersStopped { .. } => {}
        }
        people
    }
}
