//! Tests of alert rules: their settings, matching, grouping and templates.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    AlertAction, AlertFacts, AlertRule, AlertRuleError, CompiledRules, LabelMatcher, MatchOperator,
    group_key, render,
};
use crate::{Settings, Severity};

fn labels(labels: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    labels.iter().map(owned).collect()
}

fn facts<'a>(labels: &'a BTreeMap<String, String>) -> AlertFacts<'a> {
    AlertFacts {
        source_id: 1,
        source: "prom-eu",
        key: "9f3a",
        title: "21 % errors",
        severity: "critical",
        description: "",
        labels,
        group: None,
    }
}

fn rule(json: Value) -> AlertRule {
    serde_json::from_value(json).unwrap()
}

fn errors_of(rules: Value) -> Vec<String> {
    let changed = Settings::default().with_values([("alert_rules".to_owned(), rules)]);
    let errors = changed.err().unwrap_or_default();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn fresh_install_suggests_an_incident_for_every_alert() {
    let settings = Settings::default();
    let labels = labels(&[]);
    let rules = CompiledRules::new(&settings.alert_rules);
    let rule = rules.rule_for(&facts(&labels)).unwrap();
    assert_eq!(rule.action, AlertAction::Suggest);
    assert_eq!(rule.channel, None);
    assert_eq!(
        rule.summary(),
        "All alerts → suggest an incident in the announcements channel"
    );
}

#[test]
fn rule_round_trips_and_omits_defaults() {
    let short = json!({ "name": "Checkout", "match": ["service=checkout"], "action": "declare" });
    let parsed = rule(short.clone());
    assert_eq!(serde_json::to_value(&parsed).unwrap(), short);
    assert_eq!(parsed.hold_period().num_minutes(), 2);
    assert_eq!(
        parsed.summary(),
        "Alerts with service = checkout → declare an incident, held 2 min"
    );
}

#[test]
fn rule_is_summarized() {
    let summary = |json: Value| rule(json).summary();
    let matchers = [
        "severity=critical",
        "env!=test",
        "team!=",
        "pod=~c-.*",
        "zone=",
    ];
    assert_eq!(
        summary(json!({
            "name": "A", "sources": ["prom-eu", "Grafana"], "match": matchers, "action": "declare", "severity": "SEV-2",
            "private": true, "threshold": 3,
        })),
        "prom-eu or Grafana alerts with severity = critical and env ≠ test and any team and pod matching c-.* and no \
         zone → declare a private incident, SEV-2, held 2 min, from 3 alerts on"
    );
    assert_eq!(
        summary(
            json!({ "name": "A", "action": "suggest", "channel": "#ops", "test": true, "type": "Security" })
        ),
        "All alerts → suggest a test incident of type Security in #ops"
    );
    assert_eq!(
        summary(json!({ "name": "A", "action": "ignore", "severity": "SEV-2" })),
        "All alerts → list them, nothing else"
    );
    assert_eq!(
        summary(json!({ "name": "A", "action": "attach" })),
        "All alerts → add to the open incident of their group"
    );
}

#[test]
fn unknown_incident_type_is_named_with_the_known_ones() {
    let wrong = rule(json!({ "name": "A", "type": "Outage" }));
    let errors = Settings::default().alert_rule_change_errors(vec![wrong]);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].part, "type");
    assert_eq!(
        errors[0].problem,
        "there's no incident type Outage. The types are: Incident."
    );
    let known = rule(json!({ "name": "A", "type": "incident" }));
    assert_eq!(
        Settings::default().alert_rule_change_errors(vec![known]),
        []
    );
}

#[test]
fn all_mistakes_of_a_rule_are_named_with_their_parts() {
    let wrong = rule(json!({
        "name": "A ", "match": ["a=~(", "b!~["], "threshold": 0, "limit": 2000, "title": "{{x}}", "severity": "SEV-9",
        "fields": { "zone": "{{y}}" }, "group_by": [" "], "channel": "two words",
    }));
    let errors = Settings::default().alert_rule_change_errors(vec![wrong]);
    let parts: Vec<_> = errors.iter().map(|error| error.part.as_str()).collect();
    assert_eq!(
        parts,
        [
            "name",
            "group_by",
            "channel",
            "match",
            "match",
            "threshold",
            "limit",
            "title",
            "fields.zone",
            "severity",
            "fields.zone",
        ]
    );
    let sentences: Vec<_> = errors.iter().map(AlertRuleError::sentence).collect();
    assert_eq!(sentences[5], "Must be 1 to 1000, not 0.");
    assert_eq!(sentences[9], "There's no severity SEV-9.");
}

