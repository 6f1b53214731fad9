//! Fetches the incident's channel, header and announcement from Slack, so that missing ones are recreated.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, OrderingKey};
use crate::{Change, DecisionContext, Incident, RepairReport, UserId};

/// Fetches the incident's channel, header and announcement from Slack, so that missing ones are recreated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The user who requested the repair and receives the result.
    pub user: UserId,
}

impl DeliverySpec for Repair {
    type Output = RepairReport;
    const PRIORITY: u8 = 245;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("repair")
    }

    fn on_done(
        &self,
        incident: &Incident,
        report: RepairReport,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        incident.apply_repair_report(&self.user, &report, ctx)
    }
}
