//! Requests that are repeated with the same idempotency key.

use serde_json::json;

use super::{INCIDENT, body, id_of, ids_of};
use crate::api::Program;
use crate::harness::scenario::incident_scenario_with_pages;

#[test]
fn repeated_request_is_answered_again_and_changes_nothing() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::writer(world, "alice").await;
        let channel = json!({ "channel_id": "C1", "channel_name": "#a", "redirect_url": "https://a.example" });
        let document = json!({ "documentUrl": "https://a.example", "title": "x" });
        for (part, kind, attributes, other, count) in [
            (
                "impacts",
                "incident_impacts",
                json!({ "description": "x", "start_at": "2026-11-23T10:00:00Z" }),
                json!({ "description": "y", "start_at": "2026-11-23T10:00:00Z" }),
                1,
            ),
            (
                "relationships/todos",
                "incident_todos",
                json!({ "content": "x", "assignees": [] }),
                json!({ "content": "y", "assignees": [] }),
                1,
            ),
            (
                "attachments",
                "incident_attachments",
                json!({ "attachment_type": "link", "attachment": document }),
                json!({ "attachment_type": "postmortem", "attachment": document }),
                1,
            ),
            // The own channel is listed as well.
            (
                "relationships/integrations",
                "incident_integrations",
                json!({ "integration_type": 1, "metadata": { "channels": [channel] } }),
                json!({ "integration_type": 8, "metadata": { "channels": [channel] } }),
                2,
            ),
        ] {
            let path = format!("{INCIDENT}/{part}");
            let request = body(kind, attributes);
            let first = program.posts_once(&path, part, &request).await;
            let second = program.posts_once(&path, part, &request).await;
            assert_eq!((first.status, &first.body), (201, &second.body));
            assert_eq!(second.status, 201, "{second:?}");
            let reused = program.posts_once(&path, part, &body(kind, other)).await;
            assert_eq!(reused.status, 422, "{reused:?}");
            let listed = program.gets(&path).await;
            assert_eq!(ids_of(&listed).len(), count, "{listed:?}");
            assert!(ids_of(&listed).contains(&&*id_of(&first)));
        }
        world.deliver_all().await;
        world.skips_messages();
    });
}
