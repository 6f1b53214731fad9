//! Declarations that are rejected: every mistake is named, and nothing is stored.

use muster_domain::api_key::{KeyIdentity, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use super::{declaration, declaration_with};
use crate::api::{INCIDENTS, Program, receive};
use crate::harness::scenario::scenario_with_pages;

async fn assert_nothing_is_stored(program: &Program<'_>) {
    let list = program.gets(INCIDENTS).await;
    assert_eq!(list.body["data"], json!([]));
}

#[test]
fn all_wrong_types_of_a_declaration_are_named_at_once() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let wrong_types = json!({
            "title": 7,
            "customer_impact_scope": [],
            "is_test": "yes",
            "initial_cells": [{ "cell_type": "html", "content": { "content": 1 } }],
            "fields": { "severity": "SEV-1", "summary": { "value": true } },
        });
        let body = declaration_with(wrong_types);
        let expected = [
            "data.attributes.customer_impact_scope: must be a string",
            "data.attributes.customer_impacted: is missing",
            "data.attributes.fields.severity: must be an object",
            "data.attributes.fields.summary.value: must be a string, a number or a list",
            "data.attributes.initial_cells.0.cell_type: must be \"markdown\"",
            "data.attributes.initial_cells.0.content.content: must be a string",
            "data.attributes.is_test: must be true or false",
            "data.attributes.title: must be a string",
        ];
        let response = program.posts(INCIDENTS, body).await;
        response.assert_errors(400, &expected);
        assert_nothing_is_stored(&program).await;
    });
}

#[test]
fn all_wrong_values_of_a_declaration_are_named_at_once() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let wrong_values = json!({
            "title": " \u{200B}",
            "customer_impacted": true,
            "fields": {
                "severity": { "type": "dropdown", "value": "SEV-11" },
                "state": { "type": "dropdown", "value": "closed" },
                "sumary": { "type": "textbox", "value": "x" },
                "services": { "type": "autocomplete", "value": ["nowhere"] },
            },
        });
        let body = declaration_with(wrong_values);
        let starts = [
            "data.attributes.title: An incident needs a title.",
            "data.attributes.customer_impact_scope: is missing, and customer_impacted is true",
            "data.attributes.fields.services: ",
            "data.attributes.fields.severity: I don't know the severity “SEV-11”.",
            "data.attributes.fields.state: I don't know the status “closed”.",
            "data.attributes.fields.sumary: isn't a field. The nearest is summary",
        ];
        let response = program.posts(INCIDENTS, body).await;
        response.assert_error_starts(400, &starts);
        assert_nothing_is_stored(&program).await;
    });
}

#[test]
fn bodies_that_are_no_incidents_are_rejected() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        for (body, start) in [
            ("", "The body isn't JSON: "),
            ("{\"data\":", "The body isn't JSON: "),
            ("[]", "data: must be an object"),
            ("{}", "data: must be an object"),
            ("{\"data\": []}", "data: must be an object"),
            ("{\"data\": {}}", "data.type: is missing"),
            ("{\"data\": {\"type\": 7}}", "data.type: must be a string"),
            (
                "{\"data\": {\"type\": \"users\"}}",
                "data.type: got type \"users\" expected one of \"incidents\"",
            ),
            (
                "{\"data\": {\"type\": \"incidents\"}}",
                "data.attributes: is missing",
            ),
        ] {
            let request = program.request(Method::POST, INCIDENTS).body(body);
            let response = receive(request).await;
            assert_eq!(response.status, 400, "{body}");
            assert!(response.error().starts_with(start), "{body}: {response:?}");
        }
        let large = declaration(&"x".repeat(2 * 1024 * 1024));
        let response = program.posts(INCIDENTS, large).await;
        assert_eq!(
            (response.status, response.error()),
            (413, "The body is larger than 1 MiB.")
        );
        assert_nothing_is_stored(&program).await;
    });
}

#[test]
fn unknown_commanders_are_rejected() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let with_commander = |id: &Value| {
            let mut body = declaration("Checkout is slow");
            let user = json!({ "data": { "type": "users", "id": id } });
            body["data"]["relationships"] = json!({ "commander_user": user });
            body
        };
        let muster = Program::of_muster(world)
            .await
            .gets("/api/v2/current_user")
            .await;
        for id in [
            &json!("00000000-0000-0000-0000-000000000001"),
            &json!("bob"),
            &muster.body["data"]["id"],
        ] {
            let response = program.posts(INCIDENTS, with_commander(id)).await;
            assert_eq!(response.status, 400, "{id}");
            let start = "data.relationships.commander_user.data.id: ";
            assert!(response.error().starts_with(start), "{response:?}");
        }
        assert_nothing_is_stored(&program).await;
    });
}

#[test]
fn unknown_incident_types_and_recipients_are_rejected() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let zero = "00000000-0000-0000-0000-000000000000";
        for (name, value, status, error) in [
            (
                "incident_type_uuid",
                json!(zero),
                404,
                "incident type not found",
            ),
            (
                "notification_handles",
                json!([{ "handle": "unknown user" }]),
                400,
                "data.attributes.notification_handles.0.handle: ",
            ),
        ] {
            let mut body = declaration("Checkout is slow");
            body["data"]["attributes"][name] = value;
            let response = program.posts(INCIDENTS, body).await;
            assert_eq!(response.status, status, "{name}: {response:?}");
            assert!(response.error().starts_with(error), "{response:?}");
        }
        assert_nothing_is_stored(&program).await;
    });
}

#[test]
fn key_needs_the_scope_to_write() {
    scenario_with_pages(async |world, _| {
        world.user("alice").opens_home().await;
        let reader = Program::of_user(world, "alice").await;
        let settings = Program::with_key(world, KeyIdentity::Muster, &[Scope::Settings]).await;
        for program in [&reader, &settings] {
            for (method, path) in [
                (Method::POST, INCIDENTS),
                (Method::PATCH, "/api/v2/incidents/1"),
                (Method::DELETE, "/api/v2/incidents/1"),
            ] {
                let response = program.sends(method, path).await;
                assert_eq!(response.status, 403, "{path}");
                let scope = "doesn't have the scope write (incident_write)";
                assert!(response.error().contains(scope), "{response:?}");
            }
        }
        assert_nothing_is_stored(&reader).await;
    });
}

#[test]
fn members_that_muster_does_not_know_are_ignored_and_named() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let mut body = declaration("Checkout is slow");
        body["data"]["attributes"]["priority"] = json!("high");
        body["data"]["meta"] = json!({ "a": 1 });
        let response = program.posts(INCIDENTS, body).await;
        assert_eq!(response.status, 201);
        let ignored = response.headers["muster-ignored"].to_str().unwrap();
        assert_eq!(ignored, "data.attributes.priority, data.meta");
        let plain = program
            .posts(INCIDENTS, declaration("Search is slow"))
            .await;
        assert!(plain.headers.get("muster-ignored").is_none());
        world.deliver_all().await;
        world.skips_messages();
    });
}
