//! Datadog's own Python client creates, changes, lists and deletes settings. Every answer parses.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::Program;
use crate::api::python_client::python;
use crate::harness::scenario::scenario_with_pages;

#[test]
fn datadogs_client_manages_settings() {
    let Some(python) = python() else {
        return;
    };
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let [key_id, secret] = program.key_headers().map(|(_, value)| value);
        let script = "tests/web/api/config/datadog_settings.py";
        let mut command = Command::new(&python);
        command
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script))
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
        let printed: Value = serde_json::from_slice(&stdout).unwrap();
        assert_eq!(printed["unparsed"], json!([]), "{printed}");
        let kinds = [
            "types",
            "templates",
            "rules",
            "fields",
            "roles",
            "postmortems",
        ];
        for kind in kinds {
            let steps = json!(["created", "got", "changed", "listed", "deleted", "gone"]);
            assert_eq!(printed["steps"][kind], steps, "{kind}: {printed}");
        }
    });
}
