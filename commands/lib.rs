//! What people can say to Muster: each command, how it is typed or clicked, the form that it shows,
//! and what they asked for once they filled it in. Pure: no clock, no files, no sockets.

mod answers;
mod carried;
mod field_errors;
mod ids;
mod message_text;
mod not_understood;
mod submission;
mod title;
mod unreadable;
mod vocabulary;

pub mod add_to_incident;
pub mod declare;
pub mod events;
pub mod form;
pub mod limits;
pub mod slash;
pub mod typed_text;
pub mod update;
pub mod which_incident;

pub use ids::{ChannelId, EventId, IncidentId, MessageTs, NoIncidentId, PersonId};
pub use title::LONGEST_TITLE;
pub use unreadable::Unreadable;
pub use vocabulary::{CustomerImpact, DetectionMethod, Severity, Status, UnknownWord};
