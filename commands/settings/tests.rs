//! Tests of the settings modal: changed settings, invalid input and Slack's limits.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;
use crate::testing::{any_text, block_kit_errors, request_length, submit_unchanged, submit_with};

fn scribe() -> RoleText {
    RoleText {
        name: "Scribe".to_owned(),
        capacity: "one",
        description: "Writes: all of it.".to_owned(),
        incident_type: None,
    }
}

fn defaults() -> SettingsDefaults {
    SettingsDefaults {
        levels: Severity::ALL[1..6].to_vec(),
        has_unknown: true,
        labels: vec![(Severity::Sev1, "Critical".to_owned())],
        descriptions: vec![(Severity::Sev1, "All is lost.".to_owned())],
        has_completed: false,
        roles: vec![scribe()],
        channel_name: "incident-{{public_id}}".to_owned(),
        announced: vec!["status".to_owned()],
        reminder_minutes: vec![(Severity::Sev1, 30)],
        unknown_reminder_minutes: 60,
        archive_after_days: 0,
        may_guests_declare: true,
    }
}

fn changed(field: &str, value: Value) -> ChangedSettings {
    read(&submit_with(&modal(&defaults()), &[(field, value)]))
}

/// Asserts that changing a field changes exactly its setting.
fn assert_changes(cases: impl IntoIterator<Item = (&'static str, Value, Value)>) {
    for (field, value, expected) in cases {
        let expected = ChangedSettings {
            values: vec![(field.to_owned(), expected)],
            errors: FieldErrors::default(),
        };
        assert_eq!(changed(field, value), expected);
    }
}

#[test]
fn only_changed_severity_settings_are_read() {
    assert_changes([
        (LEVELS, json!("SEV-0 SEV-1"), json!(["SEV-0", "SEV-1"])),
        (UNKNOWN, json!("no"), json!(false)),
        (COMPLETED, json!("yes"), json!(true)),
        (
            LABELS,
            json!("sev 1: Bad: very\n\nSEV-2:Meh"),
            json!({ "SEV-1": "Bad: very", "SEV-2": "Meh" }),
        ),
        (LABELS, Value::Null, json!({})),
        (DESCRIPTIONS, json!("2: Bad"), json!({ "SEV-2": "Bad" })),
    ]);
}

#[test]
fn only_changed_settings_are_read() {
    assert_changes([
        (
            CHANNEL_NAME,
            json!("inc-{{public_id}}"),
            json!("inc-{{public_id}}"),
        ),
        (
            REMINDER_MINUTES,
            json!("SEV-1: 15\nSEV-3: 60"),
            json!({ "SEV-1": 15, "SEV-3": 60 }),
        ),
        (
            ROLES,
            json!("Scribe (one): Writes: all of it.\n Fixer (Several)"),
            json!([
                { "name": "Scribe", "people": "one", "description": "Writes: all of it." },
                { "name": "Fixer", "people": "several", "description": "" },
            ]),
        ),
        (
            ANNOUNCED,
            json!(["title", "status"]),
            json!(["title", "status"]),
        ),
        (ANNOUNCED, json!([]), json!([])),
        (UNKNOWN_REMINDER_MINUTES, json!("0"), json!(0)),
        (ARCHIVE, json!("7"), json!(7)),
        (GUESTS, json!("no"), json!("no_guests")),
    ]);
}

#[test]
fn invalid_input_is_reported_under_its_field() {
    let trouble = |field, value: &str| {
        let changed = changed(field, json!(value));
        assert_eq!(changed.values, []);
        changed.errors.to_string()
    };
    assert_eq!(
        trouble(LABELS, "SEV-1: Bad\nawful"),
        "Line 2: use the format “SEV-2: High”."
    );
    assert_eq!(
        trouble(REMINDER_MINUTES, "SEV-1: soon"),
        "Line 1: use the format “SEV-1: 30”."
    );
    assert_eq!(
        trouble(REMINDER_MINUTES, "1: 3\nSEV-1: 4"),
        "Line 2: SEV-1 is already listed."
    );
    assert_eq!(
        trouble(ROLES, "Scribe (one)\nFixer"),
        "Line 2: use the format “Scribe (one): You take notes”."
    );
    assert_eq!(
        trouble(ARCHIVE, "a week"),
        "Enter a whole number of days, such as 30 (0 = never)."
    );
}

#[test]
fn valid_fields_are_read_next_to_invalid_ones() {
    let fields = [
        (ARCHIVE, json!("a week")),
        (UNKNOWN_REMINDER_MINUTES, json!("soon")),
        (CHANNEL_NAME, json!("inc-{{public_id}}")),
    ];
    let changed = read(&submit_with(&modal(&defaults()), &fields));
    let errors: Vec<_> = changed.errors.iter().map(|(field, _)| field).collect();
    assert_eq!(errors, [ARCHIVE, UNKNOWN_REMINDER_MINUTES]);
    assert_eq!(changed.values.len(), 1);
    assert_eq!(changed.values[0].0, CHANNEL_NAME);
}

#[test]
fn longest_texts_fit_slacks_request_limit() {
    for sign in ["障", "🔥"] {
        let signs = |long: usize| sign.repeat(long / sign.encode_utf16().count());
        let long_levels = |longest: usize| vec![(Severity::Sev1, signs(longest - "SEV-1: ".len()))];
        let about = RoleText {
            description: signs(LONGEST_ROLES - "Scribe (one): ".len()),
            ..scribe()
        };
        let form = modal(&SettingsDefaults {
            levels: Severity::ALL[1..11].to_vec(),
            labels: long_levels(LONGEST_LABELS),
            descriptions: long_levels(LONGEST_DESCRIPTIONS),
            roles: vec![about],
            reminder_minutes: Severity::ALL.map(|it| (it, 10_080)).to_vec(),
            channel_name: signs(LONGEST_CHANNEL_NAME),
            announced: announced_events()
                .iter()
                .map(|(_, name)| (*name).to_owned())
                .collect(),
            ..defaults()
        });
        let texts = serde_json::to_string(&form).unwrap();
        assert!(
            !texts.contains("It stays as it is."),
            "every text fits into its field"
        );
        // A user can also enter other reminders, up to the maximum length.
        let brought = request_length(&form) + 9 * LONGEST_REMINDERS;
        assert!(brought < 62 * 1024, "{sign}: {brought}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn unchanged_modal_changes_nothing_and_is_within_slacks_limits(
        label in "\\PC{0,40}",
        channel_name in any_text(),
        archive_after_days in any::<u32>(),
        count in 1_usize..=11,
    ) {
        let initial = SettingsDefaults {
            levels: Severity::ALL[..count].to_vec(),
            labels: Severity::ALL.map(|it| (it, label.clone())).to_vec(),
            descriptions: Severity::ALL.map(|it| (it, label.clone())).to_vec(),
            roles: vec![RoleText { description: label.repeat(count * 10), ..scribe() }; count],
            reminder_minutes: Severity::ALL.map(|it| (it, u32::MAX)).to_vec(),
            channel_name,
            archive_after_days,
            ..defaults()
        };
        let form = modal(&initial);
        prop_assert_eq!(block_kit_errors(&form), Vec::<String>::new());
        prop_assert_eq!(read(&submit_unchanged(&form)), ChangedSettings::default());
    }

    #[test]
    fn any_lines_are_parsed_without_panic(text in "(.|\n)*") {
        let _ = changed(LABELS, json!(text));
        let _ = changed(REMINDER_MINUTES, json!(text));
        let _ = changed(ROLES, json!(text));
    }
}
