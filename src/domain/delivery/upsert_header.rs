//! Posts the header of the incident's channel, or edits it to show the current state.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Needs, OrderingKey, PinHeader};
use crate::{Change, ChannelId, DecisionContext, Incident, MessageTs};

/// Posts the header of the incident's channel, or edits it to show the current state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpsertHeader;

impl DeliverySpec for UpsertHeader {
    type Output = Option<(ChannelId, MessageTs)>;
    const PRIORITY: u8 = 50;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("header")
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs {
            next_update: true,
            alert_counts: true,
            first_message: true,
            ..Needs::names(incident, incident.postmortem.iter().map(|it| &it.owner))
        }
    }

    fn on_done(
        &self,
        incident: &Incident,
        posted: Option<(ChannelId, MessageTs)>,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        // A header in a channel that the incident has left in the meantime is ignored.
        if let Some((channel, ts)) = posted
            && incident.has_channel(&channel)
        {
            change.incident.header = Some(ts.clone());
            change.enqueue(PinHeader { ts });
        }
        change
    }
}
