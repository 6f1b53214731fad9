//! Notifications: messages about an incident that users or rules send to recipients of their choice.

mod audience;
mod contact;
mod default_templates;
mod deliver;
mod draft;
mod mail_address;
mod message_text;
#[expect(
    clippy::module_inception,
    reason = "the record has the name of its subject"
)]
mod notification;
mod notified_responders;
mod recipient;
mod recipient_list;
mod send;
mod substitution;
mod target;
mod template;
mod template_errors;
mod value_source;
mod values;
mod variables;
mod zoom;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use audience::Audience;
pub use contact::{ContactLookup, UserContact};
pub(crate) use default_templates::default_templates;
pub use draft::NotificationDraft;
pub use mail_address::MailAddress;
pub use message_text::MessageText;
pub use notification::{
    Notification, NotificationAuthor, NotificationChange, NotificationText, SentNotification,
};
pub use recipient::Recipient;
pub use recipient_list::parse_recipients;
pub use send::{LONGEST_BODY, LONGEST_SUBJECT, MAX_RECIPIENTS, SendNotification};
pub use substitution::unclosed_variable;
pub use target::{Destination, NotificationTarget, TargetOutcome, TargetState};
pub use template::MessageTemplate;
pub use template_errors::{TemplateAttribute, TemplateError};
pub use value_source::ValueSource;
pub use values::TemplateValues;
pub use variables::{TEMPLATE_VARIABLES, TemplateVariable};
