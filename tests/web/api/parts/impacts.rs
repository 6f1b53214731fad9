//! Impacts.

use serde_json::{Value, json};

use super::{INCIDENT, assert_on_timeline, body, channel_text, id_of, ids_of, responders};
use crate::api::{ApiResponse, Program};
use crate::harness::scenario::incident_scenario_with_pages;

const KIND: &str = "incident_impacts";

fn impact(attributes: Value) -> Value {
    body(KIND, attributes)
}

/// Adds an impact that has ended.
async fn adds_impact(program: &Program<'_>) -> ApiResponse {
    let request = json!({
        "description": "Carts time out",
        "start_at": "2026-11-23T13:00:00.000Z",
        "end_at": "2026-11-23T14:30:00+01:00",
    });
    let path = format!("{INCIDENT}/impacts");
    let created = program.posts(&path, impact(request)).await;
    assert_eq!(created.status, 201, "{created:?}");
    assert_eq!(created.body["data"]["type"], KIND);
    created.assert_attributes(&json!({
        "description": "Carts time out",
        "start_at": "2026-11-23T13:00:00.000Z",
        "end_at": "2026-11-23T13:30:00.000Z",
        "impact_type": "customer",
        "fields": {},
    }));
    created
}

#[test]
fn impact_is_added_edited_and_reopened() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let program = Program::writer(world, "bob").await;
        let created = adds_impact(&program).await;
        let incident = program.gets(INCIDENT).await;
        let relationships = &created.body["data"]["relationships"];
        assert_eq!(relationships["incident"]["data"]["id"], id_of(&incident));
        let impacts = &incident.body["data"]["relationships"]["impacts"]["data"];
        assert_eq!(impacts[0]["id"], id_of(&created));
        assert!(responders(&program).await.contains(&"bob".to_owned()));
        let text = channel_text(world, &alice, channel).await;
        assert!(text.contains("bob added an impact since"), "{text}");

        let one = format!("{INCIDENT}/impacts/{}", id_of(&created));
        let edit = impact(json!({ "description": "Carts are slow", "end_at": null }));
        let edited = program.patches(&one, edit).await;
        assert_eq!(edited.status, 200, "{edited:?}");
        assert_eq!(*edited.attribute("end_at"), Value::Null);
        assert_eq!(*edited.attribute("start_at"), "2026-11-23T13:00:00.000Z");
        assert_eq!(edited.attribute("created"), created.attribute("created"));
        let text = channel_text(world, &alice, channel).await;
        assert!(text.contains("bob edited the impact"), "{text}");
        let browser = alice.signs_in().await;
        assert_on_timeline(&browser, &["added an impact", "edited the impact"]).await;
        world.skips_messages();
    });
}

#[test]
fn impact_is_listed_and_removed() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let program = Program::writer(world, "bob").await;
        let path = format!("{INCIDENT}/impacts");
        let created = adds_impact(&program).await;
        let one = format!("{path}/{}", id_of(&created));
        let browser = alice.signs_in().await;
        assert_on_timeline(&browser, &["bob added an impact"]).await;
        let listed = program
            .gets(&format!("{path}?include=created_by_user"))
            .await;
        assert_eq!(ids_of(&listed), [id_of(&created)]);
        assert_eq!(listed.body["included"][0]["attributes"]["name"], "bob");
        let deleted = program.deletes(&one).await;
        assert_eq!((deleted.status, &deleted.body), (204, &Value::Null));
        let again = program.deletes(&one).await;
        assert_eq!((again.status, again.error()), (404, "impact not found"));
        assert_eq!(program.gets(&path).await.body, json!({ "data": [] }));
        channel_text(world, &alice, channel).await;
        browser
            .opens("/incidents/1/timeline")
            .await
            .hides(&["bob added an impact"]);
    });
}

#[test]
fn impacts_are_listed_by_start_and_only_one_continues() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog incident impact Carts").await;
        let program = Program::writer(world, "alice").await;
        let path = format!("{INCIDENT}/impacts");
        let earlier = json!({
            "description": "Search",
            "start_at": "2026-11-23T10:00:00Z",
            "end_at": "2026-11-23T10:30:00Z",
        });
        let created = program.posts(&path, impact(earlier)).await;
        let listed = program.gets(&path).await;
        assert_eq!(ids_of(&listed)[0], id_of(&created));
        assert_eq!(listed.body["data"][1]["attributes"]["description"], "Carts");
        let open = json!({ "description": "Search", "start_at": "2026-11-23T10:00:00Z" });
        let rejected = program.posts(&path, impact(open)).await;
        assert_eq!(rejected.status, 400);
        assert!(rejected.error().contains("still ongoing"), "{rejected:?}");
        world.deliver_all().await;
        world.skips_messages();
    });
}

/// Returns attributes of wrong impacts, each with its errors.
fn wrong_impacts() -> [(Value, Vec<&'static str>); 6] {
    [
        (
            json!({}),
            vec![
                "data.attributes.description: is missing",
                "data.attributes.start_at: is missing",
            ],
        ),
        (
            json!({ "description": 7, "start_at": true, "end_at": [] }),
            vec![
                "data.attributes.description: must be a string",
                "data.attributes.end_at: must be a string",
                "data.attributes.start_at: must be a string",
            ],
        ),
        (
            json!({ "description": "x", "start_at": "yesterday", "end_at": "2026" }),
            vec![
                "data.attributes.start_at: must be a time in RFC 3339, such as 2026-11-23T14:05:09Z",
                "data.attributes.end_at: must be a time in RFC 3339, such as 2026-11-23T14:05:09Z",
            ],
        ),
        (
            json!({ "description": " ", "start_at": "2026-11-23T10:00:00Z" }),
            vec!["data.attributes.description: can't be empty"],
        ),
        (
            json!({ "description": "x", "start_at": "2026-11-23T10:00:00Z", "end_at": "2026-11-23T09:00:00Z" }),
            vec!["An impact can't end before it starts. Enter a later time, e.g. “now”."],
        ),
        (
            json!({ "description": " ", "start_at": "2099-01-01T00:00:00Z", "end_at": "2099-01-02T00:00:00Z" }),
            vec![
                "data.attributes.description: can't be empty",
                "data.attributes.start_at: is in the future",
                "data.attributes.end_at: is in the future",
            ],
        ),
    ]
}

#[test]
fn mistakes_in_an_impact_are_all_listed() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::writer(world, "alice").await;
        let path = format!("{INCIDENT}/impacts");
        for (attributes, expected) in wrong_impacts() {
            let response = program.posts(&path, impact(attributes)).await;
            response.assert_errors(400, &expected);
        }
        let nil = "/api/v2/incidents/00000000-0000-0000-0000-000000000000/impacts";
        let response = program.posts(nil, impact(json!({}))).await;
        let error = "invalid impact data: incident id is required: invalid impact";
        assert_eq!((response.status, response.error()), (400, error));
        assert_eq!(program.gets(&path).await.body, json!({ "data": [] }));
    });
}
