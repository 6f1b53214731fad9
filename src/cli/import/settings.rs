//! The settings of Datadog that Muster has as well: fields, roles, message templates and notification rules. Those that
//! exist already stay as they are.

use serde_json::{Value, json};

use crate::cli::import::client::{ApiFailure, DatadogApi};
use crate::cli::import::progress::Progress;
use crate::cli::import::rules;
use crate::cli::import::summary::{Summary, name};
use crate::cli::import::wire::{List, Resource, text};
use crate::domain::Settings;

const CONFIG: &str = "/api/v2/incidents/config";

/// Reads the settings of Datadog.
pub(super) struct SettingsReader<'a> {
    pub(super) api: &'a DatadogApi,
    pub(super) progress: &'a mut Progress,
    pub(super) summary: &'a mut Summary,
    /// The settings with what was added so far.
    pub(super) settings: Settings,
}

impl SettingsReader<'_> {
    /// Returns the team settings with those of Datadog.
    pub(super) async fn read(mut self) -> Result<Settings, ApiFailure> {
        for field in self.list("user-defined-fields", "Fields").await? {
            if !field.flag("reserved") {
                self.add("fields", "Field", field_table(&field));
            }
        }
        for role in self.list("user-defined-roles", "Roles").await? {
            self.add("roles", "Role", role_table(&role));
        }
        let templates = self
            .list("notification-templates", "Message templates")
            .await?;
        for template in &templates {
            let table = template_table(template);
            self.add("message_templates", "Message template", table);
        }
        for rule in self
            .list("notification-rules", "Notification rules")
            .await?
        {
            let template = rule.related("notification_template");
            let template = templates.iter().find(|it| Some(it.id.as_str()) == template);
            let converted = rules::rule_table(&rule, template.map(name));
            for reason in converted.left_out {
                self.summary.leave_out(reason);
            }
            if let Some(table) = converted.table {
                self.add("notification_rules", "Notification rule (off)", table);
            }
        }
        Ok(self.settings)
    }

    /// Reads a list; an empty one if the keys may not.
    async fn list(&mut self, path: &str, label: &str) -> Result<Vec<Resource>, ApiFailure> {
        let path = format!("{CONFIG}/{path}");
        let listed: Result<Option<List>, _> = self.api.find(&path, &[], self.progress).await;
        match listed {
            Ok(list) => {
                let data = list.map(|list| list.data).unwrap_or_default();
                let exists = |it: &Resource| it.attribute("deleted").is_null();
                Ok(data.into_iter().filter(exists).collect())
            }
            Err(failure) if failure.is_forbidden() => {
                let reason = format!("{label}: {}", failure.reason);
                self.summary.leave_out(reason);
                Ok(Vec::new())
            }
            Err(failure) => Err(failure),
        }
    }

    /// Adds a table to a list in the settings, unless there is one with its name, or it is not valid.
    fn add(&mut self, key: &str, label: &str, table: Value) {
        let values = self.settings.values().into_iter();
        let current = values
            .filter(|(setting, _)| setting.key == key)
            .find_map(|(_, value)| value.as_array().cloned());
        let mut tables = current.unwrap_or_default();
        let name = text(&table["name"]).unwrap_or_default().to_owned();
        let is_same = |known: &Value| {
            let known = text(&known["name"]).unwrap_or_default();
            known.eq_ignore_ascii_case(&name)
        };
        if tables.iter().any(is_same) {
            return;
        }
        tables.push(table);
        let changed = [(key.to_owned(), Value::Array(tables))];
        match self.settings.with_values(changed) {
            Ok(settings) => {
                self.settings = settings;
                self.summary.settings.push(format!("{label}: {name}"));
            }
            Err(errors) => {
                let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
                let reason = format!("{label} {name}: {}", errors.join(" "));
                self.summary.leave_out(reason);
            }
        }
    }
}

/// Returns a field. Tags and completed values become lists of texts, which accept any value.
fn field_table(field: &Resource) -> Value {
    let kind = match field.attribute("type").as_i64() {
        Some(1) => "single_select",
        Some(2) => "multi_select",
        Some(4..=6) => "text_array",
        Some(7) => "number",
        Some(8) => "datetime",
        Some(_) | None => "text",
    };
    let mut table = json!({ "name": name(field), "type": kind });
    if let Some(label) = field.text("display_name") {
        table["display_name"] = json!(label);
    }
    if let Some(section) = field.text("category") {
        table["section"] = json!(section);
    }
    let required = match (field.flag("required"), field.text("collected")) {
        (true, _) => Some("declaration"),
        // The form has every field, and does not require it.
        (false, Some("active")) => None,
        (false, from) => from,
    };
    if let Some(required) = required {
        table["required"] = json!(required);
    }
    if kind.ends_with("_select") {
        let values = field.attribute("valid_values").as_array();
        let values = values.into_iter().flatten();
        let values: Vec<_> = values.filter_map(|it| text(&it["value"])).collect();
        table["values"] = json!(values);
    }
    if let Some(default) = field.text("default_value") {
        table["default"] = json!(default);
    }
    table
}

fn role_table(role: &Resource) -> Value {
    let is_single = role.attribute("policy")["is_single"].as_bool();
    let capacity = match is_single.unwrap_or_default() {
        true => "one",
        false => "several",
    };
    let description = role.text("description").unwrap_or_default();
    json!({ "name": name(role), "people": capacity, "description": description })
}

fn template_table(template: &Resource) -> Value {
    let text = |name: &str| template.text(name).unwrap_or_default();
    json!({
        "name": name(template),
        "category": template.text("category").unwrap_or("Datadog"),
        "subject": text("subject"),
        "body": text("content"),
    })
}
