//! A workspace in the sandbox on the system clock, and the environment of a bot that uses it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use chrono::Utc;
use muster_commands::manifest::{ManifestOptions, manifest};
use muster_sandbox::{Limits, Sandbox, SandboxConfig};
use serde_json::Value;

use super::transport::Transport;

/// Starts a workspace in which the app is installed with its own manifest.
pub fn start_workspace(limits: Limits) -> Sandbox {
    start_workspace_with_manifest(limits, manifest(&ManifestOptions::default()))
}

/// Starts a workspace in which the app is installed with this manifest.
pub fn start_workspace_with_manifest(limits: Limits, manifest: Value) -> Sandbox {
    Sandbox::start(SandboxConfig {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        manifest,
        now: Arc::new(Utc::now),
        limits,
        guide: None,
        storage: None,
    })
    .unwrap()
}

/// Returns the environment of a bot in this workspace, besides its address and its database.
pub fn environment(slack: &Sandbox, transport: Transport) -> Vec<(&'static str, String)> {
    vec![
        match transport {
            Transport::Http => ("SLACK_SIGNING_SECRET", slack.signing_secret()),
            Transport::SocketMode => ("SLACK_APP_TOKEN", slack.app_token()),
        },
        ("SLACK_BOT_TOKEN", slack.bot_token()),
        ("SLACK_API_URL", slack.api_url()),
        ("INCIDENTS_CHANNEL", "incidents".to_owned()),
    ]
}
