//! A program changes the relationships of an incident.

use serde_json::{Value, json};

use super::change;
use crate::api::{ApiResponse, Program};
use crate::harness::scenario::incident_scenario_with_pages;

const INCIDENT: &str = "/api/v2/incidents/1";
const INTEGRATIONS: &str = "/api/v2/incidents/1/relationships/integrations";

/// Links a Jira issue. Returns its UUID.
async fn links(program: &Program<'_>, issue: &str) -> String {
    let issue = json!({
        "account": "https://acme.atlassian.net", "project_key": "OPS", "issue_key": issue,
        "redirect_url": format!("https://acme.atlassian.net/browse/{issue}"),
    });
    let attributes = json!({ "integration_type": 8, "metadata": { "issues": [issue] } });
    let body = json!({ "data": { "type": "incident_integrations", "attributes": attributes } });
    let created = program.posts(INTEGRATIONS, body).await;
    assert_eq!(created.status, 201, "{created:?}");
    created.body["data"]["id"].as_str().unwrap().to_owned()
}

/// Returns the integrations of the incident, the own channel last.
async fn integrations(program: &Program<'_>) -> Vec<String> {
    let incident = program.gets(INCIDENT).await;
    let related = &incident.body["data"]["relationships"]["integrations"]["data"];
    let related = related.as_array().unwrap().iter();
    related
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn patches(program: &Program<'_>, relationships: Value) -> ApiResponse {
    let mut body = change(json!({}));
    body["data"]["relationships"] = relationships;
    program.patches(INCIDENT, body).await
}

fn references(ids: &[&str]) -> Value {
    let ids = ids.iter();
    let ids = ids.map(|id| json!({ "type": "incident_integrations", "id": id }));
    json!({ "integrations": { "data": ids.collect::<Vec<_>>() } })
}

#[test]
fn integrations_that_are_left_out_are_removed() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let first = links(&program, "OPS-1").await;
        let second = links(&program, "OPS-2").await;
        let own = integrations(&program).await.pop().unwrap();
        let both = references(&[&first, &second, &own]);
        let unchanged = patches(&program, both).await;
        assert_eq!(unchanged.status, 200, "{unchanged:?}");
        assert!(!unchanged.headers.contains_key("muster-ignored"));
        assert_eq!(integrations(&program).await.len(), 3);

        let changed = patches(&program, references(&[&second])).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        // The incident's own channel stays in any case.
        assert_eq!(integrations(&program).await, [second.clone(), own.clone()]);
        world.deliver_all().await;
        let posts = alice.reads(channel).join("\n");
        assert!(
            posts.contains("removed the link to the Jira issue OPS-1"),
            "{posts}"
        );
        let page = alice.signs_in().await.opens("/incidents/1").await;
        page.shows(&["OPS-2"]);
        let unknown = patches(&program, references(&[&first])).await;
        unknown.assert_error(404, "incident integration doesn't exist");
        let empty = patches(&program, references(&[])).await;
        assert_eq!(empty.status, 200, "{empty:?}");
        assert_eq!(integrations(&program).await, [own]);
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn only_the_own_postmortem_is_named() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::writer(world, "alice").await;
        let named = |id: &str| {
            let data = json!({ "type": "incident_postmortems", "id": id });
            json!({ "postmortem": { "data": data } })
        };
        let attached = json!({
            "attachment_type": "postmortem",
            "attachment": { "documentUrl": "https://wiki.example.com/1", "title": "Slow carts" },
        });
        let body = json!({ "data": { "type": "incident_attachments", "attributes": attached } });
        let attachments = format!("{INCIDENT}/attachments");
        let created = program.posts(&attachments, body).await;
        assert_eq!(created.status, 201, "{created:?}");
        let own = created.body["data"]["id"].as_str().unwrap();
        let unchanged = patches(&program, named(own)).await;
        assert_eq!(unchanged.status, 200, "{unchanged:?}");
        assert!(!unchanged.headers.contains_key("muster-ignored"));
        let other = patches(&program, named("00000000-0000-0000-0000-000000000001")).await;
        let error = "data.relationships.postmortem.data.id: isn't the postmortem of IR-1";
        other.assert_error_starts(400, &[error]);
        world.deliver_all().await;
        world.skips_messages();
    });
}
