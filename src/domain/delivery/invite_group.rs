//! Invites the members of a Slack user group or channel to the incident's channel.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, InviteUser, OrderingKey};
use crate::{Change, DecisionContext, Incident, SlackGroup, UserId};

/// Lists the members of a Slack user group or channel. Their invitations follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteGroup {
    /// The group.
    pub group: SlackGroup,
}

impl DeliverySpec for InviteGroup {
    type Output = Vec<UserId>;
    const PRIORITY: u8 = 45;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("group", &self.group)
    }

    /// Reports the failure with the name of the group.
    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let failure = Failure {
            reason: format!("({}) {}", self.group, failure.reason),
            ..failure.clone()
        };
        failure.report(self, incident, ctx)
    }

    /// Enqueues the invitations, unless the incident became private meanwhile.
    fn on_done(
        &self,
        incident: &Incident,
        members: Vec<UserId>,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        if incident.invites_groups() {
            for user in members {
                change.enqueue(InviteUser { user });
            }
        }
        change
    }
}
