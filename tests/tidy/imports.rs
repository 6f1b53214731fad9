//! Dependency rules: the modules and crates that each part of the code may use.

use std::collections::BTreeSet;

use super::sources::{Source, assert_none, find_matches, read_file, rust_files};

/// I/O, clocks and async code, which pure code does not use.
const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "SystemTime",
    "Instant",
    "Utc::now",
    "async ",
    "tokio",
    "hyper",
    "reqwest",
    "rusqlite",
    "rand::",
];

#[test]
fn domain_is_pure() {
    let mut violations = find_matches(&rust_files(&["src/domain"]), IMPURE);
    violations.extend(find_matches(
        &rust_files(&["src/domain"]),
        &["slack_morphism"],
    ));
    assert_none(
        "The domain must not use Slack, I/O, clocks or async code:",
        &violations,
    );

    let names = dependencies("src/domain/Cargo.toml");
    let known = [
        "chrono",
        "chrono-tz",
        "deunicode",
        "interim",
        "regex",
        "serde",
        "serde_json",
        "sha2",
        "strsim",
    ];
    let unknown = names.difference(&known.map(String::from).into()).count();
    assert_eq!(unknown, 0, "src/domain depends on {names:?}");
}

#[test]
fn commands_crate_is_pure() {
    let sources = rust_files(&["commands"]);
    let mut violations = find_matches(&sources, IMPURE);
    violations.extend(find_matches(&sources, &["chrono"]));
    assert_none(
        "The crate commands must not use I/O, clocks or async code:",
        &violations,
    );

    let names = dependencies("commands/Cargo.toml");
    let known = [
        "muster-domain",
        "serde",
        "serde_json",
        "slack-morphism",
        "strsim",
        "toml",
    ];
    let unknown = names.difference(&known.map(String::from).into()).count();
    assert_eq!(unknown, 0, "commands/ depends on {names:?}");
}

