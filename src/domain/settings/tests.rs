//! Tests of team settings.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

fn default_with(key: &str, value: Value) -> Result<Settings, Vec<SettingError>> {
    Settings::default().with_values([(key.to_owned(), value)])
}

#[test]
fn every_setting_is_listed_with_a_valid_default() {
    let preset = Settings::default();
    let keys: BTreeSet<_> = preset.to_map().into_iter().map(|(key, _)| key).collect();
    let known: BTreeSet<_> = SETTINGS.iter().map(|it| it.key.to_owned()).collect();
    assert_eq!(keys, known);
    let same = preset.values().into_iter();
    let same = same.map(|(setting, value)| (setting.key.to_owned(), value));
    assert_eq!(preset.with_values(same), Ok(preset.clone()));
    assert_eq!(preset.severity_scale(), SeverityScale::default());
    assert_eq!(preset.statuses(), Status::DEFAULTS);
}

#[test]
fn change_is_reported_by_key() {
    let settings = default_with("severity_unknown", json!(false)).unwrap();
    assert_eq!(settings.severity_scale().default_severity(), None);
    let changed = SettingChange {
        key: "severity_unknown",
        from: json!(true),
        to: json!(false),
    };
    assert_eq!(Settings::default().diff(&settings), [changed]);
}

#[test]
fn all_invalid_settings_are_reported_and_none_is_applied() {
    let new_values = [
        ("severitys".to_owned(), json!(1)),
        ("status_completed".to_owned(), json!("maybe")),
        ("archive_after_days".to_owned(), json!(2)),
    ];
    let wrong = Settings::default().with_values(new_values).unwrap_err();
    let keys: Vec<_> = wrong.iter().map(|wrong| wrong.key.as_str()).collect();
    assert_eq!(keys, ["severitys", "status_completed"]);
    assert!(
        wrong[0]
            .problem
            .starts_with("isn't a setting. Settings: severity_levels, ")
    );
    assert_eq!(
        wrong[1].to_string(),
        "status_completed must be true or false."
    );
}

#[test]
fn wrong_types_are_reported_without_rust_types() {
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!("banana"),
        json!(["banana"]),
        json!([1]),
        json!({ "banana": 1 }),
        json!({ "SEV-1": "banana" }),
        json!({ "SEV-1": [1] }),
    ];
    let internal = [
        "invalid type",
        "expected",
        "u32",
        "variant",
        "sequence",
        "map",
        "field `",
        "struct",
    ];
    for setting in SETTINGS {
        for value in &values {
            let Err(errors) = default_with(setting.key, value.clone()) else {
                continue;
            };
            let message = errors[0].to_string();
            let is_internal = internal.iter().any(|term| message.contains(term));
            assert!(!is_internal, "{message}");
            assert!(message.starts_with(setting.key), "{message}");
        }
        // Every setting rejects at least null.
        let errors = default_with(setting.key, json!(null)).unwrap_err();
        let expected = format!("{} must be {}.", setting.key, setting.format);
        assert_eq!(errors[0].to_string(), expected);
    }
}

#[test]
fn announced_declaration_of_older_settings_is_ignored() {
    let settings = default_with("announced", json!(["declared", "title"])).unwrap();
    assert_eq!(settings.announced, [AnnouncedEvent::Title]);
    assert!(default_with("announced", json!(["declaration"])).is_err());
}

#[test]
fn guests_may_declare_unless_excluded() {
    let no_guests = default_with("who_declares", json!("no_guests")).unwrap();
    assert!(!no_guests.may_declare(Some(AccountKind::Guest)));
    assert!(no_guests.may_declare(Some(AccountKind::Member)));
    assert!(no_guests.may_declare(None));
    assert!(Settings::default().may_declare(Some(AccountKind::Guest)));
}

#[test]
fn items_of_unknown_incident_types_are_rejected() {
    let role = |incident_type: i64| json!([{ "name": "Legal", "people": "one", "incident_type": incident_type }]);
    let settings = Settings::default();
    let with_role = |settings: &Settings, incident_type| {
        settings.with_values([("roles".to_owned(), role(incident_type))])
    };
    let errors = with_role(&settings, 2).unwrap_err();
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        ["roles names the incident type 2, which doesn't exist."]
    );
    let known = with_role(&settings, 1).unwrap();
    assert_eq!(known.roles[0].incident_type, Some(1));
    // A type that was deleted since stays.
    let mut deleted = known;
    deleted.incident_types[0].number = 3;
    assert!(with_role(&deleted, 1).is_ok());
}
