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
            .starts_with("is no setting. There are: severity_levels, ")
    );
    assert!(
        wrong[1].problem.ends_with("What would fit: false."),
        "{wrong:?}"
    );
}

#[test]
fn guests_may_declare_unless_excluded() {
    let no_guests = default_with("who_declares", json!("no_guests")).unwrap();
    assert!(!no_guests.may_declare(Some(AccountKind::Guest)));
    assert!(no_guests.may_declare(Some(AccountKind::Member)));
    assert!(no_guests.may_declare(None));
    assert!(Settings::default().may_declare(Some(AccountKind::Guest)));
}
