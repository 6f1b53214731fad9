//! The channel of an incident, and changes that users make to it in Slack.

pub(crate) mod channel_name;
mod name_values;
pub(crate) mod rename_channel;

use std::str::FromStr;

use crate::delivery::{
    InviteUser, SetPurpose, SetTopic, SyncBookmarks, UpsertAnnouncement, UpsertHeader,
};
use crate::string_enum::parse_enum;
use crate::{
    Author, Change, ChannelId, ChannelName, DecisionContext, Incident, ParseEnumError,
    TimelineEntry, TimelineEvent, UserId, Visibility,
};

/// The channel of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its ID.
    pub id: ChannelId,
    /// Its name as returned by Slack.
    pub name: String,
    /// The name that was last requested from Slack, without a suffix. `None` if a user renamed the channel:
    /// then Muster does not change its name.
    pub requested_name: Option<ChannelName>,
}

/// Returns the address that opens a channel in Slack, docs.slack.dev/interactivity/deep-linking.
pub fn channel_url(channel: &ChannelId) -> String {
    format!("https://slack.com/app_redirect?channel={channel}")
}

/// The state of an incident's channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelState {
    /// Its creation is queued.
    Pending,
    /// It can be written to.
    Open,
    /// There is none: it could not be created, or the incident was imported.
    Failed,
    /// It was archived.
    Archived,
    /// It was deleted.
    Deleted,
}

impl ChannelState {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Open,
        Self::Failed,
        Self::Archived,
        Self::Deleted,
    ];

    /// Returns the value stored in the column `channel_state`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Open => "open",
            Self::Failed => "failed",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }
}

impl FromStr for ChannelState {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_enum("channel state", text, &Self::ALL, Self::as_str, |_| false)
    }
}

/// A change of a channel that Slack reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelEvent {
    /// It was archived.
    Archived,
    /// It was unarchived.
    Unarchived,
    /// It has this new name.
    Renamed(String),
    /// It was deleted.
    Deleted,
    /// Slack no longer shows it to the bot: it was deleted or, if it is private, the bot was removed from
    /// it.
    Inaccessible,
}

impl Incident {
    /// Records on the timeline what a user did to the incident's channel, and does not undo it.
    pub fn channel_changed(
        &self,
        event: ChannelEvent,
        actor: Option<UserId>,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let at = ctx.now;
        let mut incident = self.clone();
        if incident.channel.is_none() {
            return Change::new(incident, at);
        }
        let what = match event {
            ChannelEvent::Archived => {
                incident.channel_state = ChannelState::Archived;
                TimelineEvent::ChannelArchived
            }
            ChannelEvent::Unarchived => {
                incident.channel_state = ChannelState::Open;
                TimelineEvent::ChannelUnarchived
            }
            ChannelEvent::Renamed(name) => return self.name_reported(&name, at),
            ChannelEvent::Deleted | ChannelEvent::Inaccessible => {
                incident.channel_state = ChannelState::Deleted;
                // For a private channel only this event proves that it is gone, so that a new channel may
                // replace it.
                if event == ChannelEvent::Deleted && self.visibility == Visibility::Private {
                    incident.channel = None;
                    incident.header = None;
                }
                TimelineEvent::ChannelDeleted
            }
        };
        // Idempotent: a repeated event, or one that Muster itself caused, changes nothing.
        if incident == *self {
            return Change::new(incident, at);
        }

        let mut change = Change::new(incident, at);
        let mut entry = TimelineEntry::automatic(what.clone(), at);
        entry.author = actor.map(Author::User);
        change.add_entry(entry);
        change.enqueue(UpsertAnnouncement);
        if what == TimelineEvent::ChannelUnarchived {
            change.enqueue_missed_updates(ctx);
        }
        change
    }
}

impl Change {
    /// Updates a channel that may have missed changes while it was archived, including a new commander.
    fn enqueue_missed_updates(&mut self, ctx: &DecisionContext<'_>) {
        if let Some(user) = self.incident.commander.clone() {
            self.enqueue(InviteUser { user });
        }
        self.enqueue(UpsertHeader);
        self.enqueue(SetTopic);
        self.enqueue(SetPurpose);
        self.enqueue_rename(ctx);
        self.enqueue(SyncBookmarks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{context, incident_with_channel};
    use crate::{Delivery, DeliveryKind};

    #[test]
    fn user_changes_of_the_channel_are_recorded_once() {
        let incident = incident_with_channel("Checkout");
        let ctx = context(incident.declared_at);
        let bob = UserId::from("U0BOB000001");
        for news in [ChannelEvent::Archived, ChannelEvent::Deleted] {
            let change = incident.channel_changed(news.clone(), Some(bob.clone()), &ctx);
            assert_eq!(change.entries[0].author, Some(Author::User(bob.clone())));
            assert_eq!(
                change.deliveries,
                [Delivery::UpsertAnnouncement(UpsertAnnouncement)]
            );
            let again = change
                .incident
                .channel_changed(news, Some(bob.clone()), &ctx);
            assert!(again.entries.is_empty() && again.deliveries.is_empty());
        }
    }

    #[test]
    fn unarchived_channel_is_refreshed() {
        let mut incident = incident_with_channel("Checkout");
        if let Some(channel) = &mut incident.channel {
            channel.requested_name = Some(ChannelName::from_stored("incident-7-slow".to_owned()));
        }
        let ctx = context(incident.declared_at);
        let archived = incident
            .channel_changed(ChannelEvent::Archived, None, &ctx)
            .incident;
        let back = archived.channel_changed(ChannelEvent::Unarchived, None, &ctx);
        let kinds: Vec<_> = back.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(
            kinds,
            [
                DeliveryKind::UpsertAnnouncement,
                DeliveryKind::InviteUser,
                DeliveryKind::UpsertHeader,
                DeliveryKind::SetTopic,
                DeliveryKind::SetPurpose,
                DeliveryKind::RenameChannel,
                DeliveryKind::SyncBookmarks
            ]
        );
        assert_eq!(back.incident.channel_state, ChannelState::Open);
    }
}
