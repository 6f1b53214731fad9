//! Sends `SendMail` to the mail relay.

use crate::domain::delivery::send_mail as delivery;
use crate::domain::delivery::send_mail::{MailOutcome, MergedMail, SendMail};
use crate::domain::notification::{Notification, NotificationAuthor, RuleMail, StoppedMails};
use crate::error::Error;
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

    async fn send(&self, job: &JobContext<'_>) -> JobResult<Outcome<MailOutcome>> {
        let Ok(to) = self.address.as_str().parse() else {
            return Err(rejected(format!("{} isn't a mail address.", self.address)).into());
        };
        if let Some(mails) = unsubscribed(self, job).await? {
            // The waiting mails are of other rules, or about to find out the same.
            return Ok(Outcome::DoneWith(
                MailOutcome::Unsubscribed(mails),
                Vec::new(),
            ));
        }
        let parts = MailParts { payload: self, to };
        let Some(Stored { content, merged }) = content(&parts, job).await? else {
            // `Skipped` would finish the waiting mails as well.
            return Err(rejected("The notification has no text.".to_owned()).into());
        };
        let name = job.attempt.delivery.id.to_string();
        let mail = OutgoingMail {
            name: &name,
            to: &parts.to,
            content: content.as_bytes(),
        };
        let result = job.app.mailer.send(mail).await;
        record_result(job, result.as_ref().err());
        let detail = match result {
            Ok(SentMail::Relayed) => String::new(),
            Ok(SentMail::Written) => {
                format!("Written to {name}.eml, because MAIL_URL isn't set.")
            }
            Err(error) => return Err(remote_error(self, &error).into()),
        };
        let finished = merged.iter().map(|mail| mail.delivery_id).collect();
        let sent = delivery::SentMail { detail, merged };
        Ok(Outcome::DoneWith(MailOutcome::Sent(sent), finished))
    }
}

/// Returns the mails that the address gets no more, if this mail of a rule is one of them. A mail that may have
/// arrived is repeated nevertheless: its outcome is still unknown.
async fn unsubscribed(
    payload: &SendMail,
    job: &JobContext<'_>,
) -> Result<Option<StoppedMails>, RemoteError> {
    let sent = job.attempt.notification.as_ref();
    if job.is_uncertain() || !sent.is_some_and(|sent| is_of_rule(&sent.notification)) {
        return Ok(None);
    }
    stopped_mails(payload, job).await
}

async fn stopped_mails(
    payload: &SendMail,
    job: &JobContext<'_>,
) -> Result<Option<StoppedMails>, RemoteError> {
    let mail = RuleMail {
        incident: job.incident.id,
        notification: payload.notification,
        position: payload.position,
    };
    let subscription = job.app.store.mail_subscription(mail).await;
    let subscription = subscription.map_err(unreadable)?;
    let stopped = subscription.and_then(|subscription| subscription.stopped);
    Ok(stopped.map(|(mails, _)| mails))
}

/// The bytes of a mail, and the later mails that they include.
struct Stored {
    content: String,
    merged: Vec<MergedMail>,
}

/// Returns the bytes of the mail. They are stored before they are sent, and only replaced if no earlier attempt can
/// have succeeded. Returns `None` if there is no notification.
async fn content(
    parts: &MailParts<'_>,
    job: &JobContext<'_>,
) -> Result<Option<Stored>, RemoteError> {
    let conversation = parts.conversation(job).await?;
    let waiting = match job.is_uncertain() {
        true => None,
        false => Some(waiting_mails(job).await?),
    };
    let merged = match &waiting {
        Some(waiting) => waiting.iter().map(|(mail, _)| mail.clone()).collect(),
        None => parts.payload.merged.clone(),
    };
    if let Some(content) = &parts.payload.content
        && merged == parts.payload.merged
    {
        // Another mail has become the root since this one failed for good, so this one needs another ID.
        let is_stale = conversation == Conversation::Existing
            && is_root(content, parts, job)
            && !job.is_uncertain();
        if !is_stale {
            let content = content.clone();
            return Ok(Some(Stored { content, merged }));
        }
    }
    let later = waiting.unwrap_or_default();
    let Some(content) = render(parts, job, conversation, &later).await? else {
        return Ok(None);
    };
    let stored = SendMail {
        content: Some(content.clone()),
        merged: merged.clone(),
        ..parts.payload.clone()
    };
    let delivery = job.attempt.delivery.id;
    match job.app.store.update_payload(delivery, stored.into()).await {
        Ok(()) => Ok(Some(Stored { content, merged })),
        Err(error) => Err(temporary(format!(
            "The mail couldn't be stored: {}.",
            error.cause()
        ))),
    }
}

/// Returns the mails of rules that wait for a mail of a rule, with their notifications. They become one mail with the
/// latest state. A mail that a user wrote is sent by itself.
async fn waiting_mails(
    job: &JobContext<'_>,
) -> Result<Vec<(MergedMail, Notification)>, RemoteError> {
    let first = job.attempt.notification.as_ref();
    let mut waiting = Vec::new();
    if !first.is_some_and(|sent| is_of_rule(&sent.notification)) {
        return Ok(waiting);
    }
    for (delivery_id, payload) in job.coalesced::<SendMail>() {
        let number = payload.notification;
        let store = &job.app.store;
        let sent = store.sent_notification(job.incident.id, number).await;
        let sent = sent.map_err(unreadable)?;
        let Some(sent) = sent.filter(|sent| is_of_rule(&sent.notification)) else {
            break;
        };
        if stopped_mails(payload, job).await?.is_some() {
            break;
        }
        let mail = MergedMail {
            delivery_id,
            notification: number,
            position: payload.position,
        };
        waiting.push((mail, sent.notification));
    }
    Ok(waiting)
}

fn is_of_rule(notification: &Notification) -> bool {
    matches!(notification.author, NotificationAuthor::Rule(_)) && notification.text.is_some()
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

pub(in crate::worker) fn unreadable(error: Error) -> RemoteError {
    temporary(format!("The store couldn't be read: {}.", error.cause()))
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
