//! The cases: each has its own world, several run side by side, and every one that fails is named.

use std::any::Any;
use std::fmt;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::sync::Semaphore;

use super::world::World;

/// How many cases run at the same time, over all tests of this program: they mostly wait.
static PLACES: Semaphore = Semaphore::const_new(12);

/// How often a case is begun anew whose moment was missed.
const TRIES: usize = 5;

/// Says, thrown, that the moment of a case was missed, so that it proves nothing yet.
pub struct Missed;

/// The doors by which Slack reaches the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Signed requests.
    Http,
    /// Envelopes on a WebSocket.
    Socket,
}

impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "over HTTP",
            Self::Socket => "over Socket Mode",
        })
    }
}

/// Tells a story once for each blow and each door, in a world of its own; names those that fail.
pub async fn each<Blow: Copy + fmt::Display>(
    what: &str,
    blows: &[Blow],
    story: impl AsyncFn(World, Blow),
) {
    let doors = [Door::Http, Door::Socket].into_iter();
    let cases = doors.flat_map(|door| blows.iter().map(move |blow| (door, *blow)));
    let cases = cases.map(async |(door, blow)| {
        let _place = PLACES.acquire().await.unwrap();
        let mut ended = Ok(());
        for _ in 0..TRIES {
            let told = async { story(World::new(door).await, blow).await };
            ended = AssertUnwindSafe(told).catch_unwind().await;
            if !ended.as_ref().is_err_and(|panic| panic.is::<Missed>()) {
                break;
            }
        }
        ended.map_err(|panic| format!("{what}, {blow}, {door}: {}", words(panic)))
    });
    let ended = join_all(cases).await;
    let failed: Vec<String> = ended.into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "\n{}\n", failed.join("\n"));
}

/// Gives the words of a panic.
fn words(panic: Box<dyn Any + Send>) -> String {
    let words = panic.downcast_ref::<String>().cloned();
    let fixed = || {
        panic
            .downcast_ref::<&str>()
            .map(|words| (*words).to_owned())
    };
    let none = || "its moment was missed each time".to_owned();
    words.or_else(fixed).unwrap_or_else(none)
}
