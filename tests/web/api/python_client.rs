//! Datadog's own Python client, unmodified. Without it, the tests are skipped in one line, unless
//! `MUSTER_DATADOG_CLIENT` is `required`. `MUSTER_DATADOG_PYTHON` is the Python that has it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use super::Program;
use crate::harness::scenario::scenario_with_pages;
use crate::harness::world::World;

/// Returns whether a missing client is a failure.
pub(super) fn is_required() -> bool {
    std::env::var("MUSTER_DATADOG_CLIENT").is_ok_and(|it| it == "required")
}

/// Returns a Python that has the client.
pub fn python() -> Option<String> {
    let python = std::env::var("MUSTER_DATADOG_PYTHON");
    let python = python.unwrap_or_else(|_| "python3".to_owned());
    let mut import = Command::new(&python);
    let import = import.args(["-c", "import datadog_api_client"]);
    let output = import.stderr(Stdio::null()).status();
    if output.is_ok_and(|status| status.success()) {
        return Some(python);
    }
    assert!(!is_required(), "datadog-api-client is missing");
    eprintln!("skipped: datadog-api-client is not installed");
    None
}

/// Runs a command with a key and the address of the program. Returns what it prints.
pub(super) async fn run(world: &World, program: &Program<'_>, mut command: Command) -> String {
    let [key_id, secret] = program.key_headers().map(|(_, value)| value);
    command
        .env("MUSTER_URL", world.base_url.borrow().as_str())
        .env("DD_API_KEY", key_id)
        .env("DD_APP_KEY", secret);
    let running = tokio::task::spawn_blocking(move || command.output().unwrap());
    let Output {
        status,
        stdout,
        stderr,
    } = running.await.unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// Runs Python with the key of a user. Returns what it prints.
async fn run_python(world: &World, python: &str, arguments: &[&str]) -> String {
    let program = Program::of_user(world, "alice").await;
    let mut command = Command::new(python);
    command.args(arguments);
    run(world, &program, command).await
}

/// Checks the errors of a wrong query and of an operation that is not served.
fn assert_errors(printed: &Value) {
    let bad_query = printed["bad_query"][1][0].as_str().unwrap();
    assert!(bad_query.ends_with("the nearest is “state”"), "{bad_query}");
    let unserved = printed["unserved"][1][0].as_str().unwrap();
    assert!(unserved.starts_with("Muster doesn't serve GetGlobalIncidentSettings"));
}

#[test]
fn datadogs_client_reads_incidents_and_users() {
    let Some(python) = python() else {
        return;
    };
    scenario_with_pages(async |world, [alice, bob, _]| {
        let severity = [("Severity Level", "SEV-2 High")];
        alice.declares_with("Checkout is slow", &severity).await;
        bob.declares("Search is down").await;
        bob.declares("Login fails").await;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/web/api/datadog_client.py");
        let printed = run_python(world, &python, &[script.to_str().unwrap()]).await;
        let printed: Value = serde_json::from_str(&printed).unwrap();
        for (name, expected) in [
            ("valid", json!(true)),
            (
                "titles",
                json!(["Checkout is slow", "Search is down", "Login fails"]),
            ),
            ("numbers", json!([1, 2, 3])),
            ("state", json!("active")),
            ("severity", json!("SEV-2")),
            ("summary", json!(null)),
            ("included", json!(["users"])),
            ("users", json!(["alice", "bob"])),
            ("unparsed", json!([])),
            ("wrong_key", json!(["ForbiddenException", ["Forbidden"]])),
            ("total", json!(1)),
            ("matches", json!(["Checkout is slow"])),
            ("matches_with_pagination", json!([1, 2, 3])),
            ("states", json!({ "active": 1, "stable": 0, "resolved": 0 })),
            ("commanders", json!(["alice"])),
            (
                "unknown",
                json!(["NotFoundException", ["incident not found"]]),
            ),
        ] {
            assert_eq!(printed[name], expected, "{name}: {printed}");
        }
        assert_errors(&printed);
    });
}

#[test]
fn example_of_the_readme_lists_the_incidents() {
    let Some(python) = python() else {
        return;
    };
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, code) = readme.split_once("```python\n").unwrap();
    let code = code.split("```").next().unwrap().to_owned();
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let address = world.base_url.borrow().clone();
        assert!(code.contains("http://127.0.0.1:3000"));
        let code = code.replace("http://127.0.0.1:3000", &address);
        let printed = run_python(world, &python, &["-c", &code]).await;
        assert_eq!(printed, "IR-1 active Checkout is slow\n");
    });
}
