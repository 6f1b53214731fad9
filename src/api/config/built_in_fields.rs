//! The fields that every incident has besides those of the settings.

use crate::api::config::field_attributes::ValidValue;
use crate::domain::{DetectionMethod, Settings};

/// A field that every incident has.
pub(super) struct BuiltInField {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// Datadog's number of the type.
    pub(super) kind: u8,
    /// The section of the page.
    pub(super) category: Option<super::field_attributes::Category>,
    pub(super) valid_values: Option<Vec<ValidValue>>,
}

/// Returns the fields that every incident has.
pub(super) fn built_in_fields(settings: &Settings) -> [BuiltInField; 5] {
    use super::field_attributes::Category::{WhatHappened, WhyItHappened};

    let list = |name, label, values| BuiltInField {
        name,
        label,
        kind: 1,
        category: None,
        valid_values: Some(values),
    };
    let text = |name, label, category| BuiltInField {
        name,
        label,
        kind: 3,
        category: Some(category),
        valid_values: None,
    };
    [
        list("severity", "Severity", severities(settings)),
        list("state", "State", statuses(settings)),
        list("detection_method", "Detection Method", detection_methods()),
        text("summary", "Summary", WhatHappened),
        text("root_cause", "Root Cause", WhyItHappened),
    ]
}

fn severities(settings: &Settings) -> Vec<ValidValue> {
    let scale = settings.severity_scale();
    let levels = scale.levels().iter().map(|level| ValidValue {
        value: level.severity.to_string(),
        display_name: match level.label.as_str() {
            "" => level.severity.to_string(),
            label => format!("{} ({label})", level.severity),
        },
        description: level.description.clone(),
        short_description: level.label.clone(),
    });
    levels.collect()
}

fn statuses(settings: &Settings) -> Vec<ValidValue> {
    let statuses = settings.statuses().into_iter();
    statuses
        .map(|status| ValidValue {
            display_name: status.label().to_owned(),
            ..ValidValue::named(status.as_str())
        })
        .collect()
}

fn detection_methods() -> Vec<ValidValue> {
    let methods = DetectionMethod::ALL.into_iter();
    methods
        .map(|method| ValidValue::named(method.as_str()))
        .collect()
}
