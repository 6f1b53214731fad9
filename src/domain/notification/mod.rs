//! Notifications: message templates and what they are filled in with.

mod contact;
mod default_templates;
mod message_text;
mod substitution;
mod template;
mod template_errors;
mod values;
mod variables;
mod zoom;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use contact::{ContactLookup, UserContact};
pub(crate) use default_templates::default_templates;
pub use message_text::MessageText;
pub use substitution::unclosed_variable;
pub use template::MessageTemplate;
pub use template_errors::{TemplateAttribute, TemplateError};
pub use values::TemplateValues;
pub use variables::{TEMPLATE_VARIABLES, TemplateVariable};
