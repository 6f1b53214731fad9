//! Templates of messages and postmortems in settings files.

use std::path::Path;

use serde_json::{Value, json};

use crate::settings::{run_rejected, run_successfully};

#[test]
fn message_template_is_exported_edited_and_imported() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run_successfully(folder, &["export", "team.toml"]);
    let exported = std::fs::read_to_string(folder.join("team.toml")).unwrap();
    let subject = "subject = \"[{{incident.id}}] Stable: {{incident.title}}\"";
    assert!(exported.contains(subject), "{exported}");
    let edited = exported.replace(subject, "subject = \"{{incident.title}} ✅ שלום\"");
    std::fs::write(folder.join("team.toml"), edited).unwrap();
    let preview = run_successfully(folder, &["import", "team.toml"]);
    assert!(
        preview.starts_with("This would change:\n\n  message_templates\n    from ["),
        "{preview}"
    );
    run_successfully(folder, &["import", "team.toml", "--yes"]);
    let stored = run_successfully(folder, &["get", "message_templates"]);
    assert!(stored.contains("{{incident.title}} ✅ שלום"), "{stored}");
    assert!(
        stored.contains("We're still looking into the cause."),
        "{stored}"
    );
    let exported = run_successfully(folder, &["export"]);
    std::fs::write(folder.join("again.toml"), exported).unwrap();
    assert_eq!(
        run_successfully(folder, &["import", "again.toml"]),
        "No changes: the settings already match the file."
    );
}

/// Returns two templates; the first one has a long text with the signs that TOML gives a meaning.
fn long_templates() -> Value {
    let rows: Vec<String> = (1..=400)
        .map(|row| format!("* {row}: \"a\" \\ 'b' 🔥"))
        .collect();
    let content = format!(
        "## Summary\n\n{{{{incident.summary}}}}\n\n```sh\necho '\"\"\"' \\\n```\n\n## Steps\n\n{}",
        rows.join("\n")
    );
    json!([
        { "name": "Long", "content": content },
        { "name": "Short", "content": "## Why\n\n{{incident.timeline}}" },
    ])
}

#[test]
fn postmortem_templates_with_long_texts_are_exported_and_imported() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let templates = long_templates();
    let set = ["set", "postmortem_templates", &templates.to_string()];
    let changed = run_successfully(folder, &set);
    assert!(
        changed.starts_with("Changed:\n\n  postmortem_templates\n"),
        "{changed}"
    );
    run_successfully(folder, &["export", "team.toml"]);
    let exported = std::fs::read_to_string(folder.join("team.toml")).unwrap();
    let parsed: toml::Table = exported.parse().unwrap();
    assert_eq!(
        serde_json::to_value(&parsed["postmortem_templates"]).unwrap(),
        templates
    );
    assert_eq!(
        run_successfully(folder, &["import", "team.toml"]),
        "No changes: the settings already match the file."
    );
    let edited = exported.replace("{{incident.timeline}}", "{{incident.gaps}}");
    std::fs::write(folder.join("team.toml"), edited).unwrap();
    run_successfully(folder, &["import", "team.toml", "--yes"]);
    let stored = run_successfully(folder, &["get", "postmortem_templates"]);
    assert!(stored.contains("{{incident.gaps}}"), "{stored}");
    assert!(stored.contains("* 400: "), "{stored}");
    reject_invalid_postmortem_templates(folder);
}

fn reject_invalid_postmortem_templates(folder: &Path) {
    for (value, problem) in [
        ("[]", "must have at least one template."),
        (
            "[{ name = \"A\", content = \"{{incident.timelin}}\" }]",
            "A: there's no {{incident.timelin}}; did you mean {{incident.timeline}}?",
        ),
        (
            "[{ name = \"A\" }]",
            "must be a list of postmortem templates",
        ),
    ] {
        let stderr = run_rejected(folder, &["set", "postmortem_templates", value]);
        assert!(stderr.contains(problem), "{stderr}");
    }
}

#[test]
fn invalid_message_template_is_rejected_with_each_problem() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let template =
        "[{ name = \"A\", category = \"B\", subject = \"{{incident.comander}}\", body = \"{{x\" }]";
    assert_eq!(
        run_rejected(folder, &["set", "message_templates", template]),
        "Nothing was changed: message_templates must be corrected. A: there's no {{incident.comander}}; did you \
         mean {{incident.commander}}? A: “{{x” isn't closed; end the variable with }} in the same line."
    );
    for malformed in [
        "[{ name = \"A\" }]",
        "[\"A\"]",
        "[{ title = \"A\" }]",
        "true",
    ] {
        let stderr = run_rejected(folder, &["set", "message_templates", malformed]);
        let expected = "message_templates must be a list of message templates, such as [{ name = \"Declared\", ";
        assert!(stderr.contains(expected), "{stderr}");
    }
}
