//! `/settings/templates/edit`: creates, changes, copies and deletes a message template. A submission without its own
//! button stores it; **Preview** and the buttons of variables show the form again and store nothing.

mod editor;
mod list;
mod preview;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use serde_json::json;

use crate::domain::notification::NotificationRule;
use crate::domain::{ChangeSettings, MessageTemplate, Settings};
use crate::error::Error;
use crate::web::access::AdminSession;
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::settings::confirm::{self, Question};
use crate::web::pages::settings::message_templates::editor::{Editor, EditorState};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) use list::TemplateCategory;
pub(super) use preview::{contacts, example_changes, latest_incident};

/// The path of the editor.
const EDIT: &str = "/settings/templates/edit";

/// The path that deletes a template.
const DELETE: &str = "/settings/templates/delete";

/// The key of the setting.
const KEY: &str = "message_templates";

/// The key of the notification rules, which name templates.
const RULES_KEY: &str = "notification_rules";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, EDIT, show)
        .post(Access::Admin, EDIT, submit)
        .post(Access::Admin, DELETE, delete)
}

/// The parameters of the editor.
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

async fn show(AdminSession(signed_in): AdminSession, Query(query): Query<EditQuery>) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let find = |name: &str| {
        let template = settings.message_template(name).cloned();
        template.ok_or_else(unknown_template)
    };
    let editor = match (query.name.as_str(), query.copy.as_str()) {
        ("", "") => Editor::empty(&settings),
        ("", name) => Editor::copy_of(find(name)?),
        (name, _) => Editor::change(find(name)?),
    };
    let editor = match query.done.as_str() {
        "sampled" => editor.in_state(EditorState::Sampled),
        _ => editor,
    };
    editor.render(&signed_in, StatusCode::OK).await
}

fn unknown_template() -> ErrorPage {
    let text = "There's no message template with this name. It may have been renamed or deleted.";
    let page = ErrorPage::new(StatusCode::NOT_FOUND, "No such template", text);
    page.with_way_on("/settings#templates", "All message templates")
}

async fn submit(
    AdminSession(signed_in): AdminSession,
    Query(query): Query<EditQuery>,
    form: Form,
) -> PageResult {
    let editor = Editor::read(&form);
    if !form.value("insert").is_empty() {
        let inserted = editor.with_variable(form.value("insert"));
        return inserted.render(&signed_in, StatusCode::OK).await;
    }
    if !form.value("preview").is_empty() || !query.preview.is_empty() {
        let previewed = editor.in_state(EditorState::Previewed);
        return previewed.render(&signed_in, StatusCode::OK).await;
    }
    let settings = signed_in.store().settings().await?;
    if settings.message_templates.contains(&editor.entered) {
        // Unchanged, or sent again.
        let is_unchanged = editor.stored.as_ref() == Some(&editor.entered);
        return Ok(list_page(if is_unchanged { "unchanged" } else { "saved" }));
    }
    if let Some(overtaken) = editor.overtaken(&settings) {
        return overtaken.render(&signed_in, StatusCode::CONFLICT).await;
    }
    let templates = settings.with_template(editor.stored.as_ref(), editor.entered.clone());
    if !editor.errors(&settings).is_empty() {
        let rejected = editor.in_state(EditorState::Rejected);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return rejected.render(&signed_in, status).await;
    }
    // Rules follow a template that is renamed.
    let rules = match &editor.stored {
        Some(stored) => settings.rules_with_template(&stored.name, &editor.entered.name),
        None => settings.notification_rules.clone(),
    };
    match store(&signed_in, &form, &settings, (templates, rules)).await {
        Ok(()) => Ok(list_page("saved")),
        Err(Error::Conflict) => {
            let again = editor.in_state(EditorState::Overtaken(None));
            again.render(&signed_in, StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn delete(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let editor = Editor::read(&form);
    let settings = signed_in.store().settings().await?;
    let Some(stored) = editor.stored else {
        return Err(unknown_template());
    };
    if let Some(current) = settings.message_template(&stored.name)
        && *current != stored
    {
        let changed = Editor::change(current.clone()).in_state(EditorState::Overtaken(None));
        return changed.render(&signed_in, StatusCode::CONFLICT).await;
    }
    let mut templates = settings.message_templates.clone();
    templates.retain(|known| *known != stored);
    let values = [(KEY.to_owned(), json!(templates))];
    if let Ok(after) = settings.with_values(values) {
        let questions = confirm::open_questions(&settings, &after, &form);
        if !questions.is_empty() {
            let question = Question {
                form: &form,
                action: DELETE,
                cancel: "/settings#templates",
            };
            return confirm::show(&signed_in, &questions, &question);
        }
    }
    let rules = settings.notification_rules.clone();
    store(&signed_in, &form, &settings, (templates, rules)).await?;
    Ok(list_page("saved"))
}

/// Stores the templates, and the rules that name them, unless they were changed since `displayed`.
async fn store(
    signed_in: &SignedIn,
    form: &Form,
    displayed: &Settings,
    (templates, rules): (Vec<MessageTemplate>, Vec<NotificationRule>),
) -> Result<(), Error> {
    let key = form.key(&signed_in.user.id)?;
    let both = |templates: &[MessageTemplate], rules: &[NotificationRule]| {
        vec![
            (KEY.to_owned(), json!(templates)),
            (RULES_KEY.to_owned(), json!(rules)),
        ]
    };
    let request = ChangeSettings {
        values: both(&templates, &rules),
        displayed: both(&displayed.message_templates, &displayed.notification_rules),
    };
    let actor = signed_in.actor();
    let outcome = signed_in.app.change_settings(key, request, &actor).await?;
    let problems = |errors: Vec<_>| {
        let problems: Vec<_> = errors.iter().map(ToString::to_string).collect();
        Error::Rejected(problems.join(" "))
    };
    outcome.map(drop).map_err(problems)
}

fn list_page(outcome: &str) -> axum::response::Response {
    Redirect::to(&format!("/settings?{outcome}=templates#templates")).into_response()
}
