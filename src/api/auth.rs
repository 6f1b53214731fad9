//! Authentication: who sends a request, and what their key may do.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::error::ApiError;
use crate::api::routes::ApiState;
use crate::app::App;
use crate::domain::api_key::{ApiKey, Scope};
use crate::domain::{Actor, Source, Timestamp, User, Viewer};
use crate::store::split_bearer_token;

/// The header with the first half of a key.
pub(super) const KEY_HEADER: &str = "dd-api-key";

/// The header with the second half.
const SECRET_HEADER: &str = "dd-application-key";

/// The sender of a request.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) app: App,
    /// The key.
    pub(super) key: ApiKey,
    /// The user on whose behalf the key acts; `None` if it acts as Muster.
    pub(super) user: Option<User>,
    /// On whose behalf the request reads.
    pub(super) viewer: Viewer,
    /// The time of the request.
    pub(super) now: Timestamp,
}

/// A caller with the scope `read`.
pub(super) struct Reader(pub(super) Caller);

/// A caller with the scope `write`.
pub(super) struct Writer(pub(super) Caller);

/// A caller with the scope `read` or `settings`.
pub(super) struct SettingsReader(pub(super) Caller);

/// A caller with the scope `settings`.
pub(super) struct SettingsWriter(pub(super) Caller);

/// Returns the halves of the key of a request, from a bearer token or from Datadog's two headers.
pub(super) fn credentials(headers: &HeaderMap) -> Option<(&str, &str)> {
    let value = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(authorization) = value(header::AUTHORIZATION.as_str()) {
        let (scheme, token) = authorization.split_once(' ')?;
        return match scheme.eq_ignore_ascii_case("bearer") {
            true => split_bearer_token(token.trim()),
            false => None,
        };
    }
    Some((value(KEY_HEADER)?, value(SECRET_HEADER)?))
}

/// Authenticates a request, counts it, and runs it on behalf of its caller.
pub(super) async fn authenticate(
    State(state): State<ApiState>,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = match find_caller(&state.app, request.headers()).await {
        Ok(caller) => caller,
        Err(error) => return error.into_response(),
    };
    let quota = state.limits.take(caller.key.id, caller.now);
    let mut response = match quota.is_exceeded {
        true => ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests").into_response(),
        false => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
    };
    quota.add_to(response.headers_mut());
    response
}

async fn find_caller(app: &App, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let Some((key_id, secret)) = credentials(headers) else {
        return Err(ApiError::forbidden());
    };
    let now = app.clock.now();
    let authenticating = app.store.authenticate_api_key(key_id, secret, now);
    let authenticated = authenticating.await?.ok_or_else(ApiError::forbidden)?;
    if let Some(user) = &authenticated.user {
        app.refresh_user(user.id.clone());
    }
    Ok(Caller {
        app: app.clone(),
        viewer: authenticated.key.identity.viewer(),
        key: authenticated.key,
        user: authenticated.user,
        now,
    })
}

impl Caller {
    /// Returns the actor of a change.
    pub(super) fn actor(&self) -> Actor {
        match &self.user {
            Some(user) => Actor::with_source(user.id.clone(), self.now, Source::Api),
            None => Actor::muster(self.now, Source::Api),
        }
    }

    /// Checks that the key has one of some scopes.
    fn check_scope(&self, scopes: &[Scope]) -> Result<(), ApiError> {
        if scopes.iter().any(|scope| self.key.scopes.contains(*scope)) {
            return Ok(());
        }
        let names = scopes.iter().map(|scope| {
            let permission = datadog_permission(*scope);
            format!("{scope} ({permission})")
        });
        let names = names.collect::<Vec<_>>().join(" or ");
        Err(ApiError::new(
            StatusCode::FORBIDDEN,
            format!(
                "The key “{}” doesn't have the scope {names}.",
                self.key.name
            ),
        ))
    }
}

/// Returns the permission of Datadog that corresponds to a scope.
fn datadog_permission(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "incident_read",
        Scope::Write => "incident_write",
        Scope::Settings => "incident_settings_write",
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(ApiError::forbidden)
    }
}

/// Declares a caller whose key has one of some scopes.
macro_rules! caller_with_scope {
    ($($name:ident: $scopes:expr;)+) => {$(
        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
                let caller = Caller::from_request_parts(parts, state).await?;
                caller.check_scope(&$scopes)?;
                Ok(Self(caller))
            }
        }
    )+};
}

caller_with_scope! {
    Reader: [Scope::Read];
    Writer: [Scope::Write];
    SettingsReader: [Scope::Read, Scope::Settings];
    SettingsWriter: [Scope::Settings];
}
