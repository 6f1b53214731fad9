//! Makes one attempt to send a delivery: counts it, runs its job, then finishes or reschedules it.
//!
//! Delivery is at least once, because the process can die between Slack's response and the commit. A
//! repeated attempt is therefore idempotent, or looks for the earlier result before it sends again.

use crate::app::{App, SlackState};
use crate::domain::{
    Change, ChannelEvent, ChannelId, Delivery, DeliveryKind, Timestamp, delivery, for_each_delivery,
};
use crate::error::Result;
use crate::slack::{SlackError, slack_health};
use crate::store::{Attempt, CompletedDeliveries, ReadyDelivery};
use crate::worker::error_help;
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::job_error::{JobError, JobResult, RemoteError, RemoteErrorKind};
use crate::worker::rate_limits::{RateLimitKey, limited_key};
use crate::worker::retry::{RetryDecision, decide_retry};

/// Error codes that mean that the bot is not a member of a channel. The methods `bookmarks.*` return the
/// second one.
const NOT_A_MEMBER_CODES: [&str; 2] = ["not_in_channel", "permission_denied"];

/// Error codes of an archived channel.
pub(crate) const ARCHIVED_CODES: [&str; 2] = ["is_archived", "is_inactive"];

macro_rules! dispatch {
    ($($module:ident: $payload:ident,)*) => {
        async fn send(job: &JobContext<'_>) -> JobResult<CompletedDeliveries> {
            match &job.attempt.delivery.payload {
                $(Delivery::$payload(payload) => Box::pin(run(payload, job)).await,)*
            }
        }

        /// Returns the rate-limit keys of an attempt. It is made only while all of them are open.
        pub(crate) fn rate_limits(ready: &ReadyDelivery) -> Vec<RateLimitKey> {
            match &ready.delivery.payload {
                $(Delivery::$payload(payload) => payload.rate_limits(ready),)*
            }
        }

        /// Returns the method that every delivery of a kind calls, if there is one.
        pub(crate) fn method(kind: DeliveryKind) -> Option<&'static str> {
            match kind {
                $(DeliveryKind::$payload => <delivery::$payload as Job>::METHOD,)*
            }
        }
    };
}

for_each_delivery!(dispatch);

/// Makes one attempt and records its result. Returns the rate limit that Slack reported and when it opens.
pub(crate) async fn run_job(
    app: &App,
    id: i64,
    limits: &[RateLimitKey],
) -> Result<Option<(RateLimitKey, Timestamp)>> {
    let Some(attempt) = app.store.start_attempt(id, app.clock.now()).await? else {
        return Ok(None);
    };
    let responses_before = app.slack.response_count();
    let result = send(&JobContext::new(app, &attempt)).await;
    let was_down = matches!(app.state.slack(), SlackState::Down(_));
    // An attempt without a call says nothing about whether Slack is reachable.
    let slack_error = result.as_ref().err().and_then(JobError::slack);
    if slack_error.is_some() || app.slack.response_count() > responses_before {
        slack_health::record_call_result(app, slack_error);
    }
    let now = app.clock.now();
    let limited = match result {
        Ok(completed) => {
            count_attempt(attempt.delivery.payload.kind(), "done");
            let delivery = attempt.delivery;
            app.store.finish_delivery(delivery, completed, now).await?;
            None
        }
        Err(error) => handle_failure(app, attempt, &error, limits).await?,
    };
    if was_down && app.state.slack() == SlackState::Up {
        app.store.retry_now(now).await?;
    }
    Ok(limited)
}

/// Runs the job of a delivery. If the bot is not in the target channel, it joins the channel and tries
/// again: a user may have unarchived the channel or removed the bot from it.
async fn run<J: Job>(payload: &J, job: &JobContext<'_>) -> JobResult<CompletedDeliveries> {
    let channel = J::TARGET.channel(job.incident);
    let mut result = payload.send(job).await.map_err(Into::<JobError>::into);
    if let (Some(channel), Err(error)) = (channel, &result)
        && error.has_code(&NOT_A_MEMBER_CODES)
        && join(job, channel).await
    {
        result = payload.send(job).await.map_err(Into::into);
    }
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(error) => match error
            .slack()
            .and_then(unavailable)
            .filter(|_| J::TARGET == Target::IncidentChannel)
        {
            Some(event) => Outcome::ChannelUnavailable(event),
            None => return Err(error),
        },
    };
    Ok(complete(payload, job, outcome))
}

async fn join(job: &JobContext<'_>, channel: &ChannelId) -> bool {
    match job.slack.join_channel(channel).await {
        Ok(()) => true,
        Err(error) => {
            tracing::info!("The bot could not join an incident channel: {error}");
            false
        }
    }
}

