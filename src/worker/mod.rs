//! The worker: delivers the outbox, and is the only one that writes to the world.
//!
//! It registers for the next commit before it looks, so that no wake-up is missed, and it looks again
//! when the next delivery is due or the next limit opens. Nothing polls.

mod advice;
mod bookmarks;
mod briefing;
mod channel;
mod deliver;
mod direct;
mod former;
mod global_channel;
mod homes;
mod limits;
mod naming;
mod offer_call;
mod overdue;
mod plan;
mod pointer;
mod posts;
mod reminders;
mod repair;
mod retry;
mod strangers;
mod turn;
mod watch;
mod withdraw;

use chrono::Duration;
use tokio_util::sync::CancellationToken;

pub use turn::Worker;

use crate::bot::Bot;

/// The longest time without a look: so that whoever watches sees that the worker lives.
const LONGEST_SLEEP: Duration = Duration::seconds(20);

/// How soon after a look a commit brings the next one: a burst of commits is looked at together. What
/// follows from a delivery does not wait, for its end brings a look of its own.
const SHORTEST_PAUSE: std::time::Duration = std::time::Duration::from_millis(10);

/// Delivers what is owed until `stop`; then finishes what is under way.
pub async fn run(bot: Bot, stop: CancellationToken) {
    let mut worker = Worker::new(bot.clone());
    loop {
        let committed = bot.store.committed().notified();
        let now = bot.clock.now();
        let rest = tokio::time::sleep(SHORTEST_PAUSE);
        let turn = tokio::select! {
            () = stop.cancelled() => break,
            look_again = worker.turn() => look_again,
        };
        let look_again = turn.min(now.after(LONGEST_SLEEP));
        let sleep = look_again
            .since(bot.clock.now())
            .to_std()
            .unwrap_or_default();
        tokio::select! {
            () = stop.cancelled() => break,
            () = async { committed.await; rest.await; } => {}
            () = worker.one_ended() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
    worker.finish().await;
}
