//! Tests of the validation of message templates.

use serde_json::{Value, json};

use crate::notification::MessageTemplate;
use crate::{Settings, UserClock};

fn template(name: &str) -> MessageTemplate {
    MessageTemplate {
        name: name.to_owned(),
        category: "Incident".to_owned(),
        subject: "{{incident.title}}".to_owned(),
        body: "{{incident.summary}}".to_owned(),
        incident_type: None,
    }
}

fn errors(templates: &[MessageTemplate]) -> Vec<String> {
    let errors = Settings::default().template_errors(templates);
    errors.iter().map(ToString::to_string).collect()
}

/// Texts with an invalid variable, and the problem.
const INVALID: [(&str, &str); 10] = [
    (
        "{{incident.comander}}",
        "there's no {{incident.comander}}; did you mean {{incident.commander}}?",
    ),
    (
        "{{title}}",
        "there's no {{title}}; did you mean {{incident.title}}?",
    ),
    (
        "{{ Incident.Title }}",
        "there's no {{Incident.Title}}; did you mean {{incident.title}}?",
    ),
    ("{{incident.weather}}", "there's no {{incident.weather}}."),
    (
        "{{ }}",
        "{{ }} names no variable, such as {{incident.title}}.",
    ),
    (
        "{{incident.ms_teams_channel_name}}",
        "there's no {{incident.ms_teams_channel_name}}: incidents have channels in Slack, not in Microsoft \
             Teams.",
    ),
    (
        "{{incident.ai_impact}}",
        "there's no {{incident.ai_impact}}: no text is written by AI.",
    ),
    (
        "Hi {{incident.title",
        "“{{incident.title” isn't closed; end the variable with }} in the same line.",
    ),
    (
        "{{incident.title {{incident.id}}",
        "“{{incident.title {{incident.id}}” isn't closed; end the variable with }} in the same line.",
    ),
    (
        "{{incident.title\n}}",
        "“{{incident.title” isn't closed; end the variable with }} in the same line.",
    ),
];

#[test]
fn unknown_variable_is_rejected_with_the_nearest() {
    for (text, problem) in INVALID {
        assert_eq!(
            Settings::default().variable_errors(text),
            [problem],
            "{text}"
        );
    }
    for text in [
        "",
        "}} {incident.title}",
        "{{incident.title}}{{ incident.id}}",
    ] {
        assert!(
            Settings::default().variable_errors(text).is_empty(),
            "{text}"
        );
    }
}

#[test]
fn each_problem_of_each_template_is_named() {
    let long = MessageTemplate {
        subject: "x".repeat(1_000),
        body: "{{a}} {{a}} {{incident.sumary}}".to_owned(),
        ..template("Long")
    };
    let blank = MessageTemplate {
        category: " ".to_owned(),
        subject: "a\nb".to_owned(),
        body: "\u{200B}".to_owned(),
        ..template("")
    };
    assert_eq!(
        errors(&[template("Update"), template(" update"), long, blank]),
        [
            "update: there's already a template Update.",
            "Long: the subject has 1000 characters; 255 is the most.",
            "Long: there's no {{a}}.",
            "Long: there's no {{incident.sumary}}; did you mean {{incident.summary}}?",
            "template 4: the name is missing.",
            "template 4: the category is missing.",
            "template 4: the subject must be one line.",
            "template 4: the body is missing.",
        ]
    );
    let many: Vec<_> = (0..101)
        .map(|number| template(&number.to_string()))
        .collect();
    assert_eq!(
        errors(&many),
        ["100: that's one too many: there can be 100 templates."]
    );
}

fn with(settings: &Settings, key: &str, value: Value) -> Result<Settings, String> {
    let changed = settings.with_values([(key.to_owned(), value)]);
    changed.map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

#[test]
fn setting_of_templates_names_each_problem() {
    let invalid = json!([{ "name": "A", "category": "B", "subject": "{{x}}", "body": "{{y" }]);
    assert_eq!(
        with(&Settings::default(), "message_templates", invalid).unwrap_err(),
        "message_templates must be corrected. A: there's no {{x}}. A: “{{y” isn't closed; end the variable with \
         }} in the same line."
    );
    let none = with(&Settings::default(), "message_templates", json!([])).unwrap();
    assert!(none.templates_by_category().is_empty());
}

#[test]
fn field_that_a_template_names_cannot_be_removed() {
    let fields = json!([{ "name": "region", "type": "text" }]);
    let settings = with(&Settings::default(), "fields", fields).unwrap();
    let named =
        json!([{ "name": "A", "category": "B", "subject": "{{incident.region}}", "body": "x" }]);
    let settings = with(&settings, "message_templates", named).unwrap();
    assert_eq!(
        with(&settings, "fields", json!([])).unwrap_err(),
        "fields must have the fields that message templates name. A: there's no {{incident.region}}."
    );
    assert!(with(&settings, "archive_after_days", json!(3)).is_ok());
}

#[test]
fn templates_are_listed_by_category_and_found_in_any_case() {
    let settings = Settings::default();
    let groups = settings.templates_by_category();
    let names = |index: usize| {
        let (category, templates) = &groups[index];
        let names: Vec<_> = templates.iter().map(|it| it.name.as_str()).collect();
        (*category, names)
    };
    assert_eq!(names(0), ("Incident", vec!["Declared", "Update"]));
    assert_eq!(names(1), ("Recovery", vec!["Stable", "Resolved"]));
    assert_eq!(names(2), ("Summary", vec!["Executive summary"]));
    assert_eq!(groups.len(), 3);
    assert!(settings.message_template("executive Summary ").is_some());
    assert_eq!(settings.message_template("other"), None);
}

#[test]
fn time_is_shown_with_its_zone() {
    let at = super::minutes(0);
    let format = |zone: &str| UserClock::new(at, zone).display_with_zone(at);
    assert_eq!(format("Europe/Paris"), "Mon 23 Nov 16:20 CET");
    assert_eq!(format("nowhere"), "Mon 23 Nov 15:20 UTC");
}

#[test]
fn unclosed_variable_is_found_at_its_start() {
    for (text, start) in [
        ("", None),
        ("{{incident.id}} x\n}}", None),
        ("a {{incident.id}} {{inc", Some(18)),
        ("ä\nb {{\n{{incident.id}}", Some(5)),
    ] {
        assert_eq!(crate::unclosed_variable(text), start, "{text}");
    }
}

#[test]
fn template_is_replaced_where_it_is_or_added() {
    let settings = Settings::default();
    let before = &settings.message_templates[1];
    let after = settings.with_template(Some(before), template("New"));
    assert_eq!((after.len(), after[1].name.as_str()), (5, "New"));
    for other in [None, Some(&template("Deleted"))] {
        let after = settings.with_template(other, template("New"));
        assert_eq!((after.len(), after[5].name.as_str()), (6, "New"));
    }
}
