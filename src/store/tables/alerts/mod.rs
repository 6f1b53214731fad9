//! Tables of alerts: their sources, the alerts, deliveries, bodies, changes, and subscriptions of SNS that wait
//! for an admin.

pub(crate) mod alert_bodies;
pub(crate) mod alert_deliveries;
pub(crate) mod alert_sources;
#[expect(
    clippy::module_inception,
    reason = "one file per table, and the folder has the name of the table"
)]
pub(crate) mod alerts;
pub(crate) mod change_events;
pub(crate) mod sns_confirmations;
