//! The OpenAPI document, which is made of the types of bodies and answers.

mod components;
mod endpoint;
mod incidents;
pub(super) mod parameters;
mod parts;
#[expect(
    dead_code,
    reason = "the types describe answers that are not made of them"
)]
pub(super) mod schemas;
#[expect(
    dead_code,
    reason = "the types describe answers that are not made of them"
)]
mod search_schemas;
#[cfg(test)]
mod tests;
#[expect(
    dead_code,
    reason = "the types describe answers that are not made of them"
)]
pub(super) mod user_schemas;
mod users;

pub(super) use endpoint::Endpoint;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::api::config;
use crate::api::openapi::components::Components;
use crate::api::openapi::schemas::{ErrorObjects, ErrorTexts};
use crate::api::routes::ApiState;

/// `GET /api/v2/openapi.json`. It needs no key.
pub(super) async fn get(State(state): State<ApiState>) -> Response {
    let public_url = state.app.config.public_url.as_deref();
    let make = || Bytes::from(document(public_url).to_string());
    let document = state.openapi.get_or_init(make).clone();
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
}

/// Returns the OpenAPI document.
pub fn document(public_url: Option<&str>) -> Value {
    let mut components = Components::new();
    components.response(schemars::SchemaGenerator::subschema_for::<ErrorTexts>);
    components.response(schemars::SchemaGenerator::subschema_for::<ErrorObjects>);
    let mut paths = Map::new();
    for endpoint in endpoints() {
        endpoint.add_to(&mut paths, &mut components);
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Muster",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Incident management with the operations of Datadog's Incidents API v2.",
        },
        "servers": [{ "url": public_url.unwrap_or("/") }],
        "paths": paths,
        "components": { "securitySchemes": security_schemes() },
    });
    components.add_to(&mut document);
    document
}

fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = incidents::endpoints();
    endpoints.extend(parts::endpoints());
    endpoints.extend(config::endpoints());
    endpoints.extend(users::endpoints());
    endpoints
}

fn security_schemes() -> Value {
    let header = |name: &str, description: &str| json!({ "type": "apiKey", "in": "header", "name": name, "description": description });
    json!({
        "apiKey": header("DD-API-KEY", "The first half of a key."),
        "applicationKey": header("DD-APPLICATION-KEY", "The second half of a key."),
        "bearer": { "type": "http", "scheme": "bearer", "description": "Both halves of a key." },
    })
}
