//! `muster doctor`: checks the configuration without changing anything.

use std::path::Path;

use muster_commands::manifest::SCOPES;

use crate::cli::report::{CheckStatus, Report};
use crate::config::{Config, SlackCredentials, Workspace};
use crate::domain::Timestamp;
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
    let mut found = Report::default();
    let config = match Config::read(lookup) {
        Ok(config) => config,
        Err(problems) => {
            found.add_problems(&problems, "muster doctor");
            return found;
        }
    };
    found.add(CheckStatus::Ok, "Configuration", "All variables are valid.");
    found.check_store(&config.database);
    match &config.workspace {
        Workspace::Slack(access) => found.check_workspace(&config, access, now).await,
        Workspace::Sandbox { unused, .. } => {
            let says = "SLACK_BOT_TOKEN is not set: `muster` starts a sandbox, a stand-in for Slack \
                        to try Muster. There is nothing else to check.";
            found.add(CheckStatus::Warning, "Slack", says);
            for name in unused {
                let says = "It is set, but ignored without SLACK_BOT_TOKEN.";
                found.add(CheckStatus::Error, name, says);
            }
        }
    }
    found
}

impl Report {
    fn check_store(&mut self, path: &Path) {
        let shown = path.display();
        let (verdict, says) = match inspect(path) {
            StoreStatus::Missing => (
                CheckStatus::Ok,
                format!("{shown} will be created at startup."),
            ),
            StoreStatus::Free => (CheckStatus::Ok, format!("{shown} can be opened.")),
            StoreStatus::InUse => (
                CheckStatus::Ok,
                format!("{shown} is in use: a bot is running."),
            ),
            StoreStatus::TooNew(version) => (
                CheckStatus::Error,
                format!(
                    "{shown} was written by a newer version of Muster (schema {version}). Use that version, or \
                     restore a backup of this version."
                ),
            ),
            StoreStatus::ReadOnly => (
                CheckStatus::Error,
                format!("{shown} is not writable. Give the bot's user write permission."),
            ),
            StoreStatus::Unreadable(why) => (
                CheckStatus::Error,
                format!("{shown} cannot be read: {why}. Set DATABASE_PATH to another file."),
            ),
        };
        self.add(verdict, "Store", says);
    }

    async fn check_workspace(
        &mut self,
        config: &Config,
        access: &SlackCredentials,
        now: impl Fn() -> Timestamp,
    ) {
        let slack = match SlackApi::new(&access.api_url, access.bot_token.reveal()) {
            Ok(slack) => slack,
            Err(error) => {
                let says = format!("{error}. Install the package ca-certificates.");
                return self.add(CheckStatus::Error, "TLS", says);
            }
        };
        match slack.auth_test().await {
            Ok(checkup) => {
                self.report_token(&checkup);
                self.check_scopes(checkup.scopes.as_deref());
                self.check_clock(checkup.slack_time.map(Timestamp::new), now());
                self.check_announcements_channel(config, &slack).await;
            }
            Err(trouble) => self.add(CheckStatus::Error, "Bot token", operator_help(&trouble)),
        }
        self.check_transports(config, access, &slack).await;
    }

    fn report_token(&mut self, checkup: &AuthTest) {
        let us = &checkup.identity;
        let says = format!("It is valid: {} in {} ({}).", us.user, us.team, us.url);
        self.add(CheckStatus::Ok, "Bot token", says);
    }

    fn check_scopes(&mut self, granted: Option<&[String]>) {
        let Some(granted) = granted else {
            let says = "Slack did not return the app's scopes.";
            return self.add(CheckStatus::Warning, "Scopes", says);
        };
        let missing: Vec<&str> = SCOPES
            .iter()
            .copied()
            .filter(|scope| !granted.iter().any(|other| other == scope))
            .collect();
        if missing.is_empty() {
            let says = format!("All {} are granted.", SCOPES.len());
            return self.add(CheckStatus::Ok, "Scopes", says);
        }
        let says = format!(
            "Missing: {}. Update the app with the output of `muster manifest` (api.slack.com/apps, \
             your app, App Manifest), then reinstall it to the workspace.",
            missing.join(", ")
        );
        self.add(CheckStatus::Error, "Scopes", says);
    }

    fn check_clock(&mut self, slack: Option<Timestamp>, ours: Timestamp) {
        let Some(slack) = slack else {
            return self.add(
                CheckStatus::Warning,
                "Clock",
                "Slack did not return the time.",
            );
        };
        match ours.epoch_seconds().abs_diff(slack.epoch_seconds()) {
            apart if apart > MAX_CLOCK_SKEW_SECONDS => {
                let says = format!(
                    "It differs from Slack's by {apart} s. Set it by NTP: beyond 300 s every request from \
                     Slack is rejected."
                );
                self.add(CheckStatus::Error, "Clock", says);
            }
            apart => self.add(
                CheckStatus::Ok,
                "Clock",
                format!("It differs from Slack's by {apart} s."),
            ),
        }
    }

