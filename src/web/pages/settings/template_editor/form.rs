//! The form of a template.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::{IncidentId, Settings, TemplateAttribute, TemplateError};
use crate::error::Error;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::settings::template_editor::{
    EditedTemplate, Preview, PreviewIncident, TemplateKind, find,
};
use crate::web::parts::{TypeField, variable_completion};
use crate::web::session::SignedIn;

/// The form of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::pages::settings) struct Editor<T> {
    /// The template that is changed; `None` for a new one.
    pub(super) stored: Option<T>,
    /// The template in the fields.
    pub(super) entered: T,
    /// The incident of the preview; `None` for the latest.
    incident: Option<IncidentId>,
    state: EditorState<T>,
}

/// The state of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::pages::settings) enum EditorState<T> {
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
    Overtaken(Option<T>),
}

/// A field of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::pages::settings) struct EditorField {
    /// The name.
    pub(in crate::web::pages::settings) name: &'static str,
    /// The label.
    pub(in crate::web::pages::settings) label: &'static str,
    /// The attribute whose mistakes it shows.
    pub(in crate::web::pages::settings) attribute: TemplateAttribute,
    /// The value.
    pub(in crate::web::pages::settings) value: String,
    /// The control.
    pub(in crate::web::pages::settings) control: FieldControl,
    /// The purpose; may be empty.
    pub(in crate::web::pages::settings) hint: &'static str,
}

/// The control of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::pages::settings) enum FieldControl {
    /// One line.
    SingleLine,
    /// One line, with these suggestions.
    Suggested(Vec<String>),
    /// Several lines.
    Text {
        /// The height.
        rows: usize,
    },
}

impl EditorField {
    /// Returns the field of the name.
    pub(in crate::web::pages::settings) fn name(name: &str) -> Self {
        Self {
            name: "name",
            label: "Name",
            attribute: TemplateAttribute::Name,
            value: name.to_owned(),
            control: FieldControl::SingleLine,
            hint: "",
        }
    }
}

