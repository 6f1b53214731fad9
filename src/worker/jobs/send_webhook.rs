//! Sends `SendWebhook` with a signed request.

use crate::domain::Incident;
use crate::domain::api::DocumentContext;
use crate::domain::delivery::SendWebhook;
use crate::domain::webhook::{EventContext, notification_event};
use crate::store::WebhookTarget;
use crate::webhooks::WebhookEvent;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::job_error::{JobError, JobResult, RemoteError, RemoteErrorKind, check_answer};

impl Job for SendWebhook {
    type Error = JobError;
    const METHOD: Option<&'static str> = None;

    async fn send(&self, job: &JobContext<'_>) -> JobResult<Outcome<String>> {
        let target = usable_webhook(job, &self.webhook)?;
        let body = match &self.body {
            Some(body) => body.clone(),
            None => match render(job, target) {
                Some(body) => store_body(self, job, body).await?,
                None => return Ok(Outcome::Skipped),
            },
        };
        let id = event_id(self, job);
        let event = WebhookEvent {
            id: &id,
            body: &body,
            now: job.app.clock.now(),
        };
        let result = job.app.webhooks.send_event(&target.access, &event).await;
        let response = check_answer(&self.webhook, result)?;
        Ok(Outcome::Done(response.summary()))
    }
}

/// Returns the webhook of a delivery, if it may be used.
pub(super) fn usable_webhook<'a>(
    job: &JobContext<'a>,
    name: &str,
) -> Result<&'a WebhookTarget, RemoteError> {
    let reject = |reason: String| RemoteError {
        kind: RemoteErrorKind::Rejected,
        reason,
    };
    let Some(target) = &job.attempt.webhook else {
        let reason = format!("{name} doesn't exist. An admin can add it under Settings, Webhooks.");
        return Err(reject(reason));
    };
    match &target.access.webhook.switched_off {
        None => Ok(target),
        Some(off) => Err(reject(format!(
            "{name} is switched off: {} An admin can switch it on under Settings, Webhooks.",
            off.reason
        ))),
    }
}

/// Returns the ID of the event: the same in every attempt, and another one for each target of the store.
fn event_id(payload: &SendWebhook, job: &JobContext<'_>) -> String {
    format!(
        "msg_{}_{}_{}_{}",
        job.app.store.store_id(),
        job.incident.id.number(),
        payload.notification,
        payload.position
    )
}

fn render(job: &JobContext<'_>, target: &WebhookTarget) -> Option<String> {
    let sent = job.attempt.notification.as_ref()?;
    let page_url = page_url(job, job.incident);
    let ctx = event_context(job, target, page_url.as_deref());
    Some(notification_event(job.incident, &sent.notification, &ctx).to_string())
}

/// Stores the body before it is sent, so that each attempt sends the same bytes.
async fn store_body(
    payload: &SendWebhook,
    job: &JobContext<'_>,
    body: String,
) -> JobResult<String> {
    let stored = SendWebhook {
        body: Some(body.clone()),
        ..payload.clone()
    };
    let storing = job
        .app
        .store
        .update_payload(job.attempt.delivery.id, stored.into());
    match storing.await {
        Ok(()) => Ok(body),
        Err(error) => Err(RemoteError {
            kind: RemoteErrorKind::Temporary,
            reason: format!("The body couldn't be stored: {}.", error.cause()),
        }
        .into()),
    }
}

/// Returns the URL of an incident's page.
pub(super) fn page_url(job: &JobContext<'_>, incident: &Incident) -> Option<String> {
    let path = format!("/incidents/{}", incident.id.number());
    job.app.config.page_url(&path)
}

/// Returns the inputs of an event.
pub(super) fn event_context<'a>(
    job: &JobContext<'a>,
    target: &'a WebhookTarget,
    page_url: Option<&'a str>,
) -> EventContext<'a> {
    EventContext {
        document: DocumentContext {
            users: &target.users,
            store_id: job.app.store.store_id(),
            settings: &job.attempt.settings,
            last_activity: &target.last_activity,
            history: Some(&target.history),
            public_url: job.app.config.public_url.as_deref(),
            now: job.app.clock.now(),
        },
        page_url,
    }
}