    async fn check_announcements_channel(&mut self, config: &Config, slack: &SlackApi) {
        let Some(wanted) = &config.incidents_channel else {
            let says = "INCIDENTS_CHANNEL is not set: incidents are not announced.";
            return self.add(CheckStatus::Warning, "Announcements", says);
        };
        // The channel may have been renamed since the bot found it.
        let known =
            Snapshot::open(&config.database).and_then(|it| it.announcements_channel(wanted));
        let found = match known {
            Ok(Some(known)) => slack.find_channel_by_name(known.as_str()).await,
            Ok(None) | Err(_) => Ok(None),
        };
        let found = match found {
            Ok(Some(channel)) if !channel.is_archived => Ok(Some(channel)),
            Ok(_) | Err(_) => slack.find_channel_by_name(wanted).await,
        };
        let (verdict, says) = announcements_channel_status(wanted, found);
        self.add(verdict, "Announcements", says);
    }

    /// Checks how Slack reaches the bot.
    async fn check_transports(
        &mut self,
        config: &Config,
        access: &SlackCredentials,
        slack: &SlackApi,
    ) {
        if let Some(token) = &access.app_token {
            match slack.socket_url(token.reveal()).await {
                Ok(_) => {
                    let says = "Slack accepts the app-level token.";
                    self.add(CheckStatus::Ok, "Socket Mode", says);
                }
                Err(trouble) => {
                    self.add(CheckStatus::Error, "Socket Mode", operator_help(&trouble))
                }
            }
        }
        if access.signing_secret.is_some() {
            let place = match &config.public_url {
                Some(url) => format!("{url}/slack/…"),
                None => "the URL in the app's configuration".to_owned(),
            };
            let says = format!(
                "Slack must reach {place}, and that must lead to {}. This cannot be checked from here.",
                config.listen
            );
            self.add(CheckStatus::Warning, "HTTP", says);
        }
    }
}

/// Returns the result of the check of the announcements channel.
fn announcements_channel_status(
    wanted: &str,
    found: SlackResult<Option<ChannelInfo>>,
) -> (CheckStatus, String) {
    match found {
        Err(trouble) => (CheckStatus::Error, operator_help(&trouble)),
        Ok(None) => (
            CheckStatus::Error,
            format!(
                "There is no public channel {wanted}. Create it, or set INCIDENTS_CHANNEL to \
                 another. For a private channel, invite the app and set the channel's ID."
            ),
        ),
        Ok(Some(channel)) if channel.is_archived => (
            CheckStatus::Error,
            format!(
                "#{} is archived. Unarchive it, or set INCIDENTS_CHANNEL to another.",
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

    fn only_check(found: &Report) -> (CheckStatus, &str) {
        let all = found.checks();
        assert_eq!(all.len(), 1, "{found}");
        (all[0].status, &all[0].message)
    }

    #[test]
    fn missing_scopes_are_listed() {
        let granted: Vec<String> = SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
        let mut found = Report::default();
        found.check_scopes(Some(&granted));
        assert_eq!(only_check(&found).0, CheckStatus::Ok);

        let mut found = Report::default();
        found.check_scopes(Some(&granted[1..]));
        let (verdict, says) = only_check(&found);
        assert_eq!(verdict, CheckStatus::Error);
        assert!(
            says.contains(SCOPES[0]) && !says.contains(SCOPES[1]),
            "{says}"
        );
    }

    #[test]
    fn clock_skew_above_one_minute_is_an_error() {
        let noon = Timestamp::from_epoch_seconds(1_795_435_200);
        for (apart, verdict) in [
            (0, CheckStatus::Ok),
            (-60, CheckStatus::Ok),
            (60, CheckStatus::Ok),
            (61, CheckStatus::Error),
            (-61, CheckStatus::Error),
        ] {
            let mut found = Report::default();
            found.check_clock(Some(noon), noon.plus(chrono::Duration::seconds(apart)));
            assert_eq!(only_check(&found).0, verdict, "{apart}");
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
        let verdict = |found| announcements_channel_status("incidents", Ok(found)).0;
        assert_eq!(verdict(None), CheckStatus::Error);
        assert_eq!(verdict(Some(channel(true, true))), CheckStatus::Error);
        assert_eq!(verdict(Some(channel(true, false))), CheckStatus::Ok);
        assert_eq!(verdict(Some(channel(false, false))), CheckStatus::Ok);
    }

    #[tokio::test]
    async fn invalid_variables_are_listed_one_per_line() {
        let lookup = |name: &str| (name == "LISTEN_ADDR").then(|| "here".to_owned());
        let found = run_checks(lookup, || Timestamp::from_epoch_seconds(0)).await;
        let shown = found.to_string();
        assert!(!found.is_ok());
        assert!(shown.starts_with("✗ LISTEN_ADDR"), "{shown}");
        assert!(shown.ends_with("One thing is wrong."), "{shown}");
    }
}
