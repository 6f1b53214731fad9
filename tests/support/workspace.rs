//! A workspace in the sandbox, its modals, and the environment of a bot that uses it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use chrono::Utc;
use muster::config::{MailConfig, MailDestination, MailRelay};
use muster_commands::manifest::{ManifestOptions, manifest};
use muster_sandbox::{Clock, Limits, Sandbox, SandboxConfig};
use serde_json::Value;

use super::transport::Transport;

/// Starts a workspace in which the app is installed with its own manifest.
pub fn start_workspace(limits: Limits) -> Sandbox {
    start_workspace_at(limits, Arc::new(Utc::now))
}

/// Starts a workspace on this clock.
pub fn start_workspace_at(limits: Limits, now: Clock) -> Sandbox {
    start(limits, now, manifest(&ManifestOptions::default()))
}

/// Starts a workspace in which the app is installed with this manifest.
pub fn start_workspace_with_manifest(limits: Limits, manifest: Value) -> Sandbox {
    start(limits, Arc::new(Utc::now), manifest)
}

fn start(limits: Limits, now: Clock, manifest: Value) -> Sandbox {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Sandbox::start(SandboxConfig {
        listen,
        manifest,
        now,
        limits,
        guide: None,
        storage: None,
    })
    .unwrap()
}

/// Fills in a modal. Fields are identified by their labels.
pub async fn fill_fields(slack: &Sandbox, who: &str, view_id: &str, fields: &[(&str, &str)]) {
    for (label, value) in fields {
        let filled = slack.fills(who, view_id, label, *value).await;
        assert_eq!(filled, Ok(()), "filling in {label}");
    }
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
        ("MAIL_URL", format!("smtp://{}", slack.smtp_address())),
        ("MAIL_FROM", SENDER.to_owned()),
    ]
}

/// The sender of the bot's mail.
const SENDER: &str = "Muster <muster@acme.example>";

/// Returns the configuration of mail that goes to the mailbox of the sandbox.
pub fn sandbox_mail(slack: &Sandbox) -> MailConfig {
    let address = slack.smtp_address();
    let relay = MailRelay::plain(&address.ip().to_string(), address.port());
    MailConfig {
        destination: MailDestination::Relay(relay),
        from: SENDER.parse().unwrap(),
        reply_to: None,
    }
}
