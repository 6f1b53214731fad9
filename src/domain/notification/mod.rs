//! Notifications: messages about an incident that users or rules send to recipients of their choice.

mod deliver;
mod mail_address;
mod notification;
mod recipient;
mod send;
mod target;

pub use mail_address::MailAddress;
pub use notification::{
    Notification, NotificationAuthor, NotificationChange, NotificationText, SentNotification,
};
pub use recipient::Recipient;
pub use send::{LONGEST_BODY, LONGEST_SUBJECT, MAX_RECIPIENTS, SendNotification};
pub use target::{Destination, NotificationTarget, TargetOutcome, TargetState};
