//! The security headers of every response.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// No inline script or style, nothing from elsewhere, and no frame around a page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// `no-referrer` would make browsers send `Origin: null` with our own forms, which the check of the origin
/// rejects. Nothing is cached, so that **Back** shows nothing after signing out; an asset sets its own value.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
    (header::CACHE_CONTROL, "no-store"),
];

/// Adds the security headers that the response does not set itself.
pub(super) fn add(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}
