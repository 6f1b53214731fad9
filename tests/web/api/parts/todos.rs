//! Todos.

use serde_json::{Value, json};

use super::{INCIDENT, assert_on_timeline, body, channel_text, id_of, ids_of};
use crate::api::{ApiResponse, Program};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::harness::user::TestUser;

const KIND: &str = "incident_todos";

fn todo(attributes: Value) -> Value {
    body(KIND, attributes)
}

fn path() -> String {
    format!("{INCIDENT}/relationships/todos")
}

/// Returns a user, a mail address and a user of an API as assignees.
fn assignees() -> Value {
    let slackbot = json!({
        "source": "slack",
        "id": "USLACKBOT",
        "name": "Slackbot",
        "icon": "https://example.com/48.png",
    });
    json!(["@bob@acme.example", "@ann@example.org", slackbot])
}

/// Checks the task of `assignees` on the pages.
async fn assert_task_on_pages(user: &TestUser<'_>) {
    let browser = user.signs_in().await;
    assert_on_timeline(&browser, &["added task 1 for bob, @ann@example.org"]).await;
    let page = browser.opens("/incidents/1/remediation").await;
    page.shows(&["Restore lost data.", "bob, @ann@example.org, Slackbot"]);
    let page = browser.opens("/tasks?show=open").await;
    page.shows(&["bob, @ann@example.org, Slackbot"]);
}

#[test]
fn todo_is_added_and_its_assignee_is_notified() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let program = Program::writer(world, "alice").await;
        bob.opens_home().await;
        let assignees = assignees();
        let request = todo(json!({ "content": "Restore lost data.", "assignees": assignees }));
        let created = program.posts(&path(), request).await;
        assert_eq!(created.status, 201, "{created:?}");
        let incident = program.gets(INCIDENT).await;
        created.assert_attributes(&json!({
            "incident_id": id_of(&incident),
            "content": "Restore lost data.",
            "assignees": assignees,
            "completed": null,
            "due_date": null,
            "kind": "task",
        }));
        let created_by = &created.attribute("created_by")["data"]["attributes"];
        assert_eq!(created_by["name"], "alice");
        assert_eq!(created.body["included"][0]["attributes"]["name"], "alice");
        world.deliver_all().await;
        let informed = bob.reads_direct_messages().join("\n");
        assert!(informed.contains("assigned you"), "{informed}");
        let text = channel_text(world, &alice, channel).await;
        let added = "alice added task 1 for bob, @ann@example.org, Slackbot";
        assert!(text.contains(added), "{text}");
        assert_task_on_pages(&alice).await;
        alice.types(channel, "/datadog task list").await;
        let list = alice.reads_ephemeral().concat();
        assert!(list.contains("@ann@example.org, Slackbot"), "{list}");
        world.skips_messages();
    });
}

/// Adds a todo for a mail address.
async fn adds_todo(program: &Program<'_>) -> ApiResponse {
    let request = todo(json!({ "content": "Restore", "assignees": ["@ann@example.org"] }));
    let created = program.posts(&path(), request).await;
    assert_eq!(created.status, 201, "{created:?}");
    created
}

