//! Alerts: takes in the requests of sources, and changes the sources.

mod change_source;
mod changes;
mod offline;
mod record;
pub(crate) mod routing;

pub use change_source::SourceAction;
pub use offline::OfflineAlertSources;
pub use record::{ReceivedBatch, ReceivedBody};
