//! Deletes an incident. Its rows stay in the store: the operator's export still has them.

use crate::delivery::{ArchiveOldChannel, DeleteAnnouncement, PostOldChannelNotice};
use crate::{Actor, Change, ChannelState, Incident, TimelineEntry, TimelineEvent, Visibility};

impl Incident {
    /// Hides the incident from all users, deletes its announcement and archives its channel. Nothing more is sent
    /// about it. A deleted incident is a private one in which no user takes part.
    pub fn delete(&self, actor: &Actor) -> Change {
        let mut incident = self.clone();
        incident.deleted_at = Some(actor.at);
        incident.visibility = Visibility::Private;
        incident.responders.clear();
        incident.roles.clear();
        incident.subscribers.clear();
        incident.pending_direct_messages.clear();
        incident.reminder_posts.clear();
        incident.channel_state = ChannelState::Deleted;
        incident.header = None;
        let channel = incident.channel.take();

        let mut change = Change::new(incident, actor.at);
        change.add_entry(TimelineEntry::by_actor(actor, TimelineEvent::Deleted));
        change.enqueue(DeleteAnnouncement);
        if let Some(channel) = channel {
            change.enqueue_farewell(channel.id);
        }
        change
    }
}

impl Change {
    /// Enqueues the last message in a channel of a deleted incident, and its archiving.
    pub(crate) fn enqueue_farewell(&mut self, channel: crate::ChannelId) {
        self.enqueue(PostOldChannelNotice {
            channel: channel.clone(),
        });
        self.enqueue(ArchiveOldChannel { channel });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::incident_with_channel;
    use crate::{Delivery, DeliveryKind, Source, UserId, Viewer};

    #[test]
    fn no_user_sees_a_deleted_incident() {
        let incident = incident_with_channel("Checkout");
        let channel = incident.channel.clone().map(|channel| channel.id);
        let alice = UserId::from("U0ALICE0001");
        let actor = Actor::with_source(alice.clone(), incident.declared_at, Source::Api);
        let change = incident.delete(&actor);
        let deleted = &change.incident;
        let member = channel.map(|channel| Viewer::member_of(&alice, &channel));
        for viewer in member
            .into_iter()
            .chain([Viewer::user(&alice), Viewer::Program])
        {
            assert!(incident.is_visible_to(&viewer));
            assert!(!deleted.is_visible_to(&viewer), "{viewer:?}");
        }
        let kinds: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(
            kinds,
            [
                DeliveryKind::DeleteAnnouncement,
                DeliveryKind::PostOldChannelNotice,
                DeliveryKind::ArchiveOldChannel
            ]
        );
    }
}
