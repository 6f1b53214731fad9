//! Publishes Home views (`views.publish`), if their content has changed.
//!
//! Publishing is idempotent, because a view shows the current state. Changes that happen while Slack or a
//! rate limit delays a view are included when it is published.

use std::collections::HashMap;

use chrono::Duration;
use sha2::{Digest, Sha256};
use slack_morphism::prelude::SlackHomeView;
use tokio::task::{self, JoinError, JoinSet};

use crate::app::App;
use crate::domain::{Timestamp, UserId};
use crate::error::Result;
use crate::slack::blocks::home;
use crate::slack::{SlackError, slack_health};
use crate::store::HomeView;
use crate::worker::rate_limits::{RateLimitKey, RateLimits};
use crate::worker::retry;

/// Maximum number of views published at the same time.
const MAX_CONCURRENT_JOBS: usize = 8;

/// Maximum number of views loaded before the deliveries are polled again.
const POLL_LIMIT: i64 = 10;

/// Delay before a view is published again whose job panicked.
const PANIC_BACKOFF: Duration = Duration::minutes(5);

const PUBLISH_METHOD: &str = "views.publish";

/// Publishes Home views.
#[derive(Default)]
pub(crate) struct HomePublisher {
    /// User by the task that publishes the user's view.
    running: HashMap<task::Id, UserId>,
    jobs: JoinSet<JobResult>,
}

/// Result of the task that published a view.
pub(crate) type FinishedJob = std::result::Result<(task::Id, JobResult), JoinError>;

/// Result of publishing a view, as far as the next one depends on it.
pub(crate) struct JobResult {
    /// When the rate limit opens, if Slack reported one.
    limited_until: Option<Timestamp>,
    /// Whether the store recorded the result.
    is_stored: bool,
}

impl HomePublisher {
    /// Returns whether no view is being published.
    pub(crate) fn is_idle(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Waits for the next finished job; `None` if none is running.
    pub(crate) async fn next_finished(&mut self) -> Option<FinishedJob> {
        self.jobs.join_next_with_id().await
    }

    /// Returns a finished job, if there is one.
    pub(crate) fn try_next_finished(&mut self) -> Option<FinishedJob> {
        self.jobs.try_join_next_with_id()
    }

    /// Handles a finished job. Returns whether the store recorded its result.
    pub(crate) fn job_finished(
        &mut self,
        app: &App,
        limits: &mut RateLimits,
        finished: FinishedJob,
    ) -> bool {
        match finished {
            Ok((task, result)) => {
                self.running.remove(&task);
                if let Some(until) = result.limited_until {
                    limits.block_until(RateLimitKey::Method(PUBLISH_METHOD), until);
                }
                result.is_stored
            }
            Err(error) => {
                tracing::error!("Publishing a Home view panicked: {error}");
                if let Some(user) = self.running.remove(&error.id()) {
                    self.reschedule(app, user);
                }
                true
            }
        }
    }

    /// Publishes the views that are due and have changed. Returns when to poll again.
    pub(crate) async fn poll(
        &mut self,
        app: &App,
        limits: &mut RateLimits,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        let opens_at = limits.available_at(&[RateLimitKey::Method(PUBLISH_METHOD)], now);
        if opens_at > now {
            return Ok(Some(opens_at));
        }
        let due = app.store.due_home_views(now, POLL_LIMIT).await?;
        let mut next = due.next_due_at;
        for user in due.users {
            if self.running.values().any(|other| *other == user) {
                continue;
            }
            if self.jobs.len() >= MAX_CONCURRENT_JOBS {
                break;
            }
            let Some(home) = app.store.home_view(user).await? else {
                continue;
            };
            let opens_at = self.publish_if_changed(app, limits, home, now).await?;
            next = Some(next.map_or(opens_at, |next| next.min(opens_at)));
        }
        Ok(next)
    }

    /// Publishes a view if it has changed and the rate limits allow it. Returns when to poll for the next
    /// one.
    async fn publish_if_changed(
        &mut self,
        app: &App,
        limits: &mut RateLimits,
        home: HomeView,
        now: Timestamp,
    ) -> Result<Timestamp> {
        let view = home::home_view(&home, &app.config.command);
        let digest = view_digest(&view)?;
        if home.published_digest == digest {
            app.store.record_published_home(&home, digest).await?;
            return Ok(now);
        }
        let mut keys = vec![RateLimitKey::Method(PUBLISH_METHOD)];
        // A user who has opened the Home tab does not wait for views in the background.
        if !home.is_requested {
            keys.push(RateLimitKey::BackgroundHomes);
        }
        let opens_at = limits.available_at(&keys, now);
        if opens_at > now {
            return Ok(opens_at);
        }
        limits.consume(&keys, now);
        let (app, user) = (app.clone(), home.user.clone());
        let task = self
            .jobs
            .spawn(async move { publish_home(&app, home, view, digest).await });
        self.running.insert(task.id(), user);
        Ok(now)
    }

    fn reschedule(&mut self, app: &App, user: UserId) {
        let (app, whose) = (app.clone(), user.clone());
        let task = self.jobs.spawn(async move {
            let due = app.clock.now().plus(PANIC_BACKOFF);
            job_result(None, app.store.reschedule_home(user, due).await)
        });
        self.running.insert(task.id(), whose);
    }
}

/// Publishes a view and records the result.
async fn publish_home(app: &App, home: HomeView, view: SlackHomeView, digest: String) -> JobResult {
    if let Err(error) = app.store.start_home_attempt(home.user.clone()).await {
        return job_result(None, Err(error));
    }
    let result = app.slack.publish_home(&home.user, &view).await;
    slack_health::record_call_result(app, result.as_ref().err());
    match result {
        Ok(()) => {
            count_attempt("done");
            job_result(None, app.store.record_published_home(&home, digest).await)
        }
        Err(error) => handle_failure(app, &home, &error).await,
    }
}

/// Reschedules a view after an error, or stops publishing it.
async fn handle_failure(app: &App, home: &HomeView, error: &SlackError) -> JobResult {
    let (user, now) = (home.user.clone(), app.clock.now());
    let (due, limited_until) = match error {
        SlackError::Api { .. } if !error.is_token_error() => {
            count_attempt("failed");
            tracing::warn!(
                "The Home of {user} could not be published, and is left alone until they open it \
                 again: {error}"
            );
            return job_result(None, app.store.delete_home_view(user).await);
        }
        SlackError::RateLimited { wait, .. } => {
            let due = now.plus(Duration::from_std(*wait).unwrap_or(PANIC_BACKOFF));
            (due, Some(due))
        }
        SlackError::Api { .. }
        | SlackError::Unreachable { .. }
        | SlackError::Unknown { .. }
        | SlackError::Timeout { .. } => (now.plus(retry::backoff(home.attempts + 1)), None),
    };
    count_attempt("retried");
    job_result(limited_until, app.store.reschedule_home(user, due).await)
}

fn job_result(limited_until: Option<Timestamp>, stored: Result<()>) -> JobResult {
    if let Err(error) = &stored {
        tracing::error!("The result of publishing a Home view could not be stored: {error}");
    }
    JobResult {
        limited_until,
        is_stored: stored.is_ok(),
    }
}

fn view_digest(view: &SlackHomeView) -> Result<String> {
    let json = serde_json::to_vec(view)?;
    let digest = Sha256::digest(&json);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn count_attempt(outcome: &'static str) {
    metrics::counter!("muster_deliveries_total", "kind" => "publish_home", "outcome" => outcome)
        .increment(1);
}
