//! The values that a user entered in the form of a notification.

use crate::domain::notification::{
    NotificationDraft, NotificationText, Recipient, SendNotification, ValueSource, parse_recipients,
};
use crate::domain::{Incident, Timestamp, UserId};
use crate::web::form::Form;
use crate::web::pages::notification_form::Compose;
use crate::web::parts::variable_completion;

/// The values that a user entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entered {
    /// The recipients as typed, one a line.
    pub(super) to: String,
    /// The name of the template that the text was made from; empty for the default text.
    pub(super) template: String,
    pub(super) text: NotificationText,
    /// The text as the template made it. It contains no variables, only text of users that may look like one.
    pub(super) made: NotificationText,
    /// The recipients that may not see the incident and that the user has confirmed.
    pub(super) confirmed: Vec<Recipient>,
    /// The draft that it is stored as.
    pub(super) draft: Option<i64>,
}

impl Entered {
    /// Returns the text that a template makes now; the default text if there is no template with this name.
    pub(super) fn of_template(compose: &Compose, to: &str, template: &str) -> Self {
        let template = compose.source.settings.message_template(template);
        let made = compose.source.make(&compose.incident, template);
        Self {
            to: to.to_owned(),
            template: template.map_or_else(String::new, |template| template.name.clone()),
            text: made.clone(),
            made,
            confirmed: Vec::new(),
            draft: None,
        }
    }

    /// Returns the text of a draft.
    pub(super) fn of_draft(draft: NotificationDraft) -> Self {
        Self {
            to: draft.recipients,
            template: draft.template,
            text: draft.text,
            made: draft.made,
            confirmed: Vec::new(),
            draft: draft.id,
        }
    }

    /// Returns what was entered as a draft.
    pub(super) fn as_draft(&self, author: &UserId, now: Timestamp) -> NotificationDraft {
        NotificationDraft {
            id: self.draft,
            author: author.clone(),
            recipients: self.to.clone(),
            template: self.template.clone(),
            text: self.text.clone(),
            made: self.made.clone(),
            updated_at: now,
        }
    }

    /// Reads a submitted form.
    pub(super) fn read(form: &Form) -> Self {
        let text = |name: &str| form.value(name).to_owned();
        let made = |name: &str| form.expected(name).unwrap_or_default().to_owned();
        let confirmed = form
            .values("confirmed")
            .filter_map(|text| text.parse().ok());
        let mut entered = Self {
            to: text("to"),
            template: text("template"),
            text: NotificationText {
                subject: text("subject"),
                body: text("body"),
            },
            made: NotificationText {
                subject: made("subject"),
                body: made("body"),
            },
            confirmed: confirmed.collect(),
            draft: form.value("draft").parse().ok(),
        };
        entered.add_recipient(form.value("more"));
        entered
    }

    /// Adds a recipient to the typed ones.
    pub(super) fn add_recipient(&mut self, text: &str) {
        let is_known = self.to.lines().any(|known| known.trim() == text);
        if text.is_empty() || is_known {
            return;
        }
        if !self.to.is_empty() && !self.to.ends_with('\n') {
            self.to.push('\n');
        }
        self.to.push_str(text);
    }

    /// Puts a variable in place of the one that is being written.
    pub(super) fn insert_variable(&mut self, name: &str) {
        let NotificationText { subject, body } = &mut self.text;
        variable_completion::insert(&mut [subject, body], name);
    }

    /// Returns the problems of the variables, one sentence each.
    pub(super) fn variable_problems(&self, source: &ValueSource) -> Vec<String> {
        let mut problems = source.subject_problems(&self.text, &self.made);
        problems.extend(source.body_problems(&self.text, &self.made));
        problems
    }

    /// Returns the text with the values in place of its variables.
    pub(super) fn filled_in(&self, incident: &Incident, source: &ValueSource) -> NotificationText {
        source.fill_in(incident, &self.text, &self.made)
    }

    /// Returns the request, or the problems, one sentence each.
    pub(super) fn request(
        &self,
        incident: &Incident,
        source: &ValueSource,
    ) -> Result<SendNotification, Vec<String>> {
        let mut problems = self.variable_problems(source);
        let recipients = parse_recipients(&self.to, &source.users).unwrap_or_else(|errors| {
            problems.splice(0..0, errors);
            Vec::new()
        });
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(SendNotification {
            recipients,
            template: (!self.template.is_empty()).then(|| self.template.clone()),
            text: self.filled_in(incident, source),
            confirmed: self.confirmed.clone(),
            draft: self.draft,
        })
    }
}
