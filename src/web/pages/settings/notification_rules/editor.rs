//! The form of a notification rule.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::notification::{
    NotificationRule, Recipient, RuleField, RuleTrigger, RuleVisibility, parse_recipients,
};
use crate::domain::{Settings, User};
use crate::error::Error;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::settings::notification_rules::condition_fields::{
    ConditionField, read_conditions, user_handle,
};
use crate::web::pages::settings::notification_rules::matches::Matches;
use crate::web::pages::settings::notification_rules::unsubscribed::UnsubscribedRow;
use crate::web::parts::{Choice, TypeField};
use crate::web::session::SignedIn;

/// The form of a notification rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Editor {
    /// The rule that is changed; `None` for a new one.
    pub(super) stored: Option<NotificationRule>,
    /// The rule in the fields.
    pub(super) entered: NotificationRule,
    /// The entered recipients, if they are not recipients.
    recipients: Option<String>,
    /// The problems of fields that could not be read.
    unreadable: Vec<String>,
    state: EditorState,
}

/// The state of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EditorState {
    /// It displays a rule.
    Displayed,
    /// The rule was saved just now.
    Saved,
    /// Its notification was sent just now, about incidents that matched before.
    Notified,
    /// A sample was sent just now.
    Sampled,
    /// An address was subscribed again just now.
    Subscribed,
    /// It shows a rule that is not stored.
    Previewed,
    /// The rule is invalid.
    Rejected,
    /// The rule was changed or deleted since the form was displayed.
    Overtaken,
}

#[derive(Template)]
#[template(path = "settings_rule.html", config = "src/web/askama.toml")]
struct EditorTemplate {
    layout: Layout,
    editor: Editor,
    /// The rule that is changed, as JSON; empty for a new one.
    expected: String,
    problems: Vec<String>,
    conditions: Vec<ConditionField>,
    renotify: Vec<Choice>,
    recipients: String,
    templates: Vec<Choice>,
    incident_type: TypeField,
    matches: Option<Matches>,
    unsubscribed: Vec<UnsubscribedRow>,
    keys: [String; 3],
}

impl EditorTemplate {
    fn renotifies(&self, field: &str) -> bool {
        let mut fields = self.editor.entered.renotify_on.iter();
        fields.any(|known| known.as_str() == field)
    }

    fn template(&self) -> &str {
        self.editor.entered.template.as_deref().unwrap_or_default()
    }
}

impl Editor {
    /// Creates the form of a rule.
    pub(super) fn change(rule: NotificationRule) -> Self {
        Self {
            stored: Some(rule.clone()),
            entered: rule,
            recipients: None,
            unreadable: Vec::new(),
            state: EditorState::Displayed,
        }
    }

    /// Creates the form of a new rule.
    pub(super) fn empty() -> Self {
        Self {
            stored: None,
            ..Self::change(NotificationRule::default())
        }
    }

    /// Creates the form of a new rule that does the same as another one.
    pub(super) fn copy_of(rule: NotificationRule) -> Self {
        let name = format!("Copy of {}", rule.name);
        Self {
            stored: None,
            ..Self::change(NotificationRule { name, ..rule })
        }
    }

    /// Reads a submitted form.
    pub(super) fn read(form: &Form, users: &[User]) -> Self {
        let stored = form.expected("rule").map(serde_json::from_str);
        let mut editor = Self::empty();
        editor.stored = stored.and_then(Result::ok);
        let mut unreadable = Vec::new();
        let conditions = read_conditions(form, users);
        let recipients = parse_recipients(form.value("recipients"), users);
        let unread = recipients.is_err().then(|| form.value("recipients"));
        editor.recipients = unread.map(str::to_owned);
        let mut minutes = |name: &str| match read_minutes(form.value(name)) {
            Ok(minutes) => minutes,
            Err(problem) => {
                unreadable.push(problem);
                0
            }
        };
        let template = form.value("template");
        let renotify_on = form.values("renotify_on").map(str::to_owned);
        editor.entered = NotificationRule {
            name: form.value("name").to_owned(),
            enabled: !form.value("enabled").is_empty(),
            trigger: form.value("when").parse().unwrap_or_default(),
            visibility: form.value("visibility").parse().unwrap_or_default(),
            incident_type: TypeField::read(form),
            tests: !form.value("tests").is_empty(),
            renotify_on: renotify_on.map(RuleField::from).collect(),
            delay_minutes: minutes("delay_minutes"),
            at_most_every_minutes: minutes("at_most_every_minutes"),
            template: Some(template.to_owned()).filter(|name| !name.is_empty()),
            conditions: conditions.clone().unwrap_or_default(),
            recipients: recipients.clone().unwrap_or_default(),
        };
        unreadable.extend(conditions.err().into_iter().flatten());
        unreadable.extend(recipients.err().into_iter().flatten());
        Self {
            unreadable,
            ..editor
        }
    }

    /// Returns the form in another state.
    pub(super) fn in_state(self, state: EditorState) -> Self {
        Self { state, ..self }
    }

