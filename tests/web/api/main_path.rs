//! The life of an incident through Datadog's clients for TypeScript and Rust, unmodified. Without a client, its test
//! is skipped in one line, unless `MUSTER_DATADOG_CLIENT` is `required`.

use std::path::{Path, PathBuf};
use std::process::Command;

use muster_domain::api_key::{KeyIdentity, Scope};
use serde_json::{Value, json};

use super::python_client::{is_required, run};
use super::{Program, user_id};
use crate::harness::scenario::scenario_with_pages;

/// Returns the path in a variable of the environment. Without it, the test of a client is skipped.
fn client_path(variable: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    if path.is_none() {
        assert!(!is_required(), "{variable} is not set");
        eprintln!("skipped: {variable} is not set");
    }
    path
}

/// Walks through the life of an incident with a client, and checks all that it read.
fn walk(command: impl Fn() -> Command) {
    scenario_with_pages(async |world, _| {
        let identity = KeyIdentity::User(user_id(world, "alice"));
        let program = Program::with_key(world, identity, &Scope::ALL).await;
        let printed = run(world, &program, command()).await;
        let printed: Value = serde_json::from_str(&printed).unwrap();
        let expected = json!({
            "valid": true,
            "created": {
                "title": "Checkout is slow", "state": "active", "severity": "SEV-2", "number": 1,
            },
            "got": "Checkout is slow",
            "users": 1,
            "listed": ["Checkout is slow"],
            "found": ["Checkout is slow"],
            "total": 1,
            "patched": {
                "title": "Checkout is down", "state": "stable", "severity": "SEV-2", "number": 1,
            },
            "todo": "Restart the cache",
            "todos": ["Restart the cache"],
            "impact": "Payments fail",
            "impacts": ["Payments fail"],
            "after_deletion": 404,
            "unparsed": [],
        });
        assert_eq!(printed, expected);
        world.deliver_all_advancing().await;
        world.take_all_unread();
    });
}

#[test]
fn datadogs_typescript_client_walks_through_an_incident() {
    let Some(modules) = client_path("MUSTER_DATADOG_NODE_MODULES") else {
        return;
    };
    let program = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = program.join("tests/clients/typescript/main_path.mjs");
    walk(|| {
        let mut command = Command::new("node");
        command.arg(&program).env("NODE_PATH", &modules);
        command
    });
}

#[test]
fn datadogs_rust_client_walks_through_an_incident() {
    let Some(program) = client_path("MUSTER_DATADOG_RUST") else {
        return;
    };
    walk(|| Command::new(&program));
}
