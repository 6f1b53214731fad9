//! Kills the bot while a request of the HTTP API is handled, and sends the request again with its idempotency key,
//! as a program does that received no answer.

use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::deliveries::declare_and_prepare;
use crate::exactly_once::run_command;
use crate::harness::World;
use crate::matrix::run_web_matrix;
use crate::redelivery::{RequestKillPoint, kill_when_added};

const KEY_ID: &str = "0123456789abcdef0123456789abcdef";
const SECRET: &str = "0123456789abcdef0123456789abcdef01234567";

/// A request of the API that changes something.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    /// The name of Datadog's clients.
    pub operation: &'static str,
    /// The method.
    pub method: Method,
    /// The path.
    pub path: &'static str,
    /// The body.
    pub body: Value,
    /// The commands that alice types before, in the channel of IR-1.
    pub prepared_by: &'static [&'static str],
}

/// Sends a request at each kill point, restarts the bot, sends the request twice more, and checks that all answers
/// are the same and what the store has.
pub async fn test_api_redelivery(request: &ApiRequest, check: impl Fn(&World)) {
    run_web_matrix(
        request.operation,
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            declare_and_prepare(&world, &async |world: &World| {
                for command in request.prepared_by {
                    run_command(world, command).await;
                }
            })
            .await;
            let digest = Sha256::digest(SECRET.as_bytes());
            let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            world.database.insert_api_key_with_secret(KEY_ID, &hash);
            kill_during_request(&mut world, request, kill_point).await;
            world.start_app().await;
            let first = send(&world, request).await.unwrap();
            world.deliver_all().await;
            let second = send(&world, request).await.unwrap();
            assert_eq!(first.0, StatusCode::CREATED, "{}", first.1);
            assert_eq!(first, second, "the first answer is given again");
            world.deliver_all().await;
            assert_eq!(world.database.count("api_answers"), 1, "processed once");
            check(&world);
            world.assert_all_is_done();
        },
    )
    .await;
}

async fn kill_during_request(
    world: &mut World,
    request: &ApiRequest,
    kill_point: RequestKillPoint,
) {
    match kill_point {
        RequestKillPoint::BeforeCommit => {
            let lock = world.lock_store().await;
            let killing = async {
                world.wait_for_earlier_requests().await;
                world.kill_handle().kill();
            };
            let (response, ()) = tokio::join!(send(world, request), killing);
            // On a busy machine the bot may report the locked store before it is killed.
            assert_ne!(response.ok().map(|it| it.0), Some(StatusCode::CREATED));
            world.kill_app().await;
            lock.release();
            assert_eq!(world.database.count("api_answers"), 0, "nothing was stored");
        }
        RequestKillPoint::BeforeResponse => {
            let database = world.database.clone();
            let watched = kill_when_added(database, "api_answers", 0, world.kill_handle());
            let watching = tokio::task::spawn_blocking(watched);
            // An answer that arrived just before the kill does not matter.
            drop(send(world, request).await);
            watching.await.unwrap();
            world.kill_app().await;
            assert_eq!(world.database.count("api_answers"), 1, "it was stored");
        }
    }
}

/// Sends the request. Returns the status and the body of the answer.
async fn send(world: &World, request: &ApiRequest) -> reqwest::Result<(StatusCode, String)> {
    let client = Client::builder().no_proxy().build()?;
    let url = format!("{}{}", world.address(), request.path);
    let sent = client
        .request(request.method.clone(), url)
        .header("DD-API-KEY", KEY_ID)
        .header("DD-APPLICATION-KEY", SECRET)
        .header("Idempotency-Key", "c0ffee")
        .json(&request.body)
        .send()
        .await?;
    Ok((sent.status(), sent.text().await?))
}