/// Returns what an error says about the incident's channel, if it can no longer be written to.
fn unavailable(error: &SlackError) -> Option<ChannelEvent> {
    if error.has_code(&ARCHIVED_CODES) {
        Some(ChannelEvent::Archived)
    } else if error.has_code(&["channel_not_found"]) {
        Some(ChannelEvent::Inaccessible)
    } else {
        None
    }
}

/// Returns the deliveries that an outcome finishes, and what follows from it.
fn complete<J: Job>(
    payload: &J,
    job: &JobContext<'_>,
    outcome: Outcome<J::Output>,
) -> CompletedDeliveries {
    let coalesced = job.coalesced_ids();
    match outcome {
        Outcome::Done(output) => CompletedDeliveries::new(payload, output, coalesced),
        Outcome::DoneWith(output, mut coalesced) => {
            coalesced.retain(|id| *id != job.attempt.delivery.id);
            CompletedDeliveries::new(payload, output, coalesced)
        }
        Outcome::Skipped => CompletedDeliveries {
            coalesced,
            consequences: Box::new(|incident, ctx| Change::new(incident.clone(), ctx.now)),
        },
        Outcome::ChannelUnavailable(event) => {
            let channel = J::TARGET.channel(job.incident).cloned();
            CompletedDeliveries {
                coalesced,
                consequences: Box::new(move |incident, ctx| match &channel {
                    Some(channel) => incident.channel_unavailable(channel, event, ctx),
                    None => Change::new(incident.clone(), ctx.now),
                }),
            }
        }
        Outcome::Incomplete => {
            let payload = payload.clone();
            CompletedDeliveries {
                coalesced,
                consequences: Box::new(move |incident, ctx| {
                    let mut change = Change::new(incident.clone(), ctx.now);
                    change.enqueue(payload);
                    change
                }),
            }
        }
    }
}

/// Reschedules a delivery after an error, or fails it for good.
async fn handle_failure(
    app: &App,
    attempt: Attempt,
    error: &JobError,
    limits: &[RateLimitKey],
) -> Result<Option<(RateLimitKey, Timestamp)>> {
    let now = app.clock.now();
    let Attempt {
        delivery, incident, ..
    } = attempt;
    let kind = delivery.payload.kind();
    match decide_retry(error, &delivery, now) {
        RetryDecision::Retry(due, uncertain_since) => {
            count_attempt(kind, "retried");
            app.store
                .reschedule(delivery.id, due, uncertain_since, error.to_string())
                .await?;
            Ok(closed_limit(error, limits).map(|key| (key, due)))
        }
        RetryDecision::Fail(certainty) => {
            count_attempt(kind, "failed");
            let reason = match error {
                JobError::Slack(error) => error_help::error_help(error),
                JobError::Remote(error) => final_reason(error),
            };
            tracing::warn!(incident.id = %incident.id, delivery.id = delivery.id, kind = kind.as_str(),
                "A delivery of {} failed: {error}. {reason}", incident.id);
            app.store
                .fail_delivery(delivery, reason, certainty, now)
                .await?;
            Ok(None)
        }
    }
}

/// Returns why a receiver outside Slack did not accept a delivery that fails now.
fn final_reason(error: &RemoteError) -> String {
    match error.kind {
        RemoteErrorKind::Temporary | RemoteErrorKind::Limited(_) => {
            format!("{} Muster tried for a day.", error.reason)
        }
        RemoteErrorKind::Uncertain
        | RemoteErrorKind::Rejected
        | RemoteErrorKind::ReceiverGone
        | RemoteErrorKind::Misconfigured(_) => error.reason.clone(),
    }
}

/// Returns the rate limit that an error closes, if it closes one.
fn closed_limit(error: &JobError, limits: &[RateLimitKey]) -> Option<RateLimitKey> {
    match error {
        JobError::Slack(error) => matches!(error, SlackError::RateLimited { .. })
            .then(|| limited_key(error.method(), limits)),
        JobError::Remote(error) => match &error.kind {
            RemoteErrorKind::Misconfigured(key) => Some(key.clone()),
            RemoteErrorKind::Temporary
            | RemoteErrorKind::Limited(_)
            | RemoteErrorKind::Uncertain
            | RemoteErrorKind::Rejected
            | RemoteErrorKind::ReceiverGone => None,
        },
    }
}

fn count_attempt(kind: DeliveryKind, outcome: &'static str) {
    metrics::counter!("muster_deliveries_total", "kind" => kind.as_str(), "outcome" => outcome)
        .increment(1);
}
