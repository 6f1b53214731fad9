//! Crash tests for the todos of programs.

use reqwest::Method;
use serde_json::json;

use crate::api_request::{ApiRequest, test_api_redelivery};
use crate::harness::prelude::*;

#[tokio::test]
async fn repeated_request_adds_one_todo() {
    let request = ApiRequest {
        operation: "CreateIncidentTodo",
        method: Method::POST,
        path: "/api/v2/incidents/1/relationships/todos",
        body: json!({ "data": {
            "type": "incident_todos",
            "attributes": { "content": "Roll back", "assignees": ["@bob", "@ann@example.org"] },
        } }),
        prepared_by: &[],
    };
    test_api_redelivery(&request, |world: &World| {
        assert_eq!(
            world.database.query("SELECT description FROM tasks"),
            ["Roll back"]
        );
        assert_eq!(world.database.count("task_handles"), 2);
        assert_eq!(world.database.count("timeline WHERE kind = 'task'"), 1);
        let added = "outbox WHERE kind = 'send_direct_message' AND payload LIKE '%task_assigned%'";
        assert!(world.database.count(added) <= 1, "Bob is informed once");
    })
    .await;
}
