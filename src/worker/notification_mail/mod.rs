//! A notification as a mail.

pub(crate) mod destination;

use lettre::Address;
use lettre::message::Mailbox;

use crate::domain::delivery::SendMail;
use crate::domain::notification::{Notification, NotificationAuthor, NotificationText};
use crate::domain::text::format_duration;
use crate::domain::text::markdown::escape_line;
use crate::domain::{Incident, Timestamp, UserId, Visibility};
use crate::error::Result;
use crate::mail::body::{FooterLine, MailBody, MailLink, html_body, text_body};
use crate::mail::message::{Importance, MailLabels, MailMessage, compose};
use crate::mail::message_id::IdSource;
use crate::store::MailTarget;
use crate::worker::job::JobContext;
use crate::worker::job_error::RemoteError;
use crate::worker::jobs::send_mail::temporary;

/// Whether the recipient already has a mail about the incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conversation {
    /// This mail is the first one.
    New,
    /// An earlier mail has, or may have, arrived.
    Existing,
}

/// A mail and its parsed address.
pub(crate) struct MailParts<'a> {
    pub(crate) payload: &'a SendMail,
    pub(crate) to: Address,
}

impl MailParts<'_> {
    /// Returns whether another mail about the incident has, or may have, reached the address.
    pub(crate) async fn conversation(
        &self,
        job: &JobContext<'_>,
    ) -> std::result::Result<Conversation, RemoteError> {
        let mail = MailTarget {
            incident: job.incident.id,
            notification: self.payload.notification,
            address: self.payload.address.clone(),
        };
        match job.app.store.has_mail_conversation(mail).await {
            Ok(true) => Ok(Conversation::Existing),
            Ok(false) => Ok(Conversation::New),
            Err(error) => Err(temporary(format!(
                "The store couldn't be read: {}.",
                error.cause()
            ))),
        }
    }
}

/// Returns whether a mail is the first one of its conversation, by its message ID.
pub(crate) fn is_root(content: &str, parts: &MailParts<'_>, job: &JobContext<'_>) -> bool {
    let domain = job.app.mailer.domain();
    let root = ids(job, &domain).root_id(job.incident.id, parts.payload.address.as_str());
    content
        .lines()
        .any(|row| row == format!("Message-ID: {root}"))
}

fn ids<'a>(job: &JobContext<'a>, domain: &'a str) -> IdSource<'a> {
    IdSource {
        store: job.app.store.store_id(),
        domain,
    }
}

/// Returns the bytes of the mail; `None` if there is no notification. With later notifications, it is the text of the
/// last one and the changes of all.
pub(crate) async fn render(
    parts: &MailParts<'_>,
    job: &JobContext<'_>,
    conversation: Conversation,
    later: &[Notification],
) -> std::result::Result<Option<String>, RemoteError> {
    let Some(sent) = &job.attempt.notification else {
        return Ok(None);
    };
    let notification = later.last().unwrap_or(&sent.notification);
    let Some(text) = merged_text(&sent.notification, later) else {
        return Ok(None);
    };
    let text = &text;
    let target = sent
        .targets
        .iter()
        .find(|it| it.position == parts.payload.position);
    let recipient = user_name(job, target.and_then(|target| target.user.as_ref())).await;
    let author = author_name(job, notification).await;
    let body = body(job, text, &author);
    let message = message(
        parts,
        job,
        MessageInputs {
            notification,
            text,
            recipient,
            conversation,
        },
        &body,
    );
    let content = message.and_then(|message| compose(&message));
    match content.map(String::from_utf8) {
        Ok(Ok(content)) => Ok(Some(content)),
        Ok(Err(_)) => Err(temporary("The mail isn't ASCII.".to_owned())),
        Err(error) => Err(temporary(format!(
            "The mail couldn't be composed: {error}."
        ))),
    }
}

/// Returns the text of the last notification. If there are several, their changes follow.
fn merged_text(first: &Notification, later: &[Notification]) -> Option<NotificationText> {
    let mut text = later.last().unwrap_or(first).text.clone()?;
    if !later.is_empty() {
        text.body.push_str("\n\nChanges since the last mail:\n\n");
        for change in [first].into_iter().chain(later).flat_map(|it| &it.changes) {
            text.body.push_str(&format!("* {}\n", escape_line(change)));
        }
    }
    Some(text)
}

