//! Incidents that a program declares, changes and deletes.

mod create;
mod create_invalid;
mod delete;
mod idempotency;
mod import;
mod update;
mod update_impact;
mod update_relationships;

use serde_json::{Value, json};

/// Returns a body that declares an incident.
fn declaration(title: &str) -> Value {
    declaration_with(json!({ "title": title, "customer_impacted": false }))
}

/// Returns a body that declares an incident with these attributes.
fn declaration_with(attributes: Value) -> Value {
    json!({ "data": { "type": "incidents", "attributes": attributes } })
}

/// Returns a body that changes an incident.
fn change(attributes: Value) -> Value {
    json!({ "data": { "type": "incidents", "attributes": attributes } })
}
