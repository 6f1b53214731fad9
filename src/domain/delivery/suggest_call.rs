//! Asks a user whether a URL that they posted is the incident's video call.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, OrderingKey};
use crate::{Change, DecisionContext, Incident, UserId};

/// Asks a user whether a URL that they posted is the incident's video call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestCall {
    /// The user who posted it.
    pub user: UserId,
    /// The URL.
    pub url: String,
}

impl DeliverySpec for SuggestCall {
    type Output = ();
    const PRIORITY: u8 = 140;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("suggest_call", &self.user)
    }

    /// Not reported: the user did not request it, and the URL is in the channel.
    fn on_failed(
        &self,
        incident: &Incident,
        _failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        Change::new(incident.clone(), ctx.now)
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
