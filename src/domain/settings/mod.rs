//! The team's settings. Each has a default.

mod change;
mod checks;
mod defaults;
mod definitions;
mod renames;
mod request;
mod rule_checks;
mod template_checks;
mod type_checks;

pub use self::change::SettingChange;
pub use self::definitions::{SETTINGS, Setting, SettingGroup, SettingKind};
pub use self::renames::{Rename, item_name, renames};
pub use self::request::ChangeSettings;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::alert::rule::AlertRule;
use crate::field::{FieldDefinition, FieldOption};
use crate::incident_type::first_incident_types;
use crate::notification::{MessageTemplate, NotificationRule};
use crate::postmortem::PostmortemTemplate;
use crate::{
    AccountKind, FieldChange, IncidentTypeName, Rejection, Severity, SeverityLevel, SeverityScale,
    Status,
};

/// The team's settings. The field names are the keys by which the settings are shown and changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The levels in use, the worst first.
    pub severity_levels: Vec<Severity>,
    /// Whether `UNKNOWN` can be selected.
    pub severity_unknown: bool,
    /// The labels of the levels; may contain levels that are not in use.
    pub severity_labels: BTreeMap<Severity, String>,
    /// The descriptions of the levels: when to select which.
    pub severity_descriptions: BTreeMap<Severity, String>,
    /// Whether the status `completed` is available.
    pub status_completed: bool,
    /// The roles in addition to commander and responder.
    pub roles: Vec<ConfiguredRole>,
    /// The fields of an incident, in their order.
    pub fields: Vec<FieldDefinition>,
    /// The values of the field `services`.
    pub services: Vec<FieldOption>,
    /// The values of the field `teams`.
    pub teams: Vec<FieldOption>,
    /// The template of channel names.
    pub channel_name: String,
    /// The changes that are announced. A declaration always is.
    #[serde(deserialize_with = "announced_events")]
    pub announced: Vec<AnnouncedEvent>,
    /// Whether users who are notified by hand become responders.
    pub notified_become_responders: bool,
    /// The minutes without an update after which the channel is reminded, by severity.
    pub reminder_minutes: BTreeMap<Severity, u32>,
    /// The minutes after which the channel is reminded of an unknown severity; 0 is never.
    pub reminder_minutes_unknown: u32,
    /// The days after resolution after which the channel is archived; 0 is never.
    pub archive_after_days: u32,
    /// The message templates, in their order.
    pub message_templates: Vec<MessageTemplate>,
    /// The notification rules, in their order.
    pub notification_rules: Vec<NotificationRule>,
    /// The alert rules, in their order. The first one that matches an alert decides.
    pub alert_rules: Vec<AlertRule>,
    /// The postmortem templates; the first one is the default.
    pub postmortem_templates: Vec<PostmortemTemplate>,
    /// Whether a postmortem can be generated before the incident is resolved.
    pub postmortem_any_time: bool,
    /// The days after resolution after which the owner is reminded of a postmortem that isn't completed, by
    /// severity.
    pub postmortem_reminder_days: BTreeMap<Severity, u32>,
    /// Who may declare incidents.
    pub who_declares: WhoDeclares,
    /// Who sees incidents that they take no part in.
    pub who_reads: WhoReads,
    /// The incident types in their order. They are no setting with a key: programs change them through the API.
    #[serde(skip, default = "first_incident_types")]
    pub incident_types: Vec<IncidentTypeName>,
}

/// A role in addition to commander and responder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfiguredRole {
    /// The role's name.
    pub name: String,
    /// How many users may have the role at a time.
    #[serde(rename = "people")]
    pub capacity: RoleCapacity,
    /// The description that an assigned user receives. May be empty.
    #[serde(default)]
    pub description: String,
    /// The number of the incident type that it is for; `None` for all types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_type: Option<i64>,
}

/// How many users may have a role at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleCapacity {
    /// One user.
    One,
    /// Several users, up to `MAX_USERS_PER_ROLE`.
    Several,
}

