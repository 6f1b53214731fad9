//! Pushpin reactions: the first one adds a message to the timeline, removing the last one removes it.

use crate::delivery::{AddPushpin, FetchMessage, FetchUser, RemovePushpin};
use crate::{
    Actor, Author, Change, ChannelId, Incident, MessageRef, MessageTs, Source, StoredEntry,
    TimelineEdit, TimelineEntry, TimelineEvent, Timestamp, UserId,
};

/// A pushpin reaction that was added or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushpinReaction {
    /// The channel of the message.
    pub channel: ChannelId,
    /// The message's ID.
    pub ts: MessageTs,
    /// The user who reacted.
    pub user: UserId,
    /// The author of the message; `None` if Slack does not send it.
    pub author: Option<UserId>,
    /// The event's timestamp, which orders the events in whatever order they arrive.
    pub event_ts: MessageTs,
}

impl Incident {
    /// Adds a message to the timeline because of a pushpin reaction. Its text is fetched afterwards: Slack's
    /// `reaction_added` event contains only the message's channel and `ts`.
    pub fn pushpin_added(&self, pin: &PushpinReaction, now: Timestamp) -> Change {
        let actor = Actor::new(pin.user.clone(), now);
        let mut incident = self.clone();
        incident.touch_responder(&actor);
        let author = pin
            .author
            .clone()
            .map_or_else(|| Author::App("an app".to_owned()), Author::User);
        let mut change = Change::new(incident, now);
        if let Author::User(user) = &author {
            change.enqueue(FetchUser { user: user.clone() });
        }
        change.enqueue(AddPushpin {
            channel: pin.channel.clone(),
            ts: pin.ts.clone(),
        });
        change.enqueue(FetchMessage {
            channel: pin.channel.clone(),
            ts: pin.ts.clone(),
        });
        change.add_entry(TimelineEntry {
            author: Some(author),
            event: TimelineEvent::Message {
                text: String::new(),
            },
            happened_at: Timestamp::from_message_ts(pin.ts.as_str()).unwrap_or(now),
            recorded_at: now,
            recorded_by: Some(pin.user.clone()),
            source: Source::Slack,
            message: Some(MessageRef {
                channel: pin.channel.clone(),
                ts: pin.ts.clone(),
                permalink: String::new(),
                edited_ts: None,
            }),
        });
        change
    }

    /// Removes a message from the timeline after its last pushpin reaction was removed.
    pub fn pushpin_removed(
        &self,
        stored: &StoredEntry,
        pin: &PushpinReaction,
        now: Timestamp,
    ) -> Change {
        let actor = Actor::new(pin.user.clone(), now);
        let mut incident = self.clone();
        incident.touch_responder(&actor);
        let mut change = Change::new(incident, now);
        change
            .edits
            .push(TimelineEdit::remove(stored.id, Some(pin.user.clone())));
        change.enqueue(RemovePushpin {
            channel: pin.channel.clone(),
            ts: pin.ts.clone(),
        });
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::incident_with_channel;
    use crate::{Delivery, DeliveryKind};

    fn pushpin() -> PushpinReaction {
        PushpinReaction {
            channel: "C0INCIDENT7".into(),
            ts: "1795440000.000100".into(),
            user: "U0BOB000001".into(),
            author: Some("U0CHIOMA001".into()),
            event_ts: "1795440009.000100".into(),
        }
    }

    #[test]
    fn pushpin_message_has_its_own_author_and_time_and_is_fetched() {
        let incident = incident_with_channel("");
        let change = incident.pushpin_added(&pushpin(), incident.declared_at);
        let entry = &change.entries[0];
        assert_eq!(entry.author, Some(Author::User("U0CHIOMA001".into())));
        assert_eq!(
            entry.happened_at,
            Timestamp::from_epoch_seconds(1_795_440_000)
        );
        assert_eq!(entry.recorded_by, Some("U0BOB000001".into()));
        let kinds: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(
            kinds,
            [
                DeliveryKind::FetchUser,
                DeliveryKind::AddPushpin,
                DeliveryKind::FetchMessage
            ]
        );
    }

    #[test]
    fn removing_a_pushpin_removes_the_entry_and_its_reaction() {
        let incident = incident_with_channel("");
        let stored = StoredEntry {
            id: 41,
            entry: incident
                .pushpin_added(&pushpin(), incident.declared_at)
                .entries
                .remove(0),
            is_important: false,
        };
        let change = incident.pushpin_removed(&stored, &pushpin(), incident.declared_at);
        assert_eq!(
            change.edits,
            [TimelineEdit::remove(41, Some("U0BOB000001".into()))]
        );
        let kinds: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(kinds, [DeliveryKind::RemovePushpin]);
    }
}
