//! Sets the channel's topic to the current state.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Needs, OrderingKey};
use crate::{Change, DecisionContext, Incident};

/// Sets the channel's topic to the current state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTopic;

impl DeliverySpec for SetTopic {
    type Output = ();
    const PRIORITY: u8 = 180;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("topic")
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs::names(incident, [])
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