/// A change that can be posted in the announcements channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnnouncedEvent {
    /// The title changed.
    Title,
    /// The severity changed.
    Severity,
    /// The status changed.
    Status,
    /// The commander changed.
    Commander,
}

/// Who may declare incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhoDeclares {
    /// All users who can write to the bot.
    #[serde(rename = "everybody")]
    Everyone,
    /// All users except guests of the workspace.
    NoGuests,
}

/// Who may see public incidents that they take no part in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhoReads {
    /// All users except guests of the workspace.
    Members,
    /// All users.
    #[serde(rename = "everybody")]
    Everyone,
}

/// An invalid setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    /// The key.
    pub key: String,
    /// The problem and its solution; continues a sentence that starts with the key: `must be true or false.`
    pub problem: String,
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key, self.problem)
    }
}

/// The value of `announced` that older settings contain for declarations, which are always announced.
const ANNOUNCED_DECLARATION: &str = "declared";

/// Reads the announced changes. The value for declarations of older settings is ignored.
fn announced_events<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<AnnouncedEvent>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let names = names
        .into_iter()
        .filter(|name| name != ANNOUNCED_DECLARATION);
    names
        .map(|name| AnnouncedEvent::deserialize(name.into_deserializer()))
        .collect()
}

impl Settings {
    /// Returns the severity scale, as modals offer it.
    pub fn severity_scale(&self) -> SeverityScale {
        let unknown = Some(Severity::Unknown).filter(|_| self.severity_unknown);
        let severities = unknown.into_iter().chain(self.severity_levels.clone());
        let text_of = |texts: &BTreeMap<Severity, String>, severity| {
            texts.get(&severity).cloned().unwrap_or_default()
        };
        SeverityScale::new(
            severities
                .map(|severity| SeverityLevel {
                    severity,
                    label: text_of(&self.severity_labels, severity),
                    description: text_of(&self.severity_descriptions, severity),
                })
                .collect(),
        )
    }

    /// Returns the statuses in use.
    pub fn statuses(&self) -> Vec<Status> {
        let used = |status: &Status| *status != Status::Completed || self.status_completed;
        Status::ALL.into_iter().filter(used).collect()
    }

    /// Returns whether a user with this account kind may declare an incident. A user who has not been fetched
    /// may: nothing shows that they are a guest.
    pub fn may_declare(&self, account_kind: Option<AccountKind>) -> bool {
        match (self.who_declares, account_kind) {
            (WhoDeclares::Everyone, _) => true,
            (WhoDeclares::NoGuests, None) => true,
            (WhoDeclares::NoGuests, Some(account_kind)) => account_kind != AccountKind::Guest,
        }
    }

    /// Checks that a user with this kind of account may declare incidents; `None` if it is unknown.
    ///
    /// # Errors
    /// Returns a [`Rejection`] if the user is a guest and only members may.
    pub fn check_may_declare(&self, account_kind: Option<AccountKind>) -> Result<(), Rejection> {
        match self.may_declare(account_kind) {
            true => Ok(()),
            false => Err(Rejection(
                "Only members can declare incidents here, and you're a guest. Tell a member what you saw: \
                 they can declare it in seconds and add you to its channel."
                    .to_owned(),
            )),
        }
    }

    /// Returns whether a field change is announced.
    pub fn is_announced(&self, change: &FieldChange) -> bool {
        let what = match change {
            FieldChange::Title { .. } => AnnouncedEvent::Title,
            FieldChange::Severity { .. } => AnnouncedEvent::Severity,
            FieldChange::Status { .. } => AnnouncedEvent::Status,
            FieldChange::Commander { .. } => AnnouncedEvent::Commander,
            FieldChange::DetectionMethod { .. }
            | FieldChange::DetectedAt { .. }
            | FieldChange::Summary { .. }
            | FieldChange::RootCause { .. }
            | FieldChange::Configured { .. } => return false,
        };
        self.announced.contains(&what)
    }

