//! A condition of a rule: the values of one field with which an incident matches.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::notification::{Recipient, RuleField};
use crate::{DetectionMethod, ImpactState, Incident, Severity, Status, UserId};

/// A condition of a rule: one of the values must be that of the field. The values are parsed once, because each
/// change of an incident is compared with every rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ConditionText", into = "ConditionText")]
pub enum RuleCondition {
    /// The severity.
    Severity(Vec<Severity>),
    /// The status.
    Status(Vec<Status>),
    /// Whether customers are or were affected.
    CustomerImpact(Vec<ImpactState>),
    /// The detection method.
    DetectionMethod(Vec<DetectionMethod>),
    /// The incident commander.
    Commander(Vec<UserId>),
    /// The user who declared it.
    DeclaredBy(Vec<UserId>),
    /// A field of the team.
    Configured {
        /// The name of the field.
        name: String,
        /// The values; an empty text means that the field is empty.
        values: Vec<String>,
    },
}

/// A condition as it is stored and written in a settings file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionText {
    field: RuleField,
    values: Vec<String>,
}

impl RuleCondition {
    /// Creates a condition from the texts of its values.
    ///
    /// # Errors
    /// Returns a sentence if a text is not a value of the field, or if the field can have no condition.
    pub fn new(field: RuleField, values: &[String]) -> Result<Self, String> {
        Ok(match field {
            RuleField::Severity => Self::Severity(parsed(values)?),
            RuleField::Status => Self::Status(parsed(values)?),
            RuleField::CustomerImpact => Self::CustomerImpact(parsed(values)?),
            RuleField::DetectionMethod => Self::DetectionMethod(parsed(values)?),
            RuleField::Commander => Self::Commander(users(values)?),
            RuleField::DeclaredBy => Self::DeclaredBy(users(values)?),
            RuleField::Configured(name) => {
                let values = values.iter().map(|value| value.trim().to_owned());
                let values = values.collect();
                Self::Configured { name, values }
            }
            RuleField::Title | RuleField::StatusUpdate => {
                return Err(format!("A condition can't name {field}."));
            }
        })
    }

    /// Returns the field.
    pub fn field(&self) -> RuleField {
        match self {
            Self::Severity(_) => RuleField::Severity,
            Self::Status(_) => RuleField::Status,
            Self::CustomerImpact(_) => RuleField::CustomerImpact,
            Self::DetectionMethod(_) => RuleField::DetectionMethod,
            Self::Commander(_) => RuleField::Commander,
            Self::DeclaredBy(_) => RuleField::DeclaredBy,
            Self::Configured { name, .. } => RuleField::Configured(name.clone()),
        }
    }

    /// Returns the values as texts.
    pub fn values(&self) -> Vec<String> {
        match self {
            Self::Severity(values) => texts(values),
            Self::Status(values) => texts(values),
            Self::CustomerImpact(values) => texts(values),
            Self::DetectionMethod(values) => texts(values),
            Self::Commander(users) | Self::DeclaredBy(users) => texts(users),
            Self::Configured { values, .. } => values.clone(),
        }
    }

    /// Returns whether the field of an incident has one of the values.
    pub fn holds(&self, incident: &Incident) -> bool {
        match self {
            Self::Severity(values) => values.contains(&incident.severity),
            Self::Status(values) => values.contains(&incident.status),
            Self::CustomerImpact(values) => values.contains(&incident.impact_state()),
            Self::DetectionMethod(values) => values.contains(&incident.detection_method),
            Self::Commander(users) => is_one_of(users, incident.commander.as_ref()),
            Self::DeclaredBy(users) => is_one_of(users, incident.declared_by.as_ref()),
            Self::Configured { name, values } => match incident.fields.get(name) {
                None => values.iter().any(String::is_empty),
                Some(value) => values.iter().any(|item| value.contains(item)),
            },
        }
    }
}

fn is_one_of(users: &[UserId], user: Option<&UserId>) -> bool {
    user.is_some_and(|user| users.contains(user))
}

fn parsed<T: FromStr<Err: ToString>>(values: &[String]) -> Result<Vec<T>, String> {
    let values = values.iter().map(|value| value.parse::<T>());
    values
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())
}

fn users(values: &[String]) -> Result<Vec<UserId>, String> {
    let user = |value: &String| match value.parse() {
        Ok(Recipient::User(user)) => Ok(user),
        Ok(_) | Err(_) => Err(format!("“{}” isn't a person.", value.escape_debug())),
    };
    values.iter().map(user).collect()
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

impl TryFrom<ConditionText> for RuleCondition {
    type Error = String;

    fn try_from(text: ConditionText) -> Result<Self, Self::Error> {
        Self::new(text.field, &text.values)
    }
}

impl From<RuleCondition> for ConditionText {
    fn from(condition: RuleCondition) -> Self {
        Self {
            field: condition.field(),
            values: condition.values(),
        }
    }
}
