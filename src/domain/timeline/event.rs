//! Timeline events: the content of an entry.

use serde::{Deserialize, Serialize};

use crate::alert::AlertEvent;
use crate::notification::Recipient;
use crate::postmortem::{ExportTarget, PostmortemStatus};
use crate::timeline::field_change::FieldChange;
use crate::{
    CustomerImpact, DeliveryKind, EntryKind, ImpactChange, ImportSource, IntegrationKind, LinkKind,
    NamedUrl, Reminder, RepairAction, RoleChange, Severity, Status, TaskChange, TaskRef, Timestamp,
    UserId, Visibility,
};

/// The event that an entry records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TimelineEvent {
    /// The incident was declared.
    Declared {
        /// The severity at declaration.
        severity: Severity,
        /// Whether customers were affected.
        customer_impact: CustomerImpact,
        /// How the incident was imported; `None` if it was declared here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        imported: Option<ImportSource>,
    },
    /// Fields of the incident were changed.
    Updated {
        /// All changed fields, with previous and new values.
        changes: Vec<FieldChange>,
    },
    /// The incident was deleted through the API.
    Deleted,
    /// The incident was made private or public.
    VisibilityChanged {
        /// The new visibility.
        to: Visibility,
    },
    /// An impact started.
    ImpactStarted {
        /// The description; may be empty.
        description: String,
        /// The impact's number; `None` in entries of older databases.
        #[serde(default)]
        number: Option<i64>,
        /// When it started; `None` in entries of older databases.
        #[serde(default)]
        since: Option<Timestamp>,
        /// When it ended, if it had ended when it was added.
        #[serde(default)]
        until: Option<Timestamp>,
    },
    /// An impact ended.
    ImpactEnded {
        /// When it ended; `None` in entries of older databases.
        #[serde(default)]
        at: Option<Timestamp>,
        /// The impact's number; `None` in entries of older databases.
        #[serde(default)]
        number: Option<i64>,
    },
    /// An impact was removed.
    ImpactRemoved {
        /// The impact's number.
        number: i64,
        /// The description; may be empty.
        description: String,
        /// When it started.
        since: Timestamp,
    },
    /// An impact was edited.
    ImpactEdited {
        /// The impact's number.
        number: i64,
        /// All changes.
        changes: Vec<ImpactChange>,
    },
    /// A user posted a status update.
    StatusUpdate {
        /// The text, as written.
        text: String,
        /// When the next one is due; `None` if none is promised.
        next_update_at: Option<Timestamp>,
        /// The status that the user set with it; `None` if the status did not change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<Status>,
    },
    /// A user added a note.
    Note {
        /// The text, as written.
        text: String,
    },
    /// A document was added.
    DocumentAdded {
        /// The title.
        title: String,
        /// The URL.
        url: String,
    },
    /// A document was removed.
    DocumentRemoved {
        /// The title.
        title: String,
        /// The URL.
        url: String,
    },
    /// The title or the URL of a document, or of an attached postmortem, was changed.
    DocumentEdited {
        /// The previous title and URL.
        from: NamedUrl,
        /// The new title and URL.
        to: NamedUrl,
    },
    /// A program added, changed or removed links to another tool.
    IntegrationChanged {
        /// The tool.
        integration: IntegrationKind,
        /// The previous links; none if they were added.
        from: Vec<NamedUrl>,
        /// The new links; none if they were removed.
        to: Vec<NamedUrl>,
    },
    /// The chat URL or call URL was changed or removed.
    LinkChanged {
        /// Which of the two.
        kind: LinkKind,
        /// The previous URL; `None` if there was none.
        from: Option<String>,
        /// The new URL; `None` if it was removed.
        to: Option<String>,
    },
    /// A task was added.
    TaskAdded {
        /// The task.
        task: TaskRef,
        /// The assignees.
        assignees: Vec<UserId>,
        /// The names of the assignees who are no Slack users.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        other_assignees: Vec<String>,
        /// The due date; `None` if there is none.
        due_at: Option<Timestamp>,
    },
    /// A task was edited.
    TaskEdited {
        /// The task.
        task: TaskRef,
        /// All changes, with previous and new values.
        changes: Vec<TaskChange>,
    },
    /// A task was finished.
    TaskDone {
        /// The task.
        task: TaskRef,
    },
    /// A finished task was reopened.
    TaskReopened {
        /// The task.
        task: TaskRef,
    },
    /// A task was removed.
    TaskRemoved {
        /// The task.
        task: TaskRef,
    },
    /// A Slack message was added to the timeline.
    Message {
        /// The text, as written.
        text: String,
    },
    /// A role assignment or the responders changed.
    RolesChanged {
        /// The change.
        change: RoleChange,
    },
    /// A user archived the incident's channel.
    ChannelArchived,
    /// A user unarchived the incident's channel.
    ChannelUnarchived,
    /// A user renamed the incident's channel.
    ChannelRenamed {
        /// The previous name.
        from: String,
        /// The new name.
        to: String,
    },
    /// Muster renamed the channel because the incident changed.
    ChannelRenamedByMuster {
        /// The previous name.
        from: String,
        /// The new name.
        to: String,
    },
    /// The channel keeps a name that a user set, and no longer follows the incident.
    ChannelNameLocked,
    /// A user deleted the incident's channel.
    ChannelDeleted,
    /// Muster archived the channel some days after resolution.
    ChannelAutoArchived {
        /// The number of whole days.
        days: i64,
    },
    /// The incident was reopened in a new channel, because the old one is archived.
    ChannelReplaced {
        /// The old channel's name.
        old_name: String,
    },
    /// A user stopped reminders.
    RemindersStopped {
        /// The kind of the reminders.
        reminder: Reminder,
    },
    /// A repair recreated what was missing in Slack.
    Repaired {
        /// The actions.
        actions: Vec<RepairAction>,
    },
    /// A notification was sent.
    NotificationSent {
        /// Its number.
        number: i64,
        /// Its subject; `None` if a rule sent it, whose text is rendered when it is delivered.
        subject: Option<String>,
        /// The name of the rule that sent it; `None` if a user sent it.
        rule: Option<String>,
        /// The recipients, as chosen.
        recipients: Vec<Recipient>,
    },
    /// The postmortem was generated.
    PostmortemGenerated {
        /// The owner.
        owner: UserId,
    },
    /// A postmortem that exists elsewhere was attached.
    PostmortemAttached {
        /// The title.
        title: String,
        /// The URL.
        url: String,
    },
    /// The postmortem has another owner.
    PostmortemAssigned {
        /// The new owner.
        owner: UserId,
    },
    /// The status of the postmortem changed.
    PostmortemStatusChanged {
        /// The previous status.
        from: PostmortemStatus,
        /// The new status.
        to: PostmortemStatus,
    },
    /// The postmortem was exported.
    PostmortemExported {
        /// The tool.
        target: ExportTarget,
        /// The URL of the page.
        url: String,
    },
    /// Alerts of the incident changed.
    Alert {
        /// The change.
        change: AlertEvent,
    },
    /// A delivery failed.
    DeliveryFailed {
        /// The kind of the delivery.
        delivery_kind: DeliveryKind,
        /// The affected user, if any.
        user: Option<UserId>,
        /// The reason and the solution, as a sentence.
        reason: String,
        /// The delivery's ID, by which it can be retried.
        delivery_id: i64,
    },
}

