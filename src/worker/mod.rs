//! The worker: sends the deliveries in the outbox to Slack. No other module writes to Slack, except to
//! open modals and to reply to the current request.
//!
//! It subscribes to the next commit before each poll, so that no wake-up is missed. Otherwise it sleeps
//! until the next delivery is due or the next rate limit opens.

mod alert_messages;
mod announcements_channel;
mod bot_identity;
mod error_help;
mod health_probe;
mod idempotent_post;
mod job;
mod job_error;
mod jobs;
mod notification_mail;
mod poll;
mod postmortem_export;
mod private_message;
mod publish_home;
mod rate_limits;
mod retry;
mod run_job;
mod scheduler;
mod taken_names;
mod unavailable_target;

use chrono::Duration;
use tokio_util::sync::CancellationToken;

pub use crate::worker::poll::Worker;

use crate::app::App;

/// Maximum poll interval. It keeps the liveness check current while the outbox is empty.
const MAX_POLL_INTERVAL: Duration = Duration::seconds(20);

/// Minimum time between a poll and the next one that a commit triggers, so that one poll covers a burst of
/// commits. The end of a job triggers a poll without this delay.
const MIN_POLL_INTERVAL: std::time::Duration = std::time::Duration::from_millis(10);

/// Delivers the outbox until `stop` is cancelled, then waits for the running jobs.
pub async fn run(app: App, stop: CancellationToken) {
    let mut worker = Worker::new(app.clone());
    loop {
        let committed = app.store.commit_notify().notified();
        let now = app.clock.now();
        let min_interval = tokio::time::sleep(MIN_POLL_INTERVAL);
        let next = tokio::select! {
            () = stop.cancelled() => break,
            next = worker.poll() => next,
        };
        let sleep = next
            .min(now.plus(MAX_POLL_INTERVAL))
            .duration_since(app.clock.now())
            .to_std()
            .unwrap_or_default();
        tokio::select! {
            () = stop.cancelled() => break,
            () = async { committed.await; min_interval.await; } => {}
            () = worker.wait_for_job() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
    worker.drain().await;
}
