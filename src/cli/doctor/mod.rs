//! `muster doctor`: checks the configuration without changing anything.

mod exports;
mod mail;
mod public_url;

use std::path::Path;

use muster_commands::manifest::SCOPES;

use crate::cli::report::{CheckStatus, Report};
use crate::config::{Config, SlackCredentials, Workspace};
use crate::domain::Timestamp;
use crate::openid::{OpenId, OpenIdClient};
use crate::slack::client::{AuthTest, ChannelInfo, SlackApi, SlackResult, operator_help};
use crate::store::{Snapshot, StoreStatus, inspect};

/// Maximum clock skew between this machine and Slack, in seconds. Beyond 300 s Slack's requests are
/// rejected.
const MAX_CLOCK_SKEW_SECONDS: u64 = 60;

/// Runs all checks. `lookup` returns the value of a variable, and `now` the current time.
pub async fn run_checks(
    lookup: impl Fn(&str) -> Option<String>,
    now: impl Fn() -> Timestamp,
) -> Report {
    let mut report = Report::default();
    let config = match Config::read(lookup) {
        Ok(config) => config,
        Err(problems) => {
            report.add_problems(&problems, "muster doctor");
            return report;
        }
    };
    report.pass("Configuration", "All variables are valid.");
    report.check_store(&config.database);
    report.check_public_url(&config).await;
    report.check_mail(&config).await;
    report.check_exports(&config).await;
    match &config.workspace {
        Workspace::Slack(credentials) => {
            report.check_workspace(&config, credentials, now).await;
        }
        Workspace::Sandbox { unused, .. } => {
            let message = "SLACK_BOT_TOKEN isn't set, so `muster` starts the sandbox. Nothing of Slack to check.";
            report.warn("Slack", message);
            for name in unused {
                report.fail(name, "Set, but ignored without SLACK_BOT_TOKEN.");
            }
        }
    }
    report
}

impl Report {
    fn check_store(&mut self, file: &Path) {
        let path = file.display();
        let (status, message) = match inspect(file) {
            StoreStatus::Missing => (
                CheckStatus::Ok,
                format!("{path} will be created at startup."),
            ),
            StoreStatus::Free => (CheckStatus::Ok, format!("{path} is OK.")),
            StoreStatus::InUse => (
                CheckStatus::Ok,
                format!("{path} is OK and in use by a running bot."),
            ),
            StoreStatus::TooNew(version) => (
                CheckStatus::Error,
                format!(
                    "{path} was written by a newer version of Muster (schema version {version}). Use that \
                     version, or restore a backup made by this one."
                ),
            ),
            StoreStatus::ReadOnly => (
                CheckStatus::Error,
                format!("{path} isn't writable. Give the bot's user write permission."),
            ),
            StoreStatus::Unreadable(cause) => (
                CheckStatus::Error,
                format!("Can't read {path}: {cause}. Set DATABASE_PATH to another file."),
            ),
        };
        self.add(status, "Store", message);
    }

    async fn check_workspace(
        &mut self,
        config: &Config,
        credentials: &SlackCredentials,
        now: impl Fn() -> Timestamp,
    ) {
        let slack = match SlackApi::new(&credentials.api_url, credentials.bot_token.reveal()) {
            Ok(slack) => slack,
            Err(error) => {
                let message = format!("{error}. Install the package ca-certificates.");
                return self.fail("TLS", message);
            }
        };
        match slack.auth_test().await {
            Ok(auth_test) => {
                self.report_token(&auth_test);
                self.check_scopes(auth_test.scopes.as_deref());
                self.check_clock(auth_test.slack_time.map(Timestamp::new), now());
                self.check_announcements_channel(config, &slack).await;
            }
            Err(error) => self.fail("Bot token", operator_help(&error)),
        }
        self.check_socket_mode(credentials, &slack).await;
        self.check_sign_in(config, credentials).await;
        self.report_http(config, credentials);
    }

    fn report_token(&mut self, auth_test: &AuthTest) {
        let bot = &auth_test.identity;
        let message = format!("Valid: {} in {} ({}).", bot.user, bot.team, bot.url);
        self.pass("Bot token", message);
    }

