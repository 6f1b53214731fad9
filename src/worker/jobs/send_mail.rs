//! Sends `SendMail` to the mail relay.

use crate::domain::delivery::SendMail;
use crate::mail::{MailError, MailErrorClass, OutgoingMail, SentMail};
use crate::store::ReadyDelivery;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::job_error::{JobError, JobResult, RemoteError, RemoteErrorKind};
use crate::worker::notification_mail::{Conversation, MailParts, is_root, render};
use crate::worker::rate_limits::RateLimitKey;

/// The limit that closes while the configuration of mail is wrong.
const RELAY: &str = "smtp";

impl Job for SendMail {
    type Error = JobError;
    const METHOD: Option<&'static str> = Some(RELAY);

    fn rate_limits(&self, _: &ReadyDelivery) -> Vec<RateLimitKey> {
        vec![RateLimitKey::Method(RELAY)]
    }

    async fn send(&self, job: &JobContext<'_>) -> JobResult<Outcome<String>> {
        let Ok(to) = self.address.as_str().parse() else {
            return Err(rejected(format!("{} isn't a mail address.", self.address)).into());
        };
        let parts = MailParts { payload: self, to };
        let Some(content) = content(&parts, job).await? else {
            return Ok(Outcome::Skipped);
        };
        let name = job.attempt.delivery.id.to_string();
        let mail = OutgoingMail {
            name: &name,
            to: &parts.to,
            content: content.as_bytes(),
        };
        let result = job.app.mailer.send(mail).await;
        record_result(job, result.as_ref().err());
        match result {
            Ok(SentMail::Relayed) => Ok(Outcome::Done(String::new())),
            Ok(SentMail::Written) => Ok(Outcome::Done(format!(
                "Written to {name}.eml, because MAIL_URL isn't set."
            ))),
            Err(error) => Err(remote_error(self, &error).into()),
        }
    }
}

/// Returns the bytes of the mail: those of the first attempt. The first attempt stores them before it sends them.
/// Returns `None` if there is no notification.
async fn content(
    parts: &MailParts<'_>,
    job: &JobContext<'_>,
) -> Result<Option<String>, RemoteError> {
    let conversation = parts.conversation(job).await?;
    if let Some(content) = &parts.payload.content {
        // Another mail has become the root since this one failed for good, so this one needs another ID.
        let is_stale = conversation == Conversation::Existing
            && is_root(content, parts, job)
            && !job.is_uncertain();
        if !is_stale {
            return Ok(Some(content.clone()));
        }
    }
    let Some(content) = render(parts, job, conversation).await? else {
        return Ok(None);
    };
    let stored = SendMail {
        content: Some(content.clone()),
        ..parts.payload.clone()
    };
    let delivery = job.attempt.delivery.id;
    match job.app.store.update_payload(delivery, stored.into()).await {
        Ok(()) => Ok(Some(content)),
        Err(error) => Err(temporary(format!(
            "The mail couldn't be stored: {}.",
            error.cause()
        ))),
    }
}

/// Returns what an error means for the delivery. The words of the relay may contain the address, which must not
/// be logged.
fn remote_error(payload: &SendMail, error: &MailError) -> RemoteError {
    let kind = match error.class {
        MailErrorClass::NotSent => RemoteErrorKind::Temporary,
        MailErrorClass::Misconfigured => {
            RemoteErrorKind::Misconfigured(RateLimitKey::Method(RELAY))
        }
        MailErrorClass::Rejected => RemoteErrorKind::Rejected,
        MailErrorClass::Uncertain => RemoteErrorKind::Uncertain,
    };
    let address = payload.address.as_str();
    let reason = error.to_string().replace(address, "the address");
    RemoteError { kind, reason }
}

/// Records whether the configuration of mail is wrong. A problem is logged once.
fn record_result(job: &JobContext<'_>, error: Option<&MailError>) {
    let problem = match error {
        None => None,
        Some(error) if error.class == MailErrorClass::Misconfigured => Some(error.to_string()),
        // It says nothing about the configuration.
        Some(_) => return,
    };
    if job.app.state.set_mail_problem(problem.clone())
        && let Some(problem) = problem
    {
        tracing::error!("All mail waits. {problem} Run `muster doctor` for details.");
    }
}

pub(in crate::worker) fn temporary(reason: String) -> RemoteError {
    RemoteError {
        kind: RemoteErrorKind::Temporary,
        reason,
    }
}

fn rejected(reason: String) -> RemoteError {
    RemoteError {
        kind: RemoteErrorKind::Rejected,
        reason,
    }
}
