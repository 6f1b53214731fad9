//! The forms of templates: creates, changes, copies and deletes one. A submission without its own button stores it;
//! **Preview** and the buttons of variables show the form again and store nothing. Message templates and postmortem
//! templates differ in their fields and in their preview.

mod form;
mod preview;

use std::future::Future;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{ChangeSettings, Settings, TemplateError};
use crate::error::{Error, Result};
use crate::web::access::AdminSession;
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::settings::confirm::{self, Question};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) use form::{Editor, EditorField, EditorState, FieldControl};
pub(super) use preview::{
    Preview, PreviewIncident, PreviewPart, contacts, example_changes, latest_incident,
};

/// The names of a kind of template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TemplateKind {
    /// The name in a sentence, such as `message template`.
    pub(super) name: &'static str,
    /// The name of the text to which a variable is added, such as `body`.
    pub(super) text: &'static str,
    /// A sentence about the things that deleting one does not change.
    pub(super) unaffected: &'static str,
    /// The path of the form.
    pub(super) edit: &'static str,
    /// The path that deletes one.
    pub(super) delete: &'static str,
    /// The group on the page of the settings.
    pub(super) group: &'static str,
    /// The path that sends a sample; `None` for a kind without one.
    pub(super) sample: Option<&'static str>,
}

impl TemplateKind {
    /// Returns the address of the list.
    pub(super) fn list(&self) -> String {
        format!("/settings#{}", self.group)
    }

    /// Returns the address of a form with a parameter: `name` to change a template, `copy` to copy it.
    pub(super) fn address(&self, parameter: &str, name: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair(parameter, name).finish();
        format!("{}?{query}", self.edit)
    }

    /// Returns the response that leads to the list after a change.
    pub(super) fn list_page(&self, outcome: &str) -> Response {
        let group = self.group;
        Redirect::to(&format!("/settings?{outcome}={group}#{group}")).into_response()
    }

    pub(super) fn unknown(&self) -> ErrorPage {
        let text = format!(
            "There's no {} with this name. It may have been renamed or deleted.",
            self.name
        );
        let page = ErrorPage::new(StatusCode::NOT_FOUND, "No such template", text);
        page.with_way_on(self.list(), &format!("All {}s", self.name))
    }
}

/// A template that has a form.
pub(super) trait EditedTemplate:
    Clone + PartialEq + Default + Serialize + DeserializeOwned + Send + Sync + 'static
{
    const KIND: TemplateKind;

    /// Returns the templates of the settings.
    fn templates(settings: &Settings) -> &[Self];

    /// Returns the values of the settings with these templates. A renamed one has the previous and the new name.
    fn values(
        settings: &Settings,
        templates: &[Self],
        renamed: Option<(&str, &str)>,
    ) -> Vec<(String, Value)>;

    /// Returns the template that a new one starts from.
    fn first(settings: &Settings) -> Self;

    fn read(form: &Form) -> Self;

    fn name(&self) -> &str;

    /// Returns the number of the incident type that it is for; `None` for all types.
    fn incident_type(&self) -> Option<i64>;

    fn with_name(self, name: String) -> Self;

    /// Returns the texts that contain variables. A variable is added to the last one.
    fn texts(&self) -> Vec<&str>;

    fn texts_mut(&mut self) -> Vec<&mut String>;

    fn errors(settings: &Settings, templates: &[Self]) -> Vec<TemplateError>;

    /// Returns the names and descriptions of the variables.
    fn variables(settings: &Settings) -> Vec<(String, String)>;

    /// Returns the fields of the form.
    fn fields(&self, settings: &Settings) -> Vec<EditorField>;

    /// Returns the attributes that a conflict shows, with their labels.
    fn compared(&self) -> Vec<(&'static str, String)>;

    /// Fills in the template from an incident.
    fn preview(
        &self,
        signed_in: &SignedIn,
        incident: PreviewIncident,
    ) -> impl Future<Output = Result<Preview>> + Send;
}

/// Adds the routes of the forms of a kind of template.
pub(super) fn add_routes<T: EditedTemplate>(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, T::KIND.edit, show::<T>)
        .post(Access::Admin, T::KIND.edit, submit::<T>)
        .post(Access::Admin, T::KIND.delete, delete::<T>)
}

/// The parameters of the form.
#[derive(Deserialize)]
struct EditQuery {
    /// The name of the template to change; empty for a new one.
    #[serde(default)]
    name: String,
    /// The name of the template to copy; empty for none.
    #[serde(default)]
    copy: String,
    /// Whether a submission is only previewed.
    #[serde(default)]
    preview: String,
    /// The action before: `sampled`.
    #[serde(default)]
    done: String,
}

