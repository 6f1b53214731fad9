//! `muster doctor`: looks at everything that could be set up wrong, and changes nothing.

use std::path::Path;

use muster_commands::manifest::SCOPES;

use crate::config::{Access, Config, Workspace};
use crate::domain::Moment;
use crate::findings::{Findings, Verdict};
use crate::slack::client::{Answer, Checkup, CreatedChannel, SlackApi, advice};
use crate::store::{Look, Records, look};

/// How far our clock may be from Slack's, in seconds. After 300 Slack's requests are refused.
const APART: u64 = 60;

/// Looks at everything; `lookup` gives what a setting is set to, and `now` tells the time.
pub async fn examine(
    lookup: impl Fn(&str) -> Option<String>,
    now: impl Fn() -> Moment,
) -> Findings {
    let mut found = Findings::default();
    let config = match Config::read(lookup) {
        Ok(config) => config,
        Err(problems) => {
            found.problems(&problems, "muster doctor");
            return found;
        }
    };
    found.add(Verdict::Right, "Settings", "All can be read.");
    found.store(&config.database);
    match &config.workspace {
        Workspace::Named(access) => found.workspace(&config, access, now).await,
        Workspace::BroughtAlong { unused, .. } => {
            let says = "SLACK_BOT_TOKEN is not set: `muster` starts a sandbox, a Slack of its own \
                        to try things in. There is nothing more to look at.";
            found.add(Verdict::Note, "Slack", says);
            for name in unused {
                let says = "It is set, but of no use without SLACK_BOT_TOKEN.";
                found.add(Verdict::Wrong, name, says);
            }
        }
    }
    found
}

impl Findings {
    fn store(&mut self, path: &Path) {
        let shown = path.display();
        let (verdict, says) = match look(path) {
            Look::NotYet => (
                Verdict::Right,
                format!("{shown} will be made at the start."),
            ),
            Look::Free => (Verdict::Right, format!("{shown} can be opened.")),
            Look::InUse => (
                Verdict::Right,
                format!("{shown} is in use: a bot is running."),
            ),
            Look::TooNew(version) => (
                Verdict::Wrong,
                format!(
                    "{shown} was written by a newer Muster (schema {version}). Start that one, or \
                     restore a backup that this one wrote."
                ),
            ),
            Look::ReadOnly => (
                Verdict::Wrong,
                format!("{shown} may not be written to. Give the bot's user write permission."),
            ),
            Look::Unreadable(why) => (
                Verdict::Wrong,
                format!("{shown} cannot be read: {why}. Set DATABASE_PATH to another file."),
            ),
        };
        self.add(verdict, "Store", says);
    }

    async fn workspace(&mut self, config: &Config, access: &Access, now: impl Fn() -> Moment) {
        let slack = match SlackApi::new(&access.api_url, access.bot_token.reveal()) {
            Ok(slack) => slack,
            Err(error) => {
                let says = format!("{error}. Install the package ca-certificates.");
                return self.add(Verdict::Wrong, "TLS", says);
            }
        };
        match slack.checkup().await {
            Ok(checkup) => {
                self.token(&checkup);
                self.scopes(checkup.scopes.as_deref());
                self.clock(checkup.slack_time.map(Moment::new), now());
                self.global_channel(config, &slack).await;
            }
            Err(trouble) => self.add(Verdict::Wrong, "Bot token", advice(&trouble)),
        }
        self.ways_in(config, access, &slack).await;
    }

    fn token(&mut self, checkup: &Checkup) {
        let us = &checkup.identity;
        let says = format!("Slack knows it: {} in {} ({}).", us.user, us.team, us.url);
        self.add(Verdict::Right, "Bot token", says);
    }

    fn scopes(&mut self, granted: Option<&[String]>) {
        let Some(granted) = granted else {
            let says = "Slack did not say which scopes the app has.";
            return self.add(Verdict::Note, "Scopes", says);
        };
        let missing: Vec<&str> = SCOPES
            .iter()
            .copied()
            .filter(|scope| !granted.iter().any(|other| other == scope))
            .collect();
        if missing.is_empty() {
            let says = format!("All {} are there.", SCOPES.len());
            return self.add(Verdict::Right, "Scopes", says);
        }
        let says = format!(
            "These are missing: {}. Give the app what `muster manifest` prints (api.slack.com/apps, \
             your app, App Manifest), then reinstall it to the workspace.",
            missing.join(", ")
        );
        self.add(Verdict::Wrong, "Scopes", says);
    }

    fn clock(&mut self, slack: Option<Moment>, ours: Moment) {
        let Some(slack) = slack else {
            return self.add(Verdict::Note, "Clock", "Slack did not say what time it is.");
        };
        match ours.epoch_seconds().abs_diff(slack.epoch_seconds()) {
            apart if apart > APART => {
                let says = format!(
                    "It is {apart} s from Slack's. Set it by NTP: beyond 300 s every request of \
                     Slack is refused."
                );
                self.add(Verdict::Wrong, "Clock", says);
            }
            apart => self.add(
                Verdict::Right,
                "Clock",
                format!("It is {apart} s from Slack's."),
            ),
        }
    }

