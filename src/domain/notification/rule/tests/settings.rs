//! Rules as a setting: how they are written, validated, and what they name.

use serde_json::{Value, json};

use crate::Settings;
use crate::notification::{NotificationRule, RuleQuestion};

fn settings(rules: Value) -> Result<Settings, Vec<String>> {
    with(&Settings::default(), "notification_rules", rules)
}

fn with(settings: &Settings, key: &str, value: Value) -> Result<Settings, Vec<String>> {
    let changed = settings.with_values([(key.to_owned(), value)]);
    changed.map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn error(rule: Value) -> String {
    let errors = settings(json!([rule])).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    let start = "notification_rules must be corrected. ";
    errors[0].strip_prefix(start).unwrap().to_owned()
}

fn full_rule() -> Value {
    json!({
        "name": "Executives",
        "enabled": false,
        "when": "declared_or_updated",
        "conditions": [
            { "field": "severity", "values": ["SEV-1", "UNKNOWN"] },
            { "field": "status", "values": ["active"] },
            { "field": "customer_impact", "values": ["ongoing"] },
            { "field": "detection_method", "values": ["monitor"] },
            { "field": "commander", "values": ["U0ALICE0001"] },
            { "field": "declared_by", "values": ["U0BOB000001"] },
            { "field": "services", "values": ["checkout", ""] },
        ],
        "visibility": "all",
        "tests": true,
        "renotify_on": ["title", "status_update", "teams"],
        "delay_minutes": 5,
        "at_most_every_minutes": 30,
        "recipients": ["#exec", "@commander"],
    })
}

#[test]
fn rule_is_written_as_it_is_read() {
    let rule: NotificationRule = serde_json::from_value(full_rule()).unwrap();
    assert_eq!(rule.conditions.len(), 7);
    assert_eq!(
        serde_json::to_value(&rule).unwrap(),
        normalized(full_rule())
    );
    let short = json!({ "name": "All", "when": "declared", "recipients": ["#exec"] });
    let rule: NotificationRule = serde_json::from_value(short.clone()).unwrap();
    assert_eq!(serde_json::to_value(&rule).unwrap(), short);
    assert!(rule.enabled);
}

/// Returns the rule with statuses and methods as they are stored.
fn normalized(rule: Value) -> Value {
    let parsed: NotificationRule = serde_json::from_value(rule.clone()).unwrap();
    let mut rule = rule;
    for (index, condition) in parsed.conditions.iter().enumerate() {
        rule["conditions"][index]["values"] = json!(condition.values());
    }
    rule
}

#[test]
#[expect(clippy::too_many_lines, reason = "one row per mistake")]
fn mistakes_of_a_rule_are_named() {
    let rule = |more: Value| {
        let mut rule =
            json!({ "name": "A", "when": "declared_or_updated", "recipients": ["#exec"] });
        for (key, value) in more.as_object().unwrap() {
            rule[key] = value.clone();
        }
        rule
    };
    for (more, expected) in [
        (json!({ "name": " " }), "rule 1: the name is missing."),
        (json!({ "recipients": [] }), "A: there are no recipients."),
        (
            json!({ "delay_minutes": 61 }),
            "A: enter 0 to 60 minutes, not 61.",
        ),
        (
            json!({ "at_most_every_minutes": 121 }),
            "A: enter 0 to 120 minutes, not 121.",
        ),
        (
            json!({ "conditions": [{ "field": "severity", "values": [] }] }),
            "A: the condition for severity has no values.",
        ),
        (
            json!({ "when": "declared", "renotify_on": ["status"] }),
            "A: a rule for declarations notifies once. To notify again, choose Declared or updated.",
        ),
        (
            json!({ "conditions": [{ "field": "region", "values": ["eu"] }] }),
            "A: there's no field region.",
        ),
        (
            json!({ "template": "Gone" }),
            "A: there's no template Gone.",
        ),
        (
            json!({ "recipients": ["@role:Scribe"] }),
            "A: there's no role Scribe.",
        ),
        (
            json!({ "conditions": [{ "field": "severity", "values": ["SEV-9"] }] }),
            "A: there's no severity SEV-9.",
        ),
    ] {
        assert_eq!(error(rule(more)), expected);
    }
    let twice = settings(json!([rule(json!({})), rule(json!({ "name": "a" }))]));
    let problem = "notification_rules must be corrected. a: there's already a rule A.";
    assert_eq!(twice.unwrap_err(), [problem]);
    for wrong in [
        json!({ "conditions": [{ "field": "title", "values": ["x"] }] }),
        json!({ "conditions": [{ "field": "severity", "values": ["SEV-99"] }] }),
        json!({ "recipients": ["nobody"] }),
        json!({ "conditons": [] }),
    ] {
        let errors = settings(json!([rule(wrong)])).unwrap_err();
        assert!(errors[0].starts_with("notification_rules must be a list of"));
    }
}

#[test]
fn removing_what_a_rule_names_is_confirmed_and_keeps_the_rule() {
    let rule = json!([{
        "name": "Small ones",
        "conditions": [
            { "field": "severity", "values": ["SEV-4", "SEV-5"] },
            { "field": "services", "values": ["checkout"] },
        ],
        "recipients": ["#exec", "@role:Communications Lead"],
    }]);
    let before = settings(rule.clone()).unwrap();
    let changes = [
        (
            "severity_levels",
            json!(["SEV-1", "SEV-2", "SEV-3", "SEV-4"]),
            "severity SEV-5",
        ),
        (
            "fields",
            json!([{ "name": "teams", "type": "multi_select" }]),
            "field services",
        ),
        ("roles", json!([]), "role Communications Lead"),
    ];
    for (key, value, lost) in changes {
        let after = with(&before, key, value.clone()).unwrap();
        assert_eq!(after.notification_rules, before.notification_rules);
        let questions = before.rule_questions(&after);
        let question = format!("The notification rule “Small ones” names {lost}.");
        assert_eq!(questions[0].to_string(), question);
        assert_eq!(questions.len(), 1);
        // What was stored stays valid, and later changes do not ask again.
        let key = "notification_rules".to_owned();
        let stored = Settings::default().with_stored_values([(key, rule.clone())]);
        assert!(stored.is_ok());
        assert!(after.rule_questions(&after).is_empty());
    }
}

#[test]
fn rule_that_sends_private_incidents_outside_is_confirmed() {
    let rule = |visibility: &str, recipients: Value| {
        settings(json!([{ "name": "A", "visibility": visibility, "recipients": recipients }]))
            .unwrap()
    };
    let none = Settings::default();
    let users = json!([
        "@commander",
        "@responders",
        "<@U0ALICE0001>",
        "@incident-slack-channel"
    ]);
    assert!(none.rule_questions(&rule("all", users)).is_empty());
    assert!(
        none.rule_questions(&rule("public", json!(["#exec"])))
            .is_empty()
    );
    let private = rule(
        "private",
        json!(["#exec", "boss@example.com", "@commander"]),
    );
    let question = RuleQuestion::LeavesPrivacy {
        rule: "A".to_owned(),
        recipients: vec!["#exec".to_owned(), "boss@example.com".to_owned()],
    };
    assert_eq!(none.rule_questions(&private), [question]);
    assert!(private.rule_questions(&private).is_empty());
    let more = rule("all", json!(["#exec", "boss@example.com", "#all"]));
    assert_eq!(private.rule_questions(&more).len(), 1);
}
