//! Requests that are repeated with the same idempotency key.

use serde_json::{Value, json};

use super::{INCIDENT, body, id_of, ids_of};
use crate::api::Program;
use crate::harness::scenario::incident_scenario_with_pages;

/// A request that adds a part.
struct Addition {
    /// The path behind that of the incident.
    path: &'static str,
    kind: &'static str,
    attributes: Value,
    /// The attributes of another request with the same key.
    other: Value,
    /// The number of parts in the list afterwards.
    count: usize,
}

fn additions() -> [Addition; 4] {
    let addition = |path, kind, attributes, other| Addition {
        path,
        kind,
        attributes,
        other,
        count: 1,
    };
    let impact = |text| json!({ "description": text, "start_at": "2026-11-23T10:00:00Z" });
    let todo = |text| json!({ "content": text, "assignees": [] });
    let document = json!({ "documentUrl": "https://a.example", "title": "x" });
    let attachment = |kind| json!({ "attachment_type": kind, "attachment": document });
    let channel =
        json!({ "channel_id": "C1", "channel_name": "#a", "redirect_url": "https://a.example" });
    let integration =
        |kind| json!({ "integration_type": kind, "metadata": { "channels": [channel] } });
    [
        addition("impacts", "incident_impacts", impact("x"), impact("y")),
        addition(
            "relationships/todos",
            "incident_todos",
            todo("x"),
            todo("y"),
        ),
        addition(
            "attachments",
            "incident_attachments",
            attachment("link"),
            attachment("postmortem"),
        ),
        Addition {
            path: "relationships/integrations",
            kind: "incident_integrations",
            attributes: integration(1),
            other: integration(8),
            // The own channel is listed as well.
            count: 2,
        },
    ]
}

#[test]
fn repeated_request_receives_the_first_response_and_changes_nothing() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::writer(world, "alice").await;
        for it in additions() {
            let path = format!("{INCIDENT}/{}", it.path);
            let request = body(it.kind, it.attributes);
            let first = program.posts_once(&path, it.path, &request).await;
            let second = program.posts_once(&path, it.path, &request).await;
            assert_eq!((first.status, &first.body), (201, &second.body));
            assert_eq!(second.status, 201, "{second:?}");
            let other = body(it.kind, it.other);
            let reused = program.posts_once(&path, it.path, &other).await;
            assert_eq!(reused.status, 422, "{reused:?}");
            let listed = program.gets(&path).await;
            assert_eq!(ids_of(&listed).len(), it.count, "{listed:?}");
            assert!(ids_of(&listed).contains(&&*id_of(&first)));
        }
        world.deliver_all().await;
        world.skips_messages();
    });
}
