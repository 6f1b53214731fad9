//! Crash tests for the declaration of an incident by a program.

use reqwest::Method;
use serde_json::json;

use crate::api_request::{ApiRequest, test_api_redelivery};
use crate::harness::prelude::*;

#[tokio::test]
async fn repeated_request_declares_one_incident() {
    let request = ApiRequest {
        operation: "CreateIncident",
        method: Method::POST,
        path: "/api/v2/incidents",
        body: json!({ "data": {
            "type": "incidents",
            "attributes": {
                "title": "Search is down",
                "customer_impacted": true,
                "customer_impact_scope": "Nothing is found",
                "initial_cells": [{ "cell_type": "markdown", "content": { "content": "Since 14:00" } }],
            },
        } }),
        prepared_by: &[],
    };
    test_api_redelivery(&request, |world: &World| {
        let titles = world
            .database
            .query("SELECT title FROM incidents WHERE id > 1");
        assert_eq!(titles, ["Search is down"]);
        assert_eq!(world.database.count("impacts WHERE incident_id = 2"), 1);
        let notes = "timeline WHERE incident_id = 2 AND kind = 'note'";
        assert_eq!(world.database.count(notes), 1);
    })
    .await;
}
