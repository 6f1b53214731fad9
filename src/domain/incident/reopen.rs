//! Reopening an incident. If its channel is archived, the incident gets a new one.

use crate::change::NewChannel;
use crate::delivery::PostActivity;
use crate::{
    Activity, Change, ChannelState, DecisionContext, Incident, Status, TimelineEntry, TimelineEvent,
};

impl Incident {
    /// Returns whether the incident is resolved or completed.
    pub(crate) fn is_over(&self) -> bool {
        match self.status {
            Status::Active | Status::Stable => false,
            Status::Resolved | Status::Completed => true,
        }
    }

    /// Leaves the channel if it is archived and the incident was reopened, and returns the channel's name. An
    /// app cannot unarchive a channel.
    pub(crate) fn leave_archived_channel(&mut self, before: &Self) -> Option<String> {
        let goes_on_again = !before.status.is_open() && self.status.is_open();
        if !goes_on_again || self.channel_state != ChannelState::Archived {
            return None;
        }
        self.channel_state = ChannelState::Pending;
        self.header = None;
        self.channel.take().map(|channel| channel.name)
    }

    /// Returns whether the incident was reopened and needs its first channel: an imported one has none.
    pub(crate) fn awaits_first_channel(&mut self, before: &Self) -> bool {
        let goes_on_again = !before.status.is_open() && self.status.is_open();
        let is_needed = goes_on_again
            && self.imported_at.is_some()
            && self.channel.is_none()
            && self.channel_state == ChannelState::Failed;
        if is_needed {
            self.channel_state = ChannelState::Pending;
        }
        is_needed
    }
}

impl Change {
    /// Enqueues the creation of a new channel for a reopened incident, and an activity that names the old
    /// one.
    pub(crate) fn replace_channel(&mut self, old_name: String, ctx: &DecisionContext<'_>) {
        let new_channel = NewChannel {
            replaces: Some(old_name.clone()),
            ..NewChannel::default()
        };
        let what = TimelineEvent::ChannelReplaced { old_name };
        self.add_entry(TimelineEntry::automatic(what.clone(), self.at));
        self.enqueue_channel(new_channel, ctx);
        self.enqueue(PostActivity {
            activity: Activity::automatic(what, self.at),
        });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {

    use super::*;
    use crate::testing::{alice_at, context, incident_with_channel};
    use crate::{DeliveryKind, Update};

    fn reopened(channel: ChannelState) -> Change {
        let mut incident = incident_with_channel("Checkout");
        incident.status = Status::Resolved;
        incident.channel_state = channel;
        let request = Update {
            status: Some(Status::Active),
            ..Update::default()
        };
        let actor = alice_at(incident.declared_at);
        incident
            .update(request, &actor, &context(actor.at))
            .unwrap()
    }

    #[test]
    fn reopening_replaces_the_channel_only_when_it_is_archived() {
        let change = reopened(ChannelState::Archived);
        assert_eq!(change.incident.channel_state, ChannelState::Pending);
        assert_eq!(change.incident.channel, None);
        assert_eq!(change.incident.header, None);
        assert_eq!(change.deliveries[0].kind(), DeliveryKind::CreateChannel);
        assert_eq!(change.entries.len(), 2);

        let change = reopened(ChannelState::Open);
        assert!(change.incident.channel.is_some());
        assert!(
            change
                .deliveries
                .iter()
                .all(|it| it.kind() != DeliveryKind::CreateChannel)
        );
    }
}
