//! A rule as the values of its form. `reading` is the other direction.

use crate::domain::UserClock;
use crate::domain::alert::rule::AlertRule;
use crate::web::form::Form;

/// The value of a box that is ticked.
const TICKED: &str = "yes";

/// Returns the name of the input of a field's template.
pub(super) fn field_name(field: &str) -> String {
    format!("fields.{field}")
}

/// Returns the values of a form that displays a rule. Times are in the user's zone.
pub(super) fn form_of(rule: &AlertRule, clock: &UserClock) -> Form {
    let ticks = [
        ("enabled", rule.enabled),
        ("private", rule.private),
        ("test", rule.test),
    ];
    let ticks = ticks.into_iter().filter(|(_, is_on)| *is_on);
    let ticks = ticks.map(|(name, _)| (name.to_owned(), TICKED.to_owned()));
    let sources = rule.sources.iter();
    let sources = sources.map(|source| ("sources".to_owned(), source.clone()));
    let fields = rule.fields.iter();
    let fields = fields.map(|(field, text)| (field_name(field), text.clone()));
    let values = single_values(rule, clock).into_iter();
    let values = values.filter(|(_, value)| !value.is_empty());
    let values = values.map(|(name, value)| (name.to_owned(), value));
    Form::of_fields(values.chain(ticks).chain(sources).chain(fields))
}

fn single_values(rule: &AlertRule, clock: &UserClock) -> Vec<(&'static str, String)> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let lines = |lines: Vec<String>| lines.join("\n");
    let severities = rule.severities.iter();
    let severities = severities.map(|(name, severity)| format!("{name} = {severity}"));
    let hold_minutes = rule.hold_minutes.map(|minutes| minutes.to_string());
    let severity = rule.severity.map(|severity| severity.to_string());
    let commander = rule.commander.as_ref().map(ToString::to_string);
    let snoozed = rule.snoozed_until.map(|until| clock.format(until));
    vec![
        ("name", rule.name.clone()),
        (
            "match",
            lines(rule.matchers.iter().map(ToString::to_string).collect()),
        ),
        ("action", rule.action.to_string()),
        ("channel", text(&rule.channel)),
        ("hold_minutes", hold_minutes.unwrap_or_default()),
        ("threshold", rule.threshold.to_string()),
        ("severity", severity.unwrap_or_default()),
        ("severities", lines(severities.collect())),
        ("title", text(&rule.title)),
        ("commander", commander.unwrap_or_default()),
        ("service", text(&rule.service)),
        ("type", text(&rule.incident_type)),
        ("group_by", rule.group_by.join(", ")),
        ("window_minutes", rule.window_minutes.to_string()),
        ("limit", rule.limit.to_string()),
        ("limit_minutes", rule.limit_minutes.to_string()),
        ("when_resolved", rule.when_resolved.to_string()),
        ("reopen_minutes", rule.reopen_minutes.to_string()),
        ("snoozed_until", snoozed.unwrap_or_default()),
    ]
}
