//! The form of an alert rule.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::domain::alert::rule::{AlertRule, AlertRuleError};
use crate::domain::{Settings, UserClock};
use crate::error::Error;
use crate::store::RuleInList;
use crate::web::access::AdminSession;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::settings::alert_rules::difference::{PartDifference, differences};
use crate::web::pages::settings::alert_rules::form_values::form_of;
use crate::web::pages::settings::alert_rules::preview::RulePreview;
use crate::web::pages::settings::alert_rules::reading::{FieldProblem, RuleReading, read};
use crate::web::pages::settings::alert_rules::sections::{FormChoices, RuleSection};
use crate::web::pages::settings::alert_rules::{
    EDIT, KEY, LIST, displayed_rule, editor_path, find_rule, list_page, unknown_rule,
};
use crate::web::pages::settings::rules_change::RulesChange;
use crate::web::session::SignedIn;

/// The number of labels of past alerts that are listed.
const LISTED_LABELS: usize = 30;

/// The form of an alert rule.
struct Editor {
    /// The rule that is changed; `None` for a new one.
    stored: Option<AlertRule>,
    /// The values of the form, as they were entered.
    form: Form,
    state: EditorState,
}

/// The state of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EditorState {
    /// It displays a rule.
    Displayed,
    /// It shows a rule that is not stored.
    Previewed,
    /// The rule is invalid.
    Rejected,
    /// The rule was changed or deleted since the form was displayed.
    Overtaken,
}

#[derive(Template)]
#[template(path = "settings_alert_rule.html", config = "src/web/askama.toml")]
struct EditorTemplate {
    layout: Layout,
    title: String,
    state: EditorState,
    /// The path of the list.
    list: &'static str,
    /// The rule that is changed, as JSON; empty for a new one.
    expected: String,
    problems: Vec<FieldProblem>,
    /// The differences from the rule that is stored now; `None` if it was deleted.
    differences: Option<Vec<PartDifference>>,
    /// The address of the form of the rule that is stored now.
    current: String,
    sections: Vec<RuleSection>,
    preview: Option<RulePreview>,
    /// The labels of past alerts, with some values.
    labels: Vec<(String, String)>,
    key: String,
}

/// The parameters of the editor.
#[derive(Deserialize)]
pub(super) struct EditQuery {
    /// The name of the rule to change; empty for a new one.
    #[serde(default)]
    name: String,
    /// The name of the rule to copy; empty for none.
    #[serde(default)]
    copy: String,
}

pub(super) async fn show(
    AdminSession(signed_in): AdminSession,
    Query(query): Query<EditQuery>,
) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let find = |name: &str| find_rule(&settings, name).cloned().ok_or_else(unknown_rule);
    let clock = &signed_in.clock;
    let (stored, form) = match (query.name.as_str(), query.copy.as_str()) {
        ("", "") => {
            let name = String::new();
            let rule = AlertRule {
                name,
                ..AlertRule::default()
            };
            let form = form_of(&rule, clock);
            (None, with_position(&form, default_position(&settings)))
        }
        ("", name) => {
            let rule = find(name)?;
            let copy = AlertRule {
                name: format!("Copy of {}", rule.name),
                ..rule
            };
            (None, with_position(&form_of(&copy, clock), name))
        }
        (name, _) => {
            let rule = find(name)?;
            let form = form_of(&rule, clock);
            (Some(rule), form)
        }
    };
    let editor = Editor {
        stored,
        form,
        state: EditorState::Displayed,
    };
    editor.render(&signed_in, StatusCode::OK).await
}

