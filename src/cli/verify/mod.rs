//! `muster verify`: checks the database, checks that the reminders match the incidents and the settings, and
//! compares the incidents with Slack.

mod slack;

use std::path::Path;

use crate::cli::backup::format_count;
use crate::cli::command_error::CommandError;
use crate::cli::report::{CheckStatus, Report};
use crate::config::{Config, Workspace};
use crate::domain::{Incident, IncidentId, ScheduleKind, Settings};
use crate::error::Result;
use crate::slack::client::SlackApi;
use crate::store::{Counts, IncidentRecord, Snapshot};

/// Maximum number of incidents with mismatched reminders that are listed.
const MAX_LISTED: usize = 10;

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
            let message = "SLACK_BOT_TOKEN isn't set, so Slack wasn't checked.";
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
                let cause = error.cause();
                let message = format!("Can't read the database {}: {cause}", database.display());
                self.fail("Store", CommandError::store(&error, message).to_string());
                return None;
            }
        };
        for error in &content.integrity_errors {
            let message = format!(
                "{error}. Stop the bot and restore the last good backup (`muster help operations`). Keep this file for \
                 the investigation."
            );
            self.fail("Store", message);
        }
        if !content.integrity_errors.is_empty() {
            return None;
        }
        let message = format!(
            "{} is intact: {}, {}.",
            database.display(),
            format_count(content.counts.incidents, "incident", "incidents"),
            format_count(content.counts.entries, "timeline entry", "timeline entries"),
        );
        self.pass("Store", message);
        self.report_outbox(content.counts.queued);
        let (status, message) = content.reminders.status();
        self.add(status, "Reminders", message);
        Some(content.incidents)
    }

    fn report_outbox(&mut self, queued: i64) {
        if queued == 0 {
            return self.pass("Outbox", "No pending deliveries.");
        }
        let message = format!(
            "{}. A running bot sends them.",
            format_count(queued, "pending delivery", "pending deliveries")
        );
        self.warn("Outbox", message);
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
        for kind in ScheduleKind::WITH_INTERVAL {
            let stored = record.schedule.iter().find(|entry| entry.kind == kind);
            let is_pending = stored.is_some_and(|entry| entry.due_at.is_some());
            self.pending_count += i64::from(is_pending);
            is_consistent &= kind.is_consistent(stored, &record.incident, settings);
        }
        if !is_consistent {
            self.mismatched.push(record.incident.id);
        }
    }

    fn status(&self) -> (CheckStatus, String) {
        let pending = format_count(
            self.pending_count,
            "scheduled reminder",
            "scheduled reminders",
        );
        if self.mismatched.is_empty() {
            let message = format!("{pending}. All match the current settings.");
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
            "{pending}. The reminders of {}{more} don't match the current settings. The next change of an \
             incident corrects its reminders.",
            listed.join(", ")
        );
        (CheckStatus::Warning, message)
    }
}
