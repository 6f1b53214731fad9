//! The OpenAPI document, as a program without a key reads it.

use std::collections::BTreeSet;

use muster::api::OPERATIONS;
use reqwest::Method;
use serde_json::{Value, json};

use super::errors::UNSERVED;
use super::{Program, receive, request_to};
use crate::harness::scenario::scenario_with_pages;

const DOCUMENT: &str = "/api/v2/openapi.json";

/// The operations besides those of Datadog's incidents.
const OTHERS: [(&str, &str, &str); 13] = [
    ("GET", "/api/v1/validate", "ValidateV1"),
    ("GET", "/api/v2/validate", "Validate"),
    ("GET", "/api/v2/validate_keys", "ValidateAPIKey"),
    ("GET", "/api/v2/current_user", "GetCurrentUser"),
    ("GET", "/api/v2/users", "ListUsers"),
    ("POST", "/api/v2/users", "CreateUser"),
    ("GET", "/api/v2/users/{}", "GetUser"),
    ("PATCH", "/api/v2/users/{}", "UpdateUser"),
    ("DELETE", "/api/v2/users/{}", "DisableUser"),
    (
        "GET",
        "/api/v2/incidents/{}/timeline",
        "ListIncidentTimelineCells",
    ),
    (
        "POST",
        "/api/v2/incidents/{}/timeline",
        "CreateIncidentTimelineCell",
    ),
    (
        "PATCH",
        "/api/v2/incidents/{}/timeline/{}",
        "UpdateIncidentTimelineCell",
    ),
    (
        "DELETE",
        "/api/v2/incidents/{}/timeline/{}",
        "DeleteIncidentTimelineCell",
    ),
];

/// Returns the method, the path and the name of each operation of a document, without the names of parameters.
fn operations(document: &Value) -> BTreeSet<(String, String, String)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let segments = path
            .split('/')
            .map(|segment| match segment.starts_with('{') {
                true => "{}",
                false => segment,
            });
        let path = segments.collect::<Vec<_>>().join("/");
        item.as_object()
            .unwrap()
            .iter()
            .map(move |(method, operation)| {
                let name = operation["operationId"].as_str().unwrap().to_owned();
                (method.to_uppercase(), path.clone(), name)
            })
    });
    operations.collect()
}

/// Returns what the program serves.
fn served() -> BTreeSet<(String, String, String)> {
    let served = OPERATIONS.iter().filter(|it| !UNSERVED.contains(&it.name));
    let incidents = served.map(|it| {
        let path = format!("/api/v2/incidents{}", it.path);
        (it.method.to_owned(), path, it.name.to_owned())
    });
    let others = OTHERS.map(|(method, path, name)| {
        let texts = [method, path, name].map(str::to_owned);
        texts.into()
    });
    incidents.chain(others).collect()
}

#[test]
fn program_without_a_key_reads_which_operations_there_are() {
    scenario_with_pages(async |world, [alice, ..]| {
        let response = receive(request_to(world, Method::GET, DOCUMENT)).await;
        assert_eq!(response.status, 200);
        let document = &response.body;
        assert_eq!(document["openapi"], "3.1.0");
        let address = world.base_url.borrow().clone();
        assert_eq!(document["servers"], json!([{ "url": address }]));
        assert_eq!(operations(document), served());
        let security = &document["paths"]["/api/v2/incidents"]["get"]["security"];
        let keys = json!([{ "apiKey": [], "applicationKey": [] }, { "bearer": [] }]);
        assert_eq!(*security, keys);
        alice.declares("Checkout is slow").await;
        // Each response of a test is compared with the document.
        let program = Program::of_muster(world).await;
        for path in [
            "",
            "/1?include=users,attachments",
            "/search?query=state:active",
        ] {
            program.gets(&format!("{}{path}", super::INCIDENTS)).await;
        }
    });
}
