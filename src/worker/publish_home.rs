//! Publishes a Home view with `views.publish`.
//!
//! Publishing is idempotent, because a view shows the current state. Changes that happen while Slack or a
//! rate limit delays a view are included when it is published.

use chrono::Duration;
use sha2::{Digest, Sha256};
use slack_morphism::prelude::SlackHomeView;

use crate::app::App;
use crate::domain::Timestamp;
use crate::error::Result;
use crate::slack::{SlackError, slack_health};
use crate::store::HomeView;
use crate::worker::poll::JobResult;
use crate::worker::rate_limits::RateLimitKey;
use crate::worker::retry;

/// Delay before a view is published again whose rate limit cannot be represented.
const MAX_WAIT: Duration = Duration::minutes(5);

/// The rate limit of all views.
pub(super) const PUBLISH_METHOD: RateLimitKey = RateLimitKey::Method("views.publish");

/// Publishes a view and records the result.
pub(super) async fn publish_home(
    app: &App,
    home: HomeView,
    view: SlackHomeView,
    digest: String,
) -> JobResult {
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
                "The Home of {user} couldn't be published and is retried when they open it: {error}"
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

/// Returns the digest by which two views are compared.
pub(super) fn view_digest(view: &SlackHomeView) -> Result<String> {
    let json = serde_json::to_vec(view)?;
    let digest = Sha256::digest(&json);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn count_attempt(outcome: &'static str) {
    metrics::counter!("muster_deliveries_total", "kind" => "publish_home", "outcome" => outcome)
        .increment(1);
}
