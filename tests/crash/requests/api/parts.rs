//! Crash test for a todo of a program.

use reqwest::Method;
use serde_json::json;

use crate::api_request::{ApiRequest, test_api_redelivery};
use crate::harness::prelude::*;

#[tokio::test]
async fn repeated_request_adds_one_todo() {
    let attributes = json!({ "content": "Roll back", "assignees": ["@bob", "@ann@example.org"] });
    let request = ApiRequest {
        operation: "CreateIncidentTodo",
        method: Method::POST,
        path: "/api/v2/incidents/1/relationships/todos",
        body: json!({ "data": { "type": "incident_todos", "attributes": attributes } }),
        prepared_by: &[],
    };
    test_api_redelivery(&request, |world: &World| {
        assert_eq!(world.database.count("tasks"), 1);
        assert_eq!(world.database.count("task_handles"), 2);
        assert_eq!(world.database.count("timeline WHERE kind = 'task'"), 1);
        let bob = world.slack.direct_message_channel("bob").unwrap();
        assert_eq!(world.slack.messages(&bob).len(), 1);
    })
    .await;
}
