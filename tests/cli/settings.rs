//! `muster settings` as an operator uses it: output, exit codes, changes.

use std::path::Path;

use muster::handbook::find_topic;
use muster_domain::postmortem::POSTMORTEM_VARIABLES;
use muster_domain::{SETTINGS, TEMPLATE_VARIABLES};

use crate::support::binary::{muster, run};

/// Runs `muster settings` in a folder. Returns its exit code, stdout and stderr.
pub(crate) fn run_settings(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let (code, stdout, stderr) = run(muster(folder).arg("settings").args(arguments));
    let trimmed = |text: String| text.trim_end().to_owned();
    (code, trimmed(stdout), trimmed(stderr))
}

pub(crate) fn run_successfully(folder: &Path, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run_settings(folder, arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
    stdout
}

pub(crate) fn run_rejected(folder: &Path, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run_settings(folder, arguments);
    assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
    stderr
}

#[test]
fn show_lists_every_setting_with_its_description() {
    let folder = tempfile::tempdir().unwrap();
    let stdout = run_successfully(folder.path(), &["show"]);
    assert_eq!(run_successfully(folder.path(), &[]), stdout);
    for setting in SETTINGS {
        assert!(stdout.contains(&format!("{} = ", setting.key)), "{stdout}");
        assert!(stdout.contains(setting.description), "{stdout}");
    }
    assert!(!stdout.contains("Default:"), "{stdout}");
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
        "Already set."
    );
    let stdout = run_successfully(folder, &["show"]);
    assert!(stdout.contains("\n    Default: \"everybody\""), "{stdout}");
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
    let stderr = run_rejected(folder, &["get", "severitys"]);
    assert!(stderr.starts_with("severitys isn't a setting. Settings: severity_levels, "));
    assert_eq!(
        run_rejected(folder, &["set", "channel_name", "- -"]),
        "Nothing was changed: channel_name must produce a name: use letters, digits or a variable such as \
         {{public_id}}."
    );
    assert!(
        run_rejected(folder, &["set", "severity_levels", "[]"])
            .contains("must list 1 to 10 severities, not 0.")
    );
    let eleven = "[\"SEV-0\",\"SEV-1\",\"SEV-2\",\"SEV-3\",\"SEV-4\",\"SEV-5\",\"SEV-6\",\"SEV-7\",\
                  \"SEV-8\",\"SEV-9\",\"SEV-10\"]";
    assert!(
        run_rejected(folder, &["set", "severity_levels", eleven])
            .contains("must list 1 to 10 severities, not 11.")
    );
}

/// Settings, values of a wrong type, and what is reported.
const WRONG_VALUES: [(&str, &str, &str); 4] = [
    (
        "archive_after_days",
        "banana",
        "must be a whole number of days, such as 30 (0 = never).",
    ),
    (
        "severity_levels",
        "SEV-1",
        "must be a list of severities from SEV-0 to SEV-10, worst first, such as [\"SEV-1\", \"SEV-2\", \
             \"SEV-3\"].",
    ),
    (
        "who_declares",
        "nobody",
        "must be \"everybody\" or \"no_guests\".",
    ),
    (
        "reminder_minutes",
        "30",
        "must be whole numbers of minutes by severity, such as { SEV-1 = 30, SEV-2 = 60 } (0 = never).",
    ),
];

#[test]
fn wrong_values_are_reported_with_an_example_that_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (key, value, problem) in WRONG_VALUES {
        let stderr = run_rejected(folder, &["set", key, value]);
        assert_eq!(stderr, format!("Nothing was changed: {key} {problem}"));
    }
    for setting in SETTINGS {
        let Some((_, example)) = setting.format.split_once(", such as ") else {
            continue;
        };
        let example = example
            .split(" (")
            .next()
            .unwrap()
            .split(", where")
            .next()
            .unwrap();
        run_successfully(folder, &["set", setting.key, example]);
    }
    let json = r#"{"SEV-1":1,"SEV-2":2}"#;
    run_successfully(folder, &["set", "reminder_minutes", json]);
    assert_eq!(
        run_successfully(folder, &["get", "reminder_minutes"]),
        "{ SEV-1 = 1, SEV-2 = 2 }"
    );
    assert_eq!(
        run_successfully(folder, &["set", "status_completed", "true"]),
        "Changed:\n\n  status_completed\n    from false\n    to   true"
    );
}

