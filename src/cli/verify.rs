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
use crate::error::Result;
use crate::slack::SlackError;
use crate::slack::client::{ChannelInfo, SlackApi, SlackResult, operator_help};
use crate::store::{Counts, IncidentRecord, Snapshot};

/// How to repair objects that Slack has lost.
const REPAIR_HINT: &str = "`/datadog incident repair`, typed in Slack, repairs it.";

/// Maximum number of incidents with mismatched reminders that are listed.
const MAX_LISTED: usize = 10;

/// Maximum number of attempts of a call that is rate limited.
const MAX_ATTEMPTS: usize = 20;

/// Checks the store, and Slack if a workspace is configured. `lookup` returns the value of a variable.
/// Nothing is changed.
pub async fn run_checks(lookup: impl Fn(&str) -> Option<String>) -> Report {
    let mut report = Report::default();
    let config = match Config::read(lookup) {
        Ok(config) => config,
        Err(problems) => {
            report.add_problems(&problems, "muster verify");
            return report;
        }
    };
    let Some(incidents) = report.check_content(&config.database) else {
        return report;
    };
    match &config.workspace {
        Workspace::Slack(credentials) => {
            match SlackApi::new(&credentials.api_url, credentials.bot_token.reveal()) {
                Ok(slack) => report.check_slack(&slack, &incidents).await,
                Err(error) => {
                    let message = format!("{error}. Install the package ca-certificates.");
                    report.fail("TLS", message);
                }
            }
        }
        Workspace::Sandbox { .. } => {
            let message = "SLACK_BOT_TOKEN is not set, so Slack was not checked.";
            report.warn("Slack", message);
        }
    }
    report
}

/// The content of the store, as far as it is checked.
struct StoreContent {
    integrity_errors: Vec<String>,
    counts: Counts,
    incidents: Vec<Incident>,
    reminders: ReminderCheck,
}

impl StoreContent {
    fn read(database: &Path) -> Result<Self> {
        let mut store = Snapshot::open(database)?;
        store.require_current_version()?;
        let mut content = Self {
            integrity_errors: store.integrity_errors()?,
            counts: store.count()?,
            incidents: Vec::new(),
            reminders: ReminderCheck::default(),
        };
        if content.integrity_errors.is_empty() {
            let settings = store.settings()?;
            store.for_each_incident(|record, _| {
                content.reminders.add_incident(record, &settings);
                content.incidents.push(record.incident.clone());
                Ok(())
            })?;
        }
        Ok(content)
    }
}

impl Report {
    /// Checks the database file and its content. Returns the incidents if the database can be read.
    fn check_content(&mut self, database: &Path) -> Option<Vec<Incident>> {
        let content = match StoreContent::read(database) {
            Ok(content) => content,
            Err(error) => {
                self.fail("Store", read_error(database, &error).to_string());
                return None;
            }
        };
        for error in &content.integrity_errors {
            let message = format!(
                "{error}. Stop the bot, put the last good backup in its place (README, Backing up), and \
                 keep this file for the investigation."
            );
            self.fail("Store", message);
        }
        if !content.integrity_errors.is_empty() {
            return None;
        }
        let message = format!(
            "{} is whole: {} with {}.",
            database.display(),
            format_count(content.counts.incidents, "incident", "incidents"),
            format_count(
                content.counts.entries,
                "line of timeline",
                "lines of timeline"
            ),
        );
        self.pass("Store", message);
        self.report_outbox(content.counts.queued);
        let (status, message) = content.reminders.status();
        self.add(status, "Reminders", message);
        Some(content.incidents)
    }

