//! Notifications: messages about an incident that users or rules send to recipients of their choice.

mod compose;
mod contact;
mod default_templates;
mod deliver;
mod mail_address;
mod message_text;
#[expect(
    clippy::module_inception,
    reason = "the record has the name of its subject"
)]
mod notification;
mod recipient;
mod rule;
mod send;
mod subscription;
mod substitution;
mod target;
mod template;
mod template_errors;
mod values;
mod variables;
mod zoom;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use compose::{Audience, NotificationDraft, ValueSource, parse_recipients};
pub use contact::{ContactLookup, UserContact};
pub(crate) use default_templates::default_templates;
pub use mail_address::MailAddress;
pub use message_text::MessageText;
pub use notification::{
    Notification, NotificationAuthor, NotificationChange, NotificationText, SentNotification,
};
pub use recipient::Recipient;
pub use rule::{
    NotificationRule, PastState, PendingFiring, RuleAttribute, RuleCondition, RuleError, RuleField,
    RuleOutcome, RuleQuestion, RuleState, RuleStep, RuleTrigger, RuleVisibility, notified_now,
    past_states, replay,
};
pub(crate) use rule::{apply_rules, fire_pending};
pub use send::{LONGEST_BODY, LONGEST_SUBJECT, MAX_RECIPIENTS, SendNotification};
pub use subscription::{
    MailSubscription, RuleMail, StoppedMails, UnsubscribedAddress, UnsubscribedMails,
};
pub use substitution::unclosed_variable;
pub(crate) use substitution::{VariableValues, fill_in};
pub use target::{Destination, NotificationTarget, TargetOutcome, TargetState};
pub use template::MessageTemplate;
pub(crate) use template_errors::{MAX_TEMPLATES, name_errors, number_error, text_errors};
pub use template_errors::{TemplateAttribute, TemplateError};
pub use values::TemplateValues;
pub(crate) use variables::{PREFIX as VARIABLE_PREFIX, find_by_alias};
pub use variables::{TEMPLATE_VARIABLES, TemplateVariable};
