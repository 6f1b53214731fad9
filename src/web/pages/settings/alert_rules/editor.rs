//! The form of an alert rule.

use axum::extract::Query;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::domain::Settings;
use crate::domain::alert::rule::{AlertRule, AlertRuleError};
use crate::error::Error;
use crate::store::RuleInList;
use crate::web::access::AdminSession;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::settings::alert_rules::form_values::form_of;
use crate::web::pages::settings::alert_rules::reading::{FieldProblem, RuleReading, read};
use crate::web::pages::settings::alert_rules::{
    EDIT, KEY, LIST, displayed_rule, find_rule, list_page, unknown_rule,
};
use crate::web::pages::settings::rules_change::RulesChange;
use crate::web::session::SignedIn;

/// The form of an alert rule.
pub(super) struct Editor {
    /// The rule that is changed; `None` for a new one.
    pub(super) stored: Option<AlertRule>,
    /// The values of the form, as they were entered.
    pub(super) form: Form,
    pub(super) state: EditorState,
    /// Why the settings were not stored, if none of the fields is wrong.
    pub(super) rejection: Option<String>,
}

/// The state of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EditorState {
    /// It displays a rule.
    Displayed,
    /// It shows a rule that is not stored.
    Previewed,
    /// The rule is invalid.
    Rejected,
    /// The rule was changed or deleted since the form was displayed.
    Overtaken,
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
        rejection: None,
    };
    editor.render(&signed_in, StatusCode::OK).await
}

pub(super) async fn submit(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let editor = Editor {
        stored: displayed_rule(&form),
        form,
        state: EditorState::Displayed,
        rejection: None,
    };
    if !editor.form.value("preview").is_empty() {
        let previewed = editor.in_state(EditorState::Previewed);
        return previewed.render(&signed_in, StatusCode::OK).await;
    }
    let reading = editor.read(&signed_in);
    let is_stored = settings.alert_rules.contains(&reading.rule);
    if reading.problems.is_empty() && is_stored {
        return Ok(list_page("saved", &reading.rule.name));
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
    editor.store(&signed_in, &settings, reading.rule).await
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

    pub(super) fn read(&self, signed_in: &SignedIn) -> RuleReading {
        read(&self.form, self.stored.as_ref(), &signed_in.clock)
    }

    /// Stores the list with the entered rule.
    async fn store(
        self,
        signed_in: &SignedIn,
        settings: &Settings,
        entered: AlertRule,
    ) -> PageResult {
        let name = entered.name.clone();
        let change = RulesChange {
            form: &self.form,
            displayed: settings,
            key: KEY,
            rules: json!(self.rules(settings, entered).rules),
            action: EDIT,
            list: LIST,
        };
        match change.save(signed_in).await {
            Ok(()) => Ok(list_page("saved", &name)),
            Err(Error::Conflict) => {
                let overtaken = self.in_state(EditorState::Overtaken);
                overtaken.render(signed_in, StatusCode::CONFLICT).await
            }
            Err(Error::Rejected(reason)) => {
                let rejection = Some(reason);
                let rejected = Self { rejection, ..self }.in_state(EditorState::Rejected);
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                rejected.render(signed_in, status).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Returns whether another admin changed or deleted the rule since the form was displayed.
    fn is_overtaken(&self, settings: &Settings) -> bool {
        let rules = &settings.alert_rules;
        let stored = self.stored.as_ref();
        stored.is_some_and(|rule| !rules.contains(rule))
    }

    /// Returns all mistakes of the entered rule.
    pub(super) fn problems(&self, reading: &RuleReading, settings: &Settings) -> Vec<FieldProblem> {
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
        let rejection = self.rejection.iter().cloned();
        problems.extend(rejection.map(|text| FieldProblem {
            part: KEY.to_owned(),
            text,
        }));
        problems
    }

    /// Returns the list with the entered rule: instead of the stored one, or at the position of a new one.
    pub(super) fn rules(&self, settings: &Settings, entered: AlertRule) -> RuleInList {
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
}
