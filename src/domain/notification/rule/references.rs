//! The names in rules: severities, the status Completed, fields, roles and templates. None of them can be removed
//! silently.

use std::fmt;

use crate::notification::template::is_same_name;
use crate::notification::{
    NotificationRule, Recipient, RuleAttribute, RuleCondition, RuleError, RuleField, RuleVisibility,
};
use crate::text::join_items;
use crate::{Settings, Status};

/// A question that an admin has to confirm before settings are saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleQuestion {
    /// A rule names something that is removed.
    Loses {
        /// The rule.
        rule: String,
        /// The lost names: `severity SEV-4`, `field region`.
        lost: Vec<String>,
    },
    /// A rule sends private incidents to recipients who need not be responders.
    LeavesPrivacy {
        /// The rule.
        rule: String,
        /// The recipients.
        recipients: Vec<String>,
    },
}

impl fmt::Display for RuleQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |items: &[String]| {
            let items: Vec<_> = items.iter().map(String::as_str).collect();
            join_items(&items)
        };
        match self {
            Self::Loses { rule, lost } => {
                write!(f, "The notification rule “{rule}” names {}.", join(lost))
            }
            Self::LeavesPrivacy { rule, recipients } => write!(
                f,
                "The notification rule “{rule}” tells {} about private incidents: people who aren't \
                 responders will read their titles and texts.",
                join(recipients)
            ),
        }
    }
}

impl Settings {
    /// Returns what an admin has to confirm before these settings are replaced.
    pub fn rule_questions(&self, to: &Self) -> Vec<RuleQuestion> {
        let questions = to.notification_rules.iter().flat_map(|rule| {
            let stays = self.notification_rules.contains(rule);
            let known = self.missing_names(rule);
            let mut lost: Vec<_> = to.missing_names(rule).into_iter().collect();
            lost.retain(|(_, name)| stays && known.iter().all(|(_, known)| known != name));
            let lost: Vec<_> = lost.into_iter().map(|(_, name)| name).collect();
            let rule_name = || rule.name.clone();
            let loses = (!lost.is_empty()).then(|| RuleQuestion::Loses {
                rule: rule_name(),
                lost,
            });
            let outside = self.newly_outside(rule);
            let leaves = (!outside.is_empty()).then(|| RuleQuestion::LeavesPrivacy {
                rule: rule_name(),
                recipients: outside,
            });
            loses.into_iter().chain(leaves)
        });
        questions.collect()
    }

    /// Returns the mistakes of new and edited rules that name what `to` does not have. What a rule named before
    /// may stay, so that it can be edited after an admin confirmed the removal.
    pub(crate) fn unknown_names(&self, to: &Self) -> Vec<RuleError> {
        let rules = self.notification_rules.iter();
        let known: Vec<_> = rules.flat_map(|rule| to.missing_names(rule)).collect();
        let rules = to.notification_rules.iter().enumerate();
        let rules = rules.filter(|(_, rule)| !self.notification_rules.contains(rule));
        let errors = rules.flat_map(|(index, rule)| {
            let missing = to.missing_names(rule).into_iter();
            let missing = missing.filter(|name| !known.contains(name));
            missing.map(move |(attribute, name)| RuleError {
                index,
                name: rule.name.clone(),
                attribute,
                problem: format!("there's no {name}."),
            })
        });
        errors.collect()
    }

    /// Returns the notification rules after a message template was renamed.
    pub fn rules_with_template(&self, old_name: &str, new_name: &str) -> Vec<NotificationRule> {
        let mut rules = self.notification_rules.clone();
        for template in rules.iter_mut().filter_map(|rule| rule.template.as_mut()) {
            if is_same_name(template, old_name) {
                new_name.clone_into(template);
            }
        }
        rules
    }

    /// Returns what a rule names that these settings do not have.
    pub fn missing_names(&self, rule: &NotificationRule) -> Vec<(RuleAttribute, String)> {
        let mut missing = Vec::new();
        for condition in &rule.conditions {
            let names = self.missing_in(condition).into_iter();
            missing.extend(names.map(|name| (RuleAttribute::Conditions, name)));
        }
        for field in &rule.renotify_on {
            let name = self.missing_field(field);
            missing.extend(name.map(|name| (RuleAttribute::RenotifyOn, name)));
        }
        for recipient in &rule.recipients {
            let is_known = |role: &str| {
                let mut roles = self.roles.iter();
                roles.any(|known| is_same_name(&known.name, role))
            };
            if let Recipient::Role(role) = recipient
                && !is_known(role)
            {
                missing.push((RuleAttribute::Recipients, format!("role {role}")));
            }
        }
        if let Some(template) = &rule.template
            && self.message_template(template).is_none()
        {
            missing.push((RuleAttribute::Template, format!("template {template}")));
        }
        missing
    }

    fn missing_in(&self, condition: &RuleCondition) -> Vec<String> {
        match condition {
            RuleCondition::Severity(severities) => {
                let scale = self.severity_scale();
                let is_used = |severity| scale.levels().iter().any(|it| it.severity == severity);
                let missing = severities.iter().filter(|severity| !is_used(**severity));
                missing.map(|it| format!("severity {it}")).collect()
            }
            RuleCondition::Status(statuses) => {
                let is_missing =
                    |status: &&Status| **status == Status::Completed && !self.status_completed;
                let missing = statuses.iter().filter(is_missing);
                missing.map(|it| format!("status {it}")).collect()
            }
            RuleCondition::CustomerImpact(_)
            | RuleCondition::DetectionMethod(_)
            | RuleCondition::Commander(_)
            | RuleCondition::DeclaredBy(_) => Vec::new(),
            RuleCondition::Configured { .. } => {
                self.missing_field(&condition.field()).into_iter().collect()
            }
        }
    }

    fn missing_field(&self, field: &RuleField) -> Option<String> {
        match field {
            RuleField::Configured(name) if self.field(name).is_none() => {
                Some(format!("field {name}"))
            }
            RuleField::Configured(_)
            | RuleField::Title
            | RuleField::Severity
            | RuleField::Status
            | RuleField::CustomerImpact
            | RuleField::DetectionMethod
            | RuleField::Commander
            | RuleField::DeclaredBy
            | RuleField::StatusUpdate => None,
        }
    }

    /// Returns the recipients who newly receive private incidents from a rule.
    fn newly_outside(&self, rule: &NotificationRule) -> Vec<String> {
        if !rule.enabled || rule.visibility == RuleVisibility::Public {
            return Vec::new();
        }
        let known = self.notification_rules.iter().find(|known| {
            known.enabled
                && is_same_name(&known.name, &rule.name)
                && known.visibility != RuleVisibility::Public
        });
        let is_new = |recipient: &&Recipient| {
            known.is_none_or(|known| !known.recipients.contains(recipient))
        };
        let outside = rule.outside_recipients().filter(is_new);
        outside.map(ToString::to_string).collect()
    }
}
