//! The list of message templates on the page of the settings.

use crate::domain::{MessageTemplate, Settings};
use crate::web::pages::settings::template_editor::EditedTemplate;

/// The message templates of a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::pages::settings) struct TemplateCategory {
    /// The name.
    pub(in crate::web::pages::settings) name: String,
    /// The templates.
    pub(in crate::web::pages::settings) templates: Vec<TemplateRow>,
}

/// A message template in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::pages::settings) struct TemplateRow {
    pub(in crate::web::pages::settings) name: String,
    pub(in crate::web::pages::settings) subject: String,
    pub(in crate::web::pages::settings) body: String,
    /// The address of its form.
    pub(in crate::web::pages::settings) edit: String,
    /// The address of the form of a copy.
    pub(in crate::web::pages::settings) copy: String,
}

impl TemplateCategory {
    /// Returns the categories with their templates.
    pub(in crate::web::pages::settings) fn list(settings: &Settings) -> Vec<Self> {
        let groups = settings.templates_by_category().into_iter();
        let category = |(name, templates): (&str, Vec<_>)| Self {
            name: name.to_owned(),
            templates: templates.into_iter().map(TemplateRow::from).collect(),
        };
        groups.map(category).collect()
    }
}

impl From<&MessageTemplate> for TemplateRow {
    fn from(template: &MessageTemplate) -> Self {
        let name = &template.name;
        Self {
            name: name.clone(),
            subject: template.subject.clone(),
            body: template.body.clone(),
            edit: MessageTemplate::KIND.address("name", name),
            copy: MessageTemplate::KIND.address("copy", name),
        }
    }
}
