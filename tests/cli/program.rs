//! The program as an operator uses it: exit codes, output, shutdown.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::binary::{self, muster};
use crate::support::process::Process;

fn command(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = muster(folder);
    command.args(arguments).envs(variables.iter().copied());
    command
}

fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    binary::run(&mut command(folder, arguments, variables))
}

/// Starts the bot with the sandbox.
fn start(folder: &Path) -> Process {
    Process::start(&mut muster(folder), "Store")
}

#[tokio::test]
async fn program_prints_its_addresses_and_stops_on_sigterm() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let folder = tempfile::tempdir().unwrap();
    let mut bot = start(folder.path());
    assert!(bot.startup_message[0].ends_with("(a sandbox: SLACK_BOT_TOKEN is not set)"));
    let [_, pages, _, store] = &bot.startup_message[..] else {
        panic!("{:?}", bot.startup_message);
    };
    assert!(pages.ends_with("(sign in: type /datadog web in Slack)"));
    assert_eq!(store, "Store       ./var/incidents.db");

    for label in ["Slack", "Pages"] {
        let page = reqwest::get(bot.url(label)).await.unwrap();
        assert_eq!(page.status(), 200, "{label}");
    }
    // The worker may not have polled yet, but the address responds from the first line of output on.
    let ready = bot.url("Health");
    while reqwest::get(ready).await.unwrap().status() != 200 {
        tokio::task::yield_now().await;
    }
    let code = bot.terminate();
    let log = bot.log();
    assert_eq!(code, 0, "{log}");
    assert_eq!(bot.log_warnings(), [""; 0]);
    let last: Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
    assert_eq!(last["message"], "Stopped");

    let files = std::fs::read_dir(folder.path().join("var")).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["incidents.db", "incidents.db.lock", "sandbox.json"]);
}

#[tokio::test]
async fn operations_have_a_port_of_their_own() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path(), &[], &[("OPS_ADDR", "127.0.0.1:0")]);
    let mut bot = Process::start(&mut command, "Store");
    let [pages, operations] = [bot.url("Pages"), bot.base_url()];
    assert_ne!(pages, operations);
    for (base, path, expected) in [
        (pages, "/healthz", 200),
        (pages, "/metrics", 404),
        (pages, "/readyz", 404),
        (operations, "/healthz", 200),
        (operations, "/metrics", 200),
        (operations, "/sign-in", 404),
        (operations, "/slack/events", 404),
    ] {
        let request = reqwest::Client::new().get(format!("{base}{path}"));
        // A proxy may stand in front of either port.
        let request = request.header("x-forwarded-for", "203.0.113.7");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), expected, "{base}{path}");
    }
    let ready = reqwest::get(bot.url("Health")).await.unwrap();
    assert!([200, 503].contains(&ready.status().as_u16()));
    assert_eq!(bot.terminate(), 0);
}

#[test]
fn second_process_on_the_same_store_exits_with_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let first = start(folder.path());
    let (code, stdout, stderr) = run(folder.path(), &[], &[]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(
        stderr.contains("Another Muster is using var/incidents.db"),
        "{stderr}"
    );

    let (code, stdout, _) = run(folder.path(), &["doctor"], &[]);
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("in use by a running bot"), "{stdout}");
    drop(first);
    assert_eq!(start(folder.path()).terminate(), 0);
}

#[test]
fn team_settings_can_be_changed_while_the_bot_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut bot = start(folder.path());
    let set = ["settings", "set", "archive_after_days", "3"];
    let (code, stdout, stderr) = run(folder.path(), &set, &[]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let get = ["settings", "get", "archive_after_days"];
    assert_eq!(run(folder.path(), &get, &[]).1, "3\n");
    assert_eq!(bot.terminate(), 0);
    assert_eq!(run(folder.path(), &get, &[]).1, "3\n");
}

#[test]
fn occupied_port_is_reported_with_instructions() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for setting in ["LISTEN_ADDR", "OPS_ADDR", "SANDBOX_ADDR"] {
        let folder = tempfile::tempdir().unwrap();
        let (code, _, stderr) = run(folder.path(), &[], &[(setting, &address)]);
        assert_eq!(code, 1, "{stderr}");
        assert!(
            stderr.contains(&format!("or set {setting} to another")),
            "{stderr}"
        );
    }
}

