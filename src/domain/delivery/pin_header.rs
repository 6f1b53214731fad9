//! Pins the header in the incident's channel.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, DecisionContext, Incident, MessageTs};

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