async fn show<T: EditedTemplate>(
    AdminSession(signed_in): AdminSession,
    Query(query): Query<EditQuery>,
) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let find = |name: &str| {
        let template = find::<T>(&settings, name).cloned();
        template.ok_or_else(|| T::KIND.unknown())
    };
    let editor = match (query.name.as_str(), query.copy.as_str()) {
        ("", "") => Editor::new(T::first(&settings)),
        ("", name) => Editor::copy_of(find(name)?),
        (name, _) => Editor::change(find(name)?),
    };
    let editor = match query.done.as_str() {
        "sampled" => editor.in_state(EditorState::Sampled),
        _ => editor,
    };
    editor.render(&signed_in, StatusCode::OK).await
}

async fn submit<T: EditedTemplate>(
    AdminSession(signed_in): AdminSession,
    Query(query): Query<EditQuery>,
    form: Form,
) -> PageResult {
    let editor = Editor::<T>::read(&form);
    if !form.value("insert").is_empty() {
        let inserted = editor.with_variable(form.value("insert"));
        return inserted.render(&signed_in, StatusCode::OK).await;
    }
    if !form.value("preview").is_empty() || !query.preview.is_empty() {
        let previewed = editor.in_state(EditorState::Previewed);
        return previewed.render(&signed_in, StatusCode::OK).await;
    }
    let settings = signed_in.store().settings().await?;
    if T::templates(&settings).contains(&editor.entered) {
        // Unchanged, or sent again.
        let is_unchanged = editor.stored.as_ref() == Some(&editor.entered);
        let outcome = if is_unchanged { "unchanged" } else { "saved" };
        return Ok(T::KIND.list_page(outcome));
    }
    if let Some(overtaken) = editor.overtaken(&settings) {
        return overtaken.render(&signed_in, StatusCode::CONFLICT).await;
    }
    if !editor.errors(&settings).is_empty() {
        let rejected = editor.in_state(EditorState::Rejected);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return rejected.render(&signed_in, status).await;
    }
    let templates = editor.templates(&settings);
    let renamed = editor.stored.as_ref().map(T::name);
    let renamed = renamed.map(|before| (before, editor.entered.name()));
    let values = T::values(&settings, &templates, renamed);
    match store::<T>(&signed_in, &form, &settings, values).await {
        Ok(()) => Ok(T::KIND.list_page("saved")),
        Err(Error::Conflict) => {
            let again = editor.in_state(EditorState::Overtaken(None));
            again.render(&signed_in, StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn delete<T: EditedTemplate>(
    AdminSession(signed_in): AdminSession,
    form: Form,
) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let stored = Editor::<T>::read(&form).stored;
    let stored = stored.ok_or_else(|| T::KIND.unknown())?;
    if let Some(current) = find::<T>(&settings, stored.name())
        && *current != stored
    {
        let changed = Editor::change(current.clone()).in_state(EditorState::Overtaken(None));
        return changed.render(&signed_in, StatusCode::CONFLICT).await;
    }
    let mut templates = T::templates(&settings).to_vec();
    templates.retain(|known| *known != stored);
    let values = T::values(&settings, &templates, None);
    if let Ok(after) = settings.with_values(values.clone()) {
        let questions = confirm::open_questions(&settings, &after, &form);
        if !questions.is_empty() {
            let question = Question {
                form: &form,
                action: T::KIND.delete,
                cancel: &T::KIND.list(),
            };
            return confirm::show(&signed_in, &questions, &question);
        }
    }
    store::<T>(&signed_in, &form, &settings, values).await?;
    Ok(T::KIND.list_page("saved"))
}

/// Stores the values, unless the templates were changed since `displayed`.
pub(super) async fn store<T: EditedTemplate>(
    signed_in: &SignedIn,
    form: &Form,
    displayed: &Settings,
    values: Vec<(String, Value)>,
) -> Result<()> {
    let key = form.key(&signed_in.user.id)?;
    let displayed = T::values(displayed, T::templates(displayed), None);
    let request = ChangeSettings { values, displayed };
    let actor = signed_in.actor();
    let outcome = signed_in.app.change_settings(key, request, &actor).await?;
    let problems = |errors: Vec<_>| {
        let problems: Vec<_> = errors.iter().map(ToString::to_string).collect();
        Error::Rejected(problems.join(" "))
    };
    outcome.map(drop).map_err(problems)
}

/// Returns the template with this name, in any case.
pub(super) fn find<'s, T: EditedTemplate>(settings: &'s Settings, name: &str) -> Option<&'s T> {
    let normal = |name: &str| name.trim().to_lowercase();
    let mut templates = T::templates(settings).iter();
    templates.find(|template| normal(template.name()) == normal(name))
}