/// The inputs of a message besides its body.
struct MessageInputs<'a> {
    notification: &'a Notification,
    text: &'a NotificationText,
    recipient: Option<String>,
    conversation: Conversation,
}

fn message(
    parts: &MailParts<'_>,
    job: &JobContext<'_>,
    inputs: MessageInputs<'_>,
    body: &MailBody,
) -> Result<MailMessage> {
    let (mailer, incident) = (&job.app.mailer, job.incident);
    let domain = mailer.domain();
    let ids = ids(job, &domain);
    let root = ids.root_id(incident.id, parts.payload.address.as_str());
    let (message_id, root_id) = match inputs.conversation {
        Conversation::Existing => (
            ids.delivery_id(incident.id, job.attempt.delivery.id),
            Some(root),
        ),
        Conversation::New => (root, None),
    };
    Ok(MailMessage {
        message_id,
        root_id,
        from: mailer.from().clone(),
        to: Mailbox::new(inputs.recipient, parts.to.clone()),
        reply_to: mailer.reply_to().cloned(),
        subject: inputs.text.subject.clone(),
        date: inputs.notification.sent_at,
        text: text_body(body),
        html: html_body(body)?,
        labels: MailLabels {
            incident: incident.id,
            severity: incident.severity,
            status: incident.status,
            importance: Importance::for_severity(incident.severity),
        },
        unsubscribe_url: None,
    })
}

fn body(job: &JobContext<'_>, text: &NotificationText, author: &str) -> MailBody {
    let incident = job.incident;
    let scale = job.severity_scale();
    let replies = match job.app.mailer.reply_to() {
        Some(_) => None,
        None => Some("Replies aren't read."),
    };
    let footer = [
        Some(format!(
            "{author} sent this notification about {}.",
            incident.id
        )),
        replies.map(str::to_owned),
    ];
    MailBody {
        preview: preview(job, job.app.clock.now()),
        heading: heading(incident),
        severity_level: scale
            .color_index(incident.severity)
            .map_or(0, |index| index + 1),
        markdown: text.body.clone(),
        links: links(job),
        footer: footer
            .into_iter()
            .flatten()
            .map(|text| FooterLine { text, link: None })
            .collect(),
    }
}

/// Returns the state of the incident in one line.
fn preview(job: &JobContext<'_>, now: Timestamp) -> String {
    let incident = job.incident;
    let severity = job.severity_scale().severity_name(incident.severity);
    let mut parts = vec![incident.status.label().to_owned(), severity];
    if incident.open_impact().is_some()
        && let Some(duration) = incident.customer_impact_duration(now)
    {
        parts.push(format!(
            "customers affected for {}",
            format_duration(duration)
        ));
    }
    parts.join(" · ")
}

/// Returns the incident and its title. A private incident keeps its title out of previews.
fn heading(incident: &Incident) -> String {
    match incident.visibility {
        Visibility::Public => format!("{} {}", incident.id, incident.title),
        Visibility::Private => format!("A private incident ({})", incident.id),
    }
}

fn links(job: &JobContext<'_>) -> Vec<MailLink> {
    let page = job
        .app
        .config
        .page_url(&format!("/incidents/{}", job.incident.id.number()));
    let channel = job.writable_channel().zip(job.app.state.identity());
    let channel = channel.map(|(channel, us)| format!("{}archives/{channel}", us.url));
    let link = |(label, url): (&str, Option<String>)| {
        let label = label.to_owned();
        url.map(|url| MailLink { label, url })
    };
    [("Incident page", page), ("Slack channel", channel)]
        .into_iter()
        .filter_map(link)
        .collect()
}

async fn author_name(job: &JobContext<'_>, notification: &Notification) -> String {
    match &notification.author {
        NotificationAuthor::User(user) => {
            let name = user_name(job, Some(user)).await;
            name.unwrap_or_else(|| "A colleague".to_owned())
        }
        NotificationAuthor::Rule(rule) => format!("The rule “{rule}”"),
    }
}

/// Returns the name of a user who has been fetched.
async fn user_name(job: &JobContext<'_>, user: Option<&UserId>) -> Option<String> {
    let user = job.app.store.user(user?.clone()).await.ok()??;
    Some(user.0.name)
}
