//! Posts an activity in the thread of the announcement.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Needs, OrderingKey};
use crate::{Activity, Change, DecisionContext, Incident};

/// Posts an activity in the thread of the announcement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostAnnouncementReply {
    /// The activity.
    pub activity: Activity,
}

impl DeliverySpec for PostAnnouncementReply {
    type Output = ();
    const PRIORITY: u8 = 120;
    const COALESCE: Coalesce = Coalesce::Batch;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("announcement")
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs::names(incident, self.activity.mentioned_users())
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
