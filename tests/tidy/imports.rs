//! Dependency rules: the modules and crates that each part of the code may use.

use std::collections::BTreeSet;

use super::sources::{assert_none, find_matches, read_file, rust_files};

/// Returns the modules of this crate that a line names: `store` for `use crate::store::Store`.
fn module_names<'a>(line: &'a str, crate_name: &'a str) -> impl Iterator<Item = &'a str> {
    line.split(crate_name).skip(1).map(|rest| {
        let end = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[test]
fn domain_is_pure() {
    let impure = [
        "tokio",
        "hyper",
        "rusqlite",
        "slack_morphism",
        "reqwest",
        "async ",
        "Utc::now",
        "SystemTime",
        "Instant::now",
        "std::fs",
        "std::net",
        "std::env",
        "rand::",
    ];
    let broken = find_matches(&rust_files(&["src/domain"]), &impure);
    assert_none("The domain must not use I/O, clocks or async code:", broken);
}

#[test]
fn commands_crate_is_pure() {
    let impure = [
        "std::fs",
        "std::net",
        "std::time",
        "std::env",
        "std::process",
        "std::thread",
        "chrono",
        "SystemTime",
        "Instant",
        "tokio",
        "async ",
    ];
    let broken = find_matches(&rust_files(&["commands"]), &impure);
    assert_none(
        "The crate commands must not use I/O, clocks or async code:",
        broken,
    );

    let manifest = read_file("commands/Cargo.toml");
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap();
    let names: BTreeSet<&str> = dependencies
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['=', '.']).next())
        .map(str::trim)
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .collect();
    let known = BTreeSet::from(["serde", "serde_json", "slack-morphism", "strsim"]);
    assert!(names.is_subset(&known), "commands/ depends on {names:?}");
}

#[test]
fn store_does_not_use_slack() {
    let broken = find_matches(
        &rust_files(&["src/store"]),
        &["slack_morphism", "reqwest", "hyper", "axum"],
    );
    assert_none("The store must not use Slack or HTTP:", broken);
}

#[test]
fn sql_appears_only_in_the_store() {
    let elsewhere: Vec<_> = rust_files(&["src", "commands"])
        .into_iter()
        .filter(|source| !source.path.starts_with("src/store/"))
        .collect();
    let sql = [
        "SELECT ",
        "INSERT INTO ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "PRAGMA ",
    ];
    assert_none(
        "SQL is allowed only in src/store/ and schema.sql:",
        find_matches(&elsewhere, &sql),
    );
    let elsewhere: Vec<_> = elsewhere
        .into_iter()
        .filter(|source| source.path != "src/error.rs")
        .collect();
    assert_none(
        "Only the store may use SQLite:",
        find_matches(&elsewhere, &["rusqlite"]),
    );
}

/// Each part of the code and the modules that it may use. Parts that are not listed wire the
/// others together and may use all modules.
const ALLOWED_IMPORTS: &[(&str, &[&str])] = &[
    ("src/domain/", &["domain"]),
    ("src/store/", &["store", "domain", "error"]),
    (
        "src/slack/",
        &[
            "slack", "store", "domain", "error", "bot", "clock", "metrics",
        ],
    ),
    (
        "src/web/",
        &["web", "store", "domain", "error", "bot", "clock"],
    ),
    (
        "src/api/",
        &["api", "store", "domain", "error", "bot", "clock"],
    ),
    (
        "src/http/",
        &[
            "http", "slack", "web", "api", "store", "domain", "error", "bot", "clock", "metrics",
            "secret",
        ],
    ),
    (
        "src/worker/",
        &[
            "worker", "slack", "email", "store", "domain", "error", "bot", "clock", "metrics",
        ],
    ),
    ("src/sandbox/", &["sandbox"]),
];

#[test]
fn modules_import_only_allowed_modules() {
    let mut broken = Vec::new();
    for source in rust_files(&["src"])
        .iter()
        .filter(|source| !source.is_test())
    {
        let Some((_, known)) = ALLOWED_IMPORTS
            .iter()
            .find(|(part, _)| source.path.starts_with(part))
        else {
            continue;
        };
        for (number, line) in source.production().lines().enumerate() {
            let strangers = module_names(line, "crate::").filter(|name| !known.contains(name));
            broken.extend(strangers.map(|name| format!("{}:{}: {name}", source.path, number + 1)));
        }
    }
    assert_none(
        "These imports are not allowed by ARCHITECTURE.md and src/lib.rs:",
        broken,
    );
}

#[test]
fn sandbox_is_used_only_by_main_and_imports_no_other_module() {
    let (sandbox, others): (Vec<_>, Vec<_>) = rust_files(&["src", "commands"])
        .into_iter()
        .filter(|source| source.path != "src/main.rs")
        .partition(|source| source.path.starts_with("src/sandbox/"));
    assert_none(
        "Only main.rs may use the sandbox:",
        find_matches(&others, &["sandbox::"]),
    );
    assert_none(
        "The sandbox must not use other modules of the project:",
        find_matches(&sandbox, &["muster_commands", "muster::", "use crate::{"]),
    );
}

#[test]
fn request_handlers_never_use_the_operator_viewer() {
    let doors: Vec<_> = rust_files(&["src/slack", "src/http", "src/worker"])
        .into_iter()
        .filter(|source| !source.is_test())
        .collect();
    assert_none(
        "Requests from Slack must not use the operator's access:",
        find_matches(&doors, &["Viewer::Operator"]),
    );
}

#[test]
fn web_api_is_called_only_by_the_slack_client() {
    let others: Vec<_> = rust_files(&["src"])
        .into_iter()
        .filter(|source| !source.path.starts_with("src/slack/client"))
        .filter(|source| !source.path.starts_with("src/sandbox/"))
        .collect();
    let calls = ["http_post(", "http_get(", ".open_session(", "bearer_auth("];
    assert_none(
        "Only src/slack/client calls Slack:",
        find_matches(&others, &calls),
    );
}

#[test]
fn sandbox_supports_every_method_that_the_client_calls() {
    let sandbox = rust_files(&["src/sandbox"]);
    if sandbox.is_empty() {
        return;
    }
    let mut unanswered = Vec::new();
    for source in rust_files(&["src/slack/client"]) {
        for word in source.production().split('"').skip(1).step_by(2) {
            let families = [
                "auth.",
                "apps.",
                "chat.",
                "conversations.",
                "pins.",
                "reactions.",
                "bookmarks.",
                "users.",
                "views.",
            ];
            let quoted = format!("\"{word}\"");
            let is_method = families.iter().any(|family| word.starts_with(family));
            if is_method && !sandbox.iter().any(|other| other.text.contains(&quoted)) {
                unanswered.push(format!("{}: {word}", source.path));
            }
        }
    }
    assert_none("The sandbox must support these methods:", unanswered);
}
