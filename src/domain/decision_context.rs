//! The inputs of a decision besides the incident and the request.

use std::collections::HashMap;

use crate::UserId;

use crate::{
    ChannelName, Incident, ScheduleEntry, ScheduleKind, Settings, StatusUpdate, TimelineEntry,
    Timestamp, User,
};

/// The inputs of a decision, read in the transaction that commits it. So nothing that the decision depends
/// on can change before the commit.
#[derive(Clone, Copy)]
pub struct DecisionContext<'a> {
    /// The time of the decision.
    pub now: Timestamp,
    /// The team's settings.
    pub settings: &'a Settings,
    /// The user cache.
    pub users: &'a dyn UserLookup,
    /// The schedule entries of the incident.
    pub schedule: &'a [ScheduleEntry],
    /// When the commander last changed. `None` if never, or if the decision does not need it.
    pub commander_since: Option<Timestamp>,
    /// The status update before the latest one. `None` if there is none, or if the decision does not need it.
    pub previous_update: Option<&'a StatusUpdate>,
    /// The timeline entries of changes whose notifications are held back.
    pub pending_entries: &'a [TimelineEntry],
}

/// Read access to the user cache.
pub trait UserLookup {
    /// Returns the user as last fetched from Slack, and when that was. `None` if the user is unresolved.
    fn find(&self, id: &UserId) -> Option<(User, Timestamp)>;
}

impl UserLookup for HashMap<UserId, (User, Timestamp)> {
    fn find(&self, id: &UserId) -> Option<(User, Timestamp)> {
        self.get(id).cloned()
    }
}

impl<'a> DecisionContext<'a> {
    /// Returns the user, if they have been fetched.
    pub fn user(&self, id: &UserId) -> Option<User> {
        self.users.find(id).map(|(user, _)| user)
    }

    /// Returns the name that the team's template produces for the channel of an incident.
    pub(crate) fn channel_name(&self, incident: &Incident) -> ChannelName {
        ChannelName::from_template(&self.settings.channel_name, incident)
    }

    /// Returns the schedule entry with this kind and key.
    pub(crate) fn entry(&self, kind: ScheduleKind, key: &str) -> Option<&'a ScheduleEntry> {
        let mut entries = self.schedule.iter();
        entries.find(|entry| entry.kind == kind && entry.key == key)
    }

    /// Returns the entry of a kind of which an incident has at most one.
    pub(crate) fn entry_of(
        &self,
        incident: &Incident,
        kind: ScheduleKind,
    ) -> Option<&'a ScheduleEntry> {
        self.entry(kind, &ScheduleEntry::key_of(incident))
    }
}
