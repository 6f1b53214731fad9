//! Services, Teams and the other fields that the team defines.

mod groups;
mod in_modals;
mod required;

use muster_domain::{Incident, IncidentId, Viewer};
use serde_json::{Value, json};

use crate::harness::prelude::*;

/// Defines Services, Teams, a region that resolved incidents must have, and a field of each other type.
pub(crate) fn define_fields(world: &World) {
    let kinds = ["text", "text_array", "number", "datetime"];
    let mut fields = vec![
        json!({ "name": "services", "type": "multi_select" }),
        json!({ "name": "teams", "type": "multi_select" }),
        json!({
            "name": "region", "display_name": "Customer region", "type": "single_select",
            "values": ["eu", "us"], "required": "resolved", "help": "Where the customers are.",
        }),
    ];
    fields.extend(kinds.map(|kind| json!({ "name": format!("a_{kind}"), "type": kind })));
    world.change_settings(&[
        ("services", services()),
        (
            "teams",
            json!([{ "name": "core", "slack": "#random" }, "payments"]),
        ),
        ("fields", json!(fields)),
    ]);
}

/// Returns the stored incident.
pub(crate) async fn incident(world: &World, number: i64) -> Incident {
    let store = world.store().await;
    let incident = store.incident(Viewer::Operator, IncidentId(number));
    incident.await.unwrap()
}

/// Marks all messages as read that a story is not about.
pub(crate) fn skip_messages(world: &World) {
    drop(world.take_all_unread());
    world.read_all_direct_messages();
}

fn services() -> Value {
    let mut services = vec![
        json!({ "name": "checkout", "team": "core", "slack": "@oncall" }),
        json!("payments"),
    ];
    // More than a static menu holds, so that they are searched while the user types.
    services.extend((1..=120).map(|number| json!(format!("service-{number}"))));
    json!(services)
}
