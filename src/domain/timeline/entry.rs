//! Timeline entries.

use crate::{Activity, Actor, ChannelId, MessageTs, Source, TimelineEvent, Timestamp, UserId};

/// An entry of an incident's timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEntry {
    /// The author; `None` if Muster or Slack caused the event.
    pub author: Option<Author>,
    /// The event.
    pub event: TimelineEvent,
    /// When it happened.
    pub happened_at: Timestamp,
    /// When it was added to the timeline.
    pub recorded_at: Timestamp,
    /// The user who added it; `None` if Muster did.
    pub recorded_by: Option<UserId>,
    /// The transport by which it was added.
    pub source: Source,
    /// The Slack message that it was made from.
    pub message: Option<MessageRef>,
}

impl TimelineEntry {
    /// Creates the entry of an action that the actor just took.
    pub fn by_actor(actor: &Actor, what: TimelineEvent) -> Self {
        Self {
            author: actor.user.clone().map(Author::User),
            event: what,
            happened_at: actor.at,
            recorded_at: actor.at,
            recorded_by: actor.user.clone(),
            source: actor.source,
            message: None,
        }
    }

    /// Creates the entry of an event without a user.
    pub fn automatic(what: TimelineEvent, at: Timestamp) -> Self {
        Self {
            author: None,
            event: what,
            happened_at: at,
            recorded_at: at,
            recorded_by: None,
            source: Source::Slack,
            message: None,
        }
    }

    /// Returns the entry as an activity. Its actor is the author, if that is a user.
    pub fn activity(&self) -> Activity {
        Activity {
            actor: match &self.author {
                Some(Author::User(user)) => Some(user.clone()),
                Some(Author::App(_)) | None => None,
            },
            event: self.event.clone(),
            at: self.happened_at,
        }
    }
}

/// The author of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A user of the workspace.
    User(UserId),
    /// An app, by its name.
    App(String),
}

/// A reference to a Slack message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRef {
    /// The channel of the message.
    pub channel: ChannelId,
    /// The message's `ts`, unique within the channel.
    pub ts: MessageTs,
    /// The permalink; empty if Slack returned none.
    pub permalink: String,
    /// The `ts` of the last applied edit; older edits are ignored. `None` if no edit is known.
    pub edited_ts: Option<MessageTs>,
}

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// The incident was declared or changed.
    Update,
    /// A status update.
    StatusUpdate,
    /// A note.
    Note,
    /// A Slack message.
    Message,
    /// A change of responders or roles.
    Responder,
    /// An impact started, ended or was edited.
    Impact,
    /// A task was added, edited, finished or reopened.
    Task,
    /// A document, chat URL or call URL was added, changed or removed.
    Document,
    /// A notification was sent.
    Notification,
    /// An event of the channel, a repair or a failed delivery.
    Integration,
}

impl EntryKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Update,
        Self::StatusUpdate,
        Self::Note,
        Self::Message,
        Self::Responder,
        Self::Impact,
        Self::Task,
        Self::Document,
        Self::Notification,
        Self::Integration,
    ];

    /// Returns the value that the store uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::StatusUpdate => "status_update",
            Self::Note => "note",
            Self::Message => "message",
            Self::Responder => "responder",
            Self::Impact => "impact",
            Self::Task => "task",
            Self::Document => "document",
            Self::Notification => "notification",
            Self::Integration => "integration",
        }
    }
}