    fn check_scopes(&mut self, granted: Option<&[String]>) {
        let Some(granted) = granted else {
            return self.warn("Scopes", "Slack didn't return the app's scopes.");
        };
        let missing: Vec<&str> = SCOPES
            .iter()
            .copied()
            .filter(|scope| !granted.iter().any(|other| other == scope))
            .collect();
        if missing.is_empty() {
            return self.pass("Scopes", format!("All {} scopes granted.", SCOPES.len()));
        }
        let message = format!(
            "Missing: {}. Update the app with the output of `muster manifest` (api.slack.com/apps, \
             your app, App Manifest), then reinstall it to the workspace.",
            missing.join(", ")
        );
        self.fail("Scopes", message);
    }

    fn check_clock(&mut self, slack: Option<Timestamp>, ours: Timestamp) {
        let Some(slack) = slack else {
            return self.warn("Clock", "Slack didn't return the time.");
        };
        let skew = ours.epoch_seconds().abs_diff(slack.epoch_seconds());
        if skew > MAX_CLOCK_SKEW_SECONDS {
            let message = format!(
                "{skew} s off from Slack's clock. Synchronize it with NTP: if it's off by more than 300 s, \
                 all requests from Slack are rejected."
            );
            return self.fail("Clock", message);
        }
        self.pass("Clock", format!("In sync with Slack ({skew} s off)."));
    }

    async fn check_announcements_channel(&mut self, config: &Config, slack: &SlackApi) {
        let Some(name) = &config.incidents_channel else {
            let message = "INCIDENTS_CHANNEL isn't set, so incidents aren't announced.";
            return self.warn("Announcements", message);
        };
        // The channel may have been renamed since the bot found it.
        let known = Snapshot::open(&config.database).and_then(|it| it.announcements_channel(name));
        let by_id = match known {
            Ok(Some(id)) => slack.find_channel_by_name(id.as_str()).await,
            Ok(None) | Err(_) => Ok(None),
        };
        let channel = match by_id {
            Ok(Some(channel)) if !channel.is_archived => Ok(Some(channel)),
            Ok(_) | Err(_) => slack.find_channel_by_name(name).await,
        };
        let (status, message) = announcements_channel_status(name, channel);
        self.add(status, "Announcements", message);
    }

    async fn check_socket_mode(&mut self, credentials: &SlackCredentials, slack: &SlackApi) {
        let Some(token) = &credentials.app_token else {
            return;
        };
        match slack.socket_url(token.reveal()).await {
            Ok(_) => self.pass("Socket Mode", "Slack accepted the app-level token."),
            Err(error) => self.fail("Socket Mode", operator_help(&error)),
        }
    }

    /// Checks that the keys of Sign in with Slack can be read, and names the redirect URL.
    async fn check_sign_in(&mut self, config: &Config, credentials: &SlackCredentials) {
        let (Some(client), Some(public_url)) = (&credentials.client, &config.public_url) else {
            return;
        };
        let client = OpenIdClient {
            id: client.id.clone(),
            secret: client.secret.clone(),
        };
        let Ok(openid) = OpenId::new(client, &credentials.api_url, public_url) else {
            // Reported as an error of TLS already.
            return;
        };
        let (status, message) = match openid.check_keys().await {
            Ok(0) => (
                CheckStatus::Error,
                "Slack returned no keys. Check SLACK_API_URL.".to_owned(),
            ),
            Ok(_) => (
                CheckStatus::Ok,
                format!(
                    "Slack's keys are readable. The app needs the redirect URL {}: `muster manifest \
                     --sign-in` contains it.",
                    openid.redirect_url()
                ),
            ),
            Err(error) => (
                CheckStatus::Error,
                format!("Can't fetch Slack's keys: {error}. Users can't sign in with Slack."),
            ),
        };
        self.add(status, "Sign in with Slack", message);
    }

