//! Sends a notification: records it on the timeline and enqueues its preparation.

use crate::delivery::{PostActivity, PrepareNotification};
use crate::notification::{
    Notification, NotificationAuthor, NotificationChange, NotificationText, Recipient,
};
use crate::{
    Activity, Actor, Change, ChannelState, Decision, DecisionContext, Incident, Rejection,
    TimelineEntry, TimelineEvent,
};

/// The maximum number of recipients of a notification.
pub const MAX_RECIPIENTS: usize = 100;

/// The maximum length of a subject, in characters: the longest title and some words.
pub const LONGEST_SUBJECT: usize = 400;

/// The maximum length of a body, in characters. Slack: 12,000 in a markdown block,
/// docs.slack.dev/reference/block-kit/blocks/markdown-block.
pub const LONGEST_BODY: usize = 12_000;

/// A request of a user to send a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendNotification {
    /// The recipients.
    pub recipients: Vec<Recipient>,
    /// The name of the template from which the text was made.
    pub template: Option<String>,
    /// The text, with variables filled in.
    pub text: NotificationText,
    /// The recipients that the user has confirmed although they may not see the incident.
    pub confirmed: Vec<Recipient>,
    /// The draft that it was written as, which is deleted.
    pub draft: Option<i64>,
}

impl SendNotification {
    /// Returns the reasons why the request is rejected, one sentence each.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.recipients.is_empty() {
            problems.push("Add at least one recipient.".to_owned());
        }
        if self.recipients.len() > MAX_RECIPIENTS {
            problems.push(format!(
                "There are {} recipients, and a notification can have {MAX_RECIPIENTS}. Use a channel or a user group.",
                self.recipients.len()
            ));
        }
        let NotificationText { subject, body } = &self.text;
        let mut check = |name: &str, text: &str, longest: usize| {
            let length = text.chars().count();
            if text.trim().is_empty() {
                problems.push(format!("Enter a {name}."));
            } else if length > longest {
                problems.push(too_long(name, length, longest));
            }
        };
        check("subject", subject, LONGEST_SUBJECT);
        check("body", body, LONGEST_BODY);
        if subject.contains(['\n', '\r']) {
            problems.push("The subject must be one line.".to_owned());
        }
        problems
    }
}

/// Returns the problem of a text that is too long.
pub(super) fn too_long(name: &str, length: usize, longest: usize) -> String {
    format!("The {name} has {length} characters, and {longest} is the maximum.")
}

impl Incident {
    /// Sends a notification on behalf of a user, and posts in the incident's channel that it was sent.
    pub fn send_notification(
        &self,
        request: SendNotification,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        let problems = request.problems();
        if !problems.is_empty() {
            return Err(Rejection(problems.join(" ")));
        }
        if let Some(role) = self.vacant_roles(&request.recipients).first() {
            let role = role.description();
            return Err(Rejection(format!("No one has the role {role}.")));
        }
        let mut outsiders = self.outsiders(&request.recipients).into_iter();
        if let Some(outsider) = outsiders.find(|it| !request.confirmed.contains(it)) {
            return Err(Rejection(format!(
                "{} is private, and {} can't see it. Confirm that you want to send it.",
                self.id,
                outsider.description()
            )));
        }
        let mut change = Change::new(self.clone(), ctx.now);
        if let Some(id) = request.draft {
            let removed = NotificationChange::DraftRemoved { id };
            change.notifications.push(removed);
        }
        let notified = request.recipients.clone();
        let author = NotificationAuthor::User(actor.require_user()?.clone());
        let sent = change.send(author, request.recipients, ctx, |notification| {
            notification.template = request.template;
            notification.text = Some(request.text);
        });
        change.incident.touch_responder(actor);
        change.add_entry(TimelineEntry::by_actor(actor, sent.clone()));
        if self.channel_state == ChannelState::Open {
            let activity = Activity::by_actor(actor, sent);
            change.enqueue(PostActivity { activity });
        }
        change.add_notified_responders(notified.iter().filter_map(Recipient::user), actor, ctx);
        Ok(change)
    }
}

impl Incident {
    /// Sends a notification with the default text, which is rendered when it is sent.
    pub fn notify_recipients(
        &self,
        author: NotificationAuthor,
        recipients: Vec<Recipient>,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        if let Some(outsider) = self.outsiders(&recipients).first() {
            return Err(Rejection(format!(
                "{} is private, and {} can't see it.",
                self.id,
                outsider.description()
            )));
        }
        let mut change = Change::new(self.clone(), ctx.now);
        let sent = change.send(author, recipients, ctx, |_| {});
        change.add_entry(TimelineEntry::by_actor(actor, sent));
        Ok(change)
    }
}

impl Change {
    /// Adds a notification, as `fill` completes it, and enqueues its preparation. Returns the event for the
    /// timeline.
    pub(crate) fn send(
        &mut self,
        author: NotificationAuthor,
        recipients: Vec<Recipient>,
        ctx: &DecisionContext<'_>,
        fill: impl FnOnce(&mut Notification),
    ) -> TimelineEvent {
        self.incident.last_notification += 1;
        let mut notification = Notification {
            number: self.incident.last_notification,
            author,
            template: None,
            text: None,
            recipients,
            changes: Vec::new(),
            sent_at: ctx.now,
        };
        fill(&mut notification);
        self.enqueue(PrepareNotification {
            notification: notification.number,
        });
        let event = TimelineEvent::NotificationSent {
            number: notification.number,
            subject: notification.text.as_ref().map(|text| text.subject.clone()),
            rule: match &notification.author {
                NotificationAuthor::Rule(rule) => Some(rule.clone()),
                NotificationAuthor::User(_) => None,
            },
            recipients: notification.recipients.clone(),
        };
        self.notifications
            .push(NotificationChange::Sent(notification));
        event
    }
}
