//! Synchronizes the channel's bookmarks with the incident's links. Each run makes one change.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, DecisionContext, Incident};

/// Synchronizes the channel's bookmarks with the incident's links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncBookmarks;

impl DeliverySpec for SyncBookmarks {
    type Output = ();
    const PRIORITY: u8 = 220;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("bookmarks")
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
