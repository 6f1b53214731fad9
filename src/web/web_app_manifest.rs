//! `/manifest.webmanifest`: makes the pages installable on a phone or a desktop.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::web::layout::LIGHT_BAR;
use crate::web::routes::{Access, Routes};
use crate::web::{assets, target};

/// The background while the first page loads: `--paper` of the style sheet.
const BACKGROUND: &str = "#f6f7f9";

/// The entries in the menu of the installed icon.
const SHORTCUTS: [(&str, &str); 3] = [
    ("Declare Incident", "/incidents/new"),
    ("Open incidents", "/incidents"),
    ("My tasks", "/tasks"),
];

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::Public, "/manifest.webmanifest", serve)
}

async fn serve() -> Response {
    let content_type = [(header::CONTENT_TYPE, "application/manifest+json")];
    (content_type, manifest().to_string()).into_response()
}

fn manifest() -> Value {
    let shortcut = |(name, url): (&str, &str)| json!({ "name": name, "url": url });
    json!({
        "id": "/",
        "name": "Muster",
        "short_name": "Muster",
        "description": "Incidents: declare, read along, keep the timeline.",
        "lang": "en",
        "start_url": target::START,
        "scope": "/",
        "display": "standalone",
        "theme_color": LIGHT_BAR,
        "background_color": BACKGROUND,
        "icons": [
            icon("icon.svg", "any", "any"),
            icon("icon-192.png", "192x192", "any"),
            icon("icon-512.png", "512x512", "any"),
            icon("icon-maskable.png", "512x512", "maskable"),
        ],
        "shortcuts": SHORTCUTS.map(shortcut),
    })
}

fn icon(name: &str, sizes: &str, purpose: &str) -> Value {
    let content_type = match name.ends_with(".svg") {
        true => "image/svg+xml",
        false => "image/png",
    };
    json!({ "src": assets::address(name), "type": content_type, "sizes": sizes, "purpose": purpose })
}
