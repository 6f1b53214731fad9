//! The program itself, as an operator meets it: its exit codes, what it prints, how it stops.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The program in a folder of its own, with no settings but those given.
fn muster(folder: &Path, arguments: &[&str], set: &[(&str, &str)]) -> Command {
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

fn ended(folder: &Path, arguments: &[&str], set: &[(&str, &str)]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = muster(folder, arguments, set).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// A program that serves, and the banner that it printed. It does not outlive the test.
struct Serving {
    child: Child,
    banner: Vec<String>,
}

impl Serving {
    fn in_folder(folder: &Path) -> Self {
        let mut child = muster(folder, &[], &[]).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let banner = output.lines().take(3).map(Result::unwrap).collect();
        Self { child, banner }
    }

    /// Gives the address in a line of the banner.
    fn address(&self, line: &str) -> &str {
        let line = self.banner.iter().find(|other| other.starts_with(line));
        line.unwrap().split_whitespace().nth(1).unwrap()
    }

    fn asked_to_stop(mut self) -> (i32, String) {
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

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test]
async fn it_says_where_everything_is_and_stops_when_asked() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::in_folder(folder.path());
    assert!(serving.banner[0].ends_with("(a sandbox: SLACK_BOT_TOKEN is not set)"));
    assert_eq!(serving.banner[2], "Store       ./var/incidents.db");

    let page = reqwest::get(serving.address("Slack")).await.unwrap();
    assert_eq!(page.status(), 200);
    // The worker may still be on its way; the address answers from the first line on.
    let ready = serving.address("Health");
    while reqwest::get(ready).await.unwrap().status() != 200 {
        tokio::task::yield_now().await;
    }
    let (code, log) = serving.asked_to_stop();
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
fn a_second_bot_on_the_same_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = Serving::in_folder(folder.path());
    let (code, said, why) = ended(folder.path(), &[], &[]);
    assert_eq!((code, said.as_str()), (1, ""));
    assert!(
        why.contains("Another Muster is using var/incidents.db"),
        "{why}"
    );

    let (code, said, _) = ended(folder.path(), &["doctor"], &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("a bot is running"), "{said}");
    drop(first);
    assert_eq!(Serving::in_folder(folder.path()).asked_to_stop().0, 0);
}

#[test]
fn settings_of_the_team_are_changed_while_the_bot_runs() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::in_folder(folder.path());
    let set = ["settings", "set", "archive_after_days", "3"];
    let (code, said, why) = ended(folder.path(), &set, &[]);
    assert_eq!((code, why.as_str()), (0, ""), "{said}");
    let get = ["settings", "get", "archive_after_days"];
    assert_eq!(ended(folder.path(), &get, &[]).1, "3\n");
    assert_eq!(serving.asked_to_stop().0, 0);
    assert_eq!(ended(folder.path(), &get, &[]).1, "3\n");
}

#[test]
fn a_port_that_is_taken_is_told_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for setting in ["LISTEN_ADDR", "SANDBOX_ADDR"] {
        let folder = tempfile::tempdir().unwrap();
        let (code, _, why) = ended(folder.path(), &[], &[(setting, &address)]);
        assert_eq!(code, 1, "{why}");
        assert!(
            why.contains(&format!("or set {setting} to another")),
            "{why}"
        );
    }
}

#[test]
fn wrong_settings_are_named_and_nothing_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let set = [
        ("SLACK_BOT_TOKEN", "xapp-1-secret"),
        ("SLASH_COMMAND", "dd"),
    ];
    let (code, said, why) = ended(folder.path(), &[], &set);
    assert_eq!((code, said.as_str()), (2, ""));
    for name in ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLASH_COMMAND"] {
        assert!(why.contains(&format!("  {name} ")), "{why}");
    }
    assert!(!why.contains("secret"), "{why}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let (code, said, _) = ended(folder.path(), &["doctor"], &set);
    assert_eq!(code, 1);
    assert!(said.contains("✗ SLASH_COMMAND"), "{said}");
}

#[test]
fn the_environment_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "SLASH_COMMAND=/dd\n").unwrap();
    let command = |set: &[(&str, &str)]| {
        let (code, said, why) = ended(folder.path(), &["manifest"], set);
        assert_eq!(code, 0, "{why}");
        let manifest: Value = serde_json::from_str(&said).unwrap();
        manifest["features"]["slash_commands"][0]["command"].clone()
    };
    assert_eq!(command(&[]), "/dd");
    assert_eq!(command(&[("SLASH_COMMAND", "/muster")]), "/muster");
    assert_eq!(command(&[("SLASH_COMMAND", "")]), "/datadog");

    std::fs::write(folder.path().join(".env"), "SLASH_COMMAND /dd\n").unwrap();
    let (code, _, why) = ended(folder.path(), &["manifest"], &[]);
    assert_eq!(code, 2);
    assert!(why.contains(".env cannot be read in line 1."), "{why}");
}

#[test]
fn the_manifest_is_the_one_among_the_fixtures() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said, _) = ended(folder.path(), &["manifest"], &[]);
    assert_eq!(code, 0);
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/manifest.json");
    let fixture: Value = serde_json::from_slice(&std::fs::read(fixture).unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap(), fixture);
}

#[test]
fn help_and_version_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said, _) = ended(folder.path(), &["--help"], &[]);
    assert!(
        code == 0 && said.contains("manifest") && said.contains("doctor"),
        "{said}"
    );
    let (code, said, _) = ended(folder.path(), &["--version"], &[]);
    assert_eq!(
        (code, said.trim()),
        (0, concat!("muster ", env!("CARGO_PKG_VERSION")))
    );
    let (code, _, _) = ended(folder.path(), &["dcotor"], &[]);
    assert_eq!(code, 2);
}
