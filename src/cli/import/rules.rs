//! Notification rules of Datadog. They are imported disabled: an admin enables them when Muster is in use.

use serde_json::{Value, json};

use crate::cli::import::wire::{Resource, text};
use crate::domain::api::parse_handle;

/// How much of its ID is in the name of a rule, which has none in Datadog.
const SHORT_ID: usize = 8;

/// A rule for the settings, and what it does without.
#[derive(Debug, Default)]
pub(super) struct ConvertedRule {
    /// `None` if it has no recipient.
    pub(super) table: Option<Value>,
    /// The reasons.
    pub(super) left_out: Vec<String>,
}

/// Converts a rule. `template` is the name of its message template.
pub(super) fn rule_table(rule: &Resource, template: Option<String>) -> ConvertedRule {
    let name = format!(
        "Datadog {}",
        rule.id.chars().take(SHORT_ID).collect::<String>()
    );
    let mut converted = ConvertedRule::default();
    let mut recipients = Vec::new();
    for handle in texts(rule.attribute("handles")) {
        match parse_handle(handle) {
            Ok(recipient) => recipients.push(recipient.to_string()),
            Err(_) => converted.left_out.push(format!(
                "Recipient {handle} of the notification rule {name}: Muster can't notify it"
            )),
        }
    }
    if recipients.is_empty() {
        let reason =
            format!("Notification rule {name}: it has no recipient that Muster can notify");
        converted.left_out.push(reason);
        return converted;
    }
    converted.table = Some(table_of(rule, &name, &recipients, template));
    converted
}

/// Returns a rule as a table of the settings.
fn table_of(rule: &Resource, name: &str, recipients: &[String], template: Option<String>) -> Value {
    let when = match rule.text("trigger") {
        Some("incident_created_trigger") | None => "declared",
        Some(_) => "declared_or_updated",
    };
    let visibility = match rule.text("visibility") {
        Some("private") => "private",
        Some("all") => "all",
        Some(_) | None => "public",
    };
    let renotify_on: Vec<_> = texts(rule.attribute("renotify_on")).map(field).collect();
    let mut table = json!({
        "name": name,
        "enabled": false,
        "when": when,
        "conditions": conditions(rule),
        "visibility": visibility,
        "renotify_on": renotify_on,
        "recipients": recipients,
    });
    if let Some(template) = template {
        table["template"] = json!(template);
    }
    table
}

fn conditions(rule: &Resource) -> Vec<Value> {
    let conditions = rule.attribute("conditions").as_array();
    let condition = |it: &Value| {
        let values: Vec<_> = texts(&it["values"]).collect();
        Some(json!({ "field": field(text(&it["field"])?), "values": values }))
    };
    conditions
        .into_iter()
        .flatten()
        .filter_map(condition)
        .collect()
}

/// Returns Muster's name of a field.
fn field(name: &str) -> &str {
    match name {
        "state" => "status",
        name => name,
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(text)
}
