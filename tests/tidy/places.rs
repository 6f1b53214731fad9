//! Who may know whom: each part of the code names only what it may.

use std::collections::BTreeSet;

use super::sources::{found, none, read, rust};

/// Gives the modules of ours that a line names: `store` of `use crate::store::Store`.
fn named<'a>(line: &'a str, crate_name: &'a str) -> impl Iterator<Item = &'a str> {
    line.split(crate_name).skip(1).map(|rest| {
        let end = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[test]
fn the_domain_is_pure() {
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
    let broken = found(&rust(&["src/domain"]), &impure);
    none("The domain is told everything and asks nothing:", broken);
}

#[test]
fn the_grammar_is_pure() {
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
    let broken = found(&rust(&["commands"]), &impure);
    none(
        "What people say depends on nothing but what they say:",
        broken,
    );

    let manifest = read("commands/Cargo.toml");
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
fn the_store_knows_nothing_of_slack() {
    let broken = found(
        &rust(&["src/store"]),
        &["slack_morphism", "reqwest", "hyper", "axum"],
    );
    none("The store keeps and calls nobody:", broken);
}

#[test]
fn sql_is_in_the_store_only() {
    let elsewhere: Vec<_> = rust(&["src", "commands"])
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
    none(
        "SQL stands in src/store/ and schema.sql:",
        found(&elsewhere, &sql),
    );
    let elsewhere: Vec<_> = elsewhere
        .into_iter()
        .filter(|source| source.path != "src/error.rs")
        .collect();
    none(
        "Only the store speaks to SQLite:",
        found(&elsewhere, &["rusqlite"]),
    );
}

/// The part, and the modules of ours that it may name; whoever is not listed here is the wiring.
const MAY_KNOW: &[(&str, &[&str])] = &[
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
fn nobody_knows_whom_they_must_not_know() {
    let mut broken = Vec::new();
    for source in rust(&["src"]).iter().filter(|source| !source.is_test()) {
        let Some((_, known)) = MAY_KNOW
            .iter()
            .find(|(part, _)| source.path.starts_with(part))
        else {
            continue;
        };
        for (number, line) in source.production().lines().enumerate() {
            let strangers = named(line, "crate::").filter(|name| !known.contains(name));
            broken.extend(strangers.map(|name| format!("{}:{}: {name}", source.path, number + 1)));
        }
    }
    none(
        "Who may know whom stands in ARCHITECTURE.md and in src/lib.rs:",
        broken,
    );
}

#[test]
fn only_main_names_the_sandbox_and_it_names_nothing_of_ours() {
    let (sandbox, others): (Vec<_>, Vec<_>) = rust(&["src", "commands"])
        .into_iter()
        .filter(|source| source.path != "src/main.rs")
        .partition(|source| source.path.starts_with("src/sandbox/"));
    none(
        "Only main.rs names the sandbox:",
        found(&others, &["sandbox::"]),
    );
    none(
        "The sandbox knows Slack and nothing of incidents:",
        found(&sandbox, &["muster_commands", "muster::", "use crate::{"]),
    );
}

#[test]
fn nobody_in_slack_is_answered_as_whoever_runs_the_bot() {
    let doors: Vec<_> = rust(&["src/slack", "src/http", "src/worker"])
        .into_iter()
        .filter(|source| !source.is_test())
        .collect();
    none(
        "Who asks in Slack sees what they may, and not what the operator may:",
        found(&doors, &["Viewer::Operator"]),
    );
}

#[test]
fn the_web_api_is_called_from_one_place() {
    let others: Vec<_> = rust(&["src"])
        .into_iter()
        .filter(|source| !source.path.starts_with("src/slack/client"))
        .filter(|source| !source.path.starts_with("src/sandbox/"))
        .collect();
    let calls = ["http_post(", "http_get(", ".open_session(", "bearer_auth("];
    none("Only src/slack/client calls Slack:", found(&others, &calls));
}

#[test]
fn the_sandbox_answers_every_method_that_we_call() {
    let sandbox = rust(&["src/sandbox"]);
    if sandbox.is_empty() {
        return;
    }
    let mut unanswered = Vec::new();
    for source in rust(&["src/slack/client"]) {
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
    none("The sandbox must know these:", unanswered);
}