/// The notice above the form.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Notice {
    Nothing,
    Sampled,
    NotSaved,
    Rejected,
    /// Another admin changed the template, which now has these attributes.
    Changed(Vec<(&'static str, String)>),
    /// Another admin changed or deleted templates.
    Overtaken,
}

#[derive(Template)]
#[template(path = "settings_template.html", config = "src/web/askama.toml")]
struct EditorTemplate {
    layout: Layout,
    kind: TemplateKind,
    title: String,
    notice: Notice,
    fields: Vec<EditorField>,
    incident_type: TypeField,
    is_stored: bool,
    is_inserted: bool,
    /// The template that is changed, as JSON; empty for a new one.
    expected: String,
    /// The mistakes; none while the form only displays a template.
    errors: Vec<TemplateError>,
    variables: Vec<(String, String)>,
    /// The variables with the name that is being written.
    completions: Vec<(String, String)>,
    preview: Preview,
    keys: [String; 3],
}

impl EditorTemplate {
    fn problems(&self, attribute: &TemplateAttribute) -> Vec<String> {
        let errors = self.errors.iter();
        let errors = errors.filter(|error| error.attribute == *attribute);
        errors.map(|error| capitalized(&error.problem)).collect()
    }
}

impl<T: EditedTemplate> Editor<T> {
    /// Creates the form of a new template.
    pub(super) fn new(entered: T) -> Self {
        Self {
            stored: None,
            entered,
            incident: None,
            state: EditorState::Displayed,
        }
    }

    /// Creates the form that changes a template.
    pub(super) fn change(template: T) -> Self {
        Self {
            stored: Some(template.clone()),
            ..Self::new(template)
        }
    }

    /// Creates the form of a new template with the text of another one.
    pub(super) fn copy_of(template: T) -> Self {
        let name = format!("Copy of {}", template.name());
        Self::new(template.with_name(name))
    }

    /// Reads a submitted form.
    pub(in crate::web::pages::settings) fn read(form: &Form) -> Self {
        let stored = form.expected("template").map(serde_json::from_str);
        Self {
            stored: stored.and_then(Result::ok),
            incident: form.value("incident").parse().ok(),
            ..Self::new(T::read(form))
        }
    }

    /// Returns the template that the form displayed.
    pub(in crate::web::pages::settings) fn into_stored(self) -> Option<T> {
        self.stored
    }

    /// Returns the form in another state.
    pub(super) fn in_state(self, state: EditorState<T>) -> Self {
        Self { state, ..self }
    }

    /// Returns the form with a variable in place of the one that is being written.
    pub(super) fn with_variable(mut self, name: &str) -> Self {
        variable_completion::insert(&mut self.entered.texts_mut(), name);
        self.in_state(EditorState::Inserted)
    }

    /// Returns the templates of the settings with the entered one in the place of the stored one.
    pub(super) fn templates(&self, settings: &Settings) -> Vec<T> {
        let mut templates = T::templates(settings).to_vec();
        let is_replaced = |known: &&mut T| Some(&**known) == self.stored.as_ref();
        match templates.iter_mut().find(is_replaced) {
            Some(known) => *known = self.entered.clone(),
            None => templates.push(self.entered.clone()),
        }
        templates
    }

    /// Returns the mistakes of the entered template, next to the stored ones.
    pub(super) fn errors(&self, settings: &Settings) -> Vec<TemplateError> {
        let mut templates = T::templates(settings).to_vec();
        templates.retain(|known| Some(known) != self.stored.as_ref());
        let index = templates.len();
        templates.push(self.entered.clone());
        let mut errors = T::errors(settings, &templates);
        errors.retain(|error| error.index == index);
        errors
    }

    /// Returns the form with the choice between the current template and the entered one, if another admin changed
    /// or deleted the template since the form was displayed.
    pub(super) fn overtaken(&self, settings: &Settings) -> Option<Self> {
        let displayed = self.stored.as_ref()?;
        if T::templates(settings).contains(displayed) {
            return None;
        }
        let current = find::<T>(settings, displayed.name()).cloned();
        Some(Self {
            stored: current.clone(),
            state: EditorState::Overtaken(current),
            ..self.clone()
        })
    }

    /// Renders the page with the form.
    pub(super) async fn render(self, signed_in: &SignedIn, status: StatusCode) -> PageResult {
        let settings = signed_in.store().settings().await?;
        let variables = T::variables(&settings);
        let expected = match &self.stored {
            Some(template) => serde_json::to_string(template).map_err(Error::internal)?,
            None => String::new(),
        };
        let incident = PreviewIncident::load(signed_in, self.incident).await?;
        let completions = variable_completion::completions(&self.entered.texts(), &variables);
        let is_displayed = matches!(self.state, EditorState::Displayed);
        let template = EditorTemplate {
            layout: signed_in.layout(Section::Settings),
            kind: T::KIND,
            title: self.title(),
            notice: self.notice(),
            fields: self.entered.fields(&settings),
            incident_type: TypeField::new(&settings, self.entered.incident_type()),
            is_stored: self.stored.is_some(),
            is_inserted: matches!(self.state, EditorState::Inserted),
            expected,
            errors: match is_displayed {
                true => Vec::new(),
                false => self.errors(&settings),
            },
            completions,
            preview: self.entered.preview(signed_in, incident).await?,
            variables,
            keys: [new_key(), new_key(), new_key()],
        };
        page_with_status(status, &template)
    }

    fn notice(&self) -> Notice {
        match &self.state {
            EditorState::Displayed => Notice::Nothing,
            EditorState::Sampled => Notice::Sampled,
            EditorState::Previewed | EditorState::Inserted => Notice::NotSaved,
            EditorState::Rejected => Notice::Rejected,
            EditorState::Overtaken(Some(current)) => Notice::Changed(current.compared()),
            EditorState::Overtaken(None) => Notice::Overtaken,
        }
    }

    fn title(&self) -> String {
        match &self.stored {
            Some(template) => template.name().to_owned(),
            None => format!("New {}", T::KIND.name),
        }
    }
}

fn capitalized(problem: &str) -> String {
    let (first, rest) = problem.split_at(problem.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}", first.to_uppercase())
}
