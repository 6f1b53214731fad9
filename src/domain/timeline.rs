//! The lines of an incident's timeline.

use muster_commands::link::LinkKind;
use muster_commands::{
    ChannelId, CustomerImpact, DetectionMethod, MessageTs, PersonId, Severity, Status,
};
use serde::{Deserialize, Serialize};

use super::{
    By, ImpactChange, Line, Mended, Moment, Owed, Reminder, RoleNews, TaskChange, TaskRef,
    Visibility,
};

/// One line of an incident's timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who did or wrote it; `None` when it was Muster or Slack itself.
    pub author: Option<Author>,
    /// What happened.
    pub what: What,
    /// When it happened.
    pub happened_at: Moment,
    /// When it was put on the timeline.
    pub recorded_at: Moment,
    /// Who put it there; `None` when it was Muster itself.
    pub recorded_by: Option<PersonId>,
    /// The Slack message that it came from.
    pub message: Option<MessageRef>,
}

impl Entry {
    /// Gives the line for what a person just did.
    pub fn by(by: &By, what: What) -> Self {
        Self {
            author: Some(Author::Person(by.person.clone())),
            what,
            happened_at: by.at,
            recorded_at: by.at,
            recorded_by: Some(by.person.clone()),
            message: None,
        }
    }

    /// Gives the line for what Muster noticed by itself.
    pub fn noticed(what: What, at: Moment) -> Self {
        Self {
            author: None,
            what,
            happened_at: at,
            recorded_at: at,
            recorded_by: None,
            message: None,
        }
    }
}

impl Entry {
    /// Gives the entry as it is told; of who wrote it only a person is named.
    pub fn line(&self) -> Line {
        Line {
            by: match &self.author {
                Some(Author::Person(person)) => Some(person.clone()),
                Some(Author::App(_)) | None => None,
            },
            what: self.what.clone(),
            at: self.happened_at,
        }
    }
}

/// Who did or wrote something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A person of the workspace.
    Person(PersonId),
    /// An app, by the name that it goes by.
    App(String),
}

/// Where a Slack message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRef {
    /// The channel it was written in.
    pub channel: ChannelId,
    /// Its identity in that channel.
    pub ts: MessageTs,
    /// A link to it; empty when Slack gave none.
    pub permalink: String,
    /// When it was edited last, by Slack's clock: what it said before that is not followed. `None` if it
    /// never was, as far as we know.
    pub said_at: Option<MessageTs>,
}

/// What a line of the timeline tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The incident was declared.
    Declared {
        /// How bad it looked.
        severity: Severity,
        /// Whether customers were hurt.
        customer_impact: CustomerImpact,
    },
    /// The incident was changed.
    Changed {
        /// Every field that was changed, from what to what.
        changes: Vec<FieldChange>,
    },
    /// The incident was made private, or public.
    ShownTo {
        /// What it is now.
        to: Visibility,
    },
    /// Customers began to be hurt.
    ImpactStarted {
        /// What they notice; may be empty.
        description: String,
        /// Which impact of the incident it is; lines of older stores do not say.
        #[serde(default)]
        number: Option<i64>,
        /// Since when; lines of older stores do not say.
        #[serde(default)]
        since: Option<Moment>,
        /// Until when, if it was over when it was added.
        #[serde(default)]
        until: Option<Moment>,
    },
    /// Customers are no longer hurt.
    ImpactEnded {
        /// Since when; lines of older stores do not say.
        #[serde(default)]
        at: Option<Moment>,
    },
    /// What is known of an impact was changed.
    ImpactEdited {
        /// Which impact of the incident it is.
        number: i64,
        /// Everything that was changed.
        changes: Vec<ImpactChange>,
    },
    /// Somebody wrote down what they saw or did.
    Note {
        /// Its text, as written.
        text: String,
    },
    /// A document was added.
    DocumentAdded {
        /// What it is called.
        title: String,
        /// Where it is.
        url: String,
    },
    /// A document was removed.
    DocumentRemoved {
        /// What it was called.
        title: String,
        /// Where it is.
        url: String,
    },
    /// The incident's chat or video call is another, or there is none any more.
    LinkChanged {
        /// Which of the two.
        kind: LinkKind,
        /// Where it was; `None` if there was none.
        from: Option<String>,
        /// Where it is now; `None` if it was removed.
        to: Option<String>,
    },
    /// A task was added.
    TaskAdded {
        /// Which one.
        task: TaskRef,
        /// Who does it.
        assignees: Vec<PersonId>,
        /// Until when; `None` if it may take any time.
        due_at: Option<Moment>,
    },
    /// A task was changed.
    TaskEdited {
        /// Which one.
        task: TaskRef,
        /// Everything that was changed, from what to what.
        changes: Vec<TaskChange>,
    },
    /// A task was done.
    TaskDone {
        /// Which one.
        task: TaskRef,
    },
    /// A task that was done was opened again.
    TaskReopened {
        /// Which one.
        task: TaskRef,
    },
    /// A Slack message was put on the timeline.
    Message {
        /// Its text, as written.
        text: String,
    },
    /// A role changed hands, or somebody takes part or no longer does.
    Responders {
        /// What it was.
        news: RoleNews,
    },
    /// Somebody archived the incident's channel.
    ChannelArchived,
    /// Somebody brought the incident's channel back.
    ChannelUnarchived,
    /// Somebody gave the incident's channel another name.
    ChannelRenamed {
        /// What it was called.
        from: String,
        /// What it is called now.
        to: String,
    },
    /// We gave the channel another name, as the incident is called now.
    ChannelFollowed {
        /// What it was called.
        from: String,
        /// What it is called now.
        to: String,
    },
    /// The channel keeps the name that somebody gave it, and follows the incident no longer.
    NameLeftAlone,
    /// Somebody deleted the incident's channel.
    ChannelDeleted,
    /// We archived the channel, some days after the incident was resolved.
    ChannelPutAway {
        /// How many whole days.
        days: i64,
    },
    /// The incident goes on in a new channel, because its earlier one is archived.
    ChannelReplaced {
        /// What the earlier one is called.
        former: String,
    },
    /// Somebody stopped reminders.
    RemindersStopped {
        /// Of what.
        of: Reminder,
    },
    /// What Slack no longer had of the incident was built again.
    Repaired {
        /// What was done.
        mended: Vec<Mended>,
    },
    /// Something that we owed could not be delivered.
    Undelivered {
        /// What it was.
        owed: Owed,
        /// Whom it concerned, if somebody.
        person: Option<PersonId>,
        /// Why not, and what to do about it, in a sentence.
        why: String,
        /// The delivery, by which it can be tried again.
        delivery: i64,
    },
}

