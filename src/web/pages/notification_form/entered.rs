//! What a user entered in the form of a notification.

use crate::domain::notification::{
    NotificationText, Recipient, SendNotification, parse_recipients,
};
use crate::domain::{Incident, MessageTemplate, MessageText};
use crate::web::form::Form;
use crate::web::pages::notification_form::Compose;
use crate::web::pages::notification_form::values::ValueSource;
use crate::web::parts::variable_completion;

/// What a user entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entered {
    /// The recipients as typed, one a line.
    pub(super) to: String,
    /// The name of the template that the text was made from; empty for the default text.
    pub(super) template: String,
    pub(super) subject: String,
    pub(super) body: String,
    /// The text as the template made it. It contains no variables, only text of users that may look like one.
    pub(super) made: NotificationText,
    /// The recipients that may not see the incident and that the user has confirmed.
    pub(super) confirmed: Vec<Recipient>,
}

impl Entered {
    /// Returns the text that a template makes now; the default text if there is no template with this name.
    pub(super) fn of_template(compose: &Compose, to: &str, template: &str) -> Self {
        let (incident, source) = (&compose.incident, &compose.source);
        let template = source.settings.message_template(template);
        let text = source.fill_in(incident, |values| match template {
            Some(template) => template.fill_in(values),
            None => MessageText::without_template(values),
        });
        let made = NotificationText {
            subject: text.subject,
            body: text.body,
        };
        Self {
            to: to.to_owned(),
            template: template.map_or_else(String::new, |template| template.name.clone()),
            subject: made.subject.clone(),
            body: made.body.clone(),
            made,
            confirmed: Vec::new(),
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
            subject: text("subject"),
            body: text("body"),
            made: NotificationText {
                subject: made("subject"),
                body: made("body"),
            },
            confirmed: confirmed.collect(),
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
        let mut template = self.as_template();
        variable_completion::insert(&mut template, name);
        self.subject = template.subject;
        self.body = template.body;
    }

    /// Returns the text as a template.
    pub(super) fn as_template(&self) -> MessageTemplate {
        MessageTemplate {
            subject: self.subject.clone(),
            body: self.body.clone(),
            ..MessageTemplate::default()
        }
    }

    /// Returns the problems of the variables, one sentence each.
    pub(super) fn variable_problems(&self, source: &ValueSource) -> Vec<String> {
        let texts = [
            (&self.subject, &self.made.subject, "subject"),
            (&self.body, &self.made.body, "body"),
        ];
        let typed = texts.into_iter().filter(|(text, made, _)| text != made);
        let problems = typed.flat_map(|(text, _, part)| {
            let problems = source.settings.variable_errors(text).into_iter();
            problems.map(move |problem| format!("In the {part}, {problem}"))
        });
        problems.collect()
    }

    /// Returns the text with the values in place of its variables.
    pub(super) fn filled_in(&self, incident: &Incident, source: &ValueSource) -> NotificationText {
        source.fill_in(incident, |values| NotificationText {
            subject: match self.subject == self.made.subject {
                true => self.subject.clone(),
                false => values.fill_in_subject(&self.subject),
            },
            body: match self.body == self.made.body {
                true => self.body.clone(),
                false => values.fill_in_body(&self.body),
            },
        })
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
        })
    }
}
