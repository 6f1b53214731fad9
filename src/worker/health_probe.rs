//! Health probe: checks whether Slack is reachable (`auth.test`) and looks up the announcements channel.
//!
//! Probes run as separate jobs, so that a Slack that does not respond does not block the deliveries.

use chrono::Duration;
use tokio::task::AbortHandle;

use crate::app::{AnnouncementsChannel, App, SlackState};
use crate::domain::Timestamp;
use crate::slack::slack_health;
use crate::store::AnnouncementScope;
use crate::worker::announcements_channel;

/// Interval between probes while Slack is unreachable.
const PROBE_EVERY: Duration = Duration::seconds(5);

/// Interval between probes while the state is unknown after a call without a response.
const PROBE_AGAIN_EVERY: Duration = Duration::seconds(1);

/// Interval between lookups of a missing announcements channel.
const CHANNEL_LOOKUP_EVERY: Duration = Duration::minutes(5);

/// Schedules the probes and the daily cleanup.
#[derive(Debug, Default)]
pub(crate) struct HealthProbe {
    probed_at: Option<Timestamp>,
    channel_checked_at: Option<Timestamp>,
    is_lookup_requested: bool,
    expired_deleted_at: Option<Timestamp>,
    /// The running probe.
    running: Option<AbortHandle>,
}

/// A probe. It takes as long as Slack takes to respond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Probe {
    /// Checks whether Slack responds.
    Slack,
    /// Looks up the announcements channel, then enqueues the announcements that are missing there.
    AnnouncementsChannel(AnnouncementScope),
}

/// The probe that is due, and the time of the next one.
pub(crate) struct NextProbe {
    /// The probe to start now.
    pub(crate) probe: Option<Probe>,
    /// When to check again.
    pub(crate) next: Option<Timestamp>,
}

impl HealthProbe {
    /// Returns the probe that is due. While a probe is running there is no other; its end triggers a poll.
    pub(crate) async fn tick(&mut self, app: &App, now: Timestamp) -> NextProbe {
        self.delete_expired(app, now).await;
        if self.is_running() {
            return NextProbe {
                probe: None,
                next: None,
            };
        }
        match self.slack_probe_due(app, now) {
            Due::Now(probe) => NextProbe {
                probe: Some(probe),
                next: None,
            },
            Due::At(next_slack) => match self.channel_lookup_due(app, now) {
                Due::Now(probe) => NextProbe {
                    probe: Some(probe),
                    next: next_slack,
                },
                Due::At(next_channel) => NextProbe {
                    probe: None,
                    next: next_slack.into_iter().chain(next_channel).min(),
                },
            },
        }
    }

    /// Records the running probe.
    pub(crate) fn set_running(&mut self, task: AbortHandle) {
        self.running = Some(task);
    }

    /// Returns whether a probe is running.
    pub(crate) fn is_running(&self) -> bool {
        let running = self.running.as_ref();
        running.is_some_and(|task| !task.is_finished())
    }

    /// Returns when to check whether Slack is reachable again, if it was not.
    fn slack_probe_due(&mut self, app: &App, now: Timestamp) -> Due {
        let every = match app.state.slack() {
            SlackState::Up => return Due::At(None),
            SlackState::Unknown => PROBE_AGAIN_EVERY,
            SlackState::Down(_) => PROBE_EVERY,
        };
        if let Some(next) = next_time(self.probed_at, every, now) {
            return Due::At(Some(next));
        }
        self.probed_at = Some(now);
        Due::Now(Probe::Slack)
    }

    /// Returns when to look up the announcements channel, if it is unknown or missing.
    fn channel_lookup_due(&mut self, app: &App, now: Timestamp) -> Due {
        let is_configured = app.config.incidents_channel.is_some();
        if !is_configured
            || matches!(
                app.state.announcements_channel(),
                AnnouncementsChannel::Ready(_)
            )
        {
            return Due::At(None);
        }
        self.is_lookup_requested |= app.state.take_lookup_request();
        let was_missing = matches!(
            app.state.announcements_channel(),
            AnnouncementsChannel::Missing(_)
        );
        let every = if was_missing && !self.is_lookup_requested {
            CHANNEL_LOOKUP_EVERY
        } else {
            PROBE_EVERY
        };
        if let Some(next) = next_time(self.channel_checked_at, every, now) {
            return Due::At(Some(next));
        }
        // While Slack is unreachable, the lookup waits for a successful probe.
        if app.state.slack() != SlackState::Up {
            return Due::At(None);
        }
        self.channel_checked_at = Some(now);
        self.is_lookup_requested = false;
        Due::Now(Probe::AnnouncementsChannel(if was_missing {
            AnnouncementScope::AllOpen
        } else {
            AnnouncementScope::Missing
        }))
    }

    /// Deletes expired rows once a day.
    async fn delete_expired(&mut self, app: &App, now: Timestamp) {
        if next_time(self.expired_deleted_at, Duration::days(1), now).is_some() {
            return;
        }
        self.expired_deleted_at = Some(now);
        if let Err(error) = app.store.delete_expired(now).await {
            tracing::error!("Expired rows could not be deleted: {error}");
        }
    }
}

impl Probe {
    /// Calls Slack, records the result and enqueues what follows.
    pub(crate) async fn run(self, app: &App, now: Timestamp) {
        match self {
            Self::Slack => probe_slack(app, now).await,
            Self::AnnouncementsChannel(scope) => {
                look_up_announcements_channel(app, scope, now).await;
            }
        }
    }
}

/// Checks whether Slack responds again. If it does, rescheduled deliveries become due now.
async fn probe_slack(app: &App, now: Timestamp) {
    match app.slack.bot_identity().await {
        Ok(identity) => {
            app.state.set_identity(identity);
            let was_down = matches!(app.state.slack(), SlackState::Down(_));
            slack_health::record_probe_result(app, None);
            if was_down && let Err(error) = app.store.retry_now(now).await {
                tracing::error!("Rescheduled deliveries could not be made due: {error}");
            }
        }
        Err(error) => slack_health::record_probe_result(app, Some(&error)),
    }
}

/// Looks up the announcements channel, then enqueues the missing announcements.
async fn look_up_announcements_channel(app: &App, scope: AnnouncementScope, now: Timestamp) {
    match announcements_channel::refresh_announcements_channel(app).await {
        Ok(Some(_)) => {
            if let Err(error) = app.store.enqueue_announcements(scope, now).await {
                tracing::error!("The missing announcements could not be queued: {error}");
            }
        }
        Ok(None) => {}
        Err(error) => slack_health::record_call_result(app, Some(&error)),
    }
}

/// When a probe is due.
enum Due {
    Now(Probe),
    /// `None`: not until the state changes.
    At(Option<Timestamp>),
}

/// Returns the time of the next run, if it is in the future.
fn next_time(last: Option<Timestamp>, every: Duration, now: Timestamp) -> Option<Timestamp> {
    last.map(|last| last.plus(every)).filter(|next| *next > now)
}
