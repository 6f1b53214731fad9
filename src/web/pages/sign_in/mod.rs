//! Signing in by a one-time link from Slack, and signing out.
//!
//! Opening the link changes nothing, because Slack, mail scanners and browsers fetch links before users click
//! them. The form on its page spends it. The page names the user, so that no user signs in as another one
//! by a link that they were sent.

pub(crate) mod slack;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::app::App;
use crate::domain::IncidentId;
use crate::store::SignInLink;
use crate::web::error_page::ErrorPage;
use crate::web::layout::{Layout, PageResult, Theme, page};
use crate::web::routes::{Access, Routes};
use crate::web::session::{MaybeSignedIn, SignedIn};
use crate::web::{browser, cookies, target};

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Public, "/sign-in", explain)
        .get(Access::Public, "/sign-in/{token}", open_link)
        .post(Access::Public, "/sign-in/{token}", spend_link)
        .post(Access::SignedIn, "/sign-out", sign_out)
}

#[derive(Deserialize)]
struct SignInQuery {
    #[serde(default)]
    to: String,
}

#[derive(Template)]
#[template(path = "sign_in.html", config = "src/web/askama.toml")]
struct SignInTemplate {
    layout: Layout,
    /// The command that produces a link to the requested page.
    command: String,
    opens: String,
    /// The path of Sign in with Slack, if it is configured.
    slack: Option<String>,
}

/// Explains how to sign in. A user who is signed in continues to the requested page.
async fn explain(
    State(app): State<App>,
    MaybeSignedIn(session): MaybeSignedIn,
    Query(query): Query<SignInQuery>,
    headers: HeaderMap,
) -> PageResult {
    let target_path = target::local_path(&query.to);
    if session.is_some() {
        return Ok(Redirect::to(target_path).into_response());
    }
    let incident = target::incident_number(target_path).map(IncidentId);
    let name = incident.map(|id| format!(" {id}")).unwrap_or_default();
    page(&SignInTemplate {
        layout: Layout::anonymous(Theme::of_request(&headers)),
        command: format!("{} web{name}", app.config.command),
        opens: describe(target_path),
        slack: app.openid.as_ref().map(|_| slack::path_to(target_path)),
    })
}

/// Returns a page in words.
fn describe(path: &str) -> String {
    match target::incident_number(path) {
        Some(number) => IncidentId(number).to_string(),
        None if path == target::START => "the list of incidents".to_owned(),
        None => "this page".to_owned(),
    }
}

#[derive(Template)]
#[template(path = "sign_in_link.html", config = "src/web/askama.toml")]
struct LinkTemplate {
    layout: Layout,
    /// The name of the user whose link it is.
    name: String,
    /// The name of another user who is signed in.
    signed_in_as: Option<String>,
    opens: String,
}

/// Shows who the link signs in, and where it leads.
async fn open_link(
    State(app): State<App>,
    MaybeSignedIn(session): MaybeSignedIn,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> PageResult {
    let link = app.store.sign_in_link(&token).await?;
    if let Some(redirect) = redirect_of_owner(link.as_ref(), session.as_ref()) {
        return Ok(redirect);
    }
    let link = usable(&app, link)?;
    let names = app.store.user_names(vec![link.user.clone()]).await?;
    page(&LinkTemplate {
        layout: Layout::anonymous(Theme::of_request(&headers)),
        name: names
            .get(&link.user)
            .unwrap_or(link.user.as_str())
            .to_owned(),
        signed_in_as: session.map(|session| session.user.name),
        opens: describe(&link.target),
    })
}

/// Returns the redirect to the page of a link whose user is signed in already, such as after a second click.
fn redirect_of_owner(link: Option<&SignInLink>, session: Option<&SignedIn>) -> Option<Response> {
    let link = link.filter(|link| session.is_some_and(|session| session.user.id == link.user))?;
    Some(Redirect::to(target::local_path(&link.target)).into_response())
}

fn usable(app: &App, link: Option<SignInLink>) -> Result<SignInLink, ErrorPage> {
    let now = app.clock.now();
    link.filter(|link| link.is_usable(now))
        .ok_or_else(|| ErrorPage::spent_link(&app.config.command))
}

/// Signs the user in and leads to the page that the link is for. The previous session of the browser ends.
async fn spend_link(
    State(app): State<App>,
    MaybeSignedIn(session): MaybeSignedIn,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> PageResult {
    let link = app.store.sign_in_link(&token).await?;
    if let Some(redirect) = redirect_of_owner(link.as_ref(), session.as_ref()) {
        return Ok(redirect);
    }
    let link = usable(&app, link)?;
    let now = app.clock.now();
    let browser = browser::describe(&headers);
    let Some(cookie) = app.store.spend_sign_in_link(&token, browser, now).await? else {
        return Err(ErrorPage::spent_link(&app.config.command));
    };
    if let Some(previous) = session {
        let SignedIn { user, session, .. } = previous;
        app.store.end_web_session(user.id, session.id).await?;
    }
    let redirect = Redirect::to(target::local_path(&link.target)).into_response();
    let cookie = cookies::set_session(&app.config, cookie.reveal());
    Ok(with_cookie(redirect, cookie))
}

/// Ends the session.
async fn sign_out(signed_in: SignedIn) -> PageResult {
    let SignedIn {
        app, user, session, ..
    } = signed_in;
    app.store.end_web_session(user.id, session.id).await?;
    let redirect = Redirect::to("/sign-in").into_response();
    // The search words of the last list are for its user only.
    let redirect = with_cookie(redirect, cookies::set_list(""));
    Ok(with_cookie(redirect, cookies::clear_session(&app.config)))
}

fn with_cookie(mut response: Response, cookie: Option<header::HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
