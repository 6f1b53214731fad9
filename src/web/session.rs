//! The session of a request: its user, what they may see, and their time zone.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::domain::{
    Actor, Change, DecisionContext, Incident, IncidentId, Source, Timestamp, User, UserClock,
    Viewer,
};
use crate::error::Result;
use crate::store::{Applied, ChangeTarget, Store, WebSession};
use crate::web::cookies;
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::{Layout, Section, Shortcuts, Theme};
use crate::web::parts::Time;
use crate::web::target;

/// A user who is signed in. Without a session, a handler that takes it redirects to the sign-in page, and
/// rejects a form.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) app: App,
    /// The user.
    pub(crate) user: User,
    /// On whose behalf the page reads.
    pub(crate) viewer: Viewer,
    /// The session.
    pub(crate) session: WebSession,
    /// The time of the request.
    pub(crate) now: Timestamp,
    /// The time in the user's zone.
    pub(crate) clock: UserClock,
    /// The theme.
    pub(crate) theme: Theme,
    /// The query string of the list that the browser showed last.
    pub(crate) list: String,
    /// Whether single letters are shortcuts.
    pub(crate) shortcuts: Shortcuts,
}

impl SignedIn {
    /// Returns the store.
    pub(crate) fn store(&self) -> &Store {
        &self.app.store
    }

    /// Returns the layout of a page in this section.
    pub(crate) fn layout(&self, section: Section) -> Layout {
        Layout::for_user(self.theme, section, &self.user).with_shortcuts(self.shortcuts)
    }

    /// Returns the user as the author of changes.
    pub(crate) fn actor(&self) -> Actor {
        Actor::with_source(self.user.id.clone(), self.now, Source::Web)
    }

    /// Returns a time for display in the user's zone.
    pub(crate) fn time(&self, at: Timestamp) -> Time {
        Time::new(at, &self.clock)
    }

    /// Changes an incident on behalf of the user, once per form.
    pub(crate) async fn change(
        &self,
        id: IncidentId,
        form: &Form,
        decide: impl FnOnce(&Incident, &Actor, &DecisionContext<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<Applied> {
        let target = ChangeTarget {
            viewer: self.viewer.clone(),
            id,
            key: form.key(&self.user.id)?,
            now: self.now,
        };
        let actor = self.actor();
        let decide = move |incident: &Incident, context: &DecisionContext<'_>| {
            decide(incident, &actor, context)
        };
        self.store().change_with_context(target, decide).await
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &App,
    ) -> std::result::Result<Self, Response> {
        match find_session(parts, app).await {
            Ok(Some(signed_in)) => Ok(signed_in),
            Ok(None) => Err(sign_in_response(parts)),
            Err(error) => Err(ErrorPage::from(error).into_response()),
        }
    }
}

/// Returns the session of a request, if it has one.
pub(crate) async fn find_session(parts: &Parts, app: &App) -> Result<Option<SignedIn>> {
    let Some(token) = cookies::session_token(&app.config, &parts.headers) else {
        return Ok(None);
    };
    let now = app.clock.now();
    let Some((session, user)) = app.store.web_session(token, now).await? else {
        return Ok(None);
    };
    app.refresh_user(user.id.clone());
    Ok(Some(SignedIn {
        app: app.clone(),
        viewer: Viewer::user(&user.id),
        clock: UserClock::new(now, &user.time_zone),
        theme: Theme::of_request(&parts.headers),
        list: cookies::find(&parts.headers, "list")
            .unwrap_or_default()
            .to_owned(),
        shortcuts: Shortcuts::of_request(&parts.headers),
        user,
        session,
        now,
    }))
}

/// Returns the response to a request without a session.
fn sign_in_response(parts: &Parts) -> Response {
    let is_read = parts.method == Method::GET || parts.method == Method::HEAD;
    let path = parts.uri.path_and_query().map(|path| path.as_str());
    let target_path = match is_read {
        true => target::local_path(path.unwrap_or_default()),
        false => target::START,
    };
    let sign_in = sign_in_path(target_path);
    match is_read {
        true => Redirect::to(&sign_in).into_response(),
        false => ErrorPage::sign_in_required(&sign_in).into_response(),
    }
}

/// Returns the path of the sign-in page that remembers another page.
pub(crate) fn sign_in_path(target_path: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("/sign-in?{}", query.append_pair("to", target_path).finish())
}

/// The session of a request to a page that needs no session; `None` without one.
pub(crate) struct MaybeSignedIn(pub(crate) Option<SignedIn>);

impl FromRequestParts<App> for MaybeSignedIn {
    type Rejection = ErrorPage;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &App,
    ) -> std::result::Result<Self, ErrorPage> {
        Ok(Self(find_session(parts, app).await?))
    }
}
