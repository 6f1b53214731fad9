//! Progress through the candidates of a channel name, of which many may be taken.
//!
//! A failed attempt stores its progress, and the next one continues there. Slack's limit per minute is so low
//! that an attempt that starts again each time might never get past the taken names.

use crate::domain::Delivery;
use crate::slack::SlackError;
use crate::worker::job::JobContext;

/// Stores the payload from which the next attempt continues. If that fails, it tries some names again.
pub(crate) async fn save_progress(job: &JobContext<'_>, payload: impl Into<Delivery>) {
    let id = job.attempt.delivery.id;
    if let Err(error) = job.app.store.update_payload(id, payload.into()).await {
        tracing::warn!("The progress of a delivery could not be stored: {error}");
    }
}

/// Returns Slack's error for a taken name, for all names that were tried.
pub(crate) fn name_taken_error(method: &'static str) -> SlackError {
    SlackError::Api {
        method,
        code: "name_taken".to_owned(),
        needed: None,
    }
}