    async fn global_channel(&mut self, config: &Config, slack: &SlackApi) {
        let Some(wanted) = &config.incidents_channel else {
            let says = "INCIDENTS_CHANNEL is not set: incidents are not announced.";
            return self.add(Verdict::Note, "Global channel", says);
        };
        // It may be called otherwise by now than when the bot found it.
        let known = Records::open(&config.database).and_then(|it| it.known_global(wanted));
        let found = match known {
            Ok(Some(known)) => slack.channel_called(known.as_str()).await,
            Ok(None) | Err(_) => Ok(None),
        };
        let found = match found {
            Ok(Some(channel)) if !channel.is_archived => Ok(Some(channel)),
            Ok(_) | Err(_) => slack.channel_called(wanted).await,
        };
        let (verdict, says) = judge(wanted, found);
        self.add(verdict, "Global channel", says);
    }

    /// How Slack reaches the bot.
    async fn ways_in(&mut self, config: &Config, access: &Access, slack: &SlackApi) {
        if let Some(token) = &access.app_token {
            match slack.socket_url(token.reveal()).await {
                Ok(_) => {
                    let says = "Slack takes the app-level token.";
                    self.add(Verdict::Right, "Socket Mode", says);
                }
                Err(trouble) => self.add(Verdict::Wrong, "Socket Mode", advice(&trouble)),
            }
        }
        if access.signing_secret.is_some() {
            let place = match &config.public_url {
                Some(url) => format!("{url}/slack/…"),
                None => "the address in the app's settings".to_owned(),
            };
            let says = format!(
                "Slack must reach {place}, and that must lead to {}. This cannot be tried from here.",
                config.listen
            );
            self.add(Verdict::Note, "HTTP", says);
        }
    }
}

/// Says what is to be said of the global channel.
fn judge(wanted: &str, found: Answer<Option<CreatedChannel>>) -> (Verdict, String) {
    match found {
        Err(trouble) => (Verdict::Wrong, advice(&trouble)),
        Ok(None) => (
            Verdict::Wrong,
            format!(
                "There is no public channel {wanted}. Create it, or set INCIDENTS_CHANNEL to \
                 another; a private one must have the app in it and be given by its id."
            ),
        ),
        Ok(Some(channel)) if channel.is_archived => (
            Verdict::Wrong,
            format!(
                "#{} is archived. Unarchive it, or set INCIDENTS_CHANNEL to another.",
                channel.name
            ),
        ),
        Ok(Some(channel)) if !channel.is_member => (
            Verdict::Right,
            format!("#{} is there; the bot joins it at its start.", channel.name),
        ),
        Ok(Some(channel)) => (Verdict::Right, format!("The bot is in #{}.", channel.name)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn only(found: &Findings) -> (Verdict, &str) {
        let all = found.all();
        assert_eq!(all.len(), 1, "{found}");
        (all[0].verdict, &all[0].says)
    }

    #[test]
    fn missing_scopes_are_named() {
        let granted: Vec<String> = SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
        let mut found = Findings::default();
        found.scopes(Some(&granted));
        assert_eq!(only(&found).0, Verdict::Right);

        let mut found = Findings::default();
        found.scopes(Some(&granted[1..]));
        let (verdict, says) = only(&found);
        assert_eq!(verdict, Verdict::Wrong);
        assert!(
            says.contains(SCOPES[0]) && !says.contains(SCOPES[1]),
            "{says}"
        );
    }

    #[test]
    fn a_clock_that_is_more_than_a_minute_off_is_wrong() {
        let noon = Moment::from_epoch_seconds(1_795_435_200);
        for (apart, verdict) in [
            (0, Verdict::Right),
            (-60, Verdict::Right),
            (60, Verdict::Right),
            (61, Verdict::Wrong),
            (-61, Verdict::Wrong),
        ] {
            let mut found = Findings::default();
            found.clock(Some(noon), noon.after(chrono::Duration::seconds(apart)));
            assert_eq!(only(&found).0, verdict, "{apart}");
        }
    }

    #[test]
    fn the_global_channel_must_be_there_and_in_use() {
        let channel = |is_member, is_archived| CreatedChannel {
            id: "C1".into(),
            name: "incidents".to_owned(),
            creator: String::new(),
            created: 0,
            is_member,
            is_archived,
        };
        let verdict = |found| judge("incidents", Ok(found)).0;
        assert_eq!(verdict(None), Verdict::Wrong);
        assert_eq!(verdict(Some(channel(true, true))), Verdict::Wrong);
        assert_eq!(verdict(Some(channel(true, false))), Verdict::Right);
        assert_eq!(verdict(Some(channel(false, false))), Verdict::Right);
    }

    #[tokio::test]
    async fn wrong_settings_are_listed_one_a_line() {
        let lookup = |name: &str| (name == "LISTEN_ADDR").then(|| "here".to_owned());
        let found = examine(lookup, || Moment::from_epoch_seconds(0)).await;
        let shown = found.to_string();
        assert!(!found.is_well());
        assert!(shown.starts_with("✗ LISTEN_ADDR"), "{shown}");
        assert!(shown.ends_with("One thing is wrong."), "{shown}");
    }
}
