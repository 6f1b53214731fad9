//! `/settings/rules/…`: creates, changes, copies, orders and deletes notification rules.

mod condition_fields;
mod editor;
mod list;
mod matches;
mod notify;
mod sample;
mod unsubscribed;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use crate::domain::Settings;
use crate::domain::notification::NotificationRule;
use crate::web::access::AdminSession;
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::settings::notification_rules::editor::{Editor, EditorState};
use crate::web::pages::settings::rules_change::RulesChange;
use crate::web::routes::{Access, Routes};

pub(super) use editor::capitalized;
pub(super) use list::RuleRow;

/// The path of the editor.
const EDIT: &str = "/settings/rules/edit";

/// The path that changes the list.
const CHANGE: &str = "/settings/rules/change";

/// The path that notifies about incidents that match already.
const NOTIFY: &str = "/settings/rules/notify";

/// The path that lets an address get mails again.
const SUBSCRIBE: &str = "/settings/rules/subscribe";

/// The path that sends a sample.
const SAMPLE: &str = "/settings/samples";

/// The list of rules on the page of the settings.
const LIST: &str = "/settings#rules";

/// The key of the setting.
const KEY: &str = "notification_rules";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, EDIT, show)
        .post(Access::Admin, EDIT, submit)
        .post(Access::Admin, CHANGE, list::change)
        .post(Access::Admin, NOTIFY, notify::submit)
        .post(Access::Admin, SUBSCRIBE, unsubscribed::subscribe)
        .post(Access::Admin, SAMPLE, sample::send)
}

/// The parameters of the editor.
#[derive(Deserialize)]
struct EditQuery {
    /// The name of the rule to change; empty for a new one.
    #[serde(default)]
    name: String,
    /// The name of the rule to copy; empty for none.
    #[serde(default)]
    copy: String,
    /// The action before: `saved`, `notified`, `sampled` or `subscribed`.
    #[serde(default)]
    done: String,
}

async fn show(AdminSession(signed_in): AdminSession, Query(query): Query<EditQuery>) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let find = |name: &str| find_rule(&settings, name).cloned().ok_or_else(unknown_rule);
    let editor = match (query.name.as_str(), query.copy.as_str()) {
        ("", "") => Editor::empty(),
        ("", name) => Editor::copy_of(find(name)?),
        (name, _) => Editor::change(find(name)?),
    };
    let done = match query.done.as_str() {
        "saved" => EditorState::Saved,
        "notified" => EditorState::Notified,
        "sampled" => EditorState::Sampled,
        "subscribed" => EditorState::Subscribed,
        _ => EditorState::Displayed,
    };
    editor
        .in_state(done)
        .render(&signed_in, StatusCode::OK)
        .await
}

async fn submit(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let users = signed_in.store().users().await?;
    let editor = Editor::read(&form, &users);
    if !form.value("preview").is_empty() {
        let previewed = editor.in_state(EditorState::Previewed);
        return previewed.render(&signed_in, StatusCode::OK).await;
    }
    let name = editor.entered.name.clone();
    let is_unchanged = editor.stored.as_ref() == Some(&editor.entered);
    let is_stored = settings.notification_rules.contains(&editor.entered);
    if is_unchanged || is_stored {
        return Ok(editor_page(&name, "saved"));
    }
    if editor.is_overtaken(&settings) {
        let overtaken = editor.in_state(EditorState::Overtaken);
        return overtaken.render(&signed_in, StatusCode::CONFLICT).await;
    }
    if !editor.problems(&settings).is_empty() {
        let rejected = editor.in_state(EditorState::Rejected);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return rejected.render(&signed_in, status).await;
    }
    let rules = editor.rules(&settings);
    let change = RulesChange {
        form: &form,
        displayed: &settings,
        key: KEY,
        rules: json!(rules),
        action: EDIT,
        list: LIST,
    };
    let done = editor_page(&name, "saved");
    change.store(&signed_in, done).await
}

fn find_rule<'s>(settings: &'s Settings, name: &str) -> Option<&'s NotificationRule> {
    let mut rules = settings.notification_rules.iter();
    rules.find(|rule| rule.name == name)
}

fn unknown_rule() -> ErrorPage {
    let text = "There's no notification rule with this name. It may have been renamed or deleted.";
    let page = ErrorPage::new(StatusCode::NOT_FOUND, "No such rule", text);
    page.with_way_on(LIST, "All notification rules")
}

/// Returns the path of the editor with a parameter.
fn editor_path(parameter: &str, name: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{EDIT}?{}", query.append_pair(parameter, name).finish())
}

fn editor_page(name: &str, done: &str) -> Response {
    let path = format!("{}&done={done}", editor_path("name", name));
    Redirect::to(&path).into_response()
}

fn list_page(outcome: &str) -> Response {
    Redirect::to(&format!("/settings?{outcome}=rules#rules")).into_response()
}
