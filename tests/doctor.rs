//! `muster doctor` against the sandbox: its findings, and that it changes nothing.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use muster::cli::doctor::run_checks;
use muster::domain::Timestamp;
use muster::store::Store;
use muster_commands::manifest::{ManifestOptions, manifest};
use muster_sandbox::{Limits, Sandbox, SandboxConfig, Visibility};
use serde_json::{Value, json};

/// A sandbox and a configuration for it.
struct TestSetup {
    slack: Sandbox,
    variables: HashMap<&'static str, String>,
    folder: tempfile::TempDir,
    now: DateTime<Utc>,
}

impl TestSetup {
    fn new() -> Self {
        Self::with_manifest(manifest(&ManifestOptions::default()))
    }

    fn with_manifest(manifest: Value) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let slack = Sandbox::start(SandboxConfig {
            listen: "127.0.0.1:0".parse().unwrap(),
            manifest,
            now: Arc::new(Utc::now),
            limits: Limits::Slack,
        })
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("incidents.db");
        let set = HashMap::from([
            ("SLACK_BOT_TOKEN", slack.bot_token()),
            ("SLACK_APP_TOKEN", slack.app_token()),
            ("SLACK_SIGNING_SECRET", slack.signing_secret()),
            ("SLACK_API_URL", slack.api_url()),
            ("INCIDENTS_CHANNEL", "#incidents".to_owned()),
            ("DATABASE_PATH", database.to_str().unwrap().to_owned()),
        ]);
        Self {
            slack,
            variables: set,
            folder,
            now: Utc::now(),
        }
    }

    /// Runs all checks. Returns whether they passed, and the report.
    async fn report(&self) -> (bool, String) {
        let lookup = |name: &str| self.variables.get(name).cloned();
        let found = run_checks(lookup, || Timestamp::new(self.now)).await;
        (found.is_ok(), found.to_string())
    }

    /// Runs all checks and asserts that exactly one fails, with this text.
    async fn assert_only_error(&self, what: &str) {
        let (well, said) = self.report().await;
        let wrong: Vec<&str> = said.lines().filter(|line| line.starts_with('✗')).collect();
        assert!(!well && wrong.len() == 1, "{said}");
        assert!(wrong[0].contains(what), "{what} in\n{said}");
    }
}

fn file_count(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[tokio::test]
async fn valid_setup_passes_all_checks_without_changes() {
    let ward = TestSetup::new();
    let (well, said) = ward.report().await;
    assert!(well, "{said}");
    for part in [
        "✓ Configuration",
        "✓ Store",
        "✓ Bot token",
        "in Acme",
        "✓ Scopes",
        "✓ Clock",
        "✓ Announcements        #incidents exists; the bot joins it at startup.",
        "✓ Socket Mode",
        "! HTTP",
        "All checks passed.",
    ] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
    assert_eq!(file_count(ward.folder.path()), 0);
    let methods = [
        "auth.test",
        "conversations.list",
        "conversations.info",
        "apps.connections.open",
    ];
    let calls = ward.slack.calls();
    assert!(
        calls
            .iter()
            .all(|call| methods.contains(&call.method.as_str()))
    );
}

#[tokio::test]
async fn store_in_use_by_a_running_bot_passes() {
    let ward = TestSetup::new();
    let _store = Store::open(Path::new(&ward.variables["DATABASE_PATH"])).unwrap();
    let (well, said) = ward.report().await;
    assert!(well && said.contains("a bot is running"), "{said}");
}

#[tokio::test]
async fn missing_scope_is_reported() {
    let mut manifest = manifest(&ManifestOptions::default());
    let scopes = manifest["oauth_config"]["scopes"]["bot"]
        .as_array_mut()
        .unwrap();
    scopes.retain(|scope| *scope != json!("pins:write"));
    TestSetup::with_manifest(manifest)
        .assert_only_error("pins:write")
        .await;
}

#[tokio::test]
async fn invalid_tokens_are_reported() {
    let mut ward = TestSetup::new();
    ward.variables
        .insert("SLACK_APP_TOKEN", "xapp-nobody".to_owned());
    ward.assert_only_error("Socket Mode").await;

    let mut ward = TestSetup::new();
    ward.variables
        .insert("SLACK_BOT_TOKEN", "xoxb-nobody".to_owned());
    ward.assert_only_error("Slack refused auth.test with invalid_auth")
        .await;
}

#[tokio::test]
async fn missing_or_archived_announcements_channel_is_reported() {
    let mut ward = TestSetup::new();
    ward.variables
        .insert("INCIDENTS_CHANNEL", "nowhere".to_owned());
    ward.assert_only_error("There is no public channel nowhere.")
        .await;

    let closed = ward
        .slack
        .add_channel("closed", Visibility::Public, &["alice"]);
    ward.slack.archives("alice", &closed).await;
    for wanted in ["closed", closed.as_ref()] {
        ward.variables
            .insert("INCIDENTS_CHANNEL", wanted.to_owned());
        ward.assert_only_error("#closed is archived.").await;
    }
}

#[tokio::test]
async fn clock_skew_is_reported() {
    let mut ward = TestSetup::new();
    ward.now += chrono::Duration::seconds(90);
    ward.assert_only_error("Set it by NTP").await;
}

#[tokio::test]
async fn unreachable_slack_is_reported() {
    let mut ward = TestSetup::new();
    ward.variables.remove("SLACK_APP_TOKEN");
    ward.slack.stop();
    let nobody = "http://127.0.0.1:9/api".to_owned();
    ward.variables.insert("SLACK_API_URL", nobody);
    ward.assert_only_error("Slack cannot be reached").await;
}
