//! A copy of Datadog's test suite with the scenarios about incidents and keys.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::api::Program;
use crate::api::clients::proxy::start_proxy;
use crate::api::python_client::{is_required, python};
use crate::harness::world::World;

/// The files of the suite that are used, besides the request plans.
const FILES: [&str; 15] = [
    "pytest.ini",
    "tests/__init__.py",
    "tests/conftest.py",
    "tests/v1/__init__.py",
    "tests/v1/conftest.py",
    "tests/v1/test_scenarios.py",
    "tests/v1/features/given.json",
    "tests/v1/features/undo.json",
    "tests/v1/features/authentication.feature",
    "tests/v2/__init__.py",
    "tests/v2/conftest.py",
    "tests/v2/test_scenarios.py",
    "tests/v2/features/given.json",
    "tests/v2/features/undo.json",
    "tests/v2/features/incidents.feature",
];

/// The suite of the client's source distribution.
#[derive(Clone)]
pub(super) struct Suite {
    folder: PathBuf,
    python: String,
}

impl Suite {
    /// Returns the suite in the folder `MUSTER_DATADOG_SUITE`, if it and the client are there.
    pub(super) fn find() -> Option<Self> {
        let python = python()?;
        let Some(folder) = std::env::var_os("MUSTER_DATADOG_SUITE") else {
            assert!(!is_required(), "MUSTER_DATADOG_SUITE is not set");
            eprintln!("skipped: MUSTER_DATADOG_SUITE is not set");
            return None;
        };
        let folder = PathBuf::from(folder);
        Some(Self { folder, python })
    }

    /// Runs the suite with a key. Returns the failures of each scenario that Datadog does not skip.
    pub(super) async fn run(
        &self,
        world: &World,
        program: &Program<'_>,
    ) -> BTreeMap<String, Vec<String>> {
        let copy = self.copy();
        let report = copy.path().join("report.jsonl");
        let mut command = self.command(&copy);
        let [key_id, secret] = program.key_headers().map(|(_, value)| value);
        command
            .env("DD_TEST_SERVER_URL", start_proxy(world).await)
            .env("DD_TEST_CLIENT_API_KEY", key_id)
            .env("DD_TEST_CLIENT_APP_KEY", secret)
            .env("MUSTER_BDD_REPORT", &report);
        let running = tokio::task::spawn_blocking(move || command.output().unwrap());
        let output = running.await.unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        // 1: some scenarios failed.
        let is_complete = matches!(output.status.code(), Some(0 | 1));
        assert!(is_complete, "{printed}{errors}");
        let report = std::fs::read_to_string(report).unwrap();
        report.lines().map(outcome).collect()
    }

    /// Returns the command that runs the scenarios of a copy, with the suite's own request plans.
    fn command(&self, copy: &TempDir) -> Command {
        let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/web/api/clients/bdd");
        let plans = self.folder.join("tests/generated-test/test-runner-data");
        let mut command = Command::new(&self.python);
        command
            .args(["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"])
            .args(["-p", "no:randomly"])
            .args(["-p", "scenario_report", "tests"])
            .current_dir(copy.path())
            .env("PYTHONPATH", plugins)
            .env("RECORD", "false")
            .env("DD_USE_GENERATED_TESTS", "true")
            .env("DD_TEST_RUNNER_DATA", plans.canonicalize().unwrap())
            .stdin(Stdio::null());
        command
    }

    fn copy(&self) -> TempDir {
        let copy = TempDir::new().unwrap();
        for file in FILES {
            let target = copy.path().join(file);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            let copied = std::fs::copy(self.folder.join(file), target);
            copied.unwrap_or_else(|error| panic!("{file} of the suite: {error}"));
        }
        copy
    }
}

/// Returns the name and the failures of a scenario, from a row of the report.
fn outcome(row: &str) -> (String, Vec<String>) {
    let row: Value = serde_json::from_str(row).unwrap();
    let failures = row["failures"].as_array().unwrap().iter();
    let failures = failures.map(|it| it.as_str().unwrap().to_owned());
    (
        row["scenario"].as_str().unwrap().to_owned(),
        failures.collect(),
    )
}
