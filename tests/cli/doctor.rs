//! `muster doctor` against the sandbox: its findings, and that it changes nothing.

use std::collections::HashMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use muster::cli::doctor::run_checks;
use muster::store::Store;
use muster_commands::manifest::{ManifestOptions, manifest};
use muster_domain::Timestamp;
use muster_sandbox::{Limits, Sandbox, Visibility};
use serde_json::{Value, json};

use crate::support::transport::Transport;
use crate::support::workspace::{environment, start_workspace_with_manifest};

/// A sandbox and a configuration for it.
pub(crate) struct TestSetup {
    pub(crate) slack: Sandbox,
    variables: HashMap<&'static str, String>,
    folder: tempfile::TempDir,
    now: DateTime<Utc>,
}

impl TestSetup {
    pub(crate) fn new() -> Self {
        Self::with_manifest(manifest(&ManifestOptions::default()))
    }

    fn with_manifest(manifest: Value) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let slack = start_workspace_with_manifest(Limits::Slack, manifest);
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("incidents.db");
        let mut variables = HashMap::from_iter(environment(&slack, Transport::Http));
        variables.insert("SLACK_APP_TOKEN", slack.app_token());
        variables.insert("DATABASE_PATH", database.to_str().unwrap().to_owned());
        Self {
            slack,
            variables,
            folder,
            now: Utc::now(),
        }
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.variables.insert(name, value.to_owned());
    }

    /// Runs all checks. Returns whether they passed, and the report.
    pub(crate) async fn report(&self) -> (bool, String) {
        let lookup = |name: &str| self.variables.get(name).cloned();
        let report = run_checks(lookup, || Timestamp::new(self.now)).await;
        (report.is_ok(), report.to_string())
    }

    /// Runs all checks and asserts that exactly one fails, with this text.
    pub(crate) async fn assert_only_error(&self, what: &str) {
        let (passed, report) = self.report().await;
        let failed: Vec<&str> = report
            .lines()
            .filter(|check| check.starts_with('✗'))
            .collect();
        assert!(!passed && failed.len() == 1, "{report}");
        assert!(failed[0].contains(what), "{what} in\n{report}");
    }
}

fn file_count(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[tokio::test]
async fn valid_setup_passes_all_checks_without_changes() {
    let setup = TestSetup::new();
    let (passed, report) = setup.report().await;
    assert!(passed, "{report}");
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
        assert!(report.contains(part), "{part} in\n{report}");
    }
    assert_eq!(file_count(setup.folder.path()), 0);
    let methods = [
        "auth.test",
        "conversations.list",
        "conversations.info",
        "apps.connections.open",
    ];
    let calls = setup.slack.calls();
    assert!(
        calls
            .iter()
            .all(|call| methods.contains(&call.method.as_str()))
    );
}

#[tokio::test]
async fn store_in_use_by_a_running_bot_passes() {
    let setup = TestSetup::new();
    let _store = Store::open(Path::new(&setup.variables["DATABASE_PATH"])).unwrap();
    let (passed, report) = setup.report().await;
    assert!(
        passed && report.contains("in use by a running bot"),
        "{report}"
    );
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
    let mut setup = TestSetup::new();
    setup.set("SLACK_APP_TOKEN", "xapp-nobody");
    setup.assert_only_error("Socket Mode").await;

    let mut setup = TestSetup::new();
    setup.set("SLACK_BOT_TOKEN", "xoxb-nobody");
    setup
        .assert_only_error("Slack rejected auth.test with invalid_auth")
        .await;
}

#[tokio::test]
async fn missing_or_archived_announcements_channel_is_reported() {
    let mut setup = TestSetup::new();
    setup.set("INCIDENTS_CHANNEL", "nowhere");
    setup
        .assert_only_error("There's no public channel nowhere.")
        .await;

    let closed = setup
        .slack
        .add_channel("closed", Visibility::Public, &["alice"]);
    setup.slack.archives("alice", &closed).await;
    for name in ["closed", closed.as_ref()] {
        setup.set("INCIDENTS_CHANNEL", name);
        setup.assert_only_error("#closed is archived.").await;
    }
}

#[tokio::test]
async fn clock_skew_is_reported() {
    let mut setup = TestSetup::new();
    setup.now += chrono::Duration::seconds(90);
    setup.assert_only_error("Synchronize it with NTP").await;
}

#[tokio::test]
async fn unreachable_slack_is_reported() {
    let mut setup = TestSetup::new();
    setup.variables.remove("SLACK_APP_TOKEN");
    setup.variables.retain(|name, _| !name.starts_with("MAIL_"));
    setup.slack.stop();
    setup.set("SLACK_API_URL", "http://127.0.0.1:9/api");
    setup.assert_only_error("Slack can't be reached").await;
}

#[tokio::test]
async fn sign_in_with_slack_is_checked_if_it_is_configured() {
    let mut setup = TestSetup::new();
    setup
        .variables
        .insert("PUBLIC_URL", "https://muster.example.com".to_owned());
    setup
        .variables
        .insert("SLACK_CLIENT_ID", setup.slack.client_id());
    setup
        .variables
        .insert("SLACK_CLIENT_SECRET", setup.slack.client_secret());
    let (passed, report) = setup.report().await;
    assert!(passed, "{report}");
    let redirect_url = "https://muster.example.com/sign-in/slack/back";
    assert!(report.contains("Slack's keys are readable."), "{report}");
    assert!(report.contains(redirect_url), "{report}");
    assert!(!report.contains(&setup.slack.client_secret()), "{report}");
    setup
        .slack
        .fail_calls("openid.connect.keys", 1, muster_sandbox::Fault::Status(500));
    let (passed, report) = setup.report().await;
    assert!(!passed);
    assert!(report.contains("Can't fetch Slack's keys"), "{report}");
}