pub(super) async fn submit(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let editor = Editor {
        stored: displayed_rule(&form),
        form,
        state: EditorState::Displayed,
    };
    if !editor.form.value("preview").is_empty() {
        let previewed = editor.in_state(EditorState::Previewed);
        return previewed.render(&signed_in, StatusCode::OK).await;
    }
    let reading = editor.read(&signed_in);
    let name = reading.rule.name.clone();
    if reading.problems.is_empty() && settings.alert_rules.contains(&reading.rule) {
        return Ok(list_page("saved", &name));
    }
    if editor.is_overtaken(&settings) {
        let overtaken = editor.in_state(EditorState::Overtaken);
        return overtaken.render(&signed_in, StatusCode::CONFLICT).await;
    }
    if !editor.problems(&reading, &settings).is_empty() {
        let rejected = editor.in_state(EditorState::Rejected);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return rejected.render(&signed_in, status).await;
    }
    let change = RulesChange {
        form: &editor.form,
        displayed: &settings,
        key: KEY,
        rules: json!(editor.rules(&settings, reading.rule).rules),
        action: EDIT,
        list: LIST,
    };
    match change.save(&signed_in).await {
        Ok(()) => Ok(list_page("saved", &name)),
        Err(Error::Conflict) => {
            let overtaken = editor.in_state(EditorState::Overtaken);
            overtaken.render(&signed_in, StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns the form with the rule that a new rule comes after.
fn with_position(form: &Form, after: &str) -> Form {
    let fields = form.fields();
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let position = ("position".to_owned(), after.to_owned());
    Form::of_fields(fields.chain([position]))
}

/// Returns the rule that a new one comes after: before the first rule for all alerts, which would decide about its
/// alerts; otherwise the last one.
fn default_position(settings: &Settings) -> &str {
    let rules = &settings.alert_rules;
    let is_for_all =
        |rule: &AlertRule| rule.enabled && rule.sources.is_empty() && rule.matchers.is_empty();
    let index = rules.iter().position(is_for_all).unwrap_or(rules.len());
    let before = index.checked_sub(1).and_then(|index| rules.get(index));
    before.map_or("", |rule| rule.name.as_str())
}

impl Editor {
    fn in_state(self, state: EditorState) -> Self {
        Self { state, ..self }
    }

    fn read(&self, signed_in: &SignedIn) -> RuleReading {
        read(&self.form, self.stored.as_ref(), &signed_in.clock)
    }

    /// Returns whether another admin changed or deleted the rule since the form was displayed.
    fn is_overtaken(&self, settings: &Settings) -> bool {
        let rules = &settings.alert_rules;
        let stored = self.stored.as_ref();
        stored.is_some_and(|rule| !rules.contains(rule))
    }

    /// Returns all mistakes of the entered rule.
    fn problems(&self, reading: &RuleReading, settings: &Settings) -> Vec<FieldProblem> {
        // The last one, so that a name that another rule has is its mistake.
        let mut rules = settings.alert_rules.clone();
        rules.retain(|known| Some(known) != self.stored.as_ref());
        rules.push(reading.rule.clone());
        let index = rules.len() - 1;
        let mut problems = reading.problems.clone();
        let errors = settings.alert_rule_change_errors(rules).into_iter();
        let errors = errors.filter(|error| error.index == index);
        problems.extend(errors.map(|error: AlertRuleError| FieldProblem {
            text: error.sentence(),
            part: error.part,
        }));
        problems
    }

    /// Returns the list with the entered rule: instead of the stored one, or at the position of a new one.
    fn rules(&self, settings: &Settings, entered: AlertRule) -> RuleInList {
        let mut rules = settings.alert_rules.clone();
        let known = rules
            .iter()
            .position(|rule| Some(rule) == self.stored.as_ref());
        let index = match known {
            Some(index) => {
                rules[index] = entered;
                index
            }
            None => {
                let after = self.form.value("position");
                let before = rules.iter().position(|rule| rule.name == after);
                let index = before.map_or(0, |index| index + 1);
                rules.insert(index, entered);
                index
            }
        };
        RuleInList { rules, index }
    }

    /// Renders the page with the form.
    async fn render(mut self, signed_in: &SignedIn, status: StatusCode) -> PageResult {
        let store = signed_in.store();
        let settings = store.settings().await?;
        let reading = self.read(signed_in);
        let problems = match self.state {
            EditorState::Rejected | EditorState::Previewed => self.problems(&reading, &settings),
            EditorState::Displayed | EditorState::Overtaken => Vec::new(),
        };
        let title = self.title();
        let name = self.stored.as_ref().map(|rule| rule.name.clone());
        if self.state == EditorState::Overtaken {
            let current = name.as_deref().and_then(|name| find_rule(&settings, name));
            self.stored = current.cloned();
        }
        let choices = FormChoices {
            settings: &settings,
            users: store.users().await?,
            sources: store.alert_sources().await?,
            is_new: self.stored.is_none(),
            clock: signed_in.clock,
        };
        let listed = self.rules(&settings, reading.rule.clone());
        let preview = store.preview_alert_rule(listed, signed_in.now).await?;
        let is_previewed =
            problems.is_empty() && (self.stored.is_some() || self.state == EditorState::Previewed);
        let stored = self.stored.as_ref();
        let expected = stored.map(serde_json::to_string).transpose();
        let template = EditorTemplate {
            layout: signed_in.layout(Section::Settings),
            title,
            state: self.state,
            list: LIST,
            expected: expected.map_err(Error::internal)?.unwrap_or_default(),
            differences: stored
                .map(|rule| differences(&choices, rule, &self.entered(&reading, &signed_in.clock))),
            current: editor_path("name", &name.unwrap_or_default()),
            sections: choices.sections(&self.form, &problems),
            problems,
            preview: is_previewed
                .then(|| RulePreview::new(&reading.rule, &preview, &settings, signed_in)),
            labels: label_rows(preview.labels),
            key: new_key(),
        };
        page_with_status(status, &template)
    }

    /// Returns the form with the entered rule in its usual notation, if all of it can be read.
    fn entered(&self, reading: &RuleReading, clock: &UserClock) -> Form {
        match reading.problems.is_empty() {
            true => form_of(&reading.rule, clock),
            false => self.form.clone(),
        }
    }

    fn title(&self) -> String {
        match &self.stored {
            Some(rule) => rule.name.clone(),
            None => "New alert rule".to_owned(),
        }
    }
}

fn label_rows(labels: impl IntoIterator<Item = (String, Vec<String>)>) -> Vec<(String, String)> {
    let labels = labels.into_iter().take(LISTED_LABELS);
    labels
        .map(|(name, values)| (name, values.join(", ")))
        .collect()
}