    /// Returns the mistakes of the entered rule, next to the stored ones.
    pub(super) fn problems(&self, settings: &Settings) -> Vec<String> {
        if !self.unreadable.is_empty() {
            return self.unreadable.clone();
        }
        let mut others = settings.notification_rules.clone();
        others.retain(|known| Some(known) != self.stored.as_ref());
        others.push(self.entered.clone());
        let index = others.len() - 1;
        let errors = settings.rule_errors(&others).into_iter();
        let errors = errors.filter(|error| error.index == index);
        let mut problems: Vec<_> = errors.map(|error| capitalized(&error.problem)).collect();
        // What the stored rule named already may stay.
        let known = self
            .stored
            .as_ref()
            .map(|rule| settings.missing_names(rule));
        let known = known.unwrap_or_default();
        let missing = settings.missing_names(&self.entered).into_iter();
        let missing = missing.filter(|it| !known.contains(it));
        problems.extend(missing.map(|(_, name)| format!("There's no {name}.")));
        problems
    }

    /// Returns whether another admin changed or deleted the rule since the form was displayed.
    pub(super) fn is_overtaken(&self, settings: &Settings) -> bool {
        let rules = &settings.notification_rules;
        self.stored
            .as_ref()
            .is_some_and(|rule| !rules.contains(rule))
    }

    /// Returns the rules with the entered one. A new rule is the last one.
    pub(super) fn rules(&self, settings: &Settings) -> Vec<NotificationRule> {
        let mut rules = settings.notification_rules.clone();
        match rules
            .iter_mut()
            .find(|known| Some(&**known) == self.stored.as_ref())
        {
            Some(known) => known.clone_from(&self.entered),
            None => rules.push(self.entered.clone()),
        }
        rules
    }

    /// Renders the page with the form.
    pub(super) async fn render(mut self, signed_in: &SignedIn, status: StatusCode) -> PageResult {
        let settings = signed_in.store().settings().await?;
        let users = signed_in.store().users().await?;
        let problems = match self.state {
            EditorState::Rejected | EditorState::Previewed => self.problems(&settings),
            EditorState::Displayed
            | EditorState::Saved
            | EditorState::Notified
            | EditorState::Sampled
            | EditorState::Subscribed
            | EditorState::Overtaken => Vec::new(),
        };
        if self.state == EditorState::Overtaken {
            self.reload_stored(&settings);
        }
        let matches = match (&self.stored, self.state, problems.is_empty()) {
            (Some(_), _, true) | (None, EditorState::Previewed, true) => {
                Some(Matches::load(signed_in, &self).await?)
            }
            (_, _, _) => None,
        };
        let expected = self.stored.as_ref().map(serde_json::to_string).transpose();
        let recipients = recipients_text(&self.entered.recipients, &users);
        let template = EditorTemplate {
            layout: signed_in.layout(Section::Settings),
            expected: expected.map_err(Error::internal)?.unwrap_or_default(),
            conditions: ConditionField::for_rule(&self.entered, &settings, &users),
            renotify: renotify_choices(&settings),
            recipients: self.recipients.clone().unwrap_or(recipients),
            templates: template_choices(&settings, self.entered.template.as_ref()),
            incident_type: TypeField::new(&settings, self.entered.incident_type),
            matches,
            unsubscribed: UnsubscribedRow::load(signed_in, self.stored.as_ref(), &users).await?,
            problems,
            editor: self,
            keys: [new_key(), new_key(), new_key()],
        };
        page_with_status(status, &template)
    }

    /// Replaces the rule that is changed by the one that is stored now.
    fn reload_stored(&mut self, settings: &Settings) {
        let mut rules = settings.notification_rules.iter();
        let name = self.stored.take().map(|rule| rule.name);
        self.stored = rules
            .find(|rule| Some(&rule.name) == name.as_ref())
            .cloned();
    }

    /// Returns the recipients in one line.
    fn recipient_list(&self) -> String {
        self.entered.recipient_names().join(", ")
    }

    fn title(&self) -> &str {
        match &self.stored {
            Some(rule) => &rule.name,
            None => "New notification rule",
        }
    }
}

/// Reads a number of minutes; without one, 0.
fn read_minutes(text: &str) -> Result<u32, String> {
    match text {
        "" => Ok(0),
        text => text
            .parse()
            .map_err(|_| format!("“{}” isn't a number of minutes.", text.escape_debug())),
    }
}

fn recipients_text(recipients: &[Recipient], users: &[User]) -> String {
    let lines = recipients.iter().map(|recipient| match recipient.user() {
        Some(user) => user_handle(user, users),
        None => recipient.to_string(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the message templates, with the one that the rule names.
fn template_choices(settings: &Settings, named: Option<&String>) -> Vec<Choice> {
    let choice = |name: &String| Choice {
        value: name.clone(),
        label: name.clone(),
    };
    let templates = settings.message_templates.iter();
    let mut choices: Vec<_> = templates.map(|template| choice(&template.name)).collect();
    if let Some(name) = named
        && choices.iter().all(|known| known.value != *name)
    {
        choices.push(Choice {
            label: format!("{name} (deleted)"),
            ..choice(name)
        });
    }
    choices
}

fn renotify_choices(settings: &Settings) -> Vec<Choice> {
    let known = RuleField::RENOTIFY.into_iter().map(|field| Choice {
        value: field.as_str().to_owned(),
        label: field.label().to_owned(),
    });
    let configured = settings.fields.iter().map(|field| Choice {
        value: field.name.clone(),
        label: field.label(),
    });
    known.chain(configured).collect()
}

pub(in crate::web::pages::settings) fn capitalized(problem: &str) -> String {
    let (first, rest) = problem.split_at(problem.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}", first.to_uppercase())
}
