//! An activity: a timeline event as it is reported in a channel or on a page.

use serde::{Deserialize, Serialize};

use crate::notification::Recipient;
use crate::{FieldChange, TaskChange, TimelineEvent, Timestamp, UserId};

/// A timeline event as it is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The user who caused it; `None` if Muster detected it.
    pub actor: Option<UserId>,
    /// The event.
    pub event: TimelineEvent,
    /// When it happened.
    pub at: Timestamp,
}

impl Activity {
    /// Returns all users that the activity mentions.
    #[expect(clippy::too_many_lines, reason = "one arm per event")]
    pub fn mentioned_users(&self) -> Vec<&UserId> {
        let mut users: Vec<_> = self.actor.iter().collect();
        match &self.event {
            TimelineEvent::Updated { changes } => users.extend(commanders(changes)),
            TimelineEvent::DeliveryFailed { user, .. } => users.extend(user),
            TimelineEvent::PostmortemGenerated { owner }
            | TimelineEvent::PostmortemAssigned { owner } => users.push(owner),
            TimelineEvent::TaskAdded { assignees, .. } => users.extend(assignees),
            TimelineEvent::TaskEdited { changes, .. } => {
                users.extend(changes.iter().filter_map(TaskChange::user));
            }
            TimelineEvent::RolesChanged { change: news } => users.extend(news.mentioned_users()),
            TimelineEvent::NotificationSent { recipients, .. } => {
                users.extend(recipients.iter().filter_map(Recipient::user));
            }
            TimelineEvent::Declared { .. }
            | TimelineEvent::VisibilityChanged { .. }
            | TimelineEvent::Deleted
            | TimelineEvent::ImpactStarted { .. }
            | TimelineEvent::ImpactEnded { .. }
            | TimelineEvent::ImpactEdited { .. }
            | TimelineEvent::StatusUpdate { .. }
            | TimelineEvent::ImpactRemoved { .. }
            | TimelineEvent::Note { .. }
            | TimelineEvent::DocumentAdded { .. }
            | TimelineEvent::DocumentRemoved { .. }
            | TimelineEvent::DocumentEdited { .. }
            | TimelineEvent::IntegrationChanged { .. }
            | TimelineEvent::LinkChanged { .. }
            | TimelineEvent::TaskDone { .. }
            | TimelineEvent::TaskReopened { .. }
            | TimelineEvent::TaskRemoved { .. }
            | TimelineEvent::Message { .. }
            | TimelineEvent::ChannelArchived
            | TimelineEvent::ChannelUnarchived
            | TimelineEvent::ChannelRenamed { .. }
            | TimelineEvent::ChannelRenamedByMuster { .. }
            | TimelineEvent::ChannelNameLocked
            | TimelineEvent::ChannelDeleted
            | TimelineEvent::ChannelAutoArchived { .. }
            | TimelineEvent::ChannelReplaced { .. }
            | TimelineEvent::Repaired { .. }
            | TimelineEvent::Alert { .. }
            | TimelineEvent::PostmortemAttached { .. }
            | TimelineEvent::PostmortemStatusChanged { .. }
            | TimelineEvent::PostmortemExported { .. }
            | TimelineEvent::RemindersStopped { .. } => {}
        }
        users
    }
}

/// Returns the new and the previous commanders of the changes.
fn commanders(changes: &[FieldChange]) -> impl Iterator<Item = &UserId> {
    changes.iter().flat_map(|change| match change {
        FieldChange::Commander { from, to } => from.iter().chain(to).collect(),
        FieldChange::Title { .. }
        | FieldChange::Severity { .. }
        | FieldChange::Status { .. }
        | FieldChange::DetectionMethod { .. }
        | FieldChange::DetectedAt { .. }
        | FieldChange::Summary { .. }
        | FieldChange::RootCause { .. }
        | FieldChange::Configured { .. } => Vec::new(),
    })
}
