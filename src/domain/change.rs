//! The result of a decision: the new state of the incident, its timeline entries and its deliveries.

use muster_commands::UserId;

use super::{
    Activity, Actor, AnnouncedEvent, ChannelName, Delivery, Fetched, Incident, Reminder,
    ReminderAdjustment, RenameReason, Settings, TimelineEntry, TimelineEvent, Timestamp,
};
use crate::domain::delivery::{CreateChannel, PostAnnouncementReply, RenameChannel};

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
    /// Adjustments of reminders, in addition to those that follow from the incident itself.
    pub reminder_adjustments: Vec<(Reminder, ReminderAdjustment)>,
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
            reminder_adjustments: Vec::new(),
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

    /// Applies the team's settings: channel names follow its template, and only the announced events are
    /// sent to the announcements channel and to subscribers.
    #[must_use]
    pub fn apply_settings(mut self, settings: &Settings) -> Self {
        let effects = std::mem::take(&mut self.deliveries);
        let template = &settings.channel_name;
        let called = |incident: &Incident| ChannelName::from_template(template, incident);
        for effect in effects {
            match effect {
                Delivery::CreateChannel(CreateChannel {
                    last_tried: after,
                    declared_in,
                    visibility,
                    channel_move: moved,
                    ..
                }) => self.deliveries.push(Delivery::CreateChannel(CreateChannel {
                    name: called(&self.incident),
                    last_tried: after,
                    declared_in,
                    visibility,
                    channel_move: moved,
                })),
                Delivery::RenameChannel(RenameChannel {
                    reason: RenameReason::IncidentChanged,
                    ..
                }) if !self.incident.needs_rename(&called(&self.incident)) => {}
                Delivery::PostAnnouncementReply(PostAnnouncementReply { activity: line }) => {
                    if let Some(line) = announced_part(line, settings) {
                        let told = self.incident.subscriber_messages(&line);
                        self.deliveries.push(Delivery::PostAnnouncementReply(
                            PostAnnouncementReply { activity: line },
                        ));
                        self.deliveries.extend(told);
                    }
                }
                other => self.deliveries.push(other),
            }
        }
        self
    }
}

/// Returns the part of an activity that is announced, or `None` if the settings announce none of it.
fn announced_part(mut line: Activity, settings: &Settings) -> Option<Activity> {
    if let TimelineEvent::Declared { .. } = line.event {
        return Some(line).filter(|_| settings.announced.contains(&AnnouncedEvent::Declared));
    }
    if let TimelineEvent::Updated { changes } = &mut line.event {
        changes.retain(|change| settings.is_announced(change));
        if changes.is_empty() {
            return None;
        }
    }
    Some(line)
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
        /// The user who edited the entry.
        actor: UserId,
    },
    /// The entry becomes important, or is no longer important.
    ImportanceSet(bool),
    /// The entry is removed from the timeline.
    Removed {
        /// The user who removed it; `None` if its Slack message was deleted.
        actor: Option<UserId>,
    },
}

impl TimelineEdit {
    /// Creates an edit that replaces the event and the time of an entry.
    pub fn rewrite(entry: i64, what: TimelineEvent, happened_at: Timestamp, by: &Actor) -> Self {
        let by = by.user.clone();
        let outcome = TimelineEditKind::Rewritten {
            event: what,
            happened_at,
            actor: by,
        };
        Self {
            entry_id: entry,
            kind: outcome,
        }
    }

    /// Creates an edit that sets whether an entry is important.
    pub fn set_importance(entry: i64, is_important: bool) -> Self {
        let outcome = TimelineEditKind::ImportanceSet(is_important);
        Self {
            entry_id: entry,
            kind: outcome,
        }
    }

    /// Creates an edit that removes an entry from the timeline.
    pub fn remove(entry: i64, by: Option<UserId>) -> Self {
        let outcome = TimelineEditKind::Removed { actor: by };
        Self {
            entry_id: entry,
            kind: outcome,
        }
    }
}

/// Why a request is rejected, as a text for the user who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection(pub String);
