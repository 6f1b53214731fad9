//! A message template: the subject and the body of a notification, with variables.

use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::notification::{MessageText, TemplateValues};

/// The subject and the body of a notification, with variables such as `{{incident.title}}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageTemplate {
    /// The name, which is unique in any case.
    pub name: String,
    /// The heading that it is listed under.
    pub category: String,
    /// The subject, in one line of plain text.
    pub subject: String,
    /// The body, in Markdown.
    pub body: String,
    /// The number of the incident type that it is for; `None` for all types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_type: Option<i64>,
}

impl MessageTemplate {
    /// Returns the template with the values in place of its variables.
    pub fn fill_in(&self, values: &TemplateValues<'_>) -> MessageText {
        MessageText {
            subject: values.fill_in_subject(&self.subject),
            body: values.fill_in_body(&self.body),
        }
    }
}

impl Settings {
    /// Returns the message template with this name, in any case.
    pub fn message_template(&self, name: &str) -> Option<&MessageTemplate> {
        let mut templates = self.message_templates.iter();
        templates.find(|template| is_same_name(&template.name, name))
    }

    /// Returns the message templates with another text for one of them. Without that one, the template is added.
    pub fn with_template(
        &self,
        replaced: Option<&MessageTemplate>,
        template: MessageTemplate,
    ) -> Vec<MessageTemplate> {
        let mut templates = self.message_templates.clone();
        let is_replaced = |known: &&mut MessageTemplate| Some(&**known) == replaced;
        match templates.iter_mut().find(is_replaced) {
            Some(known) => *known = template,
            None => templates.push(template),
        }
        templates
    }

    /// Returns the message templates by category, in the order in which the categories first occur.
    pub fn templates_by_category(&self) -> Vec<(&str, Vec<&MessageTemplate>)> {
        let mut groups: Vec<(&str, Vec<&MessageTemplate>)> = Vec::new();
        for template in &self.message_templates {
            let category = template.category.as_str();
            match groups
                .iter_mut()
                .find(|(known, _)| is_same_name(known, category))
            {
                Some((_, templates)) => templates.push(template),
                None => groups.push((category, vec![template])),
            }
        }
        groups
    }
}

/// Returns whether two names are the same in any case.
pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
