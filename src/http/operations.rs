//! `/metrics` and `/readyz`, for the operator. Pages are on the same port, and a proxy makes that port public, so
//! these two are either on a port of their own (`OPS_ADDR`) or not served through a proxy.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use reqwest::Url;
use tower_http::catch_panic::CatchPanicLayer;

use super::health;
use super::routes::{HttpState, panic_response};

/// The headers that proxies add to a request.
const PROXY_HEADERS: [&str; 12] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
    "x-client-ip",
    "x-envoy-external-address",
    "true-client-ip",
    "cf-connecting-ip",
];

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<HttpState>> {
    Router::new()
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics_page))
        .layer(CatchPanicLayer::custom(panic_response))
}

/// Returns the routes for the port that pages are on.
pub(super) fn routes_beside_pages(state: &Arc<HttpState>) -> Router<Arc<HttpState>> {
    routes().layer(from_fn_with_state(Arc::clone(state), reject_proxied))
}

/// Answers a path that the port of `OPS_ADDR` does not serve.
pub(super) async fn unknown_path() -> (StatusCode, &'static str) {
    let message =
        "This port serves /metrics, /readyz and /healthz only. The pages are at PUBLIC_URL.\n";
    (StatusCode::NOT_FOUND, message)
}

async fn metrics_page(State(state): State<Arc<HttpState>>) -> Response {
    const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";
    match state.metrics.render(&state.app).await {
        Ok(page) => ([(header::CONTENT_TYPE, PROMETHEUS)], page).into_response(),
        Err(error) => {
            tracing::error!("Could not read the store for /metrics: {error}");
            let message = "The database can't be read; see /readyz.\n";
            (StatusCode::SERVICE_UNAVAILABLE, message).into_response()
        }
    }
}

/// Rejects a request that came through a proxy.
async fn reject_proxied(
    State(state): State<Arc<HttpState>>,
    request: Request,
    next: Next,
) -> Response {
    let public_url = state.app.config.public_url.as_deref();
    match sign_of_proxy(request.headers(), public_url) {
        None => next.run(request).await,
        Some(sign) => {
            let path = request.uri().path();
            let message = format!(
                "{path} isn't served through a proxy, because readers of the pages could read it as well. \
                 This request came through one: {sign}. Ask the bot at LISTEN_ADDR without the proxy, or set \
                 OPS_ADDR to serve {path} on a port of its own.\n"
            );
            (StatusCode::FORBIDDEN, message).into_response()
        }
    }
}

/// Returns what shows that a request came through a proxy; `None` if nothing does.
fn sign_of_proxy(headers: &HeaderMap, public_url: Option<&str>) -> Option<String> {
    let added = PROXY_HEADERS
        .into_iter()
        .find(|name| headers.contains_key(*name));
    if let Some(name) = added {
        return Some(format!("it has the header {name}"));
    }
    // The bot itself does not speak TLS.
    let url = Url::parse(public_url?)
        .ok()
        .filter(|url| url.scheme() == "https")?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let name = host.split(':').next().unwrap_or_default();
    let is_public = url.host_str()?.eq_ignore_ascii_case(name);
    is_public.then(|| format!("its header host is {host}, the address in PUBLIC_URL"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn proxy_is_recognized_by_its_headers_and_by_the_public_host() {
        for name in PROXY_HEADERS {
            let sign = sign_of_proxy(&headers(name, "203.0.113.7"), None).unwrap();
            assert!(sign.ends_with(name), "{sign}");
        }
        let url = Some("https://muster.example.com");
        for host in ["muster.example.com", "Muster.example.com:443"] {
            assert!(
                sign_of_proxy(&headers("host", host), url).is_some(),
                "{host}"
            );
        }
        for direct in ["127.0.0.1:3000", "muster.internal:3000"] {
            assert_eq!(sign_of_proxy(&headers("host", direct), url), None);
        }
        let plain = Some("http://muster.example.com:3000");
        let host = headers("host", "muster.example.com:3000");
        assert_eq!(sign_of_proxy(&host, plain), None);
    }
}
