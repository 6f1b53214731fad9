//! Handles `member_joined_channel` for an incident's channel.

use crate::delivery::{FetchUser, SendBriefing};
use crate::{Change, Incident, Timestamp, UserId, Visibility};

/// Why a user joined a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinCause {
    /// The user joined, or another user invited them.
    ByUser,
    /// Muster invited the user.
    ByMuster,
}

impl Incident {
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
        let knows = arrival == JoinCause::ByMuster && user == self.declared_by;
        if !knows {
            change.enqueue(FetchUser { user: user.clone() });
            change.enqueue(SendBriefing { user });
        }
        change
    }
}

#[cfg(test)]
mod tests {
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
    fn member_of_a_private_channel_becomes_a_responder() {
        let mut incident = incident_with_channel("Checkout");
        incident.visibility = Visibility::Private;
        let bob = UserId::from("U0BOB000001");
        let change = incident.member_joined(bob.clone(), JoinCause::ByUser, incident.declared_at);
        assert!(change.incident.responder_ids().any(|user| *user == bob));
    }
}
