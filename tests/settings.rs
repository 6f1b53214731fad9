//! `muster settings`, as an operator meets it: what it prints, its exit codes, what it changes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::process::{Command, Output};

use muster::domain::SETTINGS;

/// Runs `muster settings` in a folder; gives its exit code and what it said, well or not.
fn settings(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
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

fn done(folder: &Path, arguments: &[&str]) -> String {
    let (code, said, why) = settings(folder, arguments);
    assert_eq!((code, why.as_str()), (0, ""), "{arguments:?}");
    said
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let (code, said, why) = settings(folder, arguments);
    assert_eq!((code, said.as_str()), (2, ""), "{arguments:?}: {why}");
    why
}

#[test]
fn every_setting_is_shown_with_what_it_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let said = done(folder.path(), &["show"]);
    assert_eq!(done(folder.path(), &[]), said);
    for setting in SETTINGS {
        assert!(said.contains(&format!("{} = ", setting.key)), "{said}");
        assert!(said.contains(setting.says), "{said}");
    }
    assert!(!said.contains("Preset:"), "{said}");
}

#[test]
fn one_setting_is_changed_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(done(folder, &["get", "who_declares"]), "\"everybody\"");
    assert_eq!(
        done(folder, &["set", "who_declares", "no_guests"]),
        "Changed:\n\n  who_declares\n    from \"everybody\"\n    to   \"no_guests\""
    );
    assert_eq!(done(folder, &["get", "who_declares"]), "\"no_guests\"");
    assert_eq!(
        done(folder, &["set", "who_declares", "no_guests"]),
        "Nothing to change: it is so already."
    );
    let said = done(folder, &["show"]);
    assert!(said.contains("\n    Preset: \"everybody\""), "{said}");
    done(folder, &["set", "reminder_minutes", "{ SEV-1 = 15 }"]);
    assert_eq!(done(folder, &["get", "reminder_minutes"]), "{ SEV-1 = 15 }");
}

#[test]
fn what_is_wrong_or_unknown_is_named_and_nothing_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let why = refused(folder, &["get", "severitys"]);
    assert!(why.starts_with("severitys is no setting. There are: severity_levels, "));
    assert_eq!(
        refused(folder, &["set", "channel_name", "- -"]),
        "Nothing was changed. One setting needs your attention:\n\n  channel_name gives no name. A \
         channel's name has letters or digits: {{public_id}}."
    );
    assert!(refused(folder, &["set", "severity_levels", "[]"]).contains("has no level."));
    let eleven = "[\"SEV-0\",\"SEV-1\",\"SEV-2\",\"SEV-3\",\"SEV-4\",\"SEV-5\",\"SEV-6\",\"SEV-7\",\
                  \"SEV-8\",\"SEV-9\",\"SEV-10\"]";
    assert!(refused(folder, &["set", "severity_levels", eleven]).contains("has 11 levels."));

    let file = "archive_after_days = 3\nseveritys = 1\nstatus_completed = \"maybe\"\n\
                severity_labels = { SEV-1 = \"Bad\", SEV-2 = \"bad\" }\n";
    std::fs::write(folder.join("team.toml"), file).unwrap();
    let why = refused(folder, &["import", "team.toml", "--yes"]);
    assert!(
        why.starts_with("Nothing was changed. 3 settings need your attention:"),
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
    let why = refused(folder, &["import", "team.toml", "--yes"]);
    assert!(
        why.starts_with("team.toml is no TOML, and nothing was changed:\n"),
        "{why}"
    );
    assert_eq!(done(folder, &["get", "archive_after_days"]), "0");

    let (code, _, why) = settings(folder, &["import", "no-such.toml"]);
    assert_eq!(code, 1);
    assert!(why.starts_with("no-such.toml cannot be read: "), "{why}");
}

#[test]
fn a_file_says_what_it_would_change_before_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(
        done(folder, &["export", "team.toml"]),
        format!("Wrote {} settings to team.toml.", SETTINGS.len())
    );
    let unchanged = "Nothing to change: the settings are as the file has them.";
    assert_eq!(done(folder, &["import", "team.toml"]), unchanged);
    assert_eq!(done(folder, &["import", "team.toml", "--yes"]), unchanged);

    std::fs::write(folder.join("part.toml"), "archive_after_days = 3\n").unwrap();
    let change = "  archive_after_days\n    from 0\n    to   3";
    assert_eq!(
        done(folder, &["import", "part.toml"]),
        format!("This would change:\n\n{change}\n\nNothing was changed yet: add --yes to do it.")
    );
    assert_eq!(done(folder, &["get", "archive_after_days"]), "0");
    assert_eq!(
        done(folder, &["import", "part.toml", "--yes"]),
        format!("Changed:\n\n{change}")
    );
    let exported = done(folder, &["export"]);
    assert!(
        exported.contains("# Preset: 0\narchive_after_days = 3"),
        "{exported}"
    );
    // And back again, by the file from before.
    done(folder, &["import", "team.toml", "--yes"]);
    assert_eq!(done(folder, &["get", "archive_after_days"]), "0");
}

#[test]
fn the_readme_tells_what_each_setting_is_for() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    for setting in SETTINGS {
        let row = format!("| `{}` | {} |", setting.key, setting.says);
        assert!(readme.contains(&row), "README.md lacks {row}");
    }
}