#[test]
fn invalid_variables_are_reported_and_prevent_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [
        ("SLACK_BOT_TOKEN", "xapp-1-secret"),
        ("SLASH_COMMAND", "dd"),
    ];
    let (code, stdout, stderr) = run(folder.path(), &[], &variables);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(
        stderr.starts_with("Muster did not start. 3 values are invalid or missing:\n"),
        "{stderr}"
    );
    for name in ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLASH_COMMAND"] {
        assert!(stderr.contains(&format!("  {name} ")), "{stderr}");
    }
    assert!(!stderr.contains("secret"), "{stderr}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let (code, stdout, _) = run(folder.path(), &["doctor"], &variables);
    assert_eq!(code, 1);
    assert!(stdout.contains("✗ SLASH_COMMAND"), "{stdout}");
}

#[test]
fn environment_overrides_the_env_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "SLASH_COMMAND=/dd\n").unwrap();
    let command = |variables: &[(&str, &str)]| {
        let (code, stdout, stderr) = run(folder.path(), &["manifest"], variables);
        assert_eq!(code, 0, "{stderr}");
        let manifest: Value = serde_json::from_str(&stdout).unwrap();
        manifest["features"]["slash_commands"][0]["command"].clone()
    };
    assert_eq!(command(&[]), "/dd");
    assert_eq!(command(&[("SLASH_COMMAND", "/muster")]), "/muster");
    assert_eq!(command(&[("SLASH_COMMAND", "")]), "/datadog");

    std::fs::write(folder.path().join(".env"), "SLASH_COMMAND /dd\n").unwrap();
    let (code, _, stderr) = run(folder.path(), &["manifest"], &[]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("The manifest was not printed: .env has an error in line 1."),
        "{stderr}"
    );
}

#[test]
fn invalid_configuration_is_reported_with_its_consequence() {
    let folder = tempfile::tempdir().unwrap();
    let report = |arguments: &[&str], variables: &[(&str, &str)]| {
        let (code, stdout, stderr) = run(folder.path(), arguments, variables);
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        stderr
    };
    assert_eq!(
        report(&["manifest", "--url", "http://x"], &[]),
        "The manifest was not printed: --url is \"http://x\", which Slack can't reach. Use https:// and a \
         public host name, such as https://muster.example.com.\n"
    );
    let folder_as_database = [("DATABASE_PATH", "var/")];
    for (arguments, consequence) in [
        (&["serve"][..], "Muster did not start"),
        (&["backup", "a.db"], "No backup was made"),
        (&["export", "out"], "Nothing was exported"),
        (&["settings"], "The settings were not opened"),
    ] {
        assert_eq!(
            report(arguments, &folder_as_database),
            format!(
                "{consequence}: DATABASE_PATH is \"var/\", which is a folder. Name a file in it, such as \
                 var/incidents.db.\n\nVariables are read from the environment and from .env in the working \
                 directory. .env.example lists them all.\n"
            )
        );
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn manifest_matches_its_fixture() {
    let folder = tempfile::tempdir().unwrap();
    let (code, stdout, _) = run(folder.path(), &["manifest"], &[]);
    assert_eq!(code, 0);
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/manifest.json");
    let fixture: Value = serde_json::from_slice(&std::fs::read(fixture).unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&stdout).unwrap(), fixture);
}

#[test]
fn help_and_version_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let (code, stdout, _) = run(folder.path(), &["--help"], &[]);
    assert!(
        code == 0 && stdout.contains("manifest") && stdout.contains("doctor"),
        "{stdout}"
    );
    let (code, stdout, _) = run(folder.path(), &["--version"], &[]);
    assert_eq!(
        (code, stdout.trim()),
        (0, concat!("muster ", env!("CARGO_PKG_VERSION")))
    );
    let (code, _, _) = run(folder.path(), &["dcotor"], &[]);
    assert_eq!(code, 2);
}
