//! Errors: unknown paths, operations that are not served, methods, bodies, and the limit of requests.

use muster::api::OPERATIONS;
use reqwest::Method;
use serde_json::json;

use super::{INCIDENTS, Program, receive, request_to};
use crate::harness::scenario::scenario_with_pages;

/// The operations that Muster does not serve: tier C.
pub const UNSERVED: [&str; 32] = [
    "ListGlobalIncidentHandles",
    "CreateGlobalIncidentHandle",
    "UpdateGlobalIncidentHandle",
    "DeleteGlobalIncidentHandle",
    "GetGlobalIncidentSettings",
    "UpdateGlobalIncidentSettings",
    "ListIncidentImpactFields",
    "CreateIncidentImpactField",
    "UpdateIncidentImpactField",
    "DeleteIncidentImpactField",
    "CreateIncidentConfiguration",
    "UpdateIncidentConfiguration",
    "ListTimestampOverrides",
    "CreateTimestampOverride",
    "UpdateTimestampOverride",
    "DeleteTimestampOverride",
    "CreateIncidentGoogleChatConfiguration",
    "UpdateIncidentGoogleChatConfiguration",
    "CreateIncidentGoogleMeetConfiguration",
    "UpdateIncidentGoogleMeetConfiguration",
    "ListIncidentRules",
    "CreateIncidentRule",
    "GetIncidentRule",
    "UpdateIncidentRule",
    "DeleteIncidentRule",
    "ListOrgSettings",
    "GetOrgSettingsByIncidentType",
    "GetIncidentAIPostmortem",
    "CreatePageFromIncident",
    "CreateOnCallPageFromIncident",
    "LinkPageToIncident",
    "CreateIncidentServiceNowRecord",
];

#[test]
fn operation_that_is_not_served_is_named() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let program = Program::of_muster(world).await;
        let help = format!("{}/help/api", world.base_url.borrow());
        for operation in OPERATIONS {
            let method: Method = operation.method.parse().unwrap();
            let path = format!("{INCIDENTS}{}", operation.path.replace("{}", "99"));
            let response = program.sends(method, &path).await;
            let is_unserved = response.body.to_string().contains("Muster doesn't serve");
            assert_eq!(
                is_unserved,
                UNSERVED.contains(&operation.name),
                "{}",
                operation.name
            );
            if !is_unserved {
                continue;
            }
            assert_eq!(response.status, 404, "{}", operation.name);
            let text = format!("Muster doesn't serve {}; see {help}", operation.name);
            let expected = match operation.object_errors.contains(&404) {
                false => json!(text),
                true => json!({ "status": "404", "title": "Not Found", "detail": text }),
            };
            assert_eq!(response.body, json!({ "errors": [expected] }));
        }
    });
}

#[test]
fn unknown_paths_and_methods_are_answered_in_the_envelope() {
    scenario_with_pages(async |world, _| {
        let program = Program::of_muster(world).await;
        for path in ["/api/", "/api/v2", "/api/v3/incidents", "/api/v2/metrics"] {
            for method in [Method::GET, Method::POST] {
                let response = receive(request_to(world, method, path)).await;
                let error = "Muster doesn't serve this path.";
                assert_eq!((response.status, response.error()), (404, error), "{path}");
            }
        }
        for (method, path) in [
            (Method::PUT, "/api/v2/validate_keys"),
            (Method::DELETE, "/api/v2/current_user"),
            (Method::POST, "/api/v1/validate"),
        ] {
            let response = program.sends(method, path).await;
            assert_eq!(response.status, 405, "{path}");
            assert_eq!(response.headers["allow"], "GET,HEAD", "{path}");
            assert!(response.error().contains("Allow"));
        }
    });
}

#[test]
fn path_without_an_id_is_not_taken_for_one() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let program = Program::writer(world, "alice").await;
        for (method, path, allowed) in [
            (Method::GET, "/import", "POST"),
            (Method::DELETE, "/import", "POST"),
            (Method::PATCH, "/search", "GET,HEAD"),
            (Method::DELETE, "/1/attachments/postmortems", "POST"),
        ] {
            let response = program.sends(method, &format!("{INCIDENTS}{path}")).await;
            assert_eq!(response.status, 405, "{path}: {response:?}");
            assert_eq!(response.headers["allow"], allowed, "{path}");
        }
        assert_eq!(program.gets(INCIDENTS).await.numbers(), [1]);
    });
}

#[test]
fn large_body_is_rejected_in_the_envelope() {
    scenario_with_pages(async |world, _| {
        for path in [INCIDENTS, "/api/v2/metrics"] {
            let body = vec![b'a'; 2 * 1024 * 1024];
            let request = request_to(world, Method::POST, path).body(body);
            let response = receive(request).await;
            let error = "The body is larger than 1 MiB.";
            assert_eq!((response.status, response.error()), (413, error), "{path}");
        }
    });
}

#[test]
fn key_over_its_limit_is_informed_when_to_continue() {
    scenario_with_pages(async |world, _| {
        let program = Program::of_muster(world).await;
        let path = "/api/v2/validate_keys";
        let first = program.gets(path).await;
        assert_eq!(first.headers["x-ratelimit-limit"], "600");
        assert_eq!(first.headers["x-ratelimit-period"], "60");
        assert_eq!(first.headers["x-ratelimit-remaining"], "599");
        assert_eq!(first.headers["x-ratelimit-name"], "muster_api");
        for _ in 1..600 {
            program.gets(path).await;
        }
        let rejected = program.sends(Method::GET, path).await;
        assert_eq!(
            (rejected.status, rejected.error()),
            (429, "Too many requests")
        );
        assert_eq!(rejected.headers["x-ratelimit-reset"], "1");
        assert_eq!(rejected.headers["retry-after"], "1");
        Program::of_muster(world).await.gets(path).await;
        world.advance(1).await;
        assert_eq!(
            program.gets(path).await.headers["x-ratelimit-remaining"],
            "9"
        );
    });
}
