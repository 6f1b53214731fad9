//! The routes of all pages, and what applies to each of them: the check of the origin, the error pages and the
//! security headers.

use std::any::Any;
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::app::App;
use crate::error::Error;
use crate::metrics::{self, RequestOutcome, Transport};
use crate::web::error_page::ErrorPage;
use crate::web::layout::Theme;
use crate::web::{pages, security_headers};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Any user, signed in or not.
    Public,
    /// Users who are signed in. Its handler takes a `session::SignedIn`.
    SignedIn,
    /// Members who are signed in. Guests get a 403 page. Its handler takes an `access::MemberSession`.
    Member,
    /// Admins and owners of the workspace. Others get a 403 page. Its handler takes an `access::AdminSession`.
    Admin,
}

/// The HTTP method of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads; changes nothing.
    Get,
    /// Submits a form.
    Post,
}

/// A route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

/// The routes that the pages add.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<App>,
    list: Vec<Route>,
}

impl Routes {
    /// Adds a route that reads.
    pub(crate) fn get<H, T>(mut self, access: Access, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.router = self.router.route(path, routing::get(handler));
        self.with(Method::Get, path, access)
    }

    /// Adds a route that a form is submitted to.
    pub(crate) fn post<H, T>(mut self, access: Access, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.router = self.router.route(path, routing::post(handler));
        self.with(Method::Post, path, access)
    }

    fn with(mut self, method: Method, path: &'static str, access: Access) -> Self {
        self.list.push(Route {
            method,
            path,
            access,
        });
        self
    }
}

/// Returns all routes.
pub fn routes() -> Vec<Route> {
    pages::add_routes(Routes::default()).list
}

/// Returns the router of all pages. A path that no other router knows is its 404 page.
pub(crate) fn router(app: App) -> Router {
    let csrf = csrf_layer(app.config.public_url.as_deref());
    pages::add_routes(Routes::default())
        .router
        .fallback(|| async { ErrorPage::unknown_path() })
        .method_not_allowed_fallback(|| async { ErrorPage::wrong_method() })
        .layer(CatchPanicLayer::custom(panic_response))
        .layer(csrf.with_rejection_response(foreign_response))
        .layer(from_fn(finish_response))
        .layer(from_fn(count_request))
        .with_state(app)
}

/// Returns the layer that rejects forms of other sites. It trusts the origin of `PUBLIC_URL`, because a proxy
/// may rewrite the header `Host`.
fn csrf_layer(public_url: Option<&str>) -> CsrfLayer {
    let origin = public_url.and_then(origin_of);
    let layer = origin.and_then(|origin| CsrfLayer::new().add_trusted_origin(origin).ok());
    layer.unwrap_or_default()
}

/// Returns the origin of a URL, as browsers send it.
fn origin_of(url: &str) -> Option<String> {
    let origin = reqwest::Url::parse(url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

fn foreign_response(_: ProtectionError) -> Response {
    ErrorPage::foreign_form().into_response()
}

fn panic_response(_: Box<dyn Any + Send>) -> Response {
    ErrorPage::from(Error::internal(
        "a handler of a page panicked, which is a bug",
    ))
    .into_response()
}

/// Renders the error page of a response, if it is one, with the cookies of the response, and adds the security
/// headers.
async fn finish_response(request: Request, next: Next) -> Response {
    let theme = Theme::of_request(request.headers());
    let mut response = next.run(request).await;
    if let Some(page) = response.extensions_mut().remove::<ErrorPage>() {
        let mut rendered = page.render(theme);
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let headers = rendered.headers_mut();
            headers.append(header::SET_COOKIE, cookie.clone());
        }
        response = rendered;
    }
    security_headers::add(response.headers_mut());
    response
}

/// Counts a request by kind and outcome. The duration of a stream is that until it begins.
async fn count_request(request: Request, next: Next) -> Response {
    let started_at = Instant::now();
    let kind = request_kind(&request);
    let response = next.run(request).await;
    let outcome = request_outcome(response.status());
    metrics::record_request(Transport::Web, kind, outcome, started_at.elapsed());
    response
}

/// Returns the label for the kind of a request: one of a fixed set, for any path.
fn request_kind(request: &Request) -> &'static str {
    let path = request.uri().path();
    match request.method().is_safe() {
        false => "form",
        true if path.starts_with("/assets/") => "asset",
        true if path.ends_with("/events") => "stream",
        true => "page",
    }
}

fn request_outcome(status: StatusCode) -> RequestOutcome {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => RequestOutcome::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => RequestOutcome::Unavailable,
        status if status.is_client_error() => RequestOutcome::Rejected,
        status if status.is_server_error() => RequestOutcome::Failed,
        _ => RequestOutcome::Answered,
    }
}
