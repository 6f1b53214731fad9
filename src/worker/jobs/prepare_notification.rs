//! Prepares a notification without a call to Slack: its text, and a target for each recipient.

use std::collections::HashSet;

use crate::domain::delivery::PrepareNotification;
use crate::domain::delivery::prepare_notification::PreparedNotification;
use crate::domain::notification::{
    Destination, LONGEST_BODY, MessageText, Notification, NotificationTarget, NotificationText,
    Recipient, TargetOutcome, TargetState, TemplateValues,
};
use crate::domain::text::truncate;
use crate::domain::{Incident, SlackGroup, Timestamp, UserClock, UserId};
use crate::slack::blocks::announcement::channel_url;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::job_error::{JobError, JobResult};
use crate::worker::notification_mail::destination::{prefer_mail, remove_repeated};

impl Job for PrepareNotification {
    type Error = JobError;
    const METHOD: Option<&'static str> = None;

    async fn send(&self, job: &JobContext<'_>) -> JobResult<Outcome<PreparedNotification>> {
        let Some(sent) = &job.attempt.notification else {
            return Ok(Outcome::Skipped);
        };
        let notification = &sent.notification;
        let text = match &notification.text {
            Some(_) => None,
            None => Some(render(notification, job)),
        };
        let mut targets = targets_of(notification, job.incident, job.app.clock.now());
        prefer_mail(job, &mut targets).await;
        remove_repeated(&mut targets, &[]);
        for (position, target) in (1..).zip(&mut targets) {
            target.position = position;
        }
        Ok(Outcome::Done(PreparedNotification { text, targets }))
    }
}

/// Returns the text of a notification whose text is not written by hand, with the state of the incident now. A
/// template that was deleted meanwhile, or that is for another incident type, is replaced by the default text.
fn render(notification: &Notification, job: &JobContext<'_>) -> NotificationText {
    let (incident, config) = (job.incident, &job.app.config);
    let page_url = config.page_url(&format!("/incidents/{}", incident.id.number()));
    let channel = incident.channel.as_ref();
    let channel_url = channel.map(|channel| channel_url(None, &channel.id));
    let values = TemplateValues {
        incident,
        settings: &job.attempt.settings,
        contacts: &job.attempt.names,
        // A notification has readers in several time zones.
        clock: &UserClock::new(job.app.clock.now(), ""),
        page_url: page_url.as_deref(),
        channel_url: channel_url.as_deref(),
        changes: &notification.changes,
    };
    let name = notification.template.as_ref();
    let settings = job
        .attempt
        .settings
        .of_incident_type(incident.incident_type);
    let template = name.and_then(|name| settings.message_template(name));
    let MessageText { subject, body } = match template {
        Some(template) => template.fill_in(&values),
        None => MessageText::without_template(&values),
    };
    NotificationText {
        subject,
        body: truncate(&body, LONGEST_BODY),
    }
}

/// Returns the targets of the recipients. A destination that several recipients lead to is one target.
fn targets_of(
    notification: &Notification,
    incident: &Incident,
    now: Timestamp,
) -> Vec<NotificationTarget> {
    let mut known = HashSet::new();
    let destinations = notification.recipients.iter().flat_map(|recipient| {
        let of_recipient = destinations_of(recipient, incident);
        of_recipient.into_iter().map(move |it| (recipient, it))
    });
    let unique = destinations.filter(|(_, (_, destination))| known.insert(destination.clone()));
    (1..)
        .zip(unique)
        .map(
            |(position, (recipient, (user, destination)))| NotificationTarget {
                position,
                recipient: recipient.clone(),
                user,
                destination,
                outcome: TargetOutcome::new(TargetState::Waiting, now),
            },
        )
        .collect()
}

/// Returns the users and destinations that a recipient leads to.
fn destinations_of(
    recipient: &Recipient,
    incident: &Incident,
) -> Vec<(Option<UserId>, Destination)> {
    let user = |user: &UserId| (Some(user.clone()), Destination::DirectMessage(user.clone()));
    match recipient {
        Recipient::User(it) => vec![user(it)],
        Recipient::Commander => incident.commander.iter().map(user).collect(),
        Recipient::Responders => incident.responder_ids().map(user).collect(),
        Recipient::Role(role) => {
            let holders = incident.roles.iter();
            let holders = holders.filter(|assignment| assignment.role.eq_ignore_ascii_case(role));
            holders.map(|assignment| user(&assignment.user)).collect()
        }
        Recipient::Address(address) => vec![(None, Destination::Mail(address.clone()))],
        Recipient::Group(group @ (SlackGroup::UserGroup(_) | SlackGroup::Handle(_))) => {
            vec![(None, Destination::UserGroup(group.clone()))]
        }
        Recipient::Group(channel @ (SlackGroup::Channel(_) | SlackGroup::ChannelName(_))) => {
            vec![(None, Destination::Channel(channel.clone()))]
        }
        Recipient::IncidentChannel => vec![(None, Destination::IncidentChannel)],
        Recipient::Webhook(name) => vec![(None, Destination::Webhook(name.clone()))],
        Recipient::PagerDuty(name) => vec![(None, Destination::PagerDuty(name.clone()))],
    }
}
