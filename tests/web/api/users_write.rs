//! Users without Slack, which a program makes to name them as commanders.

use serde_json::{Value, json};

use super::{INCIDENTS, Program};
use crate::harness::scenario::scenario_with_pages;

const USERS: &str = "/api/v2/users";

fn user(attributes: Value) -> Value {
    json!({ "data": { "type": "users", "attributes": attributes } })
}

/// Makes Erin, who doesn't use Slack, and returns her ID.
async fn makes_erin(program: &Program<'_>) -> String {
    let attributes = json!({ "email": "Erin@Example.org", "title": "SRE" });
    let made = program.posts(USERS, user(attributes)).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.headers["muster-ignored"], "data.attributes.title");
    made.assert_attributes(&json!({
        "email": "erin@example.org",
        "handle": "erin@example.org",
        "name": null,
        "status": "Pending",
        "disabled": false,
        "verified": false,
    }));
    let id = made.body["data"]["id"].as_str().unwrap().to_owned();
    let got = program.gets(&format!("{USERS}/{id}")).await;
    assert_eq!(got.body, made.body);
    id
}

/// Declares an incident with a commander.
async fn declares_with_commander(program: &Program<'_>, id: &str) {
    let mut body = user(json!({ "title": "Login fails", "customer_impacted": false }));
    body["data"]["type"] = json!("incidents");
    let commander = json!({ "data": { "type": "users", "id": id } });
    body["data"]["relationships"] = json!({ "commander_user": commander });
    let created = program.posts(INCIDENTS, body).await;
    assert_eq!(created.status, 201, "{created:?}");
}

#[test]
fn user_without_a_name_has_that_of_the_mail_address() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let path = format!("{USERS}/{}", makes_erin(&program).await);
        for (attributes, name) in [
            (json!({ "name": " " }), json!(null)),
            (json!({ "email": "erin@example.com" }), json!(null)),
            (json!({ "name": "Erin" }), json!("Erin")),
            (json!({ "email": "erin@example.net" }), json!("Erin")),
            (json!({ "name": "" }), json!(null)),
        ] {
            let changed = program.patches(&path, user(attributes)).await;
            assert_eq!(changed.status, 200, "{changed:?}");
            assert_eq!(changed.attribute("name"), &name);
        }
        let id = path.strip_prefix(&format!("{USERS}/")).unwrap();
        declares_with_commander(&program, id).await;
        world.deliver_all().await;
        let channels = world.incident_channels();
        let messages = alice.reads(&channels[0]).join("\n");
        assert!(messages.contains("erin@example.net"), "{messages}");
        let responders = program.gets(&format!("{INCIDENTS}/1/responders")).await;
        let responders = responders.body["data"].as_array().unwrap();
        let sources = responders
            .iter()
            .map(|it| &it["attributes"]["external_source"]);
        assert_eq!(sources.collect::<Vec<_>>(), [&json!("slack"), &json!(null)]);
        world.skips_messages();
    });
}

#[test]
fn user_without_slack_commands_an_incident() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let id = makes_erin(&program).await;
        let path = format!("{USERS}/{id}");
        let renamed = program
            .patches(&path, user(json!({ "name": "Erin" })))
            .await;
        assert_eq!(renamed.attribute("name"), "Erin");
        declares_with_commander(&program, &id).await;
        world.deliver_all().await;
        let channels = world.incident_channels();
        let messages = alice.reads(&channels[0]).join("\n");
        assert!(messages.contains("Erin"), "{messages}");
        // Slack is asked neither for the user nor to invite them, and shows no raw ID.
        assert!(!messages.contains("<@M"), "{messages}");
        alice.types(&channels[0], "/datadog incident update").await;
        alice.closes_modal().await;

        assert_eq!(program.deletes(&path).await.status, 204);
        let disabled = program.gets(&path).await;
        assert_eq!(disabled.attribute("status"), "Disabled");
        let incident = program.gets("/api/v2/incidents/1").await;
        let commander = &incident.body["data"]["relationships"]["commander_user"]["data"]["id"];
        assert_eq!(commander, &json!(id));
        world.skips_messages();
    });
}

#[test]
fn users_of_slack_and_known_addresses_are_rejected() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let erin = user(json!({ "email": "erin@example.org" }));
        let made = program.posts(USERS, erin.clone()).await;
        assert_eq!(made.status, 201);
        let again = program.posts(USERS, erin).await;
        let error = "data.attributes.email: is the mail address of another user";
        assert_eq!((again.status, again.error()), (409, error));
        let wrong = program.posts(USERS, user(json!({ "email": "erin" }))).await;
        let error = "data.attributes.email: isn't a mail address";
        assert_eq!((wrong.status, wrong.error()), (400, error));

        let alice = program.gets("/api/v2/current_user").await.body["data"]["id"].clone();
        let path = format!("{USERS}/{}", alice.as_str().unwrap());
        let error = "alice is a user of Slack. Change the profile there.";
        for response in [
            program.patches(&path, user(json!({ "name": "A" }))).await,
            program.deletes(&path).await,
        ] {
            assert_eq!((response.status, response.error()), (400, error));
        }
        let unknown = format!("{USERS}/00000000-0000-0000-0000-000000000001");
        assert_eq!(program.deletes(&unknown).await.status, 404);
        let reader = Program::of_user(world, "alice").await;
        assert_eq!(reader.deletes(&path).await.status, 403);
    });
}
