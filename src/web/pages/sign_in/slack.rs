//! Sign in with Slack, if it is configured: `/sign-in/slack` sends the browser to Slack, which sends it back with
//! a code.
//!
//! A cookie shows that the browser that returns is the one that left. An attempt ends with its first return,
//! whatever comes of it; a user who was not signed in starts again.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::domain::UserId;
use crate::openid::{Authorization, BACK_PATH, Expected, OpenId, SignInError};
use crate::secret::Secret;
use crate::store::SignInAttempt;
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::routes::{Access, Routes};
use crate::web::session::{MaybeSignedIn, SignedIn, sign_in_path};
use crate::web::{browser, cookies, target};

const PATH: &str = "/sign-in/slack";

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Public, PATH, leave)
        .get(Access::Public, BACK_PATH, come_back)
}

/// Returns the path that begins a sign-in and leads to a page.
pub(super) fn path_to(target_path: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{PATH}?{}", query.append_pair("to", target_path).finish())
}

/// Sends the browser to Slack.
async fn leave(
    State(app): State<App>,
    MaybeSignedIn(session): MaybeSignedIn,
    RawQuery(query): RawQuery,
) -> PageResult {
    let query = Form::of_query(query.as_deref());
    let target_path = target::local_path(query.value("to"));
    if session.is_some() {
        return Ok(Redirect::to(target_path).into_response());
    }
    let openid = configured(&app)?;
    let failure = Failure::new(&app, target_path);
    let Some(team) = app.team_id().await else {
        return Err(failure.slack_is_down());
    };
    let now = app.clock.now();
    let attempt = app.store.begin_sign_in(target_path.to_owned(), now).await?;
    let url = openid.authorize_url(&Authorization {
        state: &attempt.state,
        nonce: &attempt.nonce,
        team: &team,
    });
    let response = Redirect::to(&url).into_response();
    let cookie = cookies::set_sign_in(&app.config, attempt.cookie.reveal());
    Ok(with_cookie(response, cookie))
}

/// Signs in the user that Slack names. The previous session of the browser ends.
async fn come_back(
    State(app): State<App>,
    MaybeSignedIn(previous): MaybeSignedIn,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = Form::of_query(query.as_deref());
    // The address was opened again, such as with the browser's button **Back**.
    if previous.is_some() && cookies::sign_in(&app.config, &headers).is_none() {
        return Redirect::to(target::START).into_response();
    }
    let response = match sign_in(&app, &headers, &query).await {
        Ok((session, target_path)) => {
            if let Some(SignedIn { user, session, .. }) = previous {
                // The new session counts even if the previous one cannot be ended.
                let _ = app.store.end_web_session(user.id, session.id).await;
            }
            let redirect = Redirect::to(target::local_path(&target_path)).into_response();
            with_cookie(
                redirect,
                cookies::set_session(&app.config, session.reveal()),
            )
        }
        Err(page) => page.into_response(),
    };
    with_cookie(response, cookies::clear_sign_in(&app.config))
}

fn with_cookie(mut response: Response, cookie: Option<header::HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn configured(app: &App) -> Result<&OpenId, ErrorPage> {
    app.openid.as_deref().ok_or_else(|| {
        ErrorPage::new(
            StatusCode::NOT_FOUND,
            "Not set up",
            format!(
                "Sign in with Slack isn't set up here. Type {} web in Slack to get a link instead.",
                app.config.command
            ),
        )
        .with_way_on("/sign-in", "How to sign in")
    })
}

/// Returns the token of a new session and the page that it leads to.
async fn sign_in(
    app: &App,
    headers: &HeaderMap,
    query: &Form,
) -> Result<(Secret, String), ErrorPage> {
    let openid = configured(app)?;
    let attempt = take_attempt(app, headers, query).await?;
    let failure = Failure::new(app, &attempt.target);
    if !query.value("error").is_empty() {
        return Err(failure.rejected_at_slack(query.value("error")));
    }
    let user = identify(app, openid, &attempt, query.value("code"))
        .await
        .map_err(|error| failure.for_error(&error))?;
    let Some(account) = app.fetch_user(&user).await? else {
        return Err(failure.slack_is_down());
    };
    let (now, browser) = (app.clock.now(), browser::describe(headers));
    let session = app
        .store
        .create_web_session(account.id, browser, now)
        .await?;
    let session = session.ok_or_else(|| failure.account_is_not_active())?;
    Ok((session, attempt.target))
}

/// Ends the attempt of the browser and returns it.
async fn take_attempt(
    app: &App,
    headers: &HeaderMap,
    query: &Form,
) -> Result<SignInAttempt, ErrorPage> {
    let now = app.clock.now();
    let expired = || Failure::new(app, target::START).expired();
    let cookie = cookies::sign_in(&app.config, headers).ok_or_else(expired)?;
    let attempt = app.store.take_sign_in(cookie).await?.ok_or_else(expired)?;
    match attempt.is_continued_by(query.value("state"), now) {
        true => Ok(attempt),
        false => Err(Failure::new(app, &attempt.target).expired()),
    }
}

/// Asks Slack who the user is.
async fn identify(
    app: &App,
    openid: &OpenId,
    attempt: &SignInAttempt,
    code: &str,
) -> Result<UserId, SignInError> {
    let team = app.team_id().await;
    let team = team.ok_or_else(|| SignInError::Unreachable("auth.test failed".to_owned()))?;
    let token = openid.exchange(code).await?;
    let expected = Expected {
        is_nonce: &|nonce| attempt.has_nonce(nonce),
        team: &team,
    };
    openid.verify(&token, &expected, app.clock.now()).await
}

/// The pages of a sign-in that failed.
struct Failure<'a> {
    command: &'a str,
    target_path: &'a str,
}

