//! `muster verify`: checks the database, checks that the reminders match the incidents and the settings, and
//! compares the incidents with Slack.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use muster_commands::{ChannelId, IncidentId, MessageTs};

use crate::cli::backup::{format_count, read_error};
use crate::cli::report::{CheckStatus, Report};
use crate::config::{Config, Workspace};
use crate::domain::{ChannelState, Incident, Reminder, ReminderState, Settings, Visibility};
use crate::slack::SlackError;
use crate::slack::client::{ChannelInfo, SlackApi, SlackResult, operator_help};
use crate::store::{IncidentRecord, Snapshot};

/// How to repair objects that Slack has lost.
const REPAIR_HINT: &str = "`/datadog incident repair`, typed in Slack, mends it.";

/// Maximum number of incidents with mismatched reminders that are listed.
const MAX_LISTED: usize = 10;

/// Maximum number of attempts of a call that is rate limited.
const MAX_ATTEMPTS: usize = 20;

/// Checks the store, and Slack if a workspace is configured. `lookup` returns the value of a variable.
/// Nothing is changed.
pub async fn run_checks(lookup: impl Fn(&str) -> Option<String>) -> Report {
    let mut found = Report::default();
    let config = match Config::read(lookup) {
        Ok(config) => config,
        Err(problems) => {
            found.add_problems(&problems, "muster verify");
            return found;
        }
    };
    let Some(incidents) = found.check_records(&config.database) else {
        return found;
    };
    match &config.workspace {
        Workspace::Slack(access) => {
            match SlackApi::new(&access.api_url, access.bot_token.reveal()) {
                Ok(slack) => found.check_slack(&slack, &incidents).await,
                Err(error) => {
                    let says = format!("{error}. Install the package ca-certificates.");
                    found.add(CheckStatus::Error, "TLS", says);
                }
            }
        }
        Workspace::Sandbox { .. } => {
            let says = "SLACK_BOT_TOKEN is not set, so Slack was not checked.";
            found.add(CheckStatus::Warning, "Slack", says);
        }
    }
    found
}

impl Report {
    /// Checks the store. Returns its incidents if it can be read.
    fn check_records(&mut self, path: &Path) -> Option<Vec<Incident>> {
        let looked = Snapshot::open(path).and_then(|mut records| {
            records.require_current_version()?;
            let faults = records.integrity_errors()?;
            let census = records.count()?;
            let mut incidents = Vec::new();
            let mut reminders = ReminderCheck::default();
            if faults.is_empty() {
                let settings = records.settings()?;
                records.for_each_incident(|recorded, _| {
                    reminders.add_incident(recorded, &settings);
                    incidents.push(recorded.incident.clone());
                    Ok(())
                })?;
            }
            Ok((faults, census, incidents, reminders))
        });
        let (faults, census, incidents, reminders) = match looked {
            Ok(looked) => looked,
            Err(error) => {
                self.add(CheckStatus::Error, "Store", read_error(path, &error).0);
                return None;
            }
        };
        for fault in &faults {
            let says = format!(
                "{fault}. Stop the bot, put the last good backup in its place (README, Backing up), and \
                 keep this file for the investigation."
            );
            self.add(CheckStatus::Error, "Store", says);
        }
        if !faults.is_empty() {
            return None;
        }
        let says = format!(
            "{} is whole: {} with {}.",
            path.display(),
            format_count(census.incidents, "incident", "incidents"),
            format_count(census.entries, "line of timeline", "lines of timeline"),
        );
        self.add(CheckStatus::Ok, "Store", says);
        let (verdict, says) = match census.queued {
            0 => (CheckStatus::Ok, "No delivery waits to be sent.".to_owned()),
            owed => (
                CheckStatus::Warning,
                format!(
                    "{} to be sent, which the bot does while it runs.",
                    format_count(owed, "delivery waits", "deliveries wait")
                ),
            ),
        };
        self.add(verdict, "Outbox", says);
        let (verdict, says) = reminders.status();
        self.add(verdict, "Reminders", says);
        Some(incidents)
    }

