//! The form of a message template.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::{IncidentId, MessageTemplate, Settings, TemplateAttribute, TemplateError};
use crate::error::Error;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::settings::message_templates::preview::Preview;
use crate::web::parts::variable_completion;
use crate::web::session::SignedIn;

/// The form of a message template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Editor {
    /// The template that is changed; `None` for a new one.
    pub(super) stored: Option<MessageTemplate>,
    /// The template in the fields.
    pub(super) entered: MessageTemplate,
    /// The incident of the preview; `None` for the latest.
    incident: Option<IncidentId>,
    state: EditorState,
}

/// The state of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EditorState {
    /// It displays a template.
    Displayed,
    /// A sample was sent just now.
    Sampled,
    /// It shows a template that is not stored.
    Previewed,
    /// It shows a template after a variable was inserted.
    Inserted,
    /// The template is invalid.
    Rejected,
    /// The template was changed or deleted since the form was displayed; with the current one, if there is one.
    Overtaken(Option<MessageTemplate>),
}

#[derive(Template)]
#[template(path = "settings_template.html", config = "src/web/askama.toml")]
struct EditorTemplate {
    layout: Layout,
    title: String,
    editor: Editor,
    /// The template that is changed, as JSON; empty for a new one.
    expected: String,
    errors: Vec<TemplateError>,
    categories: Vec<String>,
    variables: Vec<(String, String)>,
    /// The variables with the name that is being written.
    completions: Vec<(String, String)>,
    preview: Preview,
    keys: [String; 3],
}

impl EditorTemplate {
    fn problems(&self, attribute: TemplateAttribute) -> Vec<String> {
        let is_shown = self.editor.state != EditorState::Displayed;
        let errors = self.errors.iter().filter(|_| is_shown);
        let errors = errors.filter(|error| error.attribute == attribute);
        errors.map(|error| capitalized(&error.problem)).collect()
    }
}

impl Editor {
    /// Creates the form that changes a template.
    pub(super) fn change(template: MessageTemplate) -> Self {
        Self {
            stored: Some(template.clone()),
            entered: template,
            incident: None,
            state: EditorState::Displayed,
        }
    }

    /// Creates the form of a new template.
    pub(super) fn empty(settings: &Settings) -> Self {
        let first = settings.message_templates.first();
        let entered = MessageTemplate {
            category: first.map_or_else(String::new, |template| template.category.clone()),
            ..MessageTemplate::default()
        };
        Self {
            stored: None,
            ..Self::change(entered)
        }
    }

    /// Creates the form of a new template with the text of another one.
    pub(super) fn copy_of(template: MessageTemplate) -> Self {
        let name = format!("Copy of {}", template.name);
        Self {
            stored: None,
            ..Self::change(MessageTemplate { name, ..template })
        }
    }

    /// Reads a submitted form.
    pub(super) fn read(form: &Form) -> Self {
        let text = |name: &str| form.value(name).to_owned();
        let stored = form.expected("template").map(serde_json::from_str);
        Self {
            stored: stored.and_then(Result::ok),
            entered: MessageTemplate {
                name: text("name"),
                category: text("category"),
                subject: text("subject"),
                body: text("body"),
            },
            incident: form.value("incident").parse().ok(),
            state: EditorState::Displayed,
        }
    }

    /// Returns the form in another state.
    pub(super) fn in_state(self, state: EditorState) -> Self {
        Self { state, ..self }
    }

    /// Returns the form with a variable in place of the one that is being written.
    pub(super) fn with_variable(mut self, name: &str) -> Self {
        variable_completion::insert(&mut self.entered, name);
        self.in_state(EditorState::Inserted)
    }

    /// Returns the mistakes of the entered template, next to the stored ones.
    pub(super) fn errors(&self, settings: &Settings) -> Vec<TemplateError> {
        let mut templates = settings.message_templates.clone();
        templates.retain(|known| Some(known) != self.stored.as_ref());
        let index = templates.len();
        templates.push(self.entered.clone());
        let mut errors = settings.template_errors(&templates);
        errors.retain(|error| error.index == index);
        errors
    }

    /// Returns the form with the choice between the current template and the entered one, if another admin changed
    /// or deleted the template since the form was displayed.
    pub(super) fn overtaken(&self, settings: &Settings) -> Option<Self> {
        let displayed = self.stored.as_ref()?;
        let mut templates = settings.message_templates.iter();
        if templates.any(|known| known == displayed) {
            return None;
        }
        let current = settings.message_template(&displayed.name).cloned();
        Some(Self {
            stored: current.clone(),
            state: EditorState::Overtaken(current),
            ..self.clone()
        })
    }

    /// Renders the page with the form.
    pub(super) async fn render(self, signed_in: &SignedIn, status: StatusCode) -> PageResult {
        let settings = signed_in.store().settings().await?;
        let errors = self.errors(&settings);
        let variables = settings.template_variables();
        let written = variable_completion::written_variable(&self.entered);
        let is_meant = |(name, _): &&(String, String)| {
            written.is_some_and(|written| name.contains(&written.to_lowercase()))
        };
        let groups = settings.templates_by_category();
        let expected = match &self.stored {
            Some(template) => serde_json::to_string(template).map_err(Error::internal)?,
            None => String::new(),
        };
        let template = EditorTemplate {
            layout: signed_in.layout(Section::Settings),
            title: self.title(),
            expected,
            completions: variables.iter().filter(is_meant).cloned().collect(),
            categories: groups.iter().map(|(name, _)| (*name).to_owned()).collect(),
            preview: Preview::load(signed_in, &settings, &self.entered, self.incident).await?,
            variables,
            errors,
            editor: self,
            keys: [new_key(), new_key(), new_key()],
        };
        page_with_status(status, &template)
    }

    fn title(&self) -> String {
        match &self.stored {
            Some(template) => template.name.clone(),
            None => "New message template".to_owned(),
        }
    }
}

fn capitalized(problem: &str) -> String {
    let (first, rest) = problem.split_at(problem.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}", first.to_uppercase())
}