#[test]
fn todo_is_changed_in_one_request_and_reopened() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let created = adds_todo(&program).await;
        channel_text(world, &alice, channel).await;
        let one = format!("{}/{}", path(), id_of(&created));
        // The times of Datadog's example are in the past.
        let change = json!({
            "content": "Restore lost data.",
            "assignees": ["@bob"],
            "completed": "2023-03-06T22:00:00.000000+00:00",
            "due_date": "2023-07-10T05:00:00.000000+00:00",
        });
        let patched = program.patches(&one, todo(change.clone())).await;
        assert_eq!(patched.status, 200, "{patched:?}");
        patched.assert_attributes(&json!({
            "completed": "2023-03-06T22:00:00.000Z",
            "due_date": "2023-07-10T05:00:00.000Z",
            "assignees": ["@bob"],
        }));
        let text = channel_text(world, &alice, channel).await;
        for part in [
            "alice edited task 1, due 2023-07-10 05:00 UTC, assigned it to @bob",
            "unassigned @ann@example.org from it",
            "alice finished task 1",
        ] {
            assert!(text.contains(part), "{text}");
        }
        let same = program.patches(&one, todo(change)).await;
        assert_eq!(same.attribute("modified"), patched.attribute("modified"));
        let reopened = program
            .patches(&one, todo(json!({ "completed": null })))
            .await;
        assert_eq!(*reopened.attribute("completed"), Value::Null);
        assert_eq!(*reopened.attribute("content"), "Restore lost data.");
        assert_eq!(program.gets(&one).await.body["data"], reopened.body["data"]);
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn todos_are_listed_with_follow_ups_and_removed() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let created = adds_todo(&program).await;
        let one = format!("{}/{}", path(), id_of(&created));
        alice
            .types(channel, "/datadog followup Write a runbook @alice")
            .await;
        let listed = program.gets(&path()).await;
        assert_eq!(ids_of(&listed)[0], id_of(&created));
        let attributes = &listed.body["data"][1]["attributes"];
        assert_eq!(attributes["kind"], "follow_up");
        assert_eq!(attributes["assignees"], json!(["@alice@acme.example"]));
        let pagination = json!({ "offset": 0, "next_offset": 2, "size": 2 });
        assert_eq!(listed.body["meta"]["pagination"], pagination);
        assert_eq!(program.deletes(&one).await.status, 204);
        let missing = program.sends(reqwest::Method::GET, &one).await;
        let error = format!("{} not found", id_of(&created));
        missing.assert_error(404, &error);
        world.deliver_all().await;
        world.skips_messages();
    });
}

/// Returns attributes of wrong todos, each with its error.
fn wrong_todos() -> [(Value, &'static str); 6] {
    [
        (
            json!({ "content": " ", "assignees": [] }),
            "data.attributes.content: can't be empty",
        ),
        (
            json!({ "content": "x", "assignees": [], "due_date": "soon" }),
            "data.attributes.due_date: must be a time in RFC 3339, such as 2026-11-23T14:05:09Z",
        ),
        (
            json!({ "content": "x", "assignees": [], "completed": "2099-01-01T00:00:00Z" }),
            "data.attributes.completed: is in the future",
        ),
        (
            json!({ "content": "x", "assignees": ["@ann@example.org", " "] }),
            "data.attributes.assignees.1: can't be empty",
        ),
        (
            json!({ "content": "x", "assignees": [7] }),
            "data.attributes.assignees.0: must be a string or an object",
        ),
        (
            json!({ "content": "x", "assignees": [
                { "source": "slack", "id": "U1", "name": "ann" },
            ] }),
            "data.attributes.assignees.0.icon: is missing",
        ),
    ]
}

#[test]
fn mistakes_in_a_todo_are_all_listed() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::writer(world, "alice").await;
        for (wrong, expected) in wrong_todos() {
            let response = program.posts(&path(), todo(wrong)).await;
            assert_eq!((response.status, response.error()), (400, expected));
        }
        let long = json!({ "content": "x".repeat(2_001), "assignees": "@bob" });
        let response = program.posts(&path(), todo(long)).await;
        let mut errors = response.errors();
        errors.sort_unstable();
        let expected = [
            "data.attributes.assignees: must be a list",
            "data.attributes.content: is longer than 2000 characters",
        ];
        assert_eq!((response.status, errors), (400, expected.into()));
        let known = json!({ "content": "Restore", "assignees": [], "owner": 1 });
        let response = program.posts(&path(), todo(known)).await;
        assert_eq!(response.status, 201);
        assert_eq!(response.headers["muster-ignored"], "data.attributes.owner");
        world.deliver_all().await;
        world.skips_messages();
    });
}