    /// Names the URL at which Slack must reach the bot over HTTP.
    fn report_http(&mut self, config: &Config, credentials: &SlackCredentials) {
        if credentials.signing_secret.is_none() {
            return;
        }
        let url = match &config.public_url {
            Some(url) => format!("{url}/slack/…"),
            None => "the request URL in the app's settings".to_owned(),
        };
        let message = format!(
            "Slack must be able to reach {url}, which must forward to {}. This can't be checked from here.",
            config.listen
        );
        self.warn("HTTP", message);
    }
}

/// Returns the result of the check of the announcements channel.
fn announcements_channel_status(
    name: &str,
    channel: SlackResult<Option<ChannelInfo>>,
) -> (CheckStatus, String) {
    match channel {
        Err(error) => (CheckStatus::Error, operator_help(&error)),
        Ok(None) => (
            CheckStatus::Error,
            format!(
                "There's no public channel {name}. Create it, or set INCIDENTS_CHANNEL to another \
                 channel. To use a private channel, invite the app and set INCIDENTS_CHANNEL to its ID."
            ),
        ),
        Ok(Some(channel)) if channel.is_archived => (
            CheckStatus::Error,
            format!(
                "#{} is archived. Unarchive it, or set INCIDENTS_CHANNEL to another channel.",
                channel.name
            ),
        ),
        Ok(Some(channel)) if !channel.is_member => (
            CheckStatus::Ok,
            format!("#{} exists; the bot joins it at startup.", channel.name),
        ),
        Ok(Some(channel)) => (CheckStatus::Ok, format!("The bot is in #{}.", channel.name)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn only_check(report: &Report) -> (CheckStatus, &str) {
        let checks = report.checks();
        assert_eq!(checks.len(), 1, "{report}");
        (checks[0].status, &checks[0].message)
    }

    #[test]
    fn missing_scopes_are_listed() {
        let granted: Vec<String> = SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
        let mut report = Report::default();
        report.check_scopes(Some(&granted));
        assert_eq!(only_check(&report).0, CheckStatus::Ok);

        let mut report = Report::default();
        report.check_scopes(Some(&granted[1..]));
        let (status, message) = only_check(&report);
        assert_eq!(status, CheckStatus::Error);
        assert!(
            message.contains(SCOPES[0]) && !message.contains(SCOPES[1]),
            "{message}"
        );
    }

    #[test]
    fn clock_skew_above_one_minute_is_an_error() {
        let noon = Timestamp::from_epoch_seconds(1_795_435_200);
        for (skew, status) in [
            (0, CheckStatus::Ok),
            (-60, CheckStatus::Ok),
            (60, CheckStatus::Ok),
            (61, CheckStatus::Error),
            (-61, CheckStatus::Error),
        ] {
            let mut report = Report::default();
            report.check_clock(Some(noon), noon.plus(chrono::Duration::seconds(skew)));
            assert_eq!(only_check(&report).0, status, "{skew}");
        }
    }

    #[test]
    fn announcements_channel_must_exist_and_be_active() {
        let channel = |is_member, is_archived| ChannelInfo {
            id: "C1".into(),
            name: "incidents".to_owned(),
            creator: String::new(),
            created: 0,
            is_member,
            is_archived,
        };
        let status = |channel| announcements_channel_status("incidents", Ok(channel)).0;
        assert_eq!(status(None), CheckStatus::Error);
        assert_eq!(status(Some(channel(true, true))), CheckStatus::Error);
        assert_eq!(status(Some(channel(true, false))), CheckStatus::Ok);
        assert_eq!(status(Some(channel(false, false))), CheckStatus::Ok);
    }

    #[tokio::test]
    async fn invalid_variables_are_listed_one_per_line() {
        let lookup = |name: &str| (name == "LISTEN_ADDR").then(|| "here".to_owned());
        let report = run_checks(lookup, || Timestamp::from_epoch_seconds(0)).await;
        let text = report.to_string();
        assert!(!report.is_ok());
        assert!(text.starts_with("✗ LISTEN_ADDR"), "{text}");
        assert!(text.ends_with("1 check failed."), "{text}");
    }
}