/// Returns the names in `[dependencies]` of a manifest.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let text = read_file(manifest);
    let section = text.split("[dependencies]").nth(1).unwrap();
    section
        .lines()
        .take_while(|row| !row.starts_with('['))
        .filter_map(|row| row.split(['=', '.', ' ']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn store_does_not_use_slack() {
    let libraries = ["slack_morphism", "reqwest", "hyper", "axum"];
    assert_none(
        "The store must not use Slack or HTTP:",
        &find_matches(&rust_files(&["src/store"]), &libraries),
    );
}

/// Returns the sources outside the store.
fn outside_the_store() -> Vec<Source> {
    let mut sources = rust_files(&["src", "commands"]);
    sources.retain(|source| !source.path.starts_with("src/store/"));
    sources
}

#[test]
fn sql_appears_only_in_the_store() {
    let mut sources = outside_the_store();
    let sql = [
        "SELECT ",
        "INSERT INTO ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "PRAGMA ",
    ];
    assert_none(
        "SQL is allowed only in src/store/ and schema.sql:",
        &find_matches(&sources, &sql),
    );
    // It converts the errors of SQLite.
    sources.retain(|source| source.path != "src/error.rs");
    assert_none(
        "Only the store may use SQLite:",
        &find_matches(&sources, &["rusqlite"]),
    );
}

/// Each part of the code and the modules that it may use. Parts that are not listed wire the
/// others together and may use all modules.
const ALLOWED_IMPORTS: &[(&str, &str)] = &[
    ("src/store/", "store domain error secret"),
    (
        "src/slack/",
        "slack store domain error app clock metrics testing",
    ),
    (
        "src/web/",
        "web store domain error app clock metrics handbook openid secret settings_csv \
         settings_toml sns webhooks",
    ),
    ("src/openid/", "openid domain error secret"),
    ("src/webhooks/", "webhooks store domain secret"),
    (
        "src/confluence/",
        "confluence config domain rest_client secret",
    ),
    (
        "src/notebooks/",
        "notebooks config domain rest_client secret",
    ),
    ("src/rest_client.rs", "secret"),
    (
        "src/api/",
        "api store domain error app clock metrics secret",
    ),
    (
        "src/alerts/",
        "alerts sns store domain error app clock metrics secret",
    ),
    ("src/sns/", "sns domain"),
    (
        "src/worker/",
        "worker slack mail webhooks confluence notebooks rest_client store domain error app clock metrics",
    ),
    (
        "src/http/",
        "http slack web api alerts store domain error app clock metrics secret",
    ),
    ("src/config/", "config secret"),
    ("src/mail/", "mail config domain error secret"),
];

#[test]
fn modules_import_only_allowed_modules() {
    let mut violations = Vec::new();
    for source in rust_files(&["src"]).iter().filter(|it| !it.is_test()) {
        let part = ALLOWED_IMPORTS
            .iter()
            .find(|(part, _)| source.path.starts_with(part));
        let Some((_, allowed)) = part else { continue };
        for (index, row) in source.production().lines().enumerate() {
            let imports =
                module_names(row).filter(|name| !allowed.split(' ').any(|it| it == *name));
            violations.extend(imports.map(|name| format!("{}:{}: {name}", source.path, index + 1)));
        }
    }
    assert_none(
        "These imports are not allowed by ARCHITECTURE.md and src/lib.rs:",
        &violations,
    );
}

/// Returns the modules of this crate that a row names: `store` for `use crate::store::Store`.
fn module_names(row: &str) -> impl Iterator<Item = &str> {
    row.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[test]
fn imports_of_this_crate_name_one_module_each() {
    let mut sources = rust_files(&["src"]);
    sources.retain(|source| {
        let crates = ["src/domain/", "src/sandbox/"];
        !crates.iter().any(|folder| source.path.starts_with(folder))
    });
    assert_none(
        "`modules_import_only_allowed_modules` cannot read these imports:",
        &find_matches(&sources, &["crate::{"]),
    );
}

#[test]
fn sandbox_is_used_only_by_serve_and_imports_no_other_crate() {
    let mut sources = rust_files(&["src", "commands"]);
    sources.retain(|source| source.path != "src/cli/serve.rs");
    assert_none(
        "Only src/cli/serve.rs may use the sandbox:",
        &find_matches(&sources, &["muster_sandbox"]),
    );
    let names = dependencies("src/sandbox/Cargo.toml");
    assert!(!names.iter().any(|name| name.starts_with("muster")));
}

#[test]
fn request_handlers_never_use_the_operator_viewer() {
    assert_none(
        "Requests of users must not use the operator's access:",
        &find_matches(
            &rust_files(&["src/slack", "src/web", "src/http", "src/worker"]),
            &["Viewer::Operator"],
        ),
    );
}

#[test]
fn web_api_is_called_only_by_the_slack_client() {
    let mut sources = rust_files(&["src"]);
    sources.retain(|source| {
        let folders = ["src/slack/client", "src/sandbox/"];
        !folders.iter().any(|folder| source.path.starts_with(folder))
    });
    let calls = ["http_post(", "http_get(", ".open_session(", "bearer_auth("];
    assert_none(
        "Only src/slack/client calls Slack:",
        &find_matches(&sources, &calls),
    );
}

#[test]
fn sandbox_supports_every_method_that_the_client_calls() {
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
    let sandbox = rust_files(&["src/sandbox"]);
    let mut unsupported = Vec::new();
    for source in rust_files(&["src/slack/client"]) {
        for literal in source.production().split('"').skip(1).step_by(2) {
            let is_method = families.iter().any(|family| literal.starts_with(family));
            let quoted = format!("\"{literal}\"");
            if is_method && !sandbox.iter().any(|it| it.text.contains(&quoted)) {
                unsupported.push(format!("{}: {literal}", source.path));
            }
        }
    }
    assert_none("The sandbox must support these methods:", &unsupported);
}
