//! `muster settings` as an operator uses it: output, exit codes, changes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::process::{Command, Output};

use muster::domain::SETTINGS;

/// Runs `muster settings` in a folder. Returns its exit code, stdout and stderr.
fn run_settings(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_muster"))
        .arg("settings")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().trim_end().to_owned();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn run_successfully(folder: &Path, arguments: &[&str]) -> String {
    let (code, said, why) = run_settings(folder, arguments);
    assert_eq!((code, why.as_str()), (0, ""), "{arguments:?}");
    said
}

fn run_rejected(folder: &Path, arguments: &[&str]) -> String {
    let (code, said, why) = run_settings(folder, arguments);
    assert_eq!((code, said.as_str()), (2, ""), "{arguments:?}: {why}");
    why
}

#[test]
fn show_lists_every_setting_with_its_description() {
    let folder = tempfile::tempdir().unwrap();
    let said = run_successfully(folder.path(), &["show"]);
    assert_eq!(run_successfully(folder.path(), &[]), said);
    for setting in SETTINGS {
        assert!(said.contains(&format!("{} = ", setting.key)), "{said}");
        assert!(said.contains(setting.description), "{said}");
    }
    assert!(!said.contains("Default:"), "{said}");
}

#[test]
fn changed_setting_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(
        run_successfully(folder, &["get", "who_declares"]),
        "\"everybody\""
    );
    assert_eq!(
        run_successfully(folder, &["set", "who_declares", "no_guests"]),
        "Changed:\n\n  who_declares\n    from \"everybody\"\n    to   \"no_guests\""
    );
    assert_eq!(
        run_successfully(folder, &["get", "who_declares"]),
        "\"no_guests\""
    );
    assert_eq!(
        run_successfully(folder, &["set", "who_declares", "no_guests"]),
        "Nothing to change: the setting already has this value."
    );
    let said = run_successfully(folder, &["show"]);
    assert!(said.contains("\n    Default: \"everybody\""), "{said}");
    run_successfully(folder, &["set", "reminder_minutes", "{ SEV-1 = 15 }"]);
    assert_eq!(
        run_successfully(folder, &["get", "reminder_minutes"]),
        "{ SEV-1 = 15 }"
    );
}

#[test]
fn invalid_or_unknown_settings_are_reported_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let why = run_rejected(folder, &["get", "severitys"]);
    assert!(why.starts_with("severitys is not a setting. The settings are: severity_levels, "));
    assert_eq!(
        run_rejected(folder, &["set", "channel_name", "- -"]),
        "Nothing was changed. One setting is invalid or unknown:\n\n  channel_name gives no name. A \
         channel's name has letters or digits: {{public_id}}."
    );
    assert!(run_rejected(folder, &["set", "severity_levels", "[]"]).contains("has no level."));
    let eleven = "[\"SEV-0\",\"SEV-1\",\"SEV-2\",\"SEV-3\",\"SEV-4\",\"SEV-5\",\"SEV-6\",\"SEV-7\",\
                  \"SEV-8\",\"SEV-9\",\"SEV-10\"]";
    assert!(run_rejected(folder, &["set", "severity_levels", eleven]).contains("has 11 levels."));

    let file = "archive_after_days = 3\nseveritys = 1\nstatus_completed = \"maybe\"\n\
                severity_labels = { SEV-1 = \"Bad\", SEV-2 = \"bad\" }\n";
    std::fs::write(folder.join("team.toml"), file).unwrap();
    let why = run_rejected(folder, &["import", "team.toml", "--yes"]);
    assert!(
        why.starts_with("Nothing was changed. 3 settings are invalid or unknown:"),
        "{why}"
    );
    for key in [
        "severitys is no",
        "status_completed does not",
        "severity_labels calls both",
    ] {
        assert!(why.contains(&format!("\n  {key} ")), "{why}");
    }
    std::fs::write(folder.join("team.toml"), "archive_after_days 3\n").unwrap();
    let why = run_rejected(folder, &["import", "team.toml", "--yes"]);
    assert!(
        why.starts_with("team.toml is not valid TOML, and nothing was changed:\n"),
        "{why}"
    );
    assert_eq!(
        run_successfully(folder, &["get", "archive_after_days"]),
        "0"
    );

    let (code, _, why) = run_settings(folder, &["import", "no-such.toml"]);
    assert_eq!(code, 1);
    assert!(why.starts_with("no-such.toml cannot be read: "), "{why}");
}

#[test]
fn import_previews_changes_and_applies_them_with_yes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(
        run_successfully(folder, &["export", "team.toml"]),
        format!("Wrote {} settings to team.toml.", SETTINGS.len())
    );
    let unchanged = "Nothing to change: the settings already match the file.";
    assert_eq!(
        run_successfully(folder, &["import", "team.toml"]),
        unchanged
    );
    assert_eq!(
        run_successfully(folder, &["import", "team.toml", "--yes"]),
        unchanged
    );

    std::fs::write(folder.join("part.toml"), "archive_after_days = 3\n").unwrap();
    let change = "  archive_after_days\n    from 0\n    to   3";
    assert_eq!(
        run_successfully(folder, &["import", "part.toml"]),
        format!(
            "This would change:\n\n{change}\n\nNothing was changed yet. Add --yes to apply it."
        )
    );
    assert_eq!(
        run_successfully(folder, &["get", "archive_after_days"]),
        "0"
    );
    assert_eq!(
        run_successfully(folder, &["import", "part.toml", "--yes"]),
        format!("Changed:\n\n{change}")
    );
    let exported = run_successfully(folder, &["export"]);
    assert!(
        exported.contains("# Default: 0\narchive_after_days = 3"),
        "{exported}"
    );
    // The file from before restores the old value.
    run_successfully(folder, &["import", "team.toml", "--yes"]);
    assert_eq!(
        run_successfully(folder, &["get", "archive_after_days"]),
        "0"
    );
}

#[test]
fn readme_describes_every_setting() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    for setting in SETTINGS {
        let row = format!("| `{}` | {} |", setting.key, setting.description);
        assert!(readme.contains(&row), "README.md lacks {row}");
    }
}
