//! `muster doctor` against a workspace: what it finds, and that it changes nothing.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use muster::doctor::examine;
use muster::domain::Moment;
use muster::sandbox::{Limits, Sandbox, Settings, Visibility};
use muster::store::Store;
use muster_commands::manifest::{ManifestOptions, manifest};
use serde_json::{Value, json};

/// A workspace, and settings that fit it.
struct Ward {
    slack: Sandbox,
    set: HashMap<&'static str, String>,
    folder: tempfile::TempDir,
    now: DateTime<Utc>,
}

impl Ward {
    fn new() -> Self {
        Self::with(manifest(&ManifestOptions::default()))
    }

    fn with(manifest: Value) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let slack = Sandbox::start(Settings {
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
            set,
            folder,
            now: Utc::now(),
        }
    }

    /// Examines, and gives whether all is well and what is said.
    async fn examined(&self) -> (bool, String) {
        let lookup = |name: &str| self.set.get(name).cloned();
        let found = examine(lookup, || Moment::new(self.now)).await;
        (found.is_well(), found.to_string())
    }

    /// Examines, and makes sure that this one thing is wrong.
    async fn lacks(&self, what: &str) {
        let (well, said) = self.examined().await;
        let wrong: Vec<&str> = said.lines().filter(|line| line.starts_with('✗')).collect();
        assert!(!well && wrong.len() == 1, "{said}");
        assert!(wrong[0].contains(what), "{what} in\n{said}");
    }
}

fn count(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[tokio::test]
async fn a_bot_that_is_set_up_right_is_well_and_nothing_is_changed() {
    let ward = Ward::new();
    let (well, said) = ward.examined().await;
    assert!(well, "{said}");
    for part in [
        "✓ Settings",
        "✓ Store",
        "✓ Bot token",
        "in Acme",
        "✓ Scopes",
        "✓ Clock",
        "✓ Global channel       #incidents is there; the bot joins it at its start.",
        "✓ Socket Mode",
        "! HTTP",
        "Nothing is wrong.",
    ] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
    assert_eq!(count(ward.folder.path()), 0);
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
async fn a_store_that_a_running_bot_uses_is_well() {
    let ward = Ward::new();
    let _store = Store::open(Path::new(&ward.set["DATABASE_PATH"])).unwrap();
    let (well, said) = ward.examined().await;
    assert!(well && said.contains("a bot is running"), "{said}");
}

#[tokio::test]
async fn a_scope_that_the_app_lacks_is_named() {
    let mut manifest = manifest(&ManifestOptions::default());
    let scopes = manifest["oauth_config"]["scopes"]["bot"]
        .as_array_mut()
        .unwrap();
    scopes.retain(|scope| *scope != json!("pins:write"));
    Ward::with(manifest).lacks("pins:write").await;
}

#[tokio::test]
async fn tokens_that_slack_does_not_know_are_told() {
    let mut ward = Ward::new();
    ward.set.insert("SLACK_APP_TOKEN", "xapp-nobody".to_owned());
    ward.lacks("Socket Mode").await;

    let mut ward = Ward::new();
    ward.set.insert("SLACK_BOT_TOKEN", "xoxb-nobody".to_owned());
    ward.lacks("Slack refused auth.test with invalid_auth")
        .await;
}

#[tokio::test]
async fn a_global_channel_that_is_not_there_is_told() {
    let mut ward = Ward::new();
    ward.set.insert("INCIDENTS_CHANNEL", "nowhere".to_owned());
    ward.lacks("There is no public channel nowhere.").await;

    let closed = ward
        .slack
        .add_channel("closed", Visibility::Public, &["alice"]);
    ward.slack.archives("alice", &closed).await;
    for wanted in ["closed", closed.as_ref()] {
        ward.set.insert("INCIDENTS_CHANNEL", wanted.to_owned());
        ward.lacks("#closed is archived.").await;
    }
}

#[tokio::test]
async fn a_clock_that_goes_wrong_is_told() {
    let mut ward = Ward::new();
    ward.now += chrono::Duration::seconds(90);
    ward.lacks("Set it by NTP").await;
}

#[tokio::test]
async fn a_slack_that_cannot_be_reached_is_told() {
    let mut ward = Ward::new();
    ward.set.remove("SLACK_APP_TOKEN");
    ward.slack.stop();
    let nobody = "http://127.0.0.1:9/api".to_owned();
    ward.set.insert("SLACK_API_URL", nobody);
    ward.lacks("Slack cannot be reached").await;
}
