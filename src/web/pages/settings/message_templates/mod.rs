//! `/settings/templates/…`: the message templates.

mod list;

use serde_json::{Value, json};

use crate::domain::{MessageTemplate, Settings, TemplateAttribute, TemplateError, TemplateValues};
use crate::error::Result;
use crate::web::form::Form;
use crate::web::markdown::render_message;
use crate::web::pages::settings::template_editor::{
    EditedTemplate, EditorField, FieldControl, Preview, PreviewIncident, PreviewPart, TemplateKind,
    contacts, example_changes,
};
use crate::web::parts::TypeField;
use crate::web::session::SignedIn;

pub(super) use list::TemplateCategory;

impl EditedTemplate for MessageTemplate {
    const KIND: TemplateKind = TemplateKind {
        name: "message template",
        text: "body",
        unaffected: "Sent notifications stay as they are.",
        edit: "/settings/templates/edit",
        delete: "/settings/templates/delete",
        group: "templates",
        sample: Some("/settings/samples"),
    };

    fn templates(settings: &Settings) -> &[Self] {
        &settings.message_templates
    }

    /// Rules follow a template that is renamed.
    fn values(
        settings: &Settings,
        templates: &[Self],
        renamed: Option<(&str, &str)>,
    ) -> Vec<(String, Value)> {
        let rules = match renamed {
            Some((from, to)) => settings.rules_with_template(from, to),
            None => settings.notification_rules.clone(),
        };
        vec![
            ("message_templates".to_owned(), json!(templates)),
            ("notification_rules".to_owned(), json!(rules)),
        ]
    }

    fn first(settings: &Settings) -> Self {
        let first = settings.message_templates.first();
        Self {
            category: first.map_or_else(String::new, |template| template.category.clone()),
            ..Self::default()
        }
    }

    fn read(form: &Form) -> Self {
        let text = |name: &str| form.value(name).to_owned();
        Self {
            name: text("name"),
            category: text("category"),
            subject: text("subject"),
            body: text("body"),
            incident_type: TypeField::read(form),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn incident_type(&self) -> Option<i64> {
        self.incident_type
    }

    fn with_name(self, name: String) -> Self {
        Self { name, ..self }
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.subject, &self.body]
    }

    fn texts_mut(&mut self) -> Vec<&mut String> {
        vec![&mut self.subject, &mut self.body]
    }

    fn errors(settings: &Settings, templates: &[Self]) -> Vec<TemplateError> {
        settings.template_errors(templates)
    }

    fn variables(settings: &Settings) -> Vec<(String, String)> {
        settings.template_variables()
    }

    fn fields(&self, settings: &Settings) -> Vec<EditorField> {
        let groups = settings.templates_by_category();
        let categories = groups.iter().map(|(name, _)| (*name).to_owned());
        vec![
            EditorField::name(&self.name),
            EditorField {
                name: "category",
                label: "Category",
                attribute: TemplateAttribute::Category,
                value: self.category.clone(),
                control: FieldControl::Suggested(categories.collect()),
                hint: "The heading that the template is listed under.",
            },
            EditorField {
                name: "subject",
                label: "Subject",
                attribute: TemplateAttribute::Subject,
                value: self.subject.clone(),
                control: FieldControl::SingleLine,
                hint: "",
            },
            EditorField {
                name: "body",
                label: "Body",
                attribute: TemplateAttribute::Body,
                value: self.body.clone(),
                control: FieldControl::Text { rows: 16 },
                hint: "Markdown. Type two opening braces to see the variables.",
            },
        ]
    }

    fn compared(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Subject", self.subject.clone()),
            ("Body", self.body.clone()),
        ]
    }

    async fn preview(&self, signed_in: &SignedIn, incident: PreviewIncident) -> Result<Preview> {
        let settings = signed_in.store().settings().await?;
        let changes = example_changes(&incident.incident);
        let text = self.fill_in(&TemplateValues {
            incident: &incident.incident,
            settings: &settings,
            contacts: &contacts(signed_in).await?,
            clock: &signed_in.clock,
            page_url: Some(&incident.page_url),
            channel_url: incident.channel_url.as_deref(),
            changes: &changes,
        });
        let body = PreviewPart {
            heading: String::new(),
            body: render_message(&text.body),
        };
        Ok(incident.preview(text.subject, vec![body]))
    }
}
