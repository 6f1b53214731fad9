//! Templates of the pages: nothing that the content security policy forbids, nothing that is not escaped, and no
//! attribute of htmx that runs code.

use std::fs;

use super::sources::{assert_none, project_root};

/// Attributes and filters that templates must not use.
const FORBIDDEN: [&str; 10] = [
    "|safe",
    "| safe",
    "style=",
    "<style",
    "javascript:",
    "hx-on",
    "hx-vals",
    "hx-headers",
    "hx-trigger=\"[",
    "http-equiv",
];

/// The rows of the file for download that the policy of a page would forbid. The file has a policy of its own, which
/// allows its one style by its hash and nothing else.
const OF_THE_DOWNLOAD: [&str; 2] = [
    "<meta http-equiv=\"Content-Security-Policy\" content=\"{{ policy }}\">",
    "<style>{{ style }}</style>",
];

/// Returns the templates, with their paths.
fn templates() -> Vec<(String, String)> {
    let root = project_root().join("src/web/templates");
    let mut folders = vec![root];
    let mut templates = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                templates.push((path.display().to_string(), text));
            }
        }
    }
    templates
}

/// Returns whether a row has an attribute such as `onclick=`.
fn has_event_attribute(row: &str) -> bool {
    row.split_whitespace().any(|part| {
        let name = part.split('=').next().unwrap_or_default();
        let is_event = name.starts_with("on") && name.len() > 3;
        is_event && part.contains('=') && name.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

#[test]
fn templates_contain_no_inline_code_and_escape_everything() {
    let templates = templates();
    assert!(templates.len() > 8);
    let mut violations = Vec::new();
    for (path, text) in &templates {
        for (index, row) in text.lines().enumerate() {
            let is_script = row.contains("<script") && !row.contains(" src=");
            let is_forbidden = FORBIDDEN.iter().any(|it| row.contains(it));
            if path.ends_with("postmortem_file.html") && OF_THE_DOWNLOAD.contains(&row) {
                continue;
            }
            if is_script || is_forbidden || has_event_attribute(row) {
                violations.push(format!("{path}:{}: {row}", index + 1));
            }
        }
    }
    assert_none("Templates must not contain:", &violations);
}

#[test]
fn every_form_that_changes_an_incident_has_a_key() {
    let mut missing = Vec::new();
    for (path, text) in templates() {
        for form in text.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap_or_default();
            let is_change = form.contains("/fields/")
                || form.contains("name=\"number\"")
                || form.contains("name=\"expected_");
            if is_change && !form.contains("name=\"key\"") {
                missing.push(path.clone());
            }
        }
    }
    assert_none("These forms have no idempotency key:", &missing);
}
