//! Outgoing mail: composes a message, and hands it to the relay or writes it to a folder.

pub(crate) mod body;
mod error;
mod folder;
mod mailer;
pub(crate) mod message;
pub(crate) mod message_id;
mod smtp;

pub use error::{MailError, MailErrorClass, MailStage};
pub use mailer::{Mailer, OutgoingMail, SentMail};
pub use smtp::SmtpTimeouts;