#[test]
fn first_matching_rule_decides() {
    let rules = [
        rule(json!({ "name": "off", "enabled": false })),
        rule(json!({ "name": "other source", "sources": ["prom-us"] })),
        rule(json!({ "name": "pods", "match": ["pod=~c-[0-9]+", "severity!=info"] })),
        rule(json!({ "name": "rest" })),
    ];
    let compiled = CompiledRules::new(&rules);
    let name = |pod: &str| {
        let labels = labels(&[("pod", pod)]);
        let rule = compiled.rule_for(&facts(&labels));
        rule.map(|rule| rule.name.clone()).unwrap()
    };
    assert_eq!(name("c-12"), "pods");
    // A pattern matches the whole value.
    assert_eq!(name("xc-12"), "rest");
    assert_eq!(name("c-12\nx"), "rest");
}

#[test]
fn matcher_is_parsed_with_and_without_quotation_marks() {
    let parse = |text: &str| text.parse::<LabelMatcher>();
    let parsed = parse("severity =~ \"critical|page\"").unwrap();
    assert_eq!(parsed.operator, MatchOperator::Matches);
    assert_eq!(parsed.to_string(), "severity=~critical|page");
    assert_eq!(parse("a!=b").unwrap().operator, MatchOperator::NotEqual);
    assert_eq!(parse("a!~b").unwrap().operator, MatchOperator::MatchesNot);
    assert_eq!(parse("a=b=c").unwrap(), LabelMatcher::equal("a", "b=c"));
    for wrong in ["", "a", "=b", "!a", "a!b"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn mistakes_are_named() {
    let start = "alert_rules must be corrected. ";
    let cases = [
        (json!([{ "name": " " }]), "rule 1: the name is missing."),
        (
            json!([{ "name": "A" }, { "name": "a" }]),
            "a: there's already a rule A.",
        ),
        (
            json!([{ "name": "A", "threshold": 0 }]),
            "A: threshold must be 1 to 1000, not 0.",
        ),
        (
            json!([{ "name": "A", "title": "{{name}}" }]),
            "A: there's no variable {{name}}. Use {{title}}, {{severity}}, {{source}}, {{description}} or \
             {{labels.name}}.",
        ),
        (
            json!([{ "name": "A", "severity": "SEV-9" }]),
            "A: there's no severity SEV-9.",
        ),
        (
            json!([{ "name": "A", "fields": { "zone": "{{labels.zone}}" } }]),
            "A: there's no field zone.",
        ),
        (
            json!([{ "name": "A", "channel": "two words" }]),
            "A: the channel must be a name such as #alerts.",
        ),
    ];
    for (rules, problem) in cases {
        assert_eq!(errors_of(rules), [format!("{start}{problem}")]);
    }
}

#[test]
fn invalid_pattern_and_unknown_attribute_are_named() {
    let start = "alert_rules must be corrected. ";
    let unclosed = errors_of(json!([{ "name": "A", "match": ["a=~("] }]));
    assert_eq!(
        unclosed,
        [format!(
            "{start}A: the pattern of a is wrong: unclosed group."
        )]
    );
    for wrong in [
        json!([{ "name": "A", "when": "x" }]),
        json!("A"),
        json!([{}]),
    ] {
        assert!(errors_of(wrong)[0].starts_with("alert_rules must be a list of alert rules"));
    }
}

#[test]
fn groups_are_those_of_the_rule_then_of_the_sender_then_of_the_service() {
    let zoned = labels(&[("service", "checkout"), ("zone", "eu")]);
    let none = labels(&[]);
    let by_zone = rule(json!({ "name": "A", "group_by": ["zone"] }));
    let default = AlertRule::default();
    let grouped = AlertFacts {
        group: Some("{}:{alertname=\"X\"}"),
        ..facts(&zoned)
    };
    assert_eq!(group_key(&by_zone, &grouped), "labels:[(\"zone\", \"eu\")]");
    assert_eq!(
        group_key(&default, &grouped),
        "group:1:{}:{alertname=\"X\"}"
    );
    assert_eq!(group_key(&default, &facts(&zoned)), "service:checkout");
    assert_eq!(group_key(&default, &facts(&none)), "key:1:9f3a");
    let long = "x".repeat(5_000);
    let long = AlertFacts {
        group: Some(&long),
        ..facts(&none)
    };
    assert!(group_key(&default, &long).len() < 300);
}

#[test]
fn severity_is_that_of_the_rule_or_of_the_word() {
    let mapped = rule(json!({ "name": "A", "severities": { "Critical": "SEV-1" } }));
    assert_eq!(mapped.severity_for("critical"), Severity::Sev1);
    assert_eq!(mapped.severity_for("warning"), Severity::Sev4);
    let fixed = rule(json!({ "name": "A", "severity": "SEV-3" }));
    assert_eq!(fixed.severity_for("critical"), Severity::Sev3);
}

#[test]
fn template_inserts_texts_as_they_are() {
    let labels = labels(&[("__proto__", "{{title}}"), ("zone", "eu")]);
    let text = |template: &str| render(template, &facts(&labels));
    assert_eq!(text("{{ title }} in {{labels.zone}}"), "21 % errors in eu");
    assert_eq!(text("{{labels.__proto__}}"), "{{title}}");
    assert_eq!(text("{{labels.none}}\n {{title"), "{{title");
}

proptest! {
    #[test]
    fn negated_matcher_is_the_opposite(value in "[a-z]{0,4}", label in "[a-z]{0,4}") {
        let labels = labels(&[("l", &label)]);
        for (operator, opposite) in [("=", "!="), ("=~", "!~")] {
            let matches = |operator: &str| {
                let rule = [rule(json!({ "name": "A", "match": [format!("l{operator}{value}")] }))];
                CompiledRules::new(&rule).rule_for(&facts(&labels)).is_some()
            };
            prop_assert_ne!(matches(operator), matches(opposite));
            prop_assert_eq!(matches(operator), label == value);
        }
    }

    #[test]
    fn matcher_is_parsed_as_it_was_written(
        operator in 0..4_usize,
        value in prop_oneof![r#"[~"= \t]{0,3}[a-z?]{0,2}[~" \n]{0,3}"#, "(.|\n){0,20}"],
    ) {
        use MatchOperator::{Equal, Matches, MatchesNot, NotEqual};
        let operator = [Equal, NotEqual, Matches, MatchesNot][operator];
        let matcher = LabelMatcher { label: "l".to_owned(), operator, value };
        prop_assert_eq!(matcher.to_string().parse(), Ok(matcher));
    }

    #[test]
    fn any_pattern_is_accepted_or_reported(pattern in "(.|\n){0,40}", value in ".{0,10}") {
        let matcher = LabelMatcher {
            label: "l".to_owned(),
            operator: MatchOperator::Matches,
            value: pattern,
        };
        let rules = [AlertRule { matchers: vec![matcher], ..AlertRule::default() }];
        let labels = labels(&[("l", &value)]);
        let is_match = CompiledRules::new(&rules).rule_for(&facts(&labels)).is_some();
        let errors = errors_of(json!(rules));
        prop_assert!(errors.is_empty() || !is_match);
    }

    #[test]
    fn groups_by_labels_are_distinct_unless_the_values_are_equal(
        one in prop::array::uniform2(".{0,6}"),
        other in prop::array::uniform2(".{0,6}"),
    ) {
        let rule = rule(json!({ "name": "A", "group_by": ["a", "b"] }));
        let key = |values: &[String; 2]| {
            let labels = labels(&[("a", &values[0]), ("b", &values[1])]);
            group_key(&rule, &facts(&labels))
        };
        prop_assert_eq!(key(&one) == key(&other), one == other);
    }

    #[test]
    fn any_template_is_rendered(template in "(.|\n){0,60}") {
        let labels = labels(&[]);
        let _ = render(&template, &facts(&labels));
    }
}
