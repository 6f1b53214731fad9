//! `/me`: the user's time zone, theme, shortcuts, keys of the API and sessions.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use crate::web::cookies;
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::{Layout, PageResult, Section, Shortcuts, Theme, page};
use crate::web::pages::api_keys::OwnKeys;
use crate::web::parts::Time;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const PATH: &str = "/me";

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::SignedIn, PATH, show)
        .post(Access::SignedIn, "/me/theme", set_theme)
        .post(Access::SignedIn, "/me/shortcuts", set_shortcuts)
        .post(Access::SignedIn, "/me/feed", create_feed)
        .post(Access::SignedIn, "/me/feed/delete", delete_feed)
        .post(Access::SignedIn, "/me/sessions/{id}/end", end_session)
}

#[derive(Template)]
#[template(path = "profile.html", config = "src/web/askama.toml")]
struct ProfileTemplate {
    layout: Layout,
    name: String,
    zone: &'static str,
    has_zone: bool,
    now: Time,
    themes: Vec<ThemeChoice>,
    has_shortcuts: bool,
    has_feed: bool,
    /// The address of the feed of open incidents, right after it was created; empty otherwise.
    feed: String,
    /// The keys of the user; `None` for a guest.
    keys: Option<OwnKeys>,
    sessions: Vec<SessionRow>,
}

struct ThemeChoice {
    value: &'static str,
    label: &'static str,
    is_chosen: bool,
}

struct SessionRow {
    id: i64,
    browser: String,
    created: Time,
    last_seen: Time,
    is_this: bool,
}

async fn show(signed_in: SignedIn) -> PageResult {
    show_with_feed(signed_in, String::new()).await
}

async fn show_with_feed(signed_in: SignedIn, feed: String) -> PageResult {
    let user = signed_in.user.id.clone();
    let has_feed = signed_in.store().has_feed_token(user.clone()).await?;
    let sessions = signed_in.store().web_sessions(user, signed_in.now).await?;
    let rows = sessions.into_iter().map(|session| SessionRow {
        id: session.id,
        created: signed_in.time(session.created_at),
        last_seen: signed_in.time(session.last_seen_at),
        is_this: session.id == signed_in.session.id,
        browser: match session.browser.as_str() {
            "" => "Unknown browser".to_owned(),
            _ => session.browser,
        },
    });
    let themes = Theme::ALL.into_iter().map(|theme| ThemeChoice {
        value: theme.as_str(),
        label: theme.label(),
        is_chosen: theme == signed_in.theme,
    });
    page(&ProfileTemplate {
        layout: signed_in.layout(Section::Profile),
        name: signed_in.user.name.clone(),
        zone: signed_in.clock.zone_name(),
        has_zone: signed_in.clock.has_time_zone(),
        now: signed_in.time(signed_in.now),
        themes: themes.collect(),
        has_shortcuts: signed_in.shortcuts == Shortcuts::On,
        has_feed,
        feed,
        keys: OwnKeys::read(&signed_in).await?,
        sessions: rows.collect(),
    })
}

async fn set_theme(_: SignedIn, form: Form) -> PageResult {
    let theme = Theme::from_name(form.value("theme"));
    Ok(set_preference("theme", theme.as_str()))
}

async fn set_shortcuts(_: SignedIn, form: Form) -> PageResult {
    let shortcuts = Shortcuts::from_name(form.value("shortcuts"));
    Ok(set_preference("shortcuts", shortcuts.as_str()))
}

/// Stores a preference in a cookie: it belongs to the browser, not to the user.
fn set_preference(name: &str, value: &str) -> Response {
    let mut response = Redirect::to(PATH).into_response();
    if let Some(cookie) = cookies::set_preference(name, value) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Creates the address of the user's feeds. The page shows it once: the store keeps only a hash.
async fn create_feed(signed_in: SignedIn) -> PageResult {
    let user = signed_in.user.id.clone();
    let token = signed_in
        .store()
        .create_feed_token(user, signed_in.now)
        .await?;
    let base = signed_in.app.config.public_url.as_deref();
    let base = base.unwrap_or_default().trim_end_matches('/');
    let feed = format!("{base}/incidents.atom?token={}", token.reveal());
    show_with_feed(signed_in, feed).await
}

async fn delete_feed(signed_in: SignedIn) -> PageResult {
    let user = signed_in.user.id.clone();
    signed_in.store().delete_feed_token(user).await?;
    Ok(Redirect::to("/me#feed").into_response())
}

/// Ends a session of the user. An unknown one has ended already.
async fn end_session(signed_in: SignedIn, Path(id): Path<String>) -> PageResult {
    let id = id.parse().map_err(|_| ErrorPage::unknown_path())?;
    let user = signed_in.user.id.clone();
    signed_in.store().end_web_session(user, id).await?;
    Ok(Redirect::to(PATH).into_response())
}
