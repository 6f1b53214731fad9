//! The authorize page: checks the request of the app, asks who signs in, and sends the browser back with a code.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::Code;
use crate::Sandbox;
use crate::ids;
use crate::ids::UserId;
use crate::workspace::Workspace;
use crate::workspace::users::AccountKind;

/// The parameters of a request.
type Parameters = HashMap<String, String>;

/// The parameters that the form repeats in hidden fields.
const HIDDEN_FIELDS: [&str; 7] = [
    "response_type",
    "scope",
    "client_id",
    "state",
    "nonce",
    "team",
    "redirect_uri",
];

/// Shows the page.
pub(super) async fn show(
    State(sandbox): State<Sandbox>,
    Query(parameters): Query<Parameters>,
) -> Response {
    sandbox
        .shared
        .with(|workspace| match check_request(workspace, &parameters) {
            Ok(()) => page(&question(workspace, &parameters)).into_response(),
            Err(code) => error_page(code),
        })
}

/// Sends the browser back, with a code for the chosen user, or with the error of one who cancelled.
pub(super) async fn decide(
    State(sandbox): State<Sandbox>,
    Form(parameters): Form<Parameters>,
) -> Response {
    sandbox.shared.change(|workspace| {
        if let Err(code) = check_request(workspace, &parameters) {
            return error_page(code);
        }
        let result = match text(&parameters, "decision") {
            "allow" => match issue_code(workspace, &parameters) {
                Some(code) => ("code", code),
                None => return error_page("user_not_found"),
            },
            _ => ("error", "access_denied".to_owned()),
        };
        let redirect_uri = text(&parameters, "redirect_uri");
        let state = text(&parameters, "state");
        let Ok(mut url) = reqwest::Url::parse(redirect_uri) else {
            return error_page("bad_redirect_uri");
        };
        url.query_pairs_mut()
            .append_pair(result.0, &result.1)
            .append_pair("state", state);
        Redirect::to(url.as_str()).into_response()
    })
}

fn text<'p>(parameters: &'p Parameters, name: &str) -> &'p str {
    parameters.get(name).map_or("", String::as_str)
}

/// Checks a request as Slack does. Returns Slack's error code.
fn check_request(workspace: &Workspace, parameters: &Parameters) -> Result<(), &'static str> {
    let text = |name: &str| text(parameters, name);
    let app = &workspace.app;
    if text("client_id") != app.client_id() {
        return Err("invalid_client_id");
    }
    if text("response_type") != "code" {
        return Err("invalid_response_type");
    }
    let mut scopes = text("scope").split([' ', ',']);
    let is_granted = |scope: &str| app.user_scopes.iter().any(|known| known == scope);
    if !text("scope").contains("openid") || !scopes.all(is_granted) {
        return Err("invalid_scope");
    }
    if !is_registered(&app.redirect_urls, text("redirect_uri")) {
        return Err("bad_redirect_uri");
    }
    if !["", workspace.team.id.as_str()].contains(&text("team")) {
        return Err("invalid_team_for_non_distributed_app");
    }
    Ok(())
}

/// Returns whether a redirect URL is a registered one, or below it.
fn is_registered(registered: &[String], url: &str) -> bool {
    registered.iter().any(|known| {
        let rest = url.strip_prefix(known.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn may_sign_in(kind: AccountKind) -> bool {
    kind.is_full_member() || kind == AccountKind::Guest
}

/// Issues a code for the chosen user; `None` if they cannot sign in.
fn issue_code(workspace: &mut Workspace, parameters: &Parameters) -> Option<String> {
    let user = UserId::from(text(parameters, "user"));
    let account = workspace.users.get(&user)?;
    if !may_sign_in(account.kind) {
        return None;
    }
    let code = ids::secret(&format!("code {}", workspace.next_serial()), 40);
    let issued = Code {
        user,
        nonce: text(parameters, "nonce").to_owned(),
        redirect_uri: text(parameters, "redirect_uri").to_owned(),
        issued_at: workspace.now(),
    };
    workspace.openid.codes.insert(code.clone(), issued);
    Some(code)
}

/// Returns the form that asks who signs in.
fn question(workspace: &Workspace, parameters: &Parameters) -> String {
    let hidden = HIDDEN_FIELDS.map(|name| {
        let value = escape(text(parameters, name));
        format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
    });
    let users = workspace.users.values();
    let users = users.filter(|user| may_sign_in(user.kind));
    let options = users.map(|user| {
        let (id, name) = (escape(&user.id), escape(&user.real_name));
        format!("<option value=\"{id}\">{name}</option>")
    });
    format!(
        "<h1>Sign in to {} with Slack</h1><p>The sandbox of {} doesn't know who you are.</p>\
         <form method=\"post\">{}<p><label>Sign in as <select name=\"user\">{}</select></label></p>\
         <p><button name=\"decision\" value=\"allow\">Allow</button> \
         <button name=\"decision\" value=\"deny\">Cancel</button></p></form>",
        escape(&workspace.app.name),
        escape(&workspace.team.name),
        hidden.concat(),
        options.collect::<String>(),
    )
}

fn error_page(code: &str) -> Response {
    let text = format!("<h1>Slack can't sign you in</h1><p>Error: <code>{code}</code></p>");
    (StatusCode::BAD_REQUEST, page(&text)).into_response()
}

fn page(content: &str) -> impl IntoResponse {
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    let style = "body { font: 16px/1.5 system-ui, sans-serif; max-width: 420px; margin: 15vh auto; \
                 padding: 0 16px; color-scheme: light dark } button, select { font: inherit; padding: 4px 12px }";
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Sign in with Slack</title>\
         <style>{style}</style><main>{content}</main></html>"
    );
    (headers, Html(html))
}

fn escape(text: &str) -> String {
    let signs = [
        ('&', "&amp;"),
        ('<', "&lt;"),
        ('>', "&gt;"),
        ('"', "&quot;"),
    ];
    signs.iter().fold(text.to_owned(), |text, (sign, code)| {
        text.replace(*sign, code)
    })
}
