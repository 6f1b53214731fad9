//! The people in a postmortem: who took part, and who was notified.

use std::collections::HashMap;

use crate::notification::{NotificationAuthor, SentNotification, TargetState};
use crate::people::role::COMMANDER;
use crate::postmortem::render::values::{PostmortemValues, escaped, time_between};
use crate::text::TemplateValue;
use crate::{Author, UserId};

impl PostmortemValues<'_> {
    /// Returns the responders with their roles and the number of their entries, and other authors of entries.
    pub(super) fn participants(&self) -> TemplateValue {
        let incident = self.incident();
        let mut counts: HashMap<&UserId, usize> = HashMap::new();
        let mut authors: Vec<&UserId> = Vec::new();
        for stored in self.entries() {
            if let Some(Author::User(user)) = &stored.entry.author {
                authors.push(user);
                *counts.entry(user).or_default() += 1;
            }
        }
        let entries = |user: &UserId| match counts.get(user).copied().unwrap_or_default() {
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        };
        let mut items: Vec<String> = Vec::new();
        for responder in &incident.responders {
            let user = &responder.user;
            let since = format!("since {}", self.time(responder.joined_at));
            let mut details = self.roles(user);
            details.extend([since, entries(user)]);
            items.push(format!("**{}**: {}", self.user(user), details.join(", ")));
        }
        let mut others: Vec<&UserId> = Vec::new();
        for user in authors {
            let is_responder = incident.responder_ids().any(|known| known == user);
            if !is_responder && !others.contains(&user) {
                others.push(user);
                items.push(format!("**{}**: {}", self.user(user), entries(user)));
            }
        }
        TemplateValue::Items(items)
    }

    fn roles(&self, user: &UserId) -> Vec<String> {
        let incident = self.incident();
        let commander = incident.is_commander(user).then(|| COMMANDER.to_owned());
        let roles = incident.roles.iter().filter(|it| it.user == *user);
        let roles = roles.map(|assignment| escaped(&assignment.role));
        commander.into_iter().chain(roles).collect()
    }

    /// Returns the notifications that were sent, and after how long the first one was.
    pub(super) fn notifications(&self) -> TemplateValue {
        let sent = self.source.notifications.iter();
        let sent: Vec<_> = sent.filter(|it| count_receivers(it) > 0).collect();
        let Some(first) = sent.first() else {
            return "No notification was sent.".into();
        };
        let after = time_between(self.incident().declared_at, first.notification.sent_at);
        let first = format!("First message to stakeholders {after} after the declaration");
        let items = sent.into_iter().map(|sent| self.notification(sent));
        TemplateValue::Items(std::iter::once(first).chain(items).collect())
    }

    fn notification(&self, sent: &SentNotification) -> String {
        let notification = &sent.notification;
        let author = match &notification.author {
            NotificationAuthor::User(user) => self.user(user),
            NotificationAuthor::Rule(rule) => format!("the rule “{}”", escaped(rule)),
        };
        let subject = notification.text.as_ref().map(|text| &text.subject);
        let subject = subject.map(|subject| format!("“{}” ", escaped(subject)));
        let recipients = match count_receivers(sent) {
            1 => "1 recipient".to_owned(),
            count => format!("{count} recipients"),
        };
        format!(
            "{}: {}to {recipients} by {author}",
            self.time(notification.sent_at),
            subject.unwrap_or_default()
        )
    }
}

/// Returns the number of targets that a notification reached, or is on its way to.
fn count_receivers(sent: &SentNotification) -> usize {
    let receivers = sent.targets.iter().filter(|it| match it.outcome.state {
        TargetState::Waiting | TargetState::Sent | TargetState::Uncertain => true,
        TargetState::Failed | TargetState::Skipped | TargetState::Unsubscribed => false,
    });
    receivers.count()
}
