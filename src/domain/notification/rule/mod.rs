//! Notification rules: which changes of which incidents are reported to which recipients automatically.

mod apply;
mod changes;
mod condition;
mod errors;
mod field;
mod firing;
mod history;
mod references;
mod replay;
mod summary;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use apply::notified_now;
pub(crate) use apply::{apply_rules, fire_pending};
pub use condition::RuleCondition;
pub use errors::{RuleAttribute, RuleError};
pub use field::RuleField;
pub use firing::{PendingFiring, RuleOutcome, RuleState, RuleStep};
pub use history::{PastState, past_states};
pub use references::RuleQuestion;
pub use replay::replay;

use serde::{Deserialize, Serialize};

use crate::notification::Recipient;
use crate::string_enum::{impl_string_enum, normalize, parse_enum};
use crate::{ParseEnumError, Visibility};

/// A notification rule. The order of the rules is the order in which they are listed and send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotificationRule {
    /// The name, which is unique in any case.
    pub name: String,
    /// Whether it sends anything.
    #[serde(default = "enabled", skip_serializing_if = "is_true")]
    pub enabled: bool,
    /// When it is evaluated.
    #[serde(rename = "when", default)]
    pub trigger: RuleTrigger,
    /// The conditions, which must all hold. Without any, every incident matches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<RuleCondition>,
    /// Whether it is for public or private incidents.
    #[serde(default, skip_serializing_if = "RuleVisibility::is_default")]
    pub visibility: RuleVisibility,
    /// The number of the incident type that it is for; `None` for all types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_type: Option<i64>,
    /// Whether it is for test incidents, too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tests: bool,
    /// The fields whose changes are reported while the incident matches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renotify_on: Vec<RuleField>,
    /// The minutes for which the incident must match before it is reported.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub delay_minutes: u32,
    /// The minutes between two notifications about one incident.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub at_most_every_minutes: u32,
    /// The recipients.
    pub recipients: Vec<Recipient>,
    /// The name of the message template; `None` for the default text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

/// When a rule is evaluated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleTrigger {
    /// When an incident is declared.
    #[default]
    Declared,
    /// When an incident is declared or updated.
    DeclaredOrUpdated,
}

impl RuleTrigger {
    /// Both triggers.
    pub const ALL: [Self; 2] = [Self::Declared, Self::DeclaredOrUpdated];

    /// Returns the name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::DeclaredOrUpdated => "declared_or_updated",
        }
    }

    /// Returns the label: Datadog's.
    pub fn label(self) -> &'static str {
        match self {
            Self::Declared => "Declared",
            Self::DeclaredOrUpdated => "Declared or updated",
        }
    }
}

/// The visibility of the incidents that a rule is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleVisibility {
    /// Public incidents.
    #[default]
    Public,
    /// Private incidents.
    Private,
    /// All incidents.
    Any,
}

impl RuleVisibility {
    /// All values.
    pub const ALL: [Self; 3] = [Self::Public, Self::Private, Self::Any];

    /// Returns the name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Any => "all",
        }
    }

    /// Returns whether it includes incidents of this visibility.
    pub fn includes(self, visibility: Visibility) -> bool {
        match (self, visibility) {
            (Self::Any, _)
            | (Self::Public, Visibility::Public)
            | (Self::Private, Visibility::Private) => true,
            (Self::Public, Visibility::Private) | (Self::Private, Visibility::Public) => false,
        }
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl_string_enum!(RuleTrigger, RuleVisibility);

impl std::str::FromStr for RuleTrigger {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("trigger", text, &Self::ALL, Self::as_str, |it| {
            normalize(it.as_str()) == normalized
        })
    }
}

impl std::str::FromStr for RuleVisibility {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("visibility", text, &Self::ALL, Self::as_str, |it| {
            it.as_str() == normalized
        })
    }
}

impl Default for NotificationRule {
    fn default() -> Self {
        Self {
            name: String::new(),
            enabled: true,
            trigger: RuleTrigger::default(),
            conditions: Vec::new(),
            visibility: RuleVisibility::default(),
            incident_type: None,
            tests: false,
            renotify_on: Vec::new(),
            delay_minutes: 0,
            at_most_every_minutes: 0,
            recipients: Vec::new(),
            template: None,
        }
    }
}

impl NotificationRule {
    /// Returns the recipients who are not single people and not in the incident's channel. A private incident
    /// reaches them only if an admin confirmed it.
    pub fn outside_recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.recipients.iter().filter(|recipient| match recipient {
            Recipient::User(_)
            | Recipient::Commander
            | Recipient::Responders
            | Recipient::Role(_)
            | Recipient::IncidentChannel => false,
            Recipient::Address(_)
            | Recipient::Group(_)
            | Recipient::Webhook(_)
            | Recipient::PagerDuty(_) => true,
        })
    }
}

fn enabled() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_true(value: &bool) -> bool {
    *value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(minutes: &u32) -> bool {
    *minutes == 0
}
