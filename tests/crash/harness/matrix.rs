//! Runs the cases of a crash test concurrently, each in its own world, and reports all that fail.

use std::any::Any;
use std::fmt;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::sync::Semaphore;

use crate::harness::World;
use crate::support::transport::Transport;

/// Limits the number of concurrent cases over all tests of this binary. They mostly wait.
static CASE_PERMITS: Semaphore = Semaphore::const_new(12);

/// The number of tries of a case whose kill point was missed.
const MAX_TRIES: usize = 5;

/// Panic payload: the kill point was missed, so the try is inconclusive.
pub struct KillPointMissed;

/// Runs a scenario once for each kill point and each transport, in a new world. Reports the failed cases.
pub async fn run_matrix<Point: Copy + fmt::Display>(
    what: &str,
    points: &[Point],
    test_case: impl AsyncFn(World, Point),
) {
    let cases = Transport::ALL
        .into_iter()
        .flat_map(|transport| points.iter().map(move |point| (transport, *point)));
    run_cases(what, cases, World::new, test_case).await;
}

/// Runs a scenario once for each kill point of a delivery, in a new world. Reports the failed cases. The transports take
/// turns: a delivery does not depend on the transport of the request that enqueued it. `first` is the index of the first.
pub async fn run_delivery_matrix<Point: Copy + fmt::Display>(
    what: &str,
    first: usize,
    points: &[Point],
    test_case: impl AsyncFn(World, Point),
) {
    let transports = Transport::ALL.into_iter().cycle().skip(first % 2);
    let cases = transports.zip(points.iter().copied());
    run_cases(what, cases, World::new, test_case).await;
}

/// Runs a scenario once for each kill point, over HTTP, in a new world with pages for browsers: for requests that do not
/// come from Slack and deliveries that do not go there, which do not depend on the transport of Slack's requests.
/// Reports the failed cases.
pub async fn run_web_matrix<Point: Copy + fmt::Display>(
    what: &str,
    points: &[Point],
    test_case: impl AsyncFn(World, Point),
) {
    let cases = points.iter().map(|point| (Transport::Http, *point));
    run_cases(what, cases, World::with_pages, test_case).await;
}

async fn run_cases<Point: Copy + fmt::Display>(
    what: &str,
    cases: impl Iterator<Item = (Transport, Point)>,
    new_world: impl AsyncFn(Transport) -> World,
    test_case: impl AsyncFn(World, Point),
) {
    let cases = cases.map(async |(transport, point)| {
        let _place = CASE_PERMITS.acquire().await.unwrap();
        let mut ended = Ok(());
        for _ in 0..MAX_TRIES {
            let run = async { test_case(new_world(transport).await, point).await };
            ended = AssertUnwindSafe(run).catch_unwind().await;
            if !ended
                .as_ref()
                .is_err_and(|panic| panic.is::<KillPointMissed>())
            {
                break;
            }
        }
        ended.map_err(|panic| format!("{what}, {point}, {transport}: {}", panic_message(panic)))
    });
    let ended = join_all(cases).await;
    let failed: Vec<String> = ended.into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "\n{}\n", failed.join("\n"));
}

/// Returns the message of a panic.
fn panic_message(panic: Box<dyn Any + Send>) -> String {
    let words = panic.downcast_ref::<String>().cloned();
    let fixed = || {
        panic
            .downcast_ref::<&str>()
            .map(|words| (*words).to_owned())
    };
    let none = || "the kill point was missed in every try".to_owned();
    words.or_else(fixed).unwrap_or_else(none)
}
