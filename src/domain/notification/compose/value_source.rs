//! The values of the variables in a notification that a user writes, and the text with them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::notification::send::too_long;
use crate::notification::{
    Audience, LONGEST_SUBJECT, MessageTemplate, MessageText, NotificationText, Recipient,
    TemplateValues, UserContact,
};
use crate::text::join_items;
use crate::webhook::{Webhook, unknown_webhooks};
use crate::{Incident, Settings, User, UserClock, UserId, channel_url};

/// How many addresses, channels and groups are named.
const NAMED: usize = 3;

/// Everything that the values are made from, besides the incident.
#[derive(Clone)]
pub struct ValueSource {
    /// The team's settings.
    pub settings: Arc<Settings>,
    /// The users who have been fetched.
    pub users: Vec<User>,
    /// The outgoing webhooks and PagerDuty services.
    pub webhooks: Vec<Webhook>,
    contacts: HashMap<UserId, UserContact>,
    clock: UserClock,
    page_url: Option<String>,
}

impl ValueSource {
    /// Creates the source of the values in the time zone of a clock. `page_url` is the address of the incident's
    /// page, if it has one.
    pub fn new(
        settings: Arc<Settings>,
        users: Vec<User>,
        webhooks: Vec<Webhook>,
        clock: UserClock,
        page_url: Option<String>,
    ) -> Self {
        let contact = |user: &User| {
            let contact = UserContact {
                name: user.name.clone(),
                handle: user.handle.clone(),
                mail_address: String::new(),
            };
            (user.id.clone(), contact)
        };
        Self {
            settings,
            contacts: users.iter().map(contact).collect(),
            users,
            webhooks,
            clock,
            page_url,
        }
    }

    /// Returns the name of a user, or their ID if they have not been fetched.
    pub fn user_name(&self, user: &UserId) -> String {
        let contact = self.contacts.get(user);
        contact.map_or_else(|| user.to_string(), |contact| contact.name.clone())
    }

    /// Returns the words for a recipient.
    pub fn recipient_label(&self, recipient: &Recipient) -> String {
        match recipient.user() {
            Some(user) => self.user_name(user),
            None => recipient.description(),
        }
    }

    /// Returns the number of users and the names of the other recipients: `3 people, #exec and alice@example.com`.
    pub fn audience_text(&self, audience: &Audience) -> String {
        let mut items = Vec::new();
        match audience.users.as_slice() {
            [] => {}
            [only] => items.push(self.user_name(only)),
            several => items.push(format!("{} people", several.len())),
        }
        let others = audience.others.iter().map(Recipient::description);
        items.extend(others.clone().take(NAMED));
        match others.len().saturating_sub(NAMED) {
            0 => {}
            more => items.push(format!("{more} more")),
        }
        join_items(&items.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Returns the text that a template makes now, or the default text.
    pub fn make(
        &self,
        incident: &Incident,
        template: Option<&MessageTemplate>,
    ) -> NotificationText {
        let text = self.with_values(incident, |values| match template {
            Some(template) => template.fill_in(values),
            None => MessageText::without_template(values),
        });
        NotificationText {
            subject: text.subject,
            body: text.body,
        }
    }

    /// Returns an entered text with the values in place of its variables. A part that is still as a template made it
    /// contains none, only text of users that may look like one.
    pub fn fill_in(
        &self,
        incident: &Incident,
        entered: &NotificationText,
        made: &NotificationText,
    ) -> NotificationText {
        self.with_values(incident, |values| NotificationText {
            subject: match entered.subject == made.subject {
                true => entered.subject.clone(),
                false => values.fill_in_subject(&entered.subject),
            },
            body: match entered.body == made.body {
                true => entered.body.clone(),
                false => values.fill_in_body(&entered.body),
            },
        })
    }

    /// Returns the problems of the recipients: roles that no one has, and webhooks that do not exist.
    pub fn recipient_problems(&self, incident: &Incident, recipients: &[Recipient]) -> Vec<String> {
        let vacant = incident.vacant_roles(recipients).into_iter();
        let vacant = vacant.map(|role| format!("No one has the role {}.", role.description()));
        let unknown = unknown_webhooks(recipients, &self.webhooks);
        vacant.chain(unknown).collect()
    }

    /// Returns the problems of the variables in an entered subject, one sentence each.
    pub fn subject_problems(
        &self,
        entered: &NotificationText,
        made: &NotificationText,
    ) -> Vec<String> {
        let subject = Some(&entered.subject).filter(|it| **it != made.subject);
        let mut problems = self.problems("subject", subject);
        // A subject that is filled in is truncated.
        let length = entered.subject.chars().count();
        if subject.is_some() && length > LONGEST_SUBJECT {
            problems.push(too_long("subject", length, LONGEST_SUBJECT));
        }
        problems
    }

    /// Returns the problems of the variables in an entered body, one sentence each.
    pub fn body_problems(
        &self,
        entered: &NotificationText,
        made: &NotificationText,
    ) -> Vec<String> {
        let body = Some(&entered.body).filter(|it| **it != made.body);
        self.problems("body", body)
    }

    fn problems(&self, part: &str, text: Option<&String>) -> Vec<String> {
        let problems = text.map(|text| self.settings.variable_errors(text));
        let problems = problems.unwrap_or_default().into_iter();
        problems
            .map(|problem| format!("In the {part}, {problem}"))
            .collect()
    }

    fn with_values<T>(
        &self,
        incident: &Incident,
        fill_in: impl FnOnce(&TemplateValues<'_>) -> T,
    ) -> T {
        let channel = incident.channel.as_ref();
        let channel_url = channel.map(|channel| channel_url(&channel.id));
        fill_in(&TemplateValues {
            incident,
            settings: &self.settings,
            contacts: &self.contacts,
            clock: &self.clock,
            page_url: self.page_url.as_deref(),
            channel_url: channel_url.as_deref(),
            changes: &[],
        })
    }
}
