//! Groups of alerts: applies the alert rules to changed alerts, and what users do with groups.
//!
//! The domain decides; this module loads its inputs and stores the results, in the transaction that stores the alerts.

mod actions;
mod added_alerts;
mod batch;
mod compiled_rules;
mod declaration;
mod group_message;
mod list;
mod publish;
mod related;
mod rule_preview;
mod settle;
mod timers;

pub use actions::IgnoreGroup;
pub use group_message::{GroupIncident, GroupMessage, StormMessage, TitleCount};
pub use list::{AlertGroupPage, AlertListFilter, AlertListState, ListedAlertGroup};
pub use publish::{DueAlertMessages, PostedAlertMessage};
pub use rule_preview::{AlertRulePreview, PREVIEWED_ALERTS, PREVIEWED_HOURS, RuleInList};

pub(crate) use batch::route_changes;
pub(super) use related::declare_with_related;
pub(super) use timers::{claim_due, next_due_at};
