//! `/settings/alert-rules`: lists, creates, changes, orders, snoozes and deletes alert rules. Members read the list.

mod change;
mod difference;
mod editor;
mod editor_page;
mod form_values;
mod input;
mod list;
mod preview;
mod reading;
mod sections;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::Settings;
use crate::domain::alert::rule::AlertRule;
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::routes::{Access, Routes};

/// The path of the list.
const LIST: &str = "/settings/alert-rules";

/// The path of the editor.
const EDIT: &str = "/settings/alert-rules/edit";

/// The path that changes the list.
const CHANGE: &str = "/settings/alert-rules/change";

/// The key of the setting.
const KEY: &str = "alert_rules";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Member, LIST, list::show)
        .post(Access::Admin, CHANGE, change::submit)
        .get(Access::Admin, EDIT, editor::show)
        .post(Access::Admin, EDIT, editor::submit)
}

fn find_rule<'s>(settings: &'s Settings, name: &str) -> Option<&'s AlertRule> {
    let mut rules = settings.alert_rules.iter();
    rules.find(|rule| rule.name == name)
}

/// Returns the rule that a form displayed; `None` for a form of a new one.
fn displayed_rule(form: &Form) -> Option<AlertRule> {
    let rule = form.expected("rule").map(serde_json::from_str);
    rule.and_then(Result::ok)
}

fn unknown_rule() -> ErrorPage {
    let text = "There's no alert rule with this name. It may have been renamed or deleted.";
    let page = ErrorPage::new(StatusCode::NOT_FOUND, "No such rule", text);
    page.with_way_on(LIST, "All alert rules")
}

/// Returns the path of the editor with a parameter.
fn editor_path(parameter: &str, name: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{EDIT}?{}", query.append_pair(parameter, name).finish())
}

/// Redirects to the list, which confirms a change of a rule: `saved` or `deleted`.
fn list_page(outcome: &str, name: &str) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair(outcome, name).finish();
    Redirect::to(&format!("{LIST}?{query}")).into_response()
}
