//! Requests about parts that the key may not change, or that do not exist.

use muster_domain::api_key::{KeyIdentity, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use super::{INCIDENT, body, id_of};
use crate::api::{Program, user_id};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

/// A kind of part.
struct Part {
    /// The path behind that of the incident.
    path: &'static str,
    kind: &'static str,
    /// The attributes of a new one.
    attributes: Value,
    /// The error of one that does not exist; empty if it contains the ID.
    missing: &'static str,
}

fn parts() -> [Part; 5] {
    let channel =
        json!({ "channel_id": "C1", "channel_name": "#a", "redirect_url": "https://a.example" });
    let part = |path, kind, attributes, missing| Part {
        path,
        kind,
        attributes,
        missing,
    };
    [
        part(
            "impacts",
            "incident_impacts",
            json!({ "description": "x", "start_at": "2026-11-23T10:00:00Z", "end_at": "2026-11-23T11:00:00Z" }),
            "impact not found",
        ),
        part(
            "relationships/todos",
            "incident_todos",
            json!({ "content": "x", "assignees": [] }),
            "",
        ),
        part(
            "attachments",
            "incident_attachments",
            json!({ "attachment_type": "link", "attachment": { "documentUrl": "https://a.example", "title": "x" } }),
            "attachment not found",
        ),
        part(
            "relationships/integrations",
            "incident_integrations",
            json!({ "integration_type": 1, "metadata": { "channels": [channel] } }),
            "incident integration doesn't exist",
        ),
        part(
            "timeline",
            "incident_timeline_cells",
            json!({ "cell_type": "markdown", "content": { "content": "x" } }),
            "timeline cell not found",
        ),
    ]
}

#[test]
fn part_of_another_incident_does_not_exist() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        alice.declares("Search is down").await;
        let program = Program::writer(world, "alice").await;
        for part in parts() {
            let request = body(part.kind, part.attributes.clone());
            let elsewhere = format!("/api/v2/incidents/2/{}", part.path);
            let created = program.posts(&elsewhere, request.clone()).await;
            assert_eq!(created.status, 201, "{created:?}");
            let id = id_of(&created);
            let zero = "00000000-0000-0000-0000-000000000001";
            for id in [id.as_str(), zero, "seven", "1"] {
                let path = format!("{INCIDENT}/{}/{id}", part.path);
                let expected = match part.missing {
                    "" => format!("{id} not found"),
                    missing => missing.to_owned(),
                };
                // The part is looked up before the attributes are checked.
                let wrong = body(part.kind, json!({ "important": 7 }));
                for response in [
                    program.patches(&path, wrong).await,
                    program.deletes(&path).await,
                ] {
                    assert_eq!((response.status, response.error()), (404, &*expected));
                }
            }
            let upper = format!("{elsewhere}/{}", id.to_uppercase());
            assert_eq!(program.deletes(&upper).await.status, 204, "{upper}");
        }
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

/// A part that a program has added.
struct StoredPart {
    kind: &'static str,
    /// The path of the parts of this kind.
    path: String,
    path_of_one: String,
}

/// Checks that a program can't change parts, as if the incident didn't exist.
async fn assert_unknown_to(outsider: &Program<'_>, parts: &[StoredPart]) {
    for part in parts {
        let wrong = body(part.kind, json!({}));
        for response in [
            outsider.posts(&part.path, wrong.clone()).await,
            outsider.patches(&part.path_of_one, wrong).await,
            outsider.deletes(&part.path_of_one).await,
        ] {
            response.assert_error(404, "incident not found");
        }
    }
}

/// Checks that a program can't read parts, as if the incident didn't exist.
async fn assert_unreadable_by(outsider: &Program<'_>) {
    for part in [
        "impacts",
        "relationships/todos",
        "attachments",
        "responders",
        "relationships/integrations",
    ] {
        let path = format!("{INCIDENT}/{part}");
        let response = outsider.sends(Method::GET, &path).await;
        response.assert_error(404, "incident not found");
    }
}

#[test]
fn parts_of_a_private_incident_do_not_exist_for_outsiders() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let owner = Program::writer(world, "alice").await;
        let mut stored = Vec::new();
        for part in parts() {
            let path = format!("{INCIDENT}/{}", part.path);
            let created = owner.posts(&path, body(part.kind, part.attributes)).await;
            let path_of_one = format!("{path}/{}", id_of(&created));
            stored.push(StoredPart {
                kind: part.kind,
                path,
                path_of_one,
            });
        }
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all().await;
        world.skips_messages();
        let outsiders = [
            Program::writer(world, "bob").await,
            Program::muster_writer(world).await,
        ];
        for outsider in outsiders {
            assert_unknown_to(&outsider, &stored).await;
            assert_unreadable_by(&outsider).await;
        }
        for part in &stored {
            let response = owner.deletes(&part.path_of_one).await;
            assert_eq!(response.status, 204, "{}", part.path);
        }
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn wrong_bodies_and_scopes_are_rejected_before_anything_else() {
    incident_scenario_with_pages(async |world, _, _| {
        let identity = KeyIdentity::User(user_id(world, "alice"));
        let reader = Program::with_key(world, identity, &[Scope::Read]).await;
        let program = Program::writer(world, "alice").await;
        for part in parts() {
            // The incident does not exist, which is checked later.
            let path = format!("/api/v2/incidents/99/{}", part.path);
            let request = body(part.kind, part.attributes.clone());
            let response = reader.posts(&path, request.clone()).await;
            assert_eq!(response.status, 403);
            assert!(response.error().contains("write (incident_write)"));
            let wrong = body("todos", part.attributes.clone());
            let response = program.posts(&path, wrong).await;
            let expected = format!(
                "data.type: got type \"todos\" expected one of \"{}\"",
                part.kind
            );
            assert_eq!((response.status, response.error()), (400, &*expected));
            let response = program.posts(&path, request).await;
            let error = "incident not found";
            assert_eq!((response.status, response.error()), (404, error));
            let missing = json!({ "data": { "type": part.kind } });
            let path = format!("{INCIDENT}/{}", part.path);
            let response = program.posts(&path, missing).await;
            let error = "data.attributes: is missing";
            assert_eq!((response.status, response.error()), (400, error));
        }
    });
}

#[test]
fn muster_itself_changes_parts_and_becomes_no_responder() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let program = Program::muster_writer(world).await;
        for part in parts() {
            let path = format!("{INCIDENT}/{}", part.path);
            let created = program.posts(&path, body(part.kind, part.attributes)).await;
            assert_eq!(created.status, 201, "{created:?}");
        }
        assert_eq!(super::responders(&program).await, ["alice"]);
        let todos = program
            .gets(&format!("{INCIDENT}/relationships/todos"))
            .await;
        let created_by = &todos.body["data"][0]["attributes"]["created_by"]["data"];
        assert_eq!(created_by["attributes"]["name"], "Muster");
        let browser = alice.signs_in().await;
        let texts = ["Muster added an impact", "Muster added task 1"];
        super::assert_on_timeline(&browser, &texts).await;
        world.deliver_all().await;
        world.skips_messages();
    });
}
