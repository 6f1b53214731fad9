//! The result of a decision: the new state of the incident, its timeline entries and its deliveries.

use crate::delivery::{
    CreateChannel, OrderingKey, PostAnnouncementReply, RenameChannel, UpsertHeader,
};
use crate::notification::NotificationChange;
use crate::postmortem::PostmortemChange;
use crate::{
    Activity, Actor, ChannelMove, ChannelName, ChannelState, DecisionContext, Delivery, Fetched,
    Importance, Incident, MessageTs, Origin, RenameReason, ScheduleChange, Settings, Severity,
    TimelineEntry, TimelineEvent, Timestamp, UserId,
};

/// The change that a request causes, or why it is rejected.
pub type Decision = Result<Change, Rejection>;

/// A change to one incident. The store saves it in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When it happens.
    pub at: Timestamp,
    /// The new state of the incident.
    pub incident: Incident,
    /// The new timeline entries.
    pub entries: Vec<TimelineEntry>,
    /// Edits of existing timeline entries.
    pub edits: Vec<TimelineEdit>,
    /// The deliveries to enqueue, in this order.
    pub deliveries: Vec<Delivery>,
    /// The changes of the schedule.
    pub schedule: Vec<ScheduleChange>,
    /// The ordering keys whose queued deliveries are cancelled.
    pub cancelled: Vec<OrderingKey>,
    /// Whether Home views must be refreshed.
    pub is_home_outdated: bool,
    /// The severity that determines the new priority of queued deliveries, if it changed.
    pub new_priority: Option<Severity>,
    /// The changes of the incident's notifications.
    pub notifications: Vec<NotificationChange>,
    /// The changes of the sections and the exports of the postmortem.
    pub postmortem: Vec<PostmortemChange>,
    /// Data that a delivery fetched from Slack.
    pub fetched: Vec<Fetched>,
}

impl Change {
    /// Creates a change that saves this incident and nothing else.
    pub fn new(incident: Incident, at: Timestamp) -> Self {
        Self {
            at,
            incident,
            entries: Vec::new(),
            edits: Vec::new(),
            deliveries: Vec::new(),
            schedule: Vec::new(),
            cancelled: Vec::new(),
            is_home_outdated: false,
            new_priority: None,
            notifications: Vec::new(),
            postmortem: Vec::new(),
            fetched: Vec::new(),
        }
    }

    /// Adds a timeline entry.
    pub fn add_entry(&mut self, entry: TimelineEntry) {
        self.entries.push(entry);
    }

    /// Adds a delivery to the outbox.
    pub fn enqueue(&mut self, delivery: impl Into<Delivery>) {
        self.deliveries.push(delivery.into());
    }

    /// Enqueues the part of an activity that the team's settings announce, as an announcement reply.
    pub(crate) fn enqueue_announcement_reply(&mut self, activity: Activity, settings: &Settings) {
        if let Some(activity) = announced_part(activity, settings) {
            self.enqueue(PostAnnouncementReply { activity });
        }
    }

    /// Enqueues the creation of a channel with the name that the team's template produces.
    pub(crate) fn enqueue_channel(&mut self, new: NewChannel, ctx: &DecisionContext<'_>) {
        self.enqueue(CreateChannel {
            name: ctx.channel_name(&self.incident),
            last_tried: new.replaces.map(ChannelName::from_stored),
            declared_in: new.declared_in,
            visibility: self.incident.visibility,
            channel_move: new.channel_move,
        });
    }

    /// Enqueues a rename of the channel, if the incident requires another name than the last requested one.
    pub(crate) fn enqueue_rename(&mut self, ctx: &DecisionContext<'_>) {
        let name = ctx.channel_name(&self.incident);
        if self.incident.needs_rename(&name) {
            self.enqueue(RenameChannel::new(RenameReason::IncidentChanged));
        }
    }

    /// Enqueues a refresh of the header, unless it is enqueued already.
    pub(crate) fn enqueue_header_refresh(&mut self) {
        let header = Delivery::from(UpsertHeader);
        if self.incident.channel_state == ChannelState::Open && !self.deliveries.contains(&header) {
            self.enqueue(header);
        }
    }
}

/// The inputs of a channel's creation besides the incident.
#[derive(Default)]
pub(crate) struct NewChannel {
    /// The name of the channel that it replaces; that name and the candidates before it are taken.
    pub replaces: Option<String>,
    /// Where the incident was declared, for the private reply.
    pub declared_in: Option<Origin>,
    /// The move that it is a part of.
    pub channel_move: Option<ChannelMove>,
}

/// Returns the part of an activity that is announced, or `None` if the settings announce none of it.
fn announced_part(mut activity: Activity, settings: &Settings) -> Option<Activity> {
    if let TimelineEvent::Updated { changes } = &mut activity.event {
        changes.retain(|change| settings.is_announced(change));
        if changes.is_empty() {
            return None;
        }
    }
    Some(activity)
}

/// An edit of an existing timeline entry. The store keeps the previous version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEdit {
    /// The entry's ID.
    pub entry_id: i64,
    /// The kind of edit.
    pub kind: TimelineEditKind,
}

/// The kind of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimelineEditKind {
    /// The entry gets another event and time.
    Rewritten {
        /// The new event.
        event: TimelineEvent,
        /// When it happened.
        happened_at: Timestamp,
        /// The user who edited the entry; `None` if Muster did.
        actor: Option<UserId>,
    },
    /// The Slack message of the entry has another version.
    MessageChanged {
        /// The latest text.
        text: String,
        /// Slack's timestamp of the latest edit.
        edited_ts: Option<MessageTs>,
        /// The text of an earlier version, if it must be kept.
        previous_text: Option<String>,
    },
    /// The entry becomes important, or is no longer important.
    ImportanceSet(bool),
    /// The entry is removed from the timeline.
    Removed {
        /// The user who removed it; `None` if its Slack message was deleted.
        actor: Option<UserId>,
    },
    /// The removed entry returns to the timeline.
    Restored,
}

impl TimelineEdit {
    /// Creates an edit that replaces the event and the time of an entry.
    pub fn rewrite(entry: i64, what: TimelineEvent, happened_at: Timestamp, actor: &Actor) -> Self {
        let actor = actor.user.clone();
        let outcome = TimelineEditKind::Rewritten {
            event: what,
            happened_at,
            actor,
        };
        Self {
            entry_id: entry,
            kind: outcome,
        }
    }

    /// Creates an edit that sets whether an entry is important.
    pub fn set_importance(entry: i64, importance: Importance) -> Self {
        let outcome = TimelineEditKind::ImportanceSet(importance == Importance::Important);
        Self {
            entry_id: entry,
            kind: outcome,
        }
    }

    /// Creates an edit that returns a removed entry to the timeline.
    pub fn restore(entry: i64) -> Self {
        Self {
            entry_id: entry,
            kind: TimelineEditKind::Restored,
        }
    }

    /// Creates an edit that removes an entry from the timeline.
    pub fn remove(entry: i64, actor: Option<UserId>) -> Self {
        let outcome = TimelineEditKind::Removed { actor };
        Self {
            entry_id: entry,
            kind: outcome,
        }
    }
}

/// Why a request is rejected, as a text for the user who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection(pub String);
