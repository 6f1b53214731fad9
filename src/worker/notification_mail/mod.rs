//! A notification as a mail.

pub(crate) mod destination;

use lettre::Address;
use lettre::message::Mailbox;

use crate::domain::delivery::SendMail;
use crate::domain::delivery::send_mail::MergedMail;
use crate::domain::notification::{
    Notification, NotificationAuthor, NotificationText, RuleMail, SentNotification,
};
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
use crate::worker::jobs::send_mail::{temporary, unreadable};

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
            Err(error) => Err(unreadable(error)),
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
    later: &[(MergedMail, Notification)],
) -> std::result::Result<Option<String>, RemoteError> {
    let Some(sent) = &job.attempt.notification else {
        return Ok(None);
    };
    let Some(text) = merged_text(&sent.notification, later) else {
        return Ok(None);
    };
    let last = later.last().map(|(mail, sent)| (mail.position, sent));
    let (position, notification) = last.unwrap_or((parts.payload.position, &sent.notification));
    let inputs = MessageInputs {
        notification,
        text: &text,
        recipient: recipient_name(parts, job, sent).await,
        author: author_name(job, notification).await,
        conversation,
        unsubscribe_url: unsubscribe_url(job, notification, position),
    };
    let message = message(parts, job, inputs);
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
fn merged_text(
    first: &Notification,
    later: &[(MergedMail, Notification)],
) -> Option<NotificationText> {
    let notifications = || [first].into_iter().chain(later.iter().map(|(_, it)| it));
    let mut text = notifications().next_back()?.text.clone()?;
    if !later.is_empty() {
        text.body.push_str("\n\nChanges since the last mail:\n\n");
        for change in notifications().flat_map(|it| &it.changes) {
            text.body.push_str(&format!("* {}\n", escape_line(change)));
        }
    }
    Some(text)
}

/// The inputs of a message.
struct MessageInputs<'a> {
    notification: &'a Notification,
    text: &'a NotificationText,
    recipient: Option<String>,
    author: String,
    conversation: Conversation,
    unsubscribe_url: Option<String>,
}

/// Returns the URL that ends the subscription of the address to the rule that sent a notification. A mail that a user
/// sent belongs to no subscription. RFC 8058, section 3.1: the URL has to be an HTTPS one.
fn unsubscribe_url(
    job: &JobContext<'_>,
    notification: &Notification,
    position: i64,
) -> Option<String> {
    let mail = match notification.author {
        NotificationAuthor::User(_) => return None,
        NotificationAuthor::Rule(_) => RuleMail {
            incident: job.incident.id,
            notification: notification.number,
            position,
        },
    };
    let token = job.app.store.unsubscribe_token(&mail);
    let url = job.app.config.page_url(&format!("/unsubscribe/{token}"));
    url.filter(|url| url.starts_with("https://"))
}

fn message(
    parts: &MailParts<'_>,
    job: &JobContext<'_>,
    inputs: MessageInputs<'_>,
) -> Result<MailMessage> {
    let body = &body(job, &inputs);
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
        unsubscribe_url: inputs.unsubscribe_url,
    })
}

fn body(job: &JobContext<'_>, inputs: &MessageInputs<'_>) -> MailBody {
    let incident = job.incident;
    let scale = job.severity_scale();
    MailBody {
        preview: preview(job, job.app.clock.now()),
        heading: heading(incident),
        severity_level: scale
            .color_index(incident.severity)
            .map_or(0, |index| index + 1),
        markdown: inputs.text.body.clone(),
        links: links(job),
        footer: footer(job, inputs),
    }
}

fn footer(job: &JobContext<'_>, inputs: &MessageInputs<'_>) -> Vec<FooterLine> {
    let without_link = |text: &str| FooterLine {
        text: text.to_owned(),
        link: None,
    };
    let reason = format!(
        "{} sent this notification about {}.",
        inputs.author, job.incident.id
    );
    let replies = match job.app.mailer.reply_to() {
        Some(_) => None,
        None => Some(without_link("Replies aren't read.")),
    };
    let unsubscribe = inputs.unsubscribe_url.clone().map(|url| FooterLine {
        text: "Don't want mails of this rule?".to_owned(),
        link: Some(MailLink {
            label: "Unsubscribe".to_owned(),
            url,
        }),
    });
    let rows = [Some(without_link(&reason)), replies, unsubscribe];
    rows.into_iter().flatten().collect()
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

/// Returns the name of the user who gets the mail.
async fn recipient_name(
    parts: &MailParts<'_>,
    job: &JobContext<'_>,
    sent: &SentNotification,
) -> Option<String> {
    let mut targets = sent.targets.iter();
    let target = targets.find(|it| it.position == parts.payload.position)?;
    user_name(job, target.user.as_ref()).await
}

/// Returns the name of a user who has been fetched.
async fn user_name(job: &JobContext<'_>, user: Option<&UserId>) -> Option<String> {
    let user = job.app.store.user(user?.clone()).await.ok()??;
    Some(user.0.name)
}
