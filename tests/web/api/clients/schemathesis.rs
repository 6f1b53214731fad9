//! Schemathesis generates requests from the OpenAPI document and sends them to the program. `MUSTER_SCHEMATHESIS` is
//! its command. Without it, the test is skipped in one line. It sends the same requests for a minute, or random requests
//! for `MUSTER_SCHEMATHESIS_SECONDS`.

use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::deliver;
use super::proxy::start_proxy;
use crate::api::Program;
use crate::harness::scenario::scenario_with_pages;

/// The path of the OpenAPI document.
const DOCUMENT: &str = "/api/v2/openapi.json";

/// The rules that each response is checked against.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Returns the command that sends requests to a program.
fn schemathesis(command: &str, base_url: &str, program: &Program<'_>) -> Command {
    let mut schemathesis = Command::new(command);
    schemathesis
        .args(["run", &format!("{base_url}{DOCUMENT}")])
        .args(["--origin", base_url])
        .args(["--checks", CHECKS])
        .args(["--no-color", "--max-failures", "20"])
        .stdin(Stdio::null());
    match std::env::var("MUSTER_SCHEMATHESIS_SECONDS") {
        Ok(seconds) => schemathesis.args(["--max-time", &seconds]),
        Err(_) => schemathesis.args(["--max-time", "60", "--generation-deterministic"]),
    };
    for (name, value) in program.key_headers() {
        schemathesis.args(["--header", &format!("{name}:{value}")]);
    }
    schemathesis
}

#[test]
fn generated_requests_get_documented_responses() {
    let Ok(command) = std::env::var("MUSTER_SCHEMATHESIS") else {
        eprintln!("skipped: MUSTER_SCHEMATHESIS is not set");
        return;
    };
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        deliver(world).await;
        let program = super::program(world).await;
        let base_url = start_proxy(world).await;
        // It writes its notes into the working folder.
        let folder = TempDir::new().unwrap();
        let mut schemathesis = schemathesis(&command, &base_url, &program);
        schemathesis.current_dir(folder.path());
        let running = tokio::task::spawn_blocking(move || schemathesis.output().unwrap());
        let output = running.await.unwrap();
        let report = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{report}");
        deliver(world).await;
    });
}