    fn report_outbox(&mut self, queued: i64) {
        if queued == 0 {
            return self.pass("Outbox", "No delivery waits to be sent.");
        }
        let message = format!(
            "{} to be sent, which the bot does while it runs.",
            format_count(queued, "delivery waits", "deliveries wait")
        );
        self.warn("Outbox", message);
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
            Err(error) => return self.fail("Slack", operator_help(&error)),
        };
        let errors_before = self.error_count();
        for incident in incidents {
            let checked = match self.check_channel(slack, incident, &channels).await {
                Ok(()) => self.check_messages(slack, incident).await,
                Err(error) => Err(error),
            };
            if let Err(error) = checked {
                return self.fail("Slack", operator_help(&error));
            }
        }
        if self.error_count() == errors_before {
            let message =
                "It has every channel, and the header and announcement of every open incident.";
            self.pass("Slack", message);
        }
    }

    async fn check_channel(
        &mut self,
        slack: &SlackApi,
        incident: &Incident,
        channels: &HashMap<ChannelId, ChannelInfo>,
    ) -> SlackResult<()> {
        let Some(channel) = &incident.channel else {
            return Ok(());
        };
        let in_slack = match channels.get(&channel.id) {
            Some(listed) => Some(listed.clone()),
            None => {
                retry_while_rate_limited(async || {
                    ignore_not_found(slack.channel_info(&channel.id).await)
                })
                .await?
            }
        };
        if let Some(message) = channel_mismatch(incident, in_slack.as_ref()) {
            self.fail(&incident.id.to_string(), message);
        }
        Ok(())
    }

    /// Checks the header and the announcement of an open incident.
    async fn check_messages(&mut self, slack: &SlackApi, incident: &Incident) -> SlackResult<()> {
        if !incident.status.is_open() {
            return Ok(());
        }
        let channel = incident.channel.as_ref();
        let header = channel
            .filter(|_| incident.channel_state == ChannelState::Open)
            .and_then(|channel| Some((&channel.id, incident.header.as_ref()?)));
        let announcement = incident
            .announcement
            .as_ref()
            .map(|it| (&it.channel, &it.ts));
        for (name, message) in [("header", header), ("announcement", announcement)] {
            let Some((channel, ts)) = message else {
                continue;
            };
            if !message_exists(slack, channel, ts).await? {
                let message = format!("Its {name} is gone from Slack. {REPAIR_HINT}");
                self.fail(&incident.id.to_string(), message);
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
    fn add_incident(&mut self, record: &IncidentRecord, settings: &Settings) {
        let mut is_consistent = true;
        for reminder in Reminder::ALL {
            let stored = record.reminders.iter().find(|(kind, _)| *kind == reminder);
            let state = stored.map_or(ReminderState::Idle, |(_, state)| *state);
            self.pending_count += i64::from(matches!(state, ReminderState::Scheduled { .. }));
            is_consistent &= reminder.is_consistent(state, &record.incident, settings);
        }
        if !is_consistent {
            self.mismatched.push(record.incident.id);
        }
    }

    fn status(&self) -> (CheckStatus, String) {
        let pending = format_count(self.pending_count, "reminder waits", "reminders wait");
        if self.mismatched.is_empty() {
            let message = format!("{pending}, and every incident has those that it calls for.");
            return (CheckStatus::Ok, message);
        }
        let listed: Vec<String> = self
            .mismatched
            .iter()
            .take(MAX_LISTED)
            .map(ToString::to_string)
            .collect();
        let more = match self.mismatched.len() - listed.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!(
            "{pending}. By the settings of today, {}{more} would have others. The bot sets them right \
             by itself within a minute, while it runs.",
            listed.join(", ")
        );
        (CheckStatus::Warning, message)
    }
}

/// Returns how the channel in Slack differs from the store, if it does.
fn channel_mismatch(incident: &Incident, in_slack: Option<&ChannelInfo>) -> Option<String> {
    let channel = incident.channel.as_ref();
    let name = channel.map_or("", |channel| &channel.name);
    match (incident.channel_state, in_slack) {
        (ChannelState::Open, None) => Some(format!(
            "Slack no longer has its channel #{name}, or does not show it to the app. {REPAIR_HINT}"
        )),
        (ChannelState::Open, Some(in_slack)) if in_slack.is_archived => Some(format!(
            "Its channel #{name} is archived, and the store says that it is in use. Unarchive it in \
             Slack, or let `/datadog incident repair` record it."
        )),
        (ChannelState::Archived | ChannelState::Deleted, Some(in_slack))
            if !in_slack.is_archived =>
        {
            Some(format!(
                "Its channel #{name} is in use in Slack, and the store says that it is {}. {REPAIR_HINT}",
                incident.channel_state.as_str()
            ))
        }
        (ChannelState::Open, Some(in_slack)) if in_slack.name != name => Some(format!(
            "Its channel is called #{} in Slack and #{name} in the store. {REPAIR_HINT}",
            in_slack.name
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
    let exists = retry_while_rate_limited(async || {
        ignore_not_found(slack.message_exists(channel, ts).await)
    });
    Ok(exists.await?.unwrap_or_default())
}

/// Returns the object, or `None` if Slack does not show it to the app.
fn ignore_not_found<T>(result: SlackResult<T>) -> SlackResult<Option<T>> {
    match result {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.has_code(&["channel_not_found", "not_in_channel"]) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Repeats a rate-limited call after the delay that Slack requests.
async fn retry_while_rate_limited<T>(call: impl AsyncFn() -> SlackResult<T>) -> SlackResult<T> {
    for _ in 0..MAX_ATTEMPTS {
        match call().await {
            Err(SlackError::RateLimited { wait, .. }) => {
                tokio::time::sleep(wait.max(Duration::from_secs(1))).await;
            }
            result => return result,
        }
    }
    call().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::incident_with_channel;

    fn open(name: &str) -> Option<ChannelInfo> {
        Some(ChannelInfo {
            id: "C0INCIDENT7".into(),
            name: name.to_owned(),
            creator: String::new(),
            created: 0,
            is_member: true,
            is_archived: false,
        })
    }

    fn archived(name: &str) -> Option<ChannelInfo> {
        open(name).map(|channel| ChannelInfo {
            is_archived: true,
            ..channel
        })
    }

    #[test]
    fn channel_that_differs_from_the_store_is_reported() {
        let mut incident = incident_with_channel("Checkout");
        let mismatch = |incident: &Incident, in_slack: Option<ChannelInfo>| {
            channel_mismatch(incident, in_slack.as_ref()).unwrap_or_default()
        };
        assert_eq!(mismatch(&incident, open("incident-7")), "");
        assert!(
            mismatch(&incident, None).starts_with("Slack no longer has its channel #incident-7")
        );
        assert!(mismatch(&incident, archived("incident-7")).contains("is archived"));
        let renamed = mismatch(&incident, open("war-room"));
        assert!(
            renamed.contains("#war-room in Slack and #incident-7"),
            "{renamed}"
        );
        incident.channel_state = ChannelState::Archived;
        assert_eq!(mismatch(&incident, archived("incident-7")), "");
        assert_eq!(mismatch(&incident, None), "");
        let reopened = mismatch(&incident, open("incident-7"));
        assert!(reopened.contains("says that it is archived"), "{reopened}");
    }
}
