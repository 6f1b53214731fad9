//! Lists the members of the channel that the incident leaves, so that they are invited to the new one.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, FetchUser, OrderingKey};
use crate::{Change, ChannelId, DecisionContext, Incident, UserId};

/// Lists the members of the channel that the incident leaves, so that they are invited to the new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListOldMembers {
    /// The channel.
    pub channel: ChannelId,
}

impl DeliverySpec for ListOldMembers {
    type Output = Vec<UserId>;
    const PRIORITY: u8 = 10;
    const COALESCE: Coalesce = Coalesce::Never;

    /// The channel is created after its members are known.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("posts")
    }

    fn on_done(
        &self,
        incident: &Incident,
        members: Vec<UserId>,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        for user in members {
            change.incident.add_responder(&user, ctx.now);
            change.enqueue(FetchUser { user });
        }
        change
    }
}