    /// Checks that Slack has the channels of all incidents, and the headers and announcements of open ones.
    async fn check_slack(&mut self, slack: &SlackApi, incidents: &[Incident]) {
        // Channels that are not listed, such as private ones, are looked up one by one.
        let listed = retry_while_rate_limited(async || {
            slack.find_channels(Visibility::Public, |_| true).await
        })
        .await;
        let channels: HashMap<ChannelId, ChannelInfo> = match listed {
            Ok(channels) => channels.into_iter().map(|it| (it.id.clone(), it)).collect(),
            Err(trouble) => return self.add(CheckStatus::Error, "Slack", operator_help(&trouble)),
        };
        let wrong = self.error_count();
        for incident in incidents {
            if let Err(trouble) = self.check_incident(slack, incident, &channels).await {
                return self.add(CheckStatus::Error, "Slack", operator_help(&trouble));
            }
        }
        if self.error_count() == wrong {
            let says = "It has every channel, and the header and card of every open incident.";
            self.add(CheckStatus::Ok, "Slack", says);
        }
    }

    async fn check_incident(
        &mut self,
        slack: &SlackApi,
        incident: &Incident,
        channels: &HashMap<ChannelId, ChannelInfo>,
    ) -> SlackResult<()> {
        let about = incident.id.to_string();
        if let Some(channel) = &incident.channel {
            let there = match channels.get(&channel.id) {
                Some(there) => Some(there.clone()),
                None => {
                    retry_while_rate_limited(async || {
                        ignore_not_found(slack.channel_info(&channel.id).await)
                    })
                    .await?
                }
            };
            if let Some(says) = channel_mismatch(incident, there.as_ref()) {
                self.add(CheckStatus::Error, &about, says);
            }
        }
        if !incident.status.is_open() {
            return Ok(());
        }
        let header = match (&incident.channel, incident.channel_state) {
            (Some(channel), ChannelState::Open) => {
                incident.header.as_ref().map(|ts| (&channel.id, ts))
            }
            (Some(_) | None, _) => None,
        };
        let card = incident
            .announcement
            .as_ref()
            .map(|card| (&card.channel, &card.ts));
        for (what, place) in [("header", header), ("card", card)] {
            let Some((channel, ts)) = place else { continue };
            if !message_exists(slack, channel, ts).await? {
                let says = format!("Its {what} is gone from Slack. {REPAIR_HINT}");
                self.add(CheckStatus::Error, &about, says);
            }
        }
        Ok(())
    }
}

/// Whether the reminders match the state of their incidents.
#[derive(Default)]
struct ReminderCheck {
    pending_count: i64,
    /// Incidents whose reminders differ from those that the current settings require.
    mismatched: Vec<IncidentId>,
}

impl ReminderCheck {
    fn add_incident(&mut self, recorded: &IncidentRecord, settings: &Settings) {
        let mut fit = true;
        for of in Reminder::ALL {
            let known = recorded.reminders.iter().find(|(kind, _)| *kind == of);
            let stands = known.map_or(ReminderState::Idle, |(_, wait)| *wait);
            self.pending_count += i64::from(matches!(stands, ReminderState::Scheduled { .. }));
            fit &= of.is_consistent(stands, &recorded.incident, settings);
        }
        if !fit {
            self.mismatched.push(recorded.incident.id);
        }
    }

    fn status(&self) -> (CheckStatus, String) {
        let wait = format_count(self.pending_count, "reminder waits", "reminders wait");
        if self.mismatched.is_empty() {
            let says = format!("{wait}, and every incident has those that it calls for.");
            return (CheckStatus::Ok, says);
        }
        let named: Vec<String> = self
            .mismatched
            .iter()
            .take(MAX_LISTED)
            .map(ToString::to_string)
            .collect();
        let more = match self.mismatched.len() - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let says = format!(
            "{wait}. By the settings of today, {}{more} would have others. The bot sets them right \
             by itself within a minute, while it runs.",
            named.join(", ")
        );
        (CheckStatus::Warning, says)
    }
}

