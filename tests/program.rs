//! The program as an operator uses it: exit codes, output, shutdown.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// Returns the program in its own folder, with only these variables set.
fn muster_command(folder: &Path, arguments: &[&str], set: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .env("SANDBOX_ADDR", "127.0.0.1:0")
        .envs(set.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str], set: &[(&str, &str)]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = muster_command(folder, arguments, set).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// A running bot and its startup message. It is killed when the test ends.
struct Server {
    child: Child,
    startup_message: Vec<String>,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = muster_command(folder, &[], &[]).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let banner = output.lines().take(3).map(Result::unwrap).collect();
        Self {
            child,
            startup_message: banner,
        }
    }

    /// Returns the address in a line of the startup message.
    fn address(&self, line: &str) -> &str {
        let line = self
            .startup_message
            .iter()
            .find(|other| other.starts_with(line));
        line.unwrap().split_whitespace().nth(1).unwrap()
    }

    fn terminate(mut self) -> (i32, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
        let status = self.child.wait().unwrap();
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut log).unwrap();
        (status.code().unwrap(), log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test]
async fn program_prints_its_addresses_and_stops_on_sigterm() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let folder = tempfile::tempdir().unwrap();
    let serving = Server::start(folder.path());
    assert!(serving.startup_message[0].ends_with("(a sandbox: SLACK_BOT_TOKEN is not set)"));
    assert_eq!(serving.startup_message[2], "Store       ./var/incidents.db");

    let page = reqwest::get(serving.address("Slack")).await.unwrap();
    assert_eq!(page.status(), 200);
    // The worker may not have polled yet, but the address responds from the first line of output on.
    let ready = serving.address("Health");
    while reqwest::get(ready).await.unwrap().status() != 200 {
        tokio::task::yield_now().await;
    }
    let (code, log) = serving.terminate();
    assert_eq!(code, 0, "{log}");
    let entries: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    assert_eq!(entries.last().unwrap()["message"], "Stopped");
    assert!(
        entries.iter().all(|entry| entry["level"] == "INFO"),
        "{log}"
    );

    let left = std::fs::read_dir(folder.path().join("var")).unwrap();
    let mut left: Vec<_> = left.map(|file| file.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["incidents.db", "incidents.db.lock"]);
}

#[test]
fn second_process_on_the_same_store_exits_with_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let first = Server::start(folder.path());
    let (code, said, why) = run(folder.path(), &[], &[]);
    assert_eq!((code, said.as_str()), (1, ""));
    assert!(
        why.contains("Another Muster is using var/incidents.db"),
        "{why}"
    );

    let (code, said, _) = run(folder.path(), &["doctor"], &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("a bot is running"), "{said}");
    drop(first);
    assert_eq!(Server::start(folder.path()).terminate().0, 0);
}

#[test]
fn team_settings_can_be_changed_while_the_bot_runs() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Server::start(folder.path());
    let set = ["settings", "set", "archive_after_days", "3"];
    let (code, said, why) = run(folder.path(), &set, &[]);
    assert_eq!((code, why.as_str()), (0, ""), "{said}");
    let get = ["settings", "get", "archive_after_days"];
    assert_eq!(run(folder.path(), &get, &[]).1, "3\n");
    assert_eq!(serving.terminate().0, 0);
    assert_eq!(run(folder.path(), &get, &[]).1, "3\n");
}

#[test]
fn occupied_port_is_reported_with_instructions() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for setting in ["LISTEN_ADDR", "SANDBOX_ADDR"] {
        let folder = tempfile::tempdir().unwrap();
        let (code, _, why) = run(folder.path(), &[], &[(setting, &address)]);
        assert_eq!(code, 1, "{why}");
        assert!(
            why.contains(&format!("or set {setting} to another")),
            "{why}"
        );
    }
}

#[test]
fn invalid_variables_are_reported_and_prevent_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let set = [
        ("SLACK_BOT_TOKEN", "xapp-1-secret"),
        ("SLASH_COMMAND", "dd"),
    ];
    let (code, said, why) = run(folder.path(), &[], &set);
    assert_eq!((code, said.as_str()), (2, ""));
    for name in ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLASH_COMMAND"] {
        assert!(why.contains(&format!("  {name} ")), "{why}");
    }
    assert!(!why.contains("secret"), "{why}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let (code, said, _) = run(folder.path(), &["doctor"], &set);
    assert_eq!(code, 1);
    assert!(said.contains("✗ SLASH_COMMAND"), "{said}");
}

#[test]
fn environment_overrides_the_env_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "SLASH_COMMAND=/dd\n").unwrap();
    let command = |set: &[(&str, &str)]| {
        let (code, said, why) = run(folder.path(), &["manifest"], set);
        assert_eq!(code, 0, "{why}");
        let manifest: Value = serde_json::from_str(&said).unwrap();
        manifest["features"]["slash_commands"][0]["command"].clone()
    };
    assert_eq!(command(&[]), "/dd");
    assert_eq!(command(&[("SLASH_COMMAND", "/muster")]), "/muster");
    assert_eq!(command(&[("SLASH_COMMAND", "")]), "/datadog");

    std::fs::write(folder.path().join(".env"), "SLASH_COMMAND /dd\n").unwrap();
    let (code, _, why) = run(folder.path(), &["manifest"], &[]);
    assert_eq!(code, 2);
    assert!(why.contains(".env cannot be read in line 1."), "{why}");
}

#[test]
fn manifest_matches_its_fixture() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said, _) = run(folder.path(), &["manifest"], &[]);
    assert_eq!(code, 0);
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/manifest.json");
    let fixture: Value = serde_json::from_slice(&std::fs::read(fixture).unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap(), fixture);
}

#[test]
fn help_and_version_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said, _) = run(folder.path(), &["--help"], &[]);
    assert!(
        code == 0 && said.contains("manifest") && said.contains("doctor"),
        "{said}"
    );
    let (code, said, _) = run(folder.path(), &["--version"], &[]);
    assert_eq!(
        (code, said.trim()),
        (0, concat!("muster ", env!("CARGO_PKG_VERSION")))
    );
    let (code, _, _) = run(folder.path(), &["dcotor"], &[]);
    assert_eq!(code, 2);
}