    /// Returns all settings with their values, in the order in which they are shown.
    pub fn values(&self) -> Vec<(&'static Setting, Value)> {
        let mut values = self.to_map();
        SETTINGS
            .iter()
            .map(|setting| {
                let value = values.remove(setting.key).unwrap_or(Value::Null);
                (setting, value)
            })
            .collect()
    }

    /// Returns the settings with new values for some keys. New and edited notification rules can only name what the
    /// settings have.
    ///
    /// # Errors
    /// Returns a [`SettingError`] for each invalid value; then no value is applied.
    pub fn with_values(
        &self,
        new_values: impl IntoIterator<Item = (String, Value)>,
    ) -> Result<Self, Vec<SettingError>> {
        let settings = self.with_stored_values(new_values)?;
        let mut errors = rule_checks::unknown_names(self, &settings);
        errors.extend(type_checks::unknown_types(self, &settings));
        match errors.is_empty() {
            true => Ok(settings),
            false => Err(errors),
        }
    }

    /// Returns the settings with values that were valid when they were stored.
    ///
    /// # Errors
    /// Returns a [`SettingError`] for each invalid value; then no value is applied.
    pub fn with_stored_values(
        &self,
        new_values: impl IntoIterator<Item = (String, Value)>,
    ) -> Result<Self, Vec<SettingError>> {
        let new_values: Vec<_> = new_values.into_iter().collect();
        let keys: Vec<_> = new_values.iter().map(|(key, _)| key.clone()).collect();
        let (settings, mut wrong) = match self.with_all(&new_values) {
            Some(settings) => (settings, Vec::new()),
            None => self.with_each(new_values),
        };
        wrong.extend(template_checks::errors_of_change(&settings, &keys));
        if wrong.is_empty() {
            Ok(settings)
        } else {
            Err(wrong)
        }
    }

    /// Returns the settings that differ in `to`.
    pub fn diff(&self, to: &Self) -> Vec<SettingChange> {
        let pairs = self.values().into_iter().zip(to.values());
        pairs
            .filter(|((_, from), (_, to))| from != to)
            .map(|((setting, from), (_, to))| SettingChange {
                key: setting.key,
                from,
                to,
            })
            .collect()
    }

    /// Returns the settings with the values replaced; `None` if one is unknown or of the wrong type.
    fn with_all(&self, new_values: &[(String, Value)]) -> Option<Self> {
        let mut values = self.to_map();
        for (key, value) in new_values {
            *values.get_mut(key)? = value.clone();
        }
        self.with_map(values).ok()
    }

    /// Returns the settings with those values replaced that have the right type, and the errors of the others.
    fn with_each(&self, new_values: Vec<(String, Value)>) -> (Self, Vec<SettingError>) {
        let mut wrong = Vec::new();
        let mut settings = self.clone();
        for (key, value) in new_values {
            match settings.with_value(&key, value) {
                Ok(replaced) => settings = replaced,
                Err(what) => wrong.push(SettingError { key, problem: what }),
            }
        }
        (settings, wrong)
    }

    /// Returns the settings with the value of one key replaced, if the new value has the right type.
    fn with_value(&self, key: &str, value: Value) -> Result<Self, String> {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.key == key) else {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
            return Err(format!("isn't a setting. Settings: {}.", known.join(", ")));
        };
        let mut values = self.to_map();
        values.insert(key.to_owned(), value);
        self.with_map(values)
            .map_err(|_| format!("must be {}.", setting.format))
    }

    /// Returns settings with the values of a map.
    fn with_map(&self, values: Map<String, Value>) -> Result<Self, serde_json::Error> {
        let settings: Self = serde_json::from_value(Value::Object(values))?;
        Ok(Self {
            incident_types: self.incident_types.clone(),
            ..settings
        })
    }

    fn to_map(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(values)) => values,
            // All fields are plain data, so serialisation cannot fail.
            Ok(_) | Err(_) => Map::new(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
