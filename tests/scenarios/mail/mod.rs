//! Mail: the dialogue with the relay.

mod notification_mail;
mod stages;
