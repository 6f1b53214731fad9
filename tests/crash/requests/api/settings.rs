//! Crash test for a notification rule of a program.

use reqwest::Method;
use serde_json::json;

use crate::api_request::{ApiRequest, test_api_redelivery};
use crate::harness::prelude::*;

#[tokio::test]
async fn repeated_request_creates_one_rule() {
    let request = ApiRequest {
        operation: "CreateIncidentNotificationRule",
        method: Method::POST,
        path: "/api/v2/incidents/config/notification-rules",
        body: json!({ "data": {
            "type": "incident_notification_rules",
            "attributes": {
            "conditions": [{ "field": "severity", "values": ["SEV-1"] }],
            "handles": ["@slack-ops"], "trigger": "incident_created_trigger", "enabled": true,
        },
    } }),
        prepared_by: &[],
    };
    test_api_redelivery(&request, |world: &World| {
        let rules =
            "SELECT json_array_length(value) FROM settings WHERE key = 'notification_rules'";
        let rules = format!("SELECT '' || ({rules})");
        assert_eq!(world.database.query(&rules), ["1"]);
        let resources = "setting_resources WHERE kind = 'notification_rule'";
        assert_eq!(world.database.count(resources), 1);
    })
    .await;
}
