//! Integration metadata.

use reqwest::Method;
use serde_json::{Value, json};

use super::{INCIDENT, assert_on_timeline, body, channel_text, id_of, ids_of};
use crate::api::{ApiResponse, Program};
use crate::harness::scenario::incident_scenario_with_pages;

const KIND: &str = "incident_integrations";

fn path() -> String {
    format!("{INCIDENT}/relationships/integrations")
}

fn slack(name: &str) -> Value {
    let channel = json!({
        "channel_id": "C0123456789",
        "channel_name": name,
        "redirect_url": "https://slack.com/app_redirect?channel=C0123456789&team=T01234567",
    });
    let metadata = json!({ "channels": [channel] });
    body(
        KIND,
        json!({ "integration_type": 1, "status": 2, "metadata": metadata }),
    )
}

fn channel_names(resource: &Value) -> Vec<&str> {
    let channels = &resource["attributes"]["metadata"]["channels"];
    let channels = channels.as_array().unwrap().iter();
    channels
        .map(|it| it["channel_name"].as_str().unwrap())
        .collect()
}

/// Checks that the list and the incident contain the changed link, then the own channel.
async fn assert_listed_before_own_channel(program: &Program<'_>, channel: &str) {
    let listed = program.gets(&path()).await;
    let data = listed.body["data"].as_array().unwrap();
    let names: Vec<_> = data.iter().map(channel_names).collect();
    assert_eq!(names, [vec!["#updated"], vec![&*format!("#{channel}")]]);
    assert_eq!(data[1]["attributes"]["status"], 2);
    let incident = program.gets(INCIDENT).await;
    let related = &incident.body["data"]["relationships"]["integrations"]["data"];
    let related = related.as_array().unwrap().iter();
    let related: Vec<_> = related.map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids_of(&listed), related);
}

#[test]
fn metadata_is_a_link_before_the_own_channel() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let created = program.posts(&path(), slack("#new-channel")).await;
        assert_eq!(created.status, 201, "{created:?}");
        let incident = program.gets(INCIDENT).await;
        assert_eq!(*created.attribute("incident_id"), id_of(&incident));
        assert_eq!(*created.attribute("status"), 3);
        assert_eq!(channel_names(&created.body["data"]), ["#new-channel"]);
        let text = channel_text(world, &alice, channel).await;
        assert!(
            text.contains("alice linked the Slack channel #new-channel"),
            "{text}"
        );

        let one = format!("{}/{}", path(), id_of(&created));
        let changed = program.patches(&one, slack("#updated")).await;
        assert_eq!(
            (changed.status, changed.attribute("status")),
            (200, &json!(4))
        );
        assert_eq!(program.gets(&one).await.body, changed.body);
        assert_listed_before_own_channel(&program, channel).await;
        let browser = alice.signs_in().await;
        let page = browser.opens("/incidents/1").await;
        page.shows(&["#updated"]);
        assert_on_timeline(&browser, &["changed the link to the Slack channel"]).await;

        assert_eq!(program.deletes(&one).await.status, 204);
        let missing = program.sends(Method::GET, &one).await;
        let error = "incident integration doesn't exist";
        assert_eq!((missing.status, missing.error()), (404, error));
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn own_channel_is_not_changed() {
    incident_scenario_with_pages(async |world, channel, _| {
        let program = Program::writer(world, "alice").await;
        let listed = program.gets(&path()).await;
        let [own] = ids_of(&listed)[..] else {
            panic!("{listed:?}");
        };
        let own = format!("{}/{own}", path());
        for response in [
            program.patches(&own, slack("#mine")).await,
            program.deletes(&own).await,
        ] {
            assert_eq!(response.status, 400);
            assert!(response.error().contains("own channel"), "{response:?}");
        }
        let resource = program.gets(&own).await;
        let name = format!("#{channel}");
        assert_eq!(channel_names(&resource.body["data"]), [&*name]);
    });
}

fn issue() -> Value {
    json!({ "account": "https://a.example", "project_key": "OPS", "issue_key": "OPS-7" })
}

/// Posts metadata of a kind of integration.
async fn posts_metadata(program: &Program<'_>, kind: u8, metadata: &Value) -> ApiResponse {
    let attributes = json!({ "integration_type": kind, "metadata": metadata });
    program.posts(&path(), body(KIND, attributes)).await
}

#[test]
fn metadata_has_one_of_three_shapes() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let team = json!({
            "ms_tenant_id": "t",
            "ms_channel_id": "c",
            "ms_channel_name": "Ops",
            "redirect_url": "https://teams.example/c",
        });
        for (kind, metadata) in [
            (8, json!({ "issues": [issue()] })),
            (7, json!({ "teams": [team] })),
        ] {
            let response = posts_metadata(&program, kind, &metadata).await;
            assert_eq!(response.status, 201, "{response:?}");
            assert_eq!(*response.attribute("metadata"), metadata);
        }
        let page = alice.signs_in().await.opens("/incidents/1").await;
        page.shows(&["Ops"]);
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn metadata_of_another_shape_is_rejected() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::writer(world, "alice").await;
        let issues = json!({ "issues": [issue()] });
        for (kind, metadata, error) in [
            (
                2,
                issues.clone(),
                "integration_type: isn't one of 1 (Slack)",
            ),
            (1, issues, "metadata: isn't the metadata of this"),
            (
                8,
                json!({ "issues": [] }),
                "metadata.issues: can't be empty",
            ),
            (
                1,
                json!({ "rooms": [] }),
                "metadata: must have channels, issues or teams",
            ),
            (
                1,
                json!({ "channels": [{ "channel_id": "C1", "channel_name": "#a" }] }),
                "metadata.channels.0.redirect_url: is missing",
            ),
            (1, json!(7), "metadata: must be an object"),
        ] {
            let response = posts_metadata(&program, kind, &metadata).await;
            let expected = format!("data.attributes.{error}");
            assert_eq!(response.status, 400);
            assert!(response.error().starts_with(&expected), "{response:?}");
        }
    });
}
