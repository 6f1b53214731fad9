//! A request that kills the bot, and comes again: the two moments at which it can, and how each is met.

use std::fmt;
use std::time::Instant;

use muster::sandbox::{Request, Seen};
use serde_json::Value;

use super::asks::Ask;
use super::process::Killer;
use super::records::Records;
use super::world::{PATIENCE, World, eventually, is_fine};

/// A moment of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blow {
    /// It arrived, and nothing of it is stored.
    Unstored,
    /// It is stored, and its answer is not sent, or only just.
    Unanswered,
}

impl Blow {
    /// Both moments.
    pub const ALL: [Self; 2] = [Self::Unstored, Self::Unanswered];
}

impl fmt::Display for Blow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unstored => "killed before it is stored",
            Self::Unanswered => "killed before it is answered",
        })
    }
}

/// Does something that sends a request, kills the bot at a moment of it, starts it again and has Slack
/// send the very same request again; and once more when everything that followed is delivered.
pub async fn comes_again(
    world: &mut World,
    (blow, ask): (Blow, Ask),
    gesture: impl Future<Output = Seen>,
) {
    let before = world.records.count("inbox");
    let request = match blow {
        Blow::Unstored => {
            let request = unstored(world, ask, gesture).await;
            assert_eq!(world.records.count("inbox"), before, "nothing was stored");
            request
        }
        Blow::Unanswered => {
            let last = ask.find(&world.slack);
            let watched = watch(world.records.clone(), before, world.killer());
            let watching = tokio::task::spawn_blocking(watched);
            // Whatever answer came just before the bot died is as good as none.
            gesture.await;
            watching.await.unwrap();
            world.kills().await;
            ask.find(&world.slack)
                .filter(|sent| last.as_ref() != Some(sent))
        }
    };
    let request = request.expect("a request was sent");
    world.starts().await;
    for retry in [1, 2] {
        is_fine(&world.slack.redelivers(&request, retry).await);
        world.settles().await;
    }
    let key = key(ask, &request);
    let done = world
        .records
        .count(&format!("inbox WHERE key LIKE '{key}'"));
    assert_eq!(done, 1, "it was done once");
}

/// Gives the key under which the bot remembers a request.
fn key(ask: Ask, request: &Request) -> String {
    if ask == Ask::Told("message") {
        // However often a link is pasted, it is asked about once.
        return "offer:%".to_owned();
    }
    let payload = &request.payload;
    let at = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str);
    // A button of a view is known by its press, since it can be pressed again.
    let form = at("/view/id").filter(|_| at("/type") == Some("view_submission"));
    let keys = [
        ("event", at("/event_id")),
        ("view", form),
        ("action", at("/trigger_id")),
    ];
    let known = keys.into_iter().find_map(|(kind, id)| Some((kind, id?)));
    let (kind, id) = known.expect("a request that can be known again");
    format!("{kind}:{id}")
}

/// Kills the bot while it cannot store what it was just asked; gives the request.
async fn unstored(
    world: &mut World,
    ask: Ask,
    gesture: impl Future<Output = Seen>,
) -> Option<Request> {
    let records = world.records.clone();
    let lock = tokio::task::spawn_blocking(move || records.lock())
        .await
        .unwrap();
    let request = killed_during(world, ask, gesture).await;
    lock.give_back();
    request
}

/// Kills the bot once a request was sent to it, and others that were sent after it are answered: it has
/// come in by then. Gives the request.
pub async fn killed_during(
    world: &mut World,
    ask: Ask,
    gesture: impl Future<Output = Seen>,
) -> Option<Request> {
    let last = ask.find(&world.slack);
    let is_sent = async || ask.find(&world.slack) != last;
    let killing = async {
        eventually("request", is_sent).await;
        world.answers_a_while().await;
        world.killer().kill();
    };
    tokio::join!(gesture, killing);
    world.kills().await;
    ask.find(&world.slack)
}

/// Gives what watches the inbox, and kills the bot as soon as it has grown.
fn watch(records: Records, before: i64, killer: Killer) -> impl FnOnce() + Send + 'static {
    move || {
        let connection = records.open();
        let deadline = Instant::now() + PATIENCE;
        let count = || -> i64 {
            let question = "SELECT count(*) FROM inbox";
            connection
                .query_row(question, [], |row| row.get(0))
                .unwrap()
        };
        while count() == before {
            assert!(Instant::now() < deadline, "nothing was ever stored");
            std::thread::yield_now();
        }
        killer.kill();
    }
}