/// Returns how the channel in Slack differs from the store, if it does.
fn channel_mismatch(incident: &Incident, there: Option<&ChannelInfo>) -> Option<String> {
    let name = incident
        .channel
        .as_ref()
        .map_or("", |channel| &channel.name);
    match (incident.channel_state, there) {
        (ChannelState::Open, None) => Some(format!(
            "Slack no longer has its channel #{name}, or does not show it to the app. {REPAIR_HINT}"
        )),
        (ChannelState::Open, Some(there)) if there.is_archived => Some(format!(
            "Its channel #{name} is archived, and the store says that it is in use. Bring it back in \
             Slack, or let `/datadog incident repair` note it."
        )),
        (ChannelState::Archived | ChannelState::Deleted, Some(there)) if !there.is_archived => {
            Some(format!(
                "Its channel #{name} is in use in Slack, and the store says that it is {}. {REPAIR_HINT}",
                incident.channel_state.as_str()
            ))
        }
        (ChannelState::Open, Some(there)) if there.name != name => Some(format!(
            "Its channel is called #{} in Slack and #{name} in the store. {REPAIR_HINT}",
            there.name
        )),
        (
            ChannelState::Open
            | ChannelState::Pending
            | ChannelState::Failed
            | ChannelState::Archived
            | ChannelState::Deleted,
            _,
        ) => None,
    }
}

/// Returns whether a message exists; `false` if its channel is gone.
async fn message_exists(
    slack: &SlackApi,
    channel: &ChannelId,
    ts: &MessageTs,
) -> SlackResult<bool> {
    let stands = retry_while_rate_limited(async || {
        ignore_not_found(slack.message_exists(channel, ts).await)
    })
    .await?;
    Ok(stands.unwrap_or_default())
}

/// Returns the object, or `None` if Slack does not show it to the app.
fn ignore_not_found<T>(answer: SlackResult<T>) -> SlackResult<Option<T>> {
    match answer {
        Ok(there) => Ok(Some(there)),
        Err(trouble) if trouble.has_code(&["channel_not_found", "not_in_channel"]) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// Repeats a rate-limited call after the delay that Slack requests.
async fn retry_while_rate_limited<T>(ask: impl AsyncFn() -> SlackResult<T>) -> SlackResult<T> {
    for _ in 0..MAX_ATTEMPTS {
        match ask().await {
            Err(SlackError::RateLimited { wait, .. }) => {
                tokio::time::sleep(wait.max(Duration::from_secs(1))).await;
            }
            answer => return answer,
        }
    }
    ask().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::incident_with_channel;

    fn channel(name: &str, is_archived: bool) -> ChannelInfo {
        ChannelInfo {
            id: "C0INCIDENT7".into(),
            name: name.to_owned(),
            creator: String::new(),
            created: 0,
            is_member: true,
            is_archived,
        }
    }

    #[test]
    fn channel_that_differs_from_the_store_is_reported() {
        let mut incident = incident_with_channel("Checkout");
        let says = |incident: &Incident, there: Option<ChannelInfo>| {
            channel_mismatch(incident, there.as_ref()).unwrap_or_default()
        };
        assert_eq!(says(&incident, Some(channel("incident-7", false))), "");
        assert!(says(&incident, None).starts_with("Slack no longer has its channel #incident-7"));
        assert!(says(&incident, Some(channel("incident-7", true))).contains("is archived"));
        let renamed = says(&incident, Some(channel("war-room", false)));
        assert!(
            renamed.contains("#war-room in Slack and #incident-7"),
            "{renamed}"
        );
        incident.channel_state = ChannelState::Archived;
        assert_eq!(says(&incident, Some(channel("incident-7", true))), "");
        assert_eq!(says(&incident, None), "");
        let back = says(&incident, Some(channel("incident-7", false)));
        assert!(back.contains("says that it is archived"), "{back}");
    }
}
