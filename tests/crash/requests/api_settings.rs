//! Crash tests for settings that a program creates. It repeats its request with the same idempotency key.

use muster::clock::Clock;
use muster::store::{AddApiKey, ApiCredentials, OfflineKeys, new_api_credentials};
use muster_domain::api_key::{KeyIdentity, Scope};
use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::harness::prelude::*;
use crate::redelivery::kill_when_added;

const PATH: &str = "/api/v2/incidents/config/notification-rules";

/// Adds a key with the scope `settings`.
fn add_key(world: &World) -> ApiCredentials {
    let credentials = new_api_credentials();
    let request = AddApiKey {
        name: "Terraform".to_owned(),
        key_id: credentials.key_id.clone(),
        secret: credentials.secret.clone(),
        scopes: [Scope::Settings].into_iter().collect(),
        identity: KeyIdentity::Muster,
        created_by: None,
    };
    let mut keys = OfflineKeys::open(world.database.path().as_ref()).unwrap();
    keys.add(&request, Clock::system().now()).unwrap();
    credentials
}

/// Creates a rule. Returns the status and the body.
async fn post(
    world: &World,
    credentials: &ApiCredentials,
) -> reqwest::Result<(StatusCode, String)> {
    let body = json!({ "data": {
        "type": "incident_notification_rules",
        "attributes": {
            "conditions": [{ "field": "severity", "values": ["SEV-1"] }],
            "handles": ["@slack-ops"], "trigger": "incident_created_trigger", "enabled": true,
        },
    } });
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client
        .post(format!("{}{PATH}", world.address()))
        .header("DD-API-KEY", &credentials.key_id)
        .header("DD-APPLICATION-KEY", credentials.secret.reveal())
        .header("Idempotency-Key", "c0ffee")
        .json(&body);
    let response = request.send().await?;
    Ok((response.status(), response.text().await?))
}

#[tokio::test]
async fn repeated_post_creates_one_rule() {
    run_matrix(
        "a rule of the API",
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            let credentials = add_key(&world);
            kill_during_post(&mut world, &credentials, kill_point).await;
            world.start_app().await;
            let (status, first) = post(&world, &credentials).await.unwrap();
            assert_eq!(status, StatusCode::CREATED, "{first}");
            let (status, second) = post(&world, &credentials).await.unwrap();
            assert_eq!((status, second), (StatusCode::CREATED, first));
            let rules =
                "SELECT json_array_length(value) FROM settings WHERE key = 'notification_rules'";
            let rules = format!("SELECT '' || ({rules})");
            assert_eq!(world.database.query(&rules), ["1"]);
            let resources = "setting_resources WHERE kind = 'notification_rule'";
            assert_eq!(world.database.count(resources), 1);
            world.assert_all_is_done();
        },
    )
    .await;
}

async fn kill_during_post(
    world: &mut World,
    credentials: &ApiCredentials,
    kill_point: RequestKillPoint,
) {
    match kill_point {
        RequestKillPoint::BeforeCommit => {
            let lock = world.lock_store().await;
            let killing = async {
                world.wait_for_earlier_requests().await;
                world.kill_handle().kill();
            };
            let (response, ()) = tokio::join!(post(world, credentials), killing);
            // On a busy machine the bot may report the locked store before it is killed.
            let status = response.ok().map(|(status, _)| status);
            assert_ne!(status, Some(StatusCode::CREATED));
            world.kill_app().await;
            lock.release();
            assert_eq!(world.database.count("api_answers"), 0, "nothing was stored");
        }
        RequestKillPoint::BeforeResponse => {
            let killer = world.kill_handle();
            let watched = kill_when_added(world.database.clone(), "api_answers", 0, killer);
            let watching = tokio::task::spawn_blocking(watched);
            // A response that arrived just before the kill does not matter.
            drop(post(world, credentials).await);
            watching.await.unwrap();
            world.kill_app().await;
            assert_eq!(world.database.count("api_answers"), 1, "it was stored");
        }
    }
}
