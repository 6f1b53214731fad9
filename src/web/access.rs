//! Sessions of users with more rights: full members, and admins of the workspace.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::domain::AccountKind;
use crate::web::error_page::ErrorPage;
use crate::web::session::SignedIn;

/// A full member who is signed in. A guest gets a page that says why it is not for them.
pub(crate) struct MemberSession(pub(crate) SignedIn);

/// An admin or owner of the workspace who is signed in.
pub(crate) struct AdminSession(pub(crate) SignedIn);

impl FromRequestParts<App> for MemberSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        match signed_in.user.account_kind {
            AccountKind::Guest => Err(ErrorPage::members_only().into_response()),
            AccountKind::Member | AccountKind::Bot | AccountKind::Deactivated => {
                Ok(Self(signed_in))
            }
        }
    }
}

impl FromRequestParts<App> for AdminSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let MemberSession(signed_in) = MemberSession::from_request_parts(parts, app).await?;
        match app.is_admin(&signed_in.user.id).await {
            Some(true) => Ok(Self(signed_in)),
            Some(false) => Err(ErrorPage::admins_only().into_response()),
            None => Err(ErrorPage::rights_unknown().into_response()),
        }
    }
}
