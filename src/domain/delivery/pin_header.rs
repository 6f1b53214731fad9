//! Pins the header in the incident's channel.

use muster_commands::MessageTs;
use serde::{Deserialize, Serialize};

use crate::domain::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::domain::{Change, DecisionContext, Incident};

/// Pins the header in the incident's channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinHeader {
    /// The header's timestamp.
    pub ts: MessageTs,
}

impl DeliverySpec for PinHeader {
    type Output = ();
    const PRIORITY: u8 = 200;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("pin")
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
