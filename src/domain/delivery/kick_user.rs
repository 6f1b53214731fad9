//! Removes a user who is no longer a responder from the incident's private channel.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, DecisionContext, Incident, UserId};

/// Removes a user who is no longer a responder from the incident's private channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KickUser {
    /// The user.
    pub user: UserId,
}

impl DeliverySpec for KickUser {
    type Output = ();
    const PRIORITY: u8 = 30;
    const COALESCE: Coalesce = Coalesce::Never;

    /// In order with `InviteUser`: a user may be removed and invited again within a short time.
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
