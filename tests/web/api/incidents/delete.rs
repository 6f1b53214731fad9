//! A deleted incident disappears from Slack, from the pages and from the API.

use reqwest::Method;
use serde_json::json;

use super::{change, declaration};
use crate::api::{INCIDENTS, Program};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::harness::user::TestUser;

const INCIDENT: &str = "/api/v2/incidents/1";

/// Checks that the API doesn't know the incident.
async fn assert_unknown_to(program: &Program<'_>) {
    for response in [
        program.sends(Method::GET, INCIDENT).await,
        program.patches(INCIDENT, change(json!({}))).await,
        program.deletes(INCIDENT).await,
    ] {
        response.assert_error(404, "incident not found");
    }
    assert_eq!(program.gets(INCIDENTS).await.body["data"], json!([]));
}

/// Checks that neither the pages nor the home tab of a user contain the incident.
async fn assert_hidden_from(user: &TestUser<'_>) {
    let browser = user.signs_in().await;
    browser.opens("/incidents").await.hides(&["IR-1"]);
    browser.opens("/tasks").await.hides(&["Roll back"]);
    let request = browser.request(Method::GET, "/incidents/1");
    assert_eq!(request.send().await.unwrap().status().as_u16(), 404);
    user.opens_home().await;
    let home = user.reads_home();
    assert!(
        !home.contains("IR-1") && !home.contains("Roll back"),
        "{home}"
    );
}

#[test]
fn deleted_incident_leaves_every_surface() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let task = "/datadog incident task Roll back @bob due in 1 hour";
        alice.types(channel, task).await;
        world.deliver_all().await;
        let program = Program::writer(world, "alice").await;
        assert!(bob.announcement(1).is_some());
        let deleted = program.deletes(INCIDENT).await;
        assert_eq!((deleted.status, deleted.body), (204, json!(null)));
        world.deliver_all().await;
        assert!(bob.announcement(1).is_none());
        let last = alice.reads(channel).pop().unwrap_or_default();
        assert!(
            last.contains("This incident was deleted through the API."),
            "{last}"
        );
        assert!(world.slack.is_archived(&world.channel_id(channel)));

        for program in [&program, &Program::muster_writer(world).await] {
            assert_unknown_to(program).await;
        }
        assert_hidden_from(&bob).await;
        // Nothing more is sent: neither a reminder, nor the notice of the overdue task.
        world.skips_messages();
        world.advance(7200).await;
        let messages = bob.reads_direct_messages().join("\n");
        assert!(!messages.contains("Roll back"), "{messages}");

        let next = program
            .posts(INCIDENTS, declaration("Search is slow"))
            .await;
        assert_eq!(next.attribute("public_id"), &json!(2));
        world.deliver_all().await;
        world.skips_messages();
    });
}
