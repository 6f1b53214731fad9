//! Groups of alerts: applies the alert rules to changed alerts, and what users do with groups.
//!
//! The domain decides; this module loads its inputs and stores the results, in the transaction that stores the alerts.

mod actions;
mod added_alerts;
mod batch;
mod card;
mod declaration;
mod list;
mod publish;
mod settle;
mod timers;

pub use actions::IgnoreGroup;
pub use card::{AlertCard, CardIncident, CardTitle, StormCard};
pub use list::{AlertGroupPage, AlertListFilter, AlertListState, ListedAlertGroup};
pub use publish::{DueAlertMessages, PostedAlertMessage};

pub(crate) use batch::route_changes;
pub(super) use timers::{claim_due, next_due_at};
