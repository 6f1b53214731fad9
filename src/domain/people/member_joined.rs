//! Users who join: through **Join** in Muster, or in Slack, which sends `member_joined_channel`.

use crate::delivery::{FetchUser, InviteUser, SendBriefing};
use crate::{
    Actor, Change, ChannelState, Decision, Incident, RoleChange, TimelineEntry, TimelineEvent,
    Timestamp, UserId, Visibility,
};

/// Why a user joined a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinCause {
    /// The user joined, or another user invited them.
    ByUser,
    /// Muster invited the user.
    ByMuster,
}

impl Incident {
    /// Makes the user a responder at their own request, and invites them to the channel. A user who left the
    /// channel is invited again. Slack itself reports in the channel that they were added.
    pub fn join(&self, actor: &Actor) -> Decision {
        let user = actor.require_user()?.clone();
        let is_responder = self.responder_ids().any(|it| *it == user);
        let mut incident = self.clone();
        incident.add_responder(&user, actor.at);
        let mut change = Change::new(incident, actor.at);
        if !is_responder {
            change.enqueue(FetchUser { user: user.clone() });
            let joined = RoleChange::Joined { user: user.clone() };
            let event = TimelineEvent::RolesChanged { change: joined };
            change.add_entry(TimelineEntry::by_actor(actor, event));
        }
        // The creation of the channel invites all responders.
        if self.channel_state == ChannelState::Open {
            change.enqueue(InviteUser { user });
        }
        Ok(change)
    }

    /// Records that a user joined the incident's channel, and enqueues a briefing.
    ///
    /// The declarer needs no briefing when Muster invites them. A member of the channel of a private
    /// incident has access to the incident, and therefore becomes a responder.
    pub fn member_joined(&self, user: UserId, arrival: JoinCause, now: Timestamp) -> Change {
        let mut incident = self.clone();
        if incident.visibility == Visibility::Private {
            incident.add_responder(&user, now);
        }
        let mut change = Change::new(incident, now);
        let knows = arrival == JoinCause::ByMuster && self.declared_by.as_ref() == Some(&user);
        if !knows {
            change.enqueue(FetchUser { user: user.clone() });
            change.enqueue(SendBriefing { user });
        }
        change
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::incident_with_channel;
    use crate::{Delivery, DeliveryKind};

    fn kinds_after_join(user: &str, arrival: JoinCause) -> Vec<DeliveryKind> {
        let incident = incident_with_channel("Checkout");
        let change = incident.member_joined(UserId::from(user), arrival, incident.declared_at);
        assert_eq!(change.incident, incident);
        change.deliveries.iter().map(Delivery::kind).collect()
    }

    #[test]
    fn joining_user_receives_a_briefing_except_the_invited_declarer() {
        let briefed = [DeliveryKind::FetchUser, DeliveryKind::SendBriefing];
        assert_eq!(kinds_after_join("U0BOB000001", JoinCause::ByUser), briefed);
        assert_eq!(
            kinds_after_join("U0BOB000001", JoinCause::ByMuster),
            briefed
        );
        assert_eq!(kinds_after_join("U0ALICE0001", JoinCause::ByUser), briefed);
        assert_eq!(kinds_after_join("U0ALICE0001", JoinCause::ByMuster), []);
    }

    #[test]
    fn joining_user_is_invited_and_becomes_a_responder_once() {
        let mut incident = incident_with_channel("Checkout");
        let bob = Actor::new(UserId::from("U0BOB000001"), incident.declared_at);
        let change = incident.join(&bob).unwrap();
        let kinds = |change: &Change| {
            let kinds = change.deliveries.iter().map(Delivery::kind);
            kinds.collect::<Vec<_>>()
        };
        let invited = [DeliveryKind::FetchUser, DeliveryKind::InviteUser];
        assert_eq!(
            (kinds(&change), change.entries.len()),
            (invited.to_vec(), 1)
        );
        let again = change.incident.join(&bob).unwrap();
        assert_eq!(kinds(&again), [DeliveryKind::InviteUser]);
        assert_eq!((again.incident, again.entries.len()), (change.incident, 0));
        incident.channel_state = ChannelState::Pending;
        let early = incident.join(&bob).unwrap();
        assert_eq!(kinds(&early), [DeliveryKind::FetchUser]);
        assert!(early.incident.responder_ids().any(|user| bob.is(user)));
    }

    #[test]
    fn member_of_a_private_channel_becomes_a_responder() {
        let mut incident = incident_with_channel("Checkout");
        incident.visibility = Visibility::Private;
        let bob = UserId::from("U0BOB000001");
        let change = incident.member_joined(bob.clone(), JoinCause::ByUser, incident.declared_at);
        assert!(change.incident.responder_ids().any(|user| *user == bob));
    }
}
