//! Invites a user to the incident's channel.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, DecisionContext, Incident, UserId};

/// Invites a user to the incident's channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteUser {
    /// The user.
    pub user: UserId,
}

impl DeliverySpec for InviteUser {
    type Output = ();
    const PRIORITY: u8 = 40;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("member", &self.user)
    }

    fn user(&self) -> Option<&UserId> {
        Some(&self.user)
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
