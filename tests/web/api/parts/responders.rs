//! Responders.

use serde_json::{Value, json};

use super::{INCIDENT, assert_on_timeline, channel_text, id_of, ids_of, responders};
use crate::api::{ApiResponse, Program};
use crate::harness::scenario::incident_scenario_with_pages;

fn path() -> String {
    format!("{INCIDENT}/responders")
}

fn responder(user: &str, attributes: Value) -> Value {
    let user = json!({ "data": { "type": "users", "id": user } });
    json!({ "data": {
        "type": "incident_responders",
        "attributes": attributes,
        "relationships": { "user": user },
    } })
}

/// Returns the UUID of a user.
async fn uuid_of(program: &Program<'_>, name: &str) -> String {
    let users = program.gets(&format!("/api/v2/users?filter={name}")).await;
    users.body["data"][0]["id"].as_str().unwrap().to_owned()
}

/// Adds a responder without a role.
async fn adds_responder(program: &Program<'_>, uuid: &str) -> ApiResponse {
    let created = program.posts(&path(), responder(uuid, json!({}))).await;
    assert_eq!(created.status, 201, "{created:?}");
    created.assert_attributes(&json!({
        "is_billable": false,
        "last_active": null,
        "external_source": "slack",
        "roles": [],
    }));
    let relationships = &created.body["data"]["relationships"];
    assert_eq!(relationships["user"]["data"]["id"], uuid);
    created
}

#[test]
fn responder_is_added_once_with_a_role_and_removed() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let program = Program::writer(world, "alice").await;
        bob.types("#general", "/datadog list").await;
        world.skips_messages();
        let uuid = uuid_of(&program, "bob").await;
        let created = adds_responder(&program, &uuid).await;
        world.deliver_all().await;
        let informed = bob.reads_direct_messages().join("\n");
        assert!(informed.contains("Responder"), "{informed}");
        let text = channel_text(world, &alice, channel).await;
        assert!(text.contains("bob"), "{text}");
        let again = program.posts(&path(), responder(&uuid, json!({}))).await;
        assert_eq!(again.body["data"], created.body["data"]);
        assert_eq!(responders(&program).await, ["alice", "bob"]);
        let one = format!("{}/{}", path(), id_of(&created));
        assert_eq!(program.gets(&one).await.body, created.body);

        let lead = json!({ "roles": ["communications lead"] });
        let lead = program.posts(&path(), responder(&uuid, lead)).await;
        assert_eq!(*lead.attribute("roles"), json!(["Communications Lead"]));
        let rejected = program.deletes(&one).await;
        assert_eq!(rejected.status, 400);
        assert!(rejected.error().contains("Communications Lead"));
        channel_text(world, &alice, channel).await;
        alice
            .types(channel, "/datadog incident role comm @alice")
            .await;
        assert_eq!(program.deletes(&one).await.status, 204);
        assert_eq!(responders(&program).await, ["alice"]);
        let browser = alice.signs_in().await;
        assert_on_timeline(&browser, &["Communications Lead"]).await;
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn commander_and_unknown_users_are_rejected() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::writer(world, "alice").await;
        let listed = program.gets(&path()).await;
        let commander = format!("{}/{}", path(), ids_of(&listed)[0]);
        let response = program.deletes(&commander).await;
        let error =
            "This responder has the role Incident Commander. Assign it to another user first.";
        assert_eq!((response.status, response.error()), (400, error));
        let system = uuid_of_system(world).await;
        for id in [&*system, "00000000-0000-0000-0000-000000000000", "bob"] {
            let response = program.posts(&path(), responder(id, json!({}))).await;
            assert_eq!((response.status, response.error()), (404, "user not found"));
        }
        let alice = uuid_of(&program, "alice").await;
        let roles = json!({ "roles": ["Juggler"] });
        let response = program.posts(&path(), responder(&alice, roles)).await;
        let error = "data.attributes.roles.0: there's no role “Juggler”";
        assert_eq!((response.status, response.error()), (400, error));
        let body = json!({ "data": { "type": "incident_responders" } });
        let response = program.posts(&path(), body).await;
        let error = "data.relationships: is missing";
        assert_eq!((response.status, response.error()), (400, error));
    });
}

/// Returns the UUID of the system user.
async fn uuid_of_system(world: &crate::harness::world::World) -> String {
    let user = Program::of_muster(world).await;
    id_of(&user.gets("/api/v2/current_user").await)
}