#[test]
fn export_does_not_overwrite_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("team.toml"), "mine").unwrap();
    let (code, stdout, stderr) = run_settings(folder, &["export", "team.toml"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert_eq!(
        stderr,
        "team.toml already exists, so nothing was written. Choose another file name."
    );
    assert_eq!(
        std::fs::read_to_string(folder.join("team.toml")).unwrap(),
        "mine"
    );
    let (code, _, stderr) = run_settings(folder, &["export", "nowhere/team.toml"]);
    assert_eq!(code, 1);
    assert!(
        stderr.starts_with("Can't write nowhere/team.toml: "),
        "{stderr}"
    );
}

#[test]
fn invalid_settings_file_is_reported_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = "archive_after_days = 3\nseveritys = 1\nstatus_completed = \"maybe\"\n\
                severity_labels = { SEV-1 = \"Bad\", SEV-2 = \"bad\" }\n";
    std::fs::write(folder.join("team.toml"), file).unwrap();
    let stderr = run_rejected(folder, &["import", "team.toml", "--yes"]);
    assert!(
        stderr.starts_with("Nothing was changed. 3 settings are invalid or unknown:"),
        "{stderr}"
    );
    for key in [
        "severitys isn't",
        "status_completed must be true or false.",
        "severity_labels must have unique labels:",
    ] {
        assert!(stderr.contains(&format!("\n  {key}")), "{stderr}");
    }
    std::fs::write(folder.join("team.toml"), "archive_after_days 3\n").unwrap();
    let stderr = run_rejected(folder, &["import", "team.toml", "--yes"]);
    assert!(
        stderr.starts_with("Nothing was changed. team.toml isn't valid TOML:\n"),
        "{stderr}"
    );
    assert_eq!(
        run_successfully(folder, &["get", "archive_after_days"]),
        "0"
    );

    let (code, _, stderr) = run_settings(folder, &["import", "no-such.toml"]);
    assert_eq!(code, 1);
    assert!(stderr.starts_with("Can't read no-such.toml: "), "{stderr}");
}

#[test]
fn import_previews_changes_and_applies_them_with_yes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(
        run_successfully(folder, &["export", "team.toml"]),
        format!("Wrote {} settings to team.toml.", SETTINGS.len())
    );
    let unchanged = "No changes: the settings already match the file.";
    assert_eq!(
        run_successfully(folder, &["import", "team.toml"]),
        unchanged
    );
    assert_eq!(
        run_successfully(folder, &["import", "team.toml", "--yes"]),
        unchanged
    );
}

#[test]
fn import_changes_only_the_settings_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run_successfully(folder, &["export", "team.toml"]);
    std::fs::write(folder.join("part.toml"), "archive_after_days = 3\n").unwrap();
    let change = "  archive_after_days\n    from 0\n    to   3";
    assert_eq!(
        run_successfully(folder, &["import", "part.toml"]),
        format!("This would change:\n\n{change}\n\nNothing was changed yet. Add --yes to apply.")
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
    // A file of an older version may list `declared`, which is announced anyway.
    let older = "announced = [\"declared\", \"severity\", \"status\", \"commander\"]\n";
    std::fs::write(folder.join("older.toml"), older).unwrap();
    assert_eq!(
        run_successfully(folder, &["import", "older.toml"]),
        "No changes: the settings already match the file."
    );
    // The file from before restores the old value.
    run_successfully(folder, &["import", "team.toml", "--yes"]);
    assert_eq!(
        run_successfully(folder, &["get", "archive_after_days"]),
        "0"
    );
}

#[test]
fn handbook_describes_every_template_variable() {
    let page = find_topic("notifications").unwrap().text;
    for variable in TEMPLATE_VARIABLES {
        let row = format!("| `{}` | {} |", variable.name, variable.description);
        assert!(page.contains(&row), "notifications.md lacks {row}");
    }
}

#[test]
fn handbook_describes_every_postmortem_variable() {
    let page = find_topic("postmortem").unwrap().text;
    for variable in POSTMORTEM_VARIABLES {
        let row = format!("| `{}` | {} |", variable.name, variable.description);
        assert!(page.contains(&row), "postmortem.md lacks {row}");
    }
}

#[test]
fn handbook_describes_every_setting() {
    let page = find_topic("settings").unwrap().text;
    for setting in SETTINGS {
        let row = format!("| `{}` | {} |", setting.key, setting.description);
        assert!(page.contains(&row), "settings.md lacks {row}");
    }
}

#[test]
fn setting_that_a_rule_names_is_removed_only_with_anyway() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rule = "[{ name = \"Small ones\", when = \"declared\", conditions = [{ field = \"severity\", values = \
                [\"SEV-5\"] }], recipients = [\"#exec\"] }]";
    run_successfully(folder, &["set", "notification_rules", rule]);
    let stored = run_successfully(folder, &["get", "notification_rules"]);
    assert!(
        stored.contains("values = [\"SEV-5\"] }], recipients"),
        "{stored}"
    );
    let levels = "[\"SEV-1\", \"SEV-2\", \"SEV-3\"]";
    let question = "  The notification rule “Small ones” names severity SEV-5.";
    assert_eq!(
        run_rejected(folder, &["set", "severity_levels", levels]),
        format!("Nothing was changed.\n\n{question}\n\nAdd --anyway to change it anyway.")
    );
    run_successfully(folder, &["set", "severity_levels", levels, "--anyway"]);
    let rules = run_successfully(folder, &["get", "notification_rules"]);
    assert_eq!(rules, stored, "the rule stays");
    let wrong = rule.replace("SEV-5", "SEV-9");
    assert_eq!(
        run_rejected(folder, &["set", "notification_rules", &wrong]),
        "Nothing was changed: notification_rules must be corrected. Small ones: there's no severity SEV-9."
    );
}
