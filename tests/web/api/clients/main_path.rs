//! The life of an incident through Datadog's clients for Python, TypeScript, Rust and Go, unmodified. Without a client, its
//! test is skipped in one line; with `MUSTER_DATADOG_CLIENT=required`, those for Python and TypeScript fail. The others
//! take minutes to build.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::deliver;
use crate::api::python_client::{is_required, python, run};
use crate::harness::scenario::scenario_with_pages;

/// Returns the path in a variable of the environment. Without it, the test of a client is skipped.
fn client_path(variable: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    if path.is_none() {
        eprintln!("skipped: {variable} is not set");
    }
    path
}

/// Returns the path of a script that uses a client.
fn script(path: &str) -> PathBuf {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    clients.join(path)
}

/// Walks through the life of an incident with a client, and checks all that it read.
fn walk(command: impl Fn() -> Command) {
    scenario_with_pages(async |world, _| {
        let program = super::program(world).await;
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
            "matches": ["Checkout is slow"],
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
        deliver(world).await;
    });
}

#[test]
fn datadogs_python_client_walks_through_an_incident() {
    let Some(python) = python() else {
        return;
    };
    walk(|| {
        let mut command = Command::new(&python);
        command.arg(script("python/main_path.py"));
        command
    });
}

#[test]
fn datadogs_typescript_client_walks_through_an_incident() {
    let Some(modules) = client_path("MUSTER_DATADOG_NODE_MODULES") else {
        assert!(!is_required(), "the TypeScript client is missing");
        return;
    };
    walk(|| {
        let mut command = Command::new("node");
        let script = script("typescript/main_path.mjs");
        command.arg(script).env("NODE_PATH", &modules);
        command
    });
}

#[test]
fn datadogs_rust_client_walks_through_an_incident() {
    if let Some(walker) = client_path("MUSTER_DATADOG_RUST") {
        walk(|| Command::new(&walker));
    }
}

#[test]
fn datadogs_go_client_walks_through_an_incident() {
    if let Some(walker) = client_path("MUSTER_DATADOG_GO") {
        walk(|| Command::new(&walker));
    }
}
