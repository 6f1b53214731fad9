//! The fields of a rule's conditions in its form: the values to choose from, or the people to enter.

use crate::domain::notification::{
    NotificationRule, Recipient, RuleCondition, RuleField, parse_recipients,
};
use crate::domain::{DetectionMethod, FieldDefinition, ImpactState, Settings, User, UserId};
use crate::web::form::Form;
use crate::web::parts::Choice;

/// The label of a field that has no value.
const EMPTY: &str = "Is empty";

/// The field of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ConditionField {
    /// The name of the control.
    pub(super) name: String,
    pub(super) label: String,
    /// The values to choose from; empty if people are entered.
    pub(super) choices: Vec<Choice>,
    /// The chosen values, or the entered people.
    pub(super) values: Vec<String>,
}

impl ConditionField {
    /// Returns the fields of all conditions that a rule can have.
    pub(super) fn for_rule(
        rule: &NotificationRule,
        settings: &Settings,
        users: &[User],
    ) -> Vec<Self> {
        let configured = settings.fields.iter();
        let configured = configured.map(|field| RuleField::Configured(field.name.clone()));
        let mut fields: Vec<_> = RuleField::CONDITIONS
            .into_iter()
            .chain(configured)
            .collect();
        // A field that was removed is still shown, so that its condition can be.
        for condition in &rule.conditions {
            if !fields.contains(&condition.field()) {
                fields.push(condition.field());
            }
        }
        let condition = |field: &RuleField| rule.conditions.iter().find(|it| it.field() == *field);
        let field = |field: &RuleField| Self::new(field, condition(field), settings, users);
        fields.iter().map(field).collect()
    }

    fn new(
        field: &RuleField,
        condition: Option<&RuleCondition>,
        settings: &Settings,
        users: &[User],
    ) -> Self {
        let values = condition.map(RuleCondition::values).unwrap_or_default();
        let mut choices = choices(field, settings);
        if is_user_field(field) {
            let names = values
                .iter()
                .map(|user| user_handle(&UserId::from(user.as_str()), users));
            return Self {
                values: vec![names.collect::<Vec<_>>().join(", ")],
                ..Self::with(field, settings)
            };
        }
        for value in &values {
            if choices.iter().all(|choice| choice.value != *value) {
                choices.push(Choice {
                    label: format!("{value} (not in the list any more)"),
                    value: value.clone(),
                });
            }
        }
        Self {
            choices,
            values,
            ..Self::with(field, settings)
        }
    }

    fn with(field: &RuleField, settings: &Settings) -> Self {
        let configured = settings.field(field.as_str());
        Self {
            name: format!("condition_{field}"),
            label: match configured {
                Some(configured) => configured.label(),
                None => field.label().to_owned(),
            },
            choices: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Returns whether a value is chosen.
    pub(super) fn has(&self, value: &str) -> bool {
        self.values.iter().any(|known| known == value)
    }

    /// Returns whether the rule has this condition.
    pub(super) fn is_used(&self) -> bool {
        self.values.iter().any(|value| !value.is_empty()) || self.has_empty_choice()
    }

    /// Returns the entered people.
    pub(super) fn entered_users(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    fn has_empty_choice(&self) -> bool {
        !self.choices.is_empty() && self.has("")
    }
}

/// Reads the conditions of a form. The error has a sentence for each that is invalid.
pub(super) fn read_conditions(
    form: &Form,
    users: &[User],
) -> Result<Vec<RuleCondition>, Vec<String>> {
    let mut names: Vec<&str> = Vec::new();
    let mut problems = Vec::new();
    let mut conditions = Vec::new();
    for (name, _) in form.fields() {
        let Some(field) = name.strip_prefix("condition_") else {
            continue;
        };
        if names.contains(&field) {
            continue;
        }
        names.push(field);
        let field = RuleField::from(field.to_owned());
        let values = form.values(name).map(str::to_owned).collect();
        let values = match is_user_field(&field) {
            true => read_users(form.value(name), users),
            false => Ok(values),
        };
        match values.and_then(|values| match values.is_empty() {
            true => Ok(None),
            false => RuleCondition::new(field, &values).map(Some),
        }) {
            Ok(condition) => conditions.extend(condition),
            Err(problem) => problems.push(problem),
        }
    }
    match problems.is_empty() {
        true => Ok(conditions),
        false => Err(problems),
    }
}

fn read_users(text: &str, users: &[User]) -> Result<Vec<String>, String> {
    let recipients = parse_recipients(text, users).map_err(|problems| problems.join(" "))?;
    let user_id = |recipient: Recipient| match recipient.user() {
        Some(user) => Ok(user.to_string()),
        None => Err(format!("{recipient} isn't a person.")),
    };
    recipients.into_iter().map(user_id).collect()
}

/// Returns a person as text that is read again.
pub(super) fn user_handle(user: &UserId, users: &[User]) -> String {
    match users.iter().find(|known| known.id == *user) {
        Some(known) => format!("@{}", known.handle),
        None => format!("<@{user}>"),
    }
}

fn is_user_field(field: &RuleField) -> bool {
    match field {
        RuleField::Commander | RuleField::DeclaredBy => true,
        RuleField::Title
        | RuleField::Severity
        | RuleField::Status
        | RuleField::CustomerImpact
        | RuleField::DetectionMethod
        | RuleField::StatusUpdate
        | RuleField::Configured(_) => false,
    }
}

fn choices(field: &RuleField, settings: &Settings) -> Vec<Choice> {
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
    };
    match field {
        RuleField::Severity => {
            let scale = settings.severity_scale();
            let levels = scale.levels().iter();
            let level = |level: &crate::domain::SeverityLevel| {
                let label = format!("{} {}", level.severity, level.label);
                choice(level.severity.as_str(), label.trim_end())
            };
            levels.map(level).collect()
        }
        RuleField::Status => {
            let statuses = settings.statuses().into_iter();
            statuses.map(|it| choice(it.as_str(), it.label())).collect()
        }
        RuleField::CustomerImpact => ImpactState::ALL
            .map(|it| choice(it.as_str(), it.label()))
            .into(),
        RuleField::DetectionMethod => DetectionMethod::ALL
            .map(|it| choice(it.as_str(), it.label()))
            .into(),
        RuleField::Title
        | RuleField::Commander
        | RuleField::DeclaredBy
        | RuleField::StatusUpdate => Vec::new(),
        RuleField::Configured(name) => settings.field(name).map_or_else(Vec::new, |field| {
            let options = options(field, settings).iter();
            let options = options.map(|option| choice(&option.name, &option.name));
            options.chain([choice("", EMPTY)]).collect()
        }),
    }
}

/// Returns the values of a select; none for a field of another type, which can only be empty or not.
fn options<'s>(
    field: &'s FieldDefinition,
    settings: &'s Settings,
) -> &'s [crate::domain::FieldOption] {
    match field.kind.is_select() {
        true => settings.field_options(field),
        false => &[],
    }
}