impl What {
    /// Gives the kind of line that this is, by which the timeline can be filtered.
    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Declared { .. }
            | Self::Changed { .. }
            | Self::ShownTo { .. }
            | Self::RemindersStopped { .. } => EntryKind::Update,
            Self::ImpactStarted { .. } | Self::ImpactEnded { .. } | Self::ImpactEdited { .. } => {
                EntryKind::Impact
            }
            Self::Note { .. } => EntryKind::Note,
            Self::DocumentAdded { .. }
            | Self::DocumentRemoved { .. }
            | Self::LinkChanged { .. } => EntryKind::Document,
            Self::TaskAdded { .. }
            | Self::TaskEdited { .. }
            | Self::TaskDone { .. }
            | Self::TaskReopened { .. } => EntryKind::Task,
            Self::Message { .. } => EntryKind::Message,
            Self::Responders { .. } => EntryKind::Responder,
            Self::ChannelArchived
            | Self::ChannelUnarchived
            | Self::ChannelRenamed { .. }
            | Self::ChannelFollowed { .. }
            | Self::NameLeftAlone
            | Self::ChannelDeleted
            | Self::ChannelPutAway { .. }
            | Self::ChannelReplaced { .. }
            | Self::Repaired { .. }
            | Self::Undelivered { .. } => EntryKind::Integration,
        }
    }
}

/// One field of an incident that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum FieldChange {
    /// The title.
    Title {
        /// What it was.
        from: String,
        /// What it is now.
        to: String,
    },
    /// The severity.
    Severity {
        /// What it was.
        from: Severity,
        /// What it is now.
        to: Severity,
    },
    /// The status.
    Status {
        /// What it was.
        from: Status,
        /// What it is now.
        to: Status,
    },
    /// The incident commander.
    Commander {
        /// Who it was.
        from: PersonId,
        /// Who it is now.
        to: PersonId,
    },
    /// How the incident was noticed.
    DetectionMethod {
        /// What it was.
        from: DetectionMethod,
        /// What it is now.
        to: DetectionMethod,
    },
    /// What happened.
    Summary {
        /// What it was.
        from: String,
        /// What it is now.
        to: String,
    },
    /// Why it happened.
    RootCause {
        /// What it was.
        from: String,
        /// What it is now.
        to: String,
    },
}

impl FieldChange {
    /// Says whether the global channel hears of it.
    pub fn is_announced(&self) -> bool {
        match self {
            Self::Severity { .. } | Self::Status { .. } | Self::Commander { .. } => true,
            Self::Title { .. }
            | Self::DetectionMethod { .. }
            | Self::Summary { .. }
            | Self::RootCause { .. } => false,
        }
    }
}

/// The kinds of lines that a timeline has so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// The incident was declared or changed.
    Update,
    /// What somebody wrote down.
    Note,
    /// A Slack message.
    Message,
    /// Who takes part, and with which role.
    Responder,
    /// Customers are hurt, or no longer.
    Impact,
    /// A task was added, changed, done or opened again.
    Task,
    /// A link was added, changed or removed.
    Document,
    /// Something between Muster and another program.
    Integration,
}

impl EntryKind {
    /// Gives the word that the store keeps.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Note => "note",
            Self::Message => "message",
            Self::Responder => "responder",
            Self::Impact => "impact",
            Self::Task => "task",
            Self::Document => "document",
            Self::Integration => "integration",
        }
    }
}
