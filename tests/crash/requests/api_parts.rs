//! Crash test for a request of the HTTP API: the program repeats it with its idempotency key until it is answered.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::deliveries::declare_and_deliver;
use crate::harness::prelude::*;
use crate::redelivery::kill_when_added;
use crate::web_form::{WebForm, post, sign_in};

const KEY_ID: &str = "0123456789abcdef0123456789abcdef";
const SECRET: &str = "0123456789abcdef0123456789abcdef01234567";

/// Creates a key that acts as Alice and may write.
async fn create_key(world: &World) {
    let form = WebForm {
        route: "/settings/api-keys",
        path: "/settings/api-keys",
        user: "alice",
        fields: &[
            ("name", "CI"),
            ("scope", "read"),
            ("scope", "write"),
            ("acts_as", "user"),
            ("key_id", KEY_ID),
            ("secret", SECRET),
        ],
        prepared_by: &[],
        sent_before: None,
    };
    let cookie = sign_in(world, "alice").await;
    let status = post(world, &form, &cookie).await.unwrap();
    assert_eq!(status, StatusCode::SEE_OTHER);
}

/// Adds a todo for Bob. Returns the status and the body of the response.
async fn add_todo(world: &World) -> reqwest::Result<(StatusCode, Value)> {
    let path = "/api/v2/incidents/1/relationships/todos";
    let attributes = json!({ "content": "Roll back", "assignees": ["@bob", "@ann@example.org"] });
    let body = json!({ "data": { "type": "incident_todos", "attributes": attributes } });
    let client = Client::builder().no_proxy().build()?;
    let request = client
        .post(format!("{}{path}", world.address()))
        .header("DD-API-KEY", KEY_ID)
        .header("DD-APPLICATION-KEY", SECRET)
        .header("Idempotency-Key", "todo-1")
        .json(&body);
    let response = request.send().await?;
    Ok((response.status(), response.json().await?))
}

async fn kill_during_todo(world: &mut World, kill_point: RequestKillPoint) {
    match kill_point {
        RequestKillPoint::BeforeCommit => {
            let lock = world.lock_store().await;
            let killing = async {
                world.wait_for_earlier_requests().await;
                world.kill_handle().kill();
            };
            let (response, ()) = tokio::join!(add_todo(world), killing);
            // On a busy machine the bot may report the locked store before it is killed.
            let status = response.ok().map(|(status, _)| status);
            assert_ne!(status, Some(StatusCode::CREATED));
            world.kill_app().await;
            lock.release();
            assert_eq!(world.database.count("tasks"), 0, "nothing was stored");
        }
        RequestKillPoint::BeforeResponse => {
            let killer = world.kill_handle();
            let watched = kill_when_added(world.database.clone(), "api_answers", 0, killer);
            let watching = tokio::task::spawn_blocking(watched);
            drop(add_todo(world).await);
            watching.await.unwrap();
            world.kill_app().await;
            assert_eq!(world.database.count("tasks"), 1, "it was stored");
        }
    }
}

#[tokio::test]
async fn repeated_request_of_the_api_adds_one_todo() {
    run_matrix(
        "a todo of the API",
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            world.restart_with_pages().await;
            declare_and_deliver(&world).await;
            create_key(&world).await;
            kill_during_todo(&mut world, kill_point).await;
            world.start_app().await;
            let (status, first) = add_todo(&world).await.unwrap();
            assert_eq!(status, StatusCode::CREATED, "{first}");
            let (_, second) = add_todo(&world).await.unwrap();
            assert_eq!(first, second);
            world.deliver_all().await;
            assert_eq!(world.database.count("tasks"), 1);
            assert_eq!(world.database.count("task_handles"), 2);
            assert_eq!(world.database.count("timeline WHERE kind = 'task'"), 1);
            let bob = world.slack.direct_message_channel("bob").unwrap();
            assert_eq!(world.slack.messages(&bob).len(), 1);
            world.assert_all_is_done();
        },
    )
    .await;
}
