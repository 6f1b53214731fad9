//! `muster settings import` with a file that removes what notification rules name.

use crate::settings::{run_rejected, run_settings, run_successfully};

/// A file that removes what the rules *Small ones* and *Done* name, and lets *Leaks* leave the responders.
const REMOVING_FILE: &str = r##"severity_levels = ["SEV-1", "SEV-2", "SEV-3"]
status_completed = false
fields = []
message_templates = []
notification_rules = [
  { name = "Small ones", conditions = [{ field = "severity", values = ["SEV-5"] }], recipients = ["#exec"] },
  { name = "Done", when = "declared_or_updated", conditions = [{ field = "status", values = ["COMPLETED"] }], renotify_on = ["region"], recipients = ["@commander"], template = "Stable" },
  { name = "Leaks", visibility = "private", recipients = ["#exec"] },
]
"##;

/// The questions about that file.
const QUESTIONS: [&str; 3] = [
    "  The notification rule “Small ones” names severity SEV-5.",
    "  The notification rule “Done” names status completed, field region and template Stable.",
    "  The notification rule “Leaks” tells #exec about private incidents: people who aren't responders will read \
     their titles and texts.",
];

#[test]
fn import_that_removes_what_rules_name_is_rejected_without_anyway() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run_successfully(folder, &["set", "status_completed", "true"]);
    let region = "[{ name = \"region\", type = \"text\" }]";
    run_successfully(folder, &["set", "fields", region]);
    let (_, rules) = REMOVING_FILE.split_once("notification_rules = ").unwrap();
    let rules = rules.replace("visibility = \"private\", ", "");
    run_successfully(folder, &["set", "notification_rules", &rules]);
    std::fs::write(folder.join("team.toml"), REMOVING_FILE).unwrap();

    let questions = QUESTIONS.join("\n");
    let preview = run_successfully(folder, &["import", "team.toml"]);
    let expected = format!("{questions}\n\nNothing was changed yet. Add --yes --anyway to apply.");
    assert!(preview.ends_with(&expected), "{preview}");
    let before = run_successfully(folder, &["export"]);
    assert_eq!(
        run_rejected(folder, &["import", "team.toml", "--yes"]),
        format!("Nothing was changed.\n\n{questions}\n\nAdd --anyway to apply the file anyway.")
    );
    assert_eq!(run_successfully(folder, &["export"]), before);
    let (code, _, stderr) = run_settings(folder, &["import", "team.toml", "--anyway"]);
    assert!(code == 2 && stderr.contains("--yes"), "{stderr}");

    let changed = run_successfully(folder, &["import", "team.toml", "--yes", "--anyway"]);
    assert!(changed.starts_with("Changed:\n"), "{changed}");
    assert_eq!(run_successfully(folder, &["get", "fields"]), "[]");
    // The file changes nothing more, so it asks nothing.
    assert_eq!(
        run_successfully(folder, &["import", "team.toml", "--yes"]),
        "No changes: the settings already match the file."
    );
}

#[test]
fn help_of_import_explains_both_options() {
    let folder = tempfile::tempdir().unwrap();
    let help = run_successfully(folder.path(), &["import", "--help"]);
    let words: Vec<_> = help.split_whitespace().collect();
    let help = words.join(" ");
    for text in [
        "--yes Apply the changes",
        "--anyway Apply them although notification rules name what they remove",
        "the rules are printed, and --anyway applies the file.",
    ] {
        assert!(help.contains(text), "{text}: {help}");
    }
}