impl<'a> Failure<'a> {
    fn new(app: &'a App, target_path: &'a str) -> Self {
        Self {
            command: &app.config.command,
            target_path,
        }
    }

    fn page(&self, status: StatusCode, heading: &str, text: &str) -> ErrorPage {
        let command = self.command;
        let text = format!("{text} Or type {command} web in Slack to get a link.");
        ErrorPage::new(status, heading, text).with_way_on(path_to(self.target_path), "Try again")
    }

    fn for_error(&self, error: &SignInError) -> ErrorPage {
        match error {
            SignInError::Unreachable(_)
            | SignInError::Misconfigured(_)
            | SignInError::InvalidToken(_) => {
                tracing::warn!("Sign in with Slack failed: {error}");
            }
            SignInError::CodeRejected(_) | SignInError::OtherWorkspace => {}
        }
        match error {
            SignInError::Unreachable(_) => self.slack_is_down(),
            SignInError::CodeRejected(_) => self.expired(),
            SignInError::Misconfigured(_) => self.rejected_by_slack(),
            SignInError::OtherWorkspace => self.page(
                StatusCode::FORBIDDEN,
                "Another workspace",
                "You signed in to another Slack workspace than the one that Muster is installed in. Choose \
                 that one.",
            ),
            SignInError::InvalidToken(_) => self.page(
                StatusCode::FORBIDDEN,
                "Not signed in",
                "Slack's answer doesn't belong to this sign-in, so you aren't signed in.",
            ),
        }
    }

    fn expired(&self) -> ErrorPage {
        self.page(
            StatusCode::GONE,
            "Sign-in expired",
            "Signing in with Slack works once, for 10 minutes, in the browser that you start it in. Start \
             again.",
        )
    }

    fn slack_is_down(&self) -> ErrorPage {
        self.page(
            StatusCode::SERVICE_UNAVAILABLE,
            "Slack didn't answer",
            "You aren't signed in, because Slack didn't answer. Try again in a moment.",
        )
    }

    fn rejected_at_slack(&self, code: &str) -> ErrorPage {
        match code {
            "access_denied" => self.page(
                StatusCode::FORBIDDEN,
                "Not signed in",
                "You cancelled signing in at Slack.",
            ),
            "invalid_team_for_non_distributed_app" => self.for_error(&SignInError::OtherWorkspace),
            _ => self.rejected_by_slack(),
        }
    }

    fn rejected_by_slack(&self) -> ErrorPage {
        self.page(
            StatusCode::BAD_GATEWAY,
            "Not signed in",
            "Slack rejected the sign-in. If it happens again, tell your Muster admin: muster doctor checks \
             the set-up.",
        )
    }

    /// Trying again does not help.
    fn account_is_not_active(&self) -> ErrorPage {
        ErrorPage::new(
            StatusCode::FORBIDDEN,
            "Account deactivated",
            "Your account is deactivated in Slack, so you can't sign in.",
        )
        .with_way_on(sign_in_path(self.target_path), "How to sign in")
    }
}
