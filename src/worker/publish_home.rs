//! Publishes the Home views that are due (`views.publish`), if their content has changed.
//!
//! Publishing is idempotent, because a view shows the current state. Changes that happen while Slack or a
//! rate limit delays a view are included when it is published.

use chrono::Duration;
use sha2::{Digest, Sha256};
use slack_morphism::prelude::SlackHomeView;

use crate::app::App;
use crate::domain::Timestamp;
use crate::error::Result;
use crate::slack::blocks::home;
use crate::slack::{SlackError, slack_health};
use crate::store::HomeView;
use crate::worker::poll::{JobResult, JobSubject, Worker};
use crate::worker::rate_limits::RateLimitKey;
use crate::worker::retry;

/// Maximum number of views published at the same time.
const MAX_CONCURRENT_JOBS: usize = 8;

/// Maximum number of views loaded before the deliveries are polled again.
const POLL_LIMIT: i64 = 10;

/// Delay before a view is published again whose rate limit cannot be represented.
const MAX_WAIT: Duration = Duration::minutes(5);

const PUBLISH_METHOD: RateLimitKey = RateLimitKey::Method("views.publish");

impl Worker {
    /// Publishes the views that are due and have changed. Returns when to poll again.
    pub(super) async fn start_homes(&mut self, now: Timestamp) -> Result<Option<Timestamp>> {
        let opens_at = self.limits.available_at(&[PUBLISH_METHOD], now);
        if opens_at > now {
            return Ok(Some(opens_at));
        }
        let due = self.app.store.due_home_views(now, POLL_LIMIT).await?;
        let mut next = due.next_due_at;
        for user in due.users {
            if self.is_running(&JobSubject::Home(user.clone())) {
                continue;
            }
            let running = self.running.values();
            let running = running.filter(|it| matches!(it, JobSubject::Home(_)));
            if running.count() >= MAX_CONCURRENT_JOBS {
                break;
            }
            let Some(home) = self.app.store.home_view(user).await? else {
                continue;
            };
            let opens_at = self.publish_if_changed(home, now).await?;
            next = Some(next.map_or(opens_at, |next| next.min(opens_at)));
        }
        Ok(next)
    }

    /// Publishes a view if it has changed and the rate limits allow it. Returns when to poll for the next
    /// one.
    async fn publish_if_changed(&mut self, home: HomeView, now: Timestamp) -> Result<Timestamp> {
        let view = home::home_view(&home, &self.app.config.command);
        let digest = view_digest(&view)?;
        if home.published_digest == digest {
            self.app.store.record_published_home(&home, digest).await?;
            return Ok(now);
        }
        let mut keys = vec![PUBLISH_METHOD];
        // A user who has opened the Home tab does not wait for views in the background.
        if !home.is_requested {
            keys.push(RateLimitKey::BackgroundHomes);
        }
        let opens_at = self.limits.available_at(&keys, now);
        if opens_at > now {
            return Ok(opens_at);
        }
        self.limits.consume(&keys, now);
        let (app, user) = (self.app.clone(), home.user.clone());
        let task = self
            .jobs
            .spawn(async move { publish_home(&app, home, view, digest).await });
        self.running.insert(task.id(), JobSubject::Home(user));
        Ok(now)
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
            let due = now.plus(Duration::from_std(*wait).unwrap_or(MAX_WAIT));
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
        limited: limited_until.map(|until| (PUBLISH_METHOD, until)),
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
