//! The list of notification rules on the page of the settings, and its buttons.

use serde_json::json;

use crate::domain::Settings;
use crate::domain::notification::NotificationRule;
use crate::error::Error;
use crate::web::access::AdminSession;
use crate::web::form::{Form, new_key};
use crate::web::layout::PageResult;
use crate::web::pages::settings::notification_rules::{CHANGE, KEY, LIST, editor_path, list_page};
use crate::web::pages::settings::rules_change::RulesChange;

/// A rule in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::pages::settings) struct RuleRow {
    pub(in crate::web::pages::settings) name: String,
    pub(in crate::web::pages::settings) is_on: bool,
    /// Its trigger, conditions and recipients.
    pub(in crate::web::pages::settings) summary: String,
    /// The names in it that do not exist any more; may be empty.
    pub(in crate::web::pages::settings) missing: String,
    /// The rule as JSON, by which a button knows whether it was changed meanwhile.
    pub(in crate::web::pages::settings) expected: String,
    /// The address of its form.
    pub(in crate::web::pages::settings) edit: String,
    /// The address of the form of a copy.
    pub(in crate::web::pages::settings) copy: String,
    /// The keys of its buttons.
    pub(in crate::web::pages::settings) key: String,
}

impl RuleRow {
    /// Returns the rules whose name or summary contains a text, in their order.
    pub(in crate::web::pages::settings) fn matching(settings: &Settings, text: &str) -> Vec<Self> {
        let rules = settings.notification_rules.iter();
        let rows = rules.map(|rule| Self::new(rule, settings));
        let text = text.to_lowercase();
        let is_meant = |row: &Self| {
            [&row.name, &row.summary]
                .iter()
                .any(|known| known.to_lowercase().contains(&text))
        };
        rows.filter(is_meant).collect()
    }

    fn new(rule: &NotificationRule, settings: &Settings) -> Self {
        let missing = settings.missing_names(rule).into_iter();
        let missing: Vec<_> = missing.map(|(_, name)| name).collect();
        Self {
            name: rule.name.clone(),
            is_on: rule.enabled,
            summary: rule.summary(),
            missing: missing.join(", "),
            expected: serde_json::to_string(rule).unwrap_or_default(),
            edit: editor_path("name", &rule.name),
            copy: editor_path("copy", &rule.name),
            key: new_key(),
        }
    }
}

/// Switches a rule on or off, moves it, or deletes it.
pub(super) async fn change(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let rule = form.expected("rule").map(serde_json::from_str);
    let rule: Option<NotificationRule> = rule.and_then(Result::ok);
    let mut rules = settings.notification_rules.clone();
    let index = rules.iter().position(|known| Some(known) == rule.as_ref());
    let Some(index) = index else {
        // The second of two clicks, or another admin changed it.
        return match rule {
            Some(rule) if is_done(&rule, &settings, &form) => Ok(list_page("saved")),
            Some(_) | None => Err(Error::Rejected(
                "Another admin changed or deleted this rule. Reload the settings.".to_owned(),
            )
            .into()),
        };
    };
    match form.value("action") {
        "on" => rules[index].enabled = true,
        "off" => rules[index].enabled = false,
        "up" if index > 0 => rules.swap(index, index - 1),
        "down" if index + 1 < rules.len() => rules.swap(index, index + 1),
        "delete" => drop(rules.remove(index)),
        _ => return Ok(list_page("unchanged")),
    }
    let change = RulesChange {
        form: &form,
        displayed: &settings,
        key: KEY,
        rules: json!(rules),
        action: CHANGE,
        list: LIST,
    };
    change.store(&signed_in, list_page("saved")).await
}

/// Returns whether the rule is already as the button makes it.
fn is_done(rule: &NotificationRule, settings: &Settings, form: &Form) -> bool {
    let mut done = rule.clone();
    match form.value("action") {
        "on" => done.enabled = true,
        "off" => done.enabled = false,
        "delete" => {
            let mut rules = settings.notification_rules.iter();
            return rules.all(|known| known.name != rule.name);
        }
        _ => return false,
    }
    settings.notification_rules.contains(&done)
}