impl TimelineEvent {
    /// Returns the event of a note or a status update with another text.
    #[must_use]
    pub fn with_text(&self, text: String) -> Self {
        let mut event = self.clone();
        if let Self::StatusUpdate { text: current, .. } | Self::Note { text: current } = &mut event
        {
            *current = text;
        }
        event
    }

    /// Returns the kind of entry, by which a timeline can be filtered.
    #[expect(clippy::too_many_lines, reason = "one arm per kind of entry")]
    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Declared { .. }
            | Self::Updated { .. }
            | Self::VisibilityChanged { .. }
            | Self::Deleted
            | Self::RemindersStopped { .. } => EntryKind::Update,
            Self::ImpactStarted { .. }
            | Self::ImpactEnded { .. }
            | Self::ImpactEdited { .. }
            | Self::ImpactRemoved { .. } => EntryKind::Impact,
            Self::StatusUpdate { .. } => EntryKind::StatusUpdate,
            Self::Note { .. } => EntryKind::Note,
            Self::DocumentAdded { .. }
            | Self::DocumentRemoved { .. }
            | Self::DocumentEdited { .. }
            | Self::IntegrationChanged { .. }
            | Self::LinkChanged { .. }
            | Self::PostmortemGenerated { .. }
            | Self::PostmortemAttached { .. }
            | Self::PostmortemAssigned { .. }
            | Self::PostmortemStatusChanged { .. }
            | Self::PostmortemExported { .. } => EntryKind::Document,
            Self::TaskAdded { .. }
            | Self::TaskEdited { .. }
            | Self::TaskDone { .. }
            | Self::TaskReopened { .. }
            | Self::TaskRemoved { .. } => EntryKind::Task,
            Self::Message { .. } => EntryKind::Message,
            Self::NotificationSent { .. } => EntryKind::Notification,
            Self::RolesChanged { .. } => EntryKind::Responder,
            Self::ChannelArchived
            | Self::ChannelUnarchived
            | Self::ChannelRenamed { .. }
            | Self::ChannelRenamedByMuster { .. }
            | Self::ChannelNameLocked
            | Self::ChannelDeleted
            | Self::ChannelAutoArchived { .. }
            | Self::ChannelReplaced { .. }
            | Self::Repaired { .. }
            | Self::Alert { .. }
            | Self::DeliveryFailed { .. } => EntryKind::Integration,
        }
    }
}
