//! Sends `PagePagerduty` with PagerDuty's Events API v2. An attempt sends the current state: a page that was delayed
//! until its incident is resolved resolves the alert. PagerDuty recognizes repetitions by the key of the alert.

use crate::domain::delivery::PagePagerduty;
use crate::domain::webhook::{PagerDutyAction, pagerduty_event};
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::job_error::{JobError, JobResult, RemoteError, RemoteErrorKind, check_answer};
use crate::worker::jobs::send_webhook::{event_context, page_url, usable_webhook};

impl Job for PagePagerduty {
    type Error = JobError;
    const METHOD: Option<&'static str> = None;

    async fn send(&self, job: &JobContext<'_>) -> JobResult<Outcome<String>> {
        let target = usable_webhook(job, &self.webhook)?;
        let Some(sent) = &job.attempt.notification else {
            return Ok(Outcome::Skipped);
        };
        let page_url = page_url(job, job.incident);
        let ctx = event_context(job, target, page_url.as_deref());
        let event = pagerduty_event(job.incident, &sent.notification, &ctx);
        let sending = job.app.webhooks.send_to_pagerduty(&target.access, event);
        let result = sending.await;
        check_answer(&self.webhook, result).map_err(keep_service)?;
        let action = PagerDutyAction::of_status(job.incident.status);
        Ok(Outcome::Done(action.as_str().to_owned()))
    }
}

/// PagerDuty's address is the same for all services, so that its 410 says nothing about this one.
fn keep_service(error: RemoteError) -> RemoteError {
    match error.kind {
        RemoteErrorKind::ReceiverGone => RemoteError {
            kind: RemoteErrorKind::Rejected,
            ..error
        },
        RemoteErrorKind::Temporary
        | RemoteErrorKind::Limited(_)
        | RemoteErrorKind::Uncertain
        | RemoteErrorKind::Rejected
        | RemoteErrorKind::Misconfigured(_) => error,
    }
}
