//! The settings that are resources of the API.

use std::str::FromStr;

use serde_json::Value;

use super::resource_id::{ResourceType, resource_id, text_number};
use crate::string_enum::{ParseEnumError, impl_string_enum, parse_enum};
use crate::{SettingChange, Settings};

/// A kind of setting whose items are resources of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingResourceKind {
    /// A message template.
    NotificationTemplate,
    /// A notification rule.
    NotificationRule,
    /// A field.
    Field,
    /// A role.
    Role,
    /// A postmortem template.
    PostmortemTemplate,
}

impl SettingResourceKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::NotificationTemplate,
        Self::NotificationRule,
        Self::Field,
        Self::Role,
        Self::PostmortemTemplate,
    ];

    /// Returns the name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotificationTemplate => "notification_template",
            Self::NotificationRule => "notification_rule",
            Self::Field => "field",
            Self::Role => "role",
            Self::PostmortemTemplate => "postmortem_template",
        }
    }

    /// Returns the key of the setting, which is a list.
    pub fn setting(self) -> &'static str {
        match self {
            Self::NotificationTemplate => "message_templates",
            Self::NotificationRule => "notification_rules",
            Self::Field => "fields",
            Self::Role => "roles",
            Self::PostmortemTemplate => "postmortem_templates",
        }
    }

    /// Returns the kind of a changed setting; `None` if its items are no resources.
    pub fn of_change(change: &SettingChange) -> Option<Self> {
        let mut kinds = Self::ALL.into_iter();
        kinds.find(|kind| kind.setting() == change.key)
    }

    /// Returns the type of the resources.
    pub fn resource_type(self) -> ResourceType {
        match self {
            Self::NotificationTemplate => ResourceType::NotificationTemplate,
            Self::NotificationRule => ResourceType::NotificationRule,
            Self::Field => ResourceType::UserDefinedField,
            Self::Role => ResourceType::UserDefinedRole,
            Self::PostmortemTemplate => ResourceType::PostmortemTemplate,
        }
    }

    /// Returns the UUID of an item. That of a field comes from its name, because documents of incidents contain it.
    pub fn resource_id(self, store_id: &str, number: i64, name: &str) -> String {
        let number = match self {
            Self::Field => text_number(name),
            Self::NotificationTemplate
            | Self::NotificationRule
            | Self::Role
            | Self::PostmortemTemplate => u128::from(number.unsigned_abs()),
        };
        resource_id(store_id, self.resource_type(), number)
    }

    /// Returns the items of this kind.
    pub fn items(self, settings: &Settings) -> Vec<Value> {
        let mut values = settings.values().into_iter();
        let value = values.find(|(setting, _)| setting.key == self.setting());
        match value {
            Some((_, Value::Array(items))) => items,
            Some(_) | None => Vec::new(),
        }
    }

    /// Returns whether an item is a template as it is shipped, which is no resource: clients of a new Muster find
    /// no templates.
    pub fn is_shipped(self, item: &Value) -> bool {
        match self {
            Self::NotificationTemplate | Self::PostmortemTemplate => {
                self.items(&Settings::default()).contains(item)
            }
            Self::NotificationRule | Self::Field | Self::Role => false,
        }
    }
}

impl_string_enum!(SettingResourceKind);

impl FromStr for SettingResourceKind {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_enum("setting", text, &Self::ALL, Self::as_str, |kind| {
            kind.as_str() == text
        })
    }
}
