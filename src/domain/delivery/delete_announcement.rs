//! Deletes the incident's announcement and the bot's replies to it.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, DecisionContext, Incident, MessageTs};

/// Deletes the incident's announcement and the bot's replies to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteAnnouncement;

impl DeliverySpec for DeleteAnnouncement {
    type Output = Option<MessageTs>;
    const PRIORITY: u8 = 0;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("announcement")
    }

    fn on_done(
        &self,
        incident: &Incident,
        deleted: Option<MessageTs>,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        change
            .incident
            .announcement
            .take_if(|announcement| deleted.as_ref() == Some(&announcement.ts));
        change
    }
}
