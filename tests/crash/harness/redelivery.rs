//! Kills the bot at the two kill points of a request and redelivers the request.

use std::fmt;
use std::panic::panic_any;
use std::time::Instant;

use muster_sandbox::{ActionResult, Request};
use serde_json::Value;

use crate::database::Database;
use crate::harness::{WAIT_TIMEOUT, World, assert_accepted, wait_for};
use crate::matrix::KillPointMissed;
use crate::process::KillHandle;
use crate::request_kinds::RequestName;

/// A kill point of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKillPoint {
    /// The request arrived, and nothing is stored.
    BeforeCommit,
    /// The request is stored, and the response has not been sent, or only just.
    BeforeResponse,
}

impl RequestKillPoint {
    /// Both kill points.
    pub const ALL: [Self; 2] = [Self::BeforeCommit, Self::BeforeResponse];
}

impl fmt::Display for RequestKillPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BeforeCommit => "killed before it is stored",
            Self::BeforeResponse => "killed before it is answered",
        })
    }
}

/// Triggers a request, kills the bot at the kill point, restarts it, and has Slack redeliver the request,
/// again after all deliveries have been sent.
pub async fn kill_and_redeliver(
    world: &mut World,
    kill_point: RequestKillPoint,
    request_name: RequestName,
    gesture: impl Future<Output = ActionResult>,
) {
    let before = world.database.count("inbox");
    let request = match kill_point {
        RequestKillPoint::BeforeCommit => {
            let request = kill_before_commit(world, request_name, gesture).await;
            assert_eq!(world.database.count("inbox"), before, "nothing was stored");
            request
        }
        RequestKillPoint::BeforeResponse => {
            let last = request_name.last_request(&world.slack);
            let watched = kill_when_stored(world.database.clone(), before, world.kill_handle());
            let watching = tokio::task::spawn_blocking(watched);
            // A response that arrived just before the kill does not matter.
            gesture.await;
            watching.await.unwrap();
            world.kill_app().await;
            request_name
                .last_request(&world.slack)
                .filter(|sent| last.as_ref() != Some(sent))
        }
    };
    // Another request, such as an event, may have been stored first; the bot was then killed too early.
    let request = request.unwrap_or_else(|| panic_any(KillPointMissed));
    world.start_app().await;
    for retry in [1, 2] {
        assert_accepted(&world.slack.redeliver(&request, retry).await);
        world.deliver_all().await;
    }
    let key = inbox_key(request_name, &request);
    let done = world
        .database
        .count(&format!("inbox WHERE key LIKE '{key}'"));
    assert_eq!(done, 1, "processed once");
}

/// Returns the idempotency key of a request, as a `LIKE` pattern.
fn inbox_key(request_name: RequestName, request: &Request) -> String {
    if request_name == RequestName::Event("message") {
        // The call link of an incident is suggested once, no matter how many messages contain it.
        return "call:%".to_owned();
    }
    let payload = &request.payload;
    let at = |path: &str| payload.pointer(path).and_then(Value::as_str);
    // A button of a view can be clicked repeatedly, so its key is the trigger ID.
    let form = at("/view/id").filter(|_| at("/type") == Some("view_submission"));
    let keys = [
        ("event", at("/event_id")),
        ("view", form),
        ("action", at("/trigger_id")),
    ];
    let known = keys.into_iter().find_map(|(kind, id)| Some((kind, id?)));
    let (kind, id) = known.expect("the request has no idempotency key");
    format!("{kind}:{id}")
}

/// Kills the bot while the store is locked and the request cannot be stored. Returns the request.
async fn kill_before_commit(
    world: &mut World,
    request_name: RequestName,
    gesture: impl Future<Output = ActionResult>,
) -> Option<Request> {
    let lock = world.lock_store().await;
    let request = kill_during_request(world, request_name, gesture).await;
    lock.release();
    request
}

/// Kills the bot after the request was sent. Later requests have been answered by then, so the bot has
/// received it. Returns the request.
pub async fn kill_during_request(
    world: &mut World,
    request_name: RequestName,
    gesture: impl Future<Output = ActionResult>,
) -> Option<Request> {
    let last = request_name.last_request(&world.slack);
    let is_sent = async || request_name.last_request(&world.slack) != last;
    let killing = async {
        wait_for("request", is_sent).await;
        world.wait_for_earlier_requests().await;
        world.kill_handle().kill();
    };
    tokio::join!(gesture, killing);
    world.kill_app().await;
    request_name.last_request(&world.slack)
}

/// Returns a closure that polls the inbox and kills the bot as soon as a row is added.
pub fn kill_when_stored(
    database: Database,
    before: i64,
    killer: KillHandle,
) -> impl FnOnce() + Send + 'static {
    kill_when_added(database, "inbox", before, killer)
}

/// Returns a closure that polls a table and kills the bot as soon as a row is added.
pub fn kill_when_added(
    database: Database,
    table: &'static str,
    before: i64,
    killer: KillHandle,
) -> impl FnOnce() + Send + 'static {
    move || {
        let connection = database.open();
        let deadline = Instant::now() + WAIT_TIMEOUT;
        let question = format!("SELECT count(*) FROM {table}");
        let mut statement = connection.prepare(&question).unwrap();
        let mut count = || -> i64 { statement.query_row([], |row| row.get(0)).unwrap() };
        while count() == before {
            assert!(
                Instant::now() < deadline,
                "the request was not stored in time"
            );
            std::thread::yield_now();
        }
        killer.kill();
    }
}
