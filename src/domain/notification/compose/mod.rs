//! Notifications that users write: their recipients, their text, their drafts, and the users who become responders.

mod audience;
mod draft;
mod notified_responders;
mod recipient_list;
mod value_source;

pub use audience::Audience;
pub use draft::NotificationDraft;
pub use recipient_list::parse_recipients;
pub use value_source::ValueSource;
