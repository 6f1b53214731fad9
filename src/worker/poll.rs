//! One poll of the outbox: starts a job for each delivery that is due and within the rate limits.

use std::collections::HashMap;

use chrono::Duration;
use tokio::task::{self, JoinError, JoinSet};

use crate::app::{AnnouncementsChannel, App, SlackState};
use crate::domain::{Delivery, DeliveryKind, Timestamp};
use crate::error::Result;
use crate::slack::{SlackError, slack_health};
use crate::store::{Attempt, DueDeliveries, MessageState, ReadyDelivery, Uncertainty};
use crate::worker::health_probe::{HealthProbe, NextProbe};
use crate::worker::home_publisher::{FinishedJob, HomePublisher};
use crate::worker::rate_limits::{RateLimitKey, RateLimits};
use crate::worker::retry::{RetryDecision, decide_retry};
use crate::worker::run_job::run_job;
use crate::worker::{error_help, overdue_notices, rate_limit_keys};

/// Maximum number of jobs that run at the same time.
const MAX_CONCURRENT_JOBS: usize = 64;

/// Maximum number of deliveries of one kind that a poll loads.
const POLL_LIMIT: i64 = 100;

/// Delay before the next poll after the store failed to record a result.
const STORE_PAUSE: Duration = Duration::seconds(1);

/// Delay before a delivery is retried whose job panicked.
const PANIC_BACKOFF: Duration = Duration::minutes(5);

/// Delivers the outbox.
pub struct Worker {
    app: App,
    limits: RateLimits,
    health_probe: HealthProbe,
    /// Delivery ID by the task of its job.
    running: HashMap<task::Id, i64>,
    jobs: JoinSet<JobResult>,
    homes: HomePublisher,
    paused_until: Option<Timestamp>,
}

/// Result of a job, as far as later polls depend on it.
struct JobResult {
    limited: Option<(RateLimitKey, Timestamp)>,
    is_stored: bool,
}

impl Worker {
    /// Creates a worker without running jobs.
    pub fn new(app: App) -> Self {
        Self {
            app: app,
            limits: RateLimits::default(),
            health_probe: HealthProbe::default(),
            running: HashMap::new(),
            jobs: JoinSet::new(),
            homes: HomePublisher::default(),
            paused_until: None,
        }
    }

    /// Starts all jobs that are allowed now. Returns when to poll again.
    pub async fn poll(&mut self) -> Timestamp {
        let now = self.app.clock.now();
        self.app.state.set_polled_at(now);
        while let Some(ended) = self.jobs.try_join_next_with_id() {
            self.job_finished(ended);
        }
        while let Some(ended) = self.homes.try_next_finished() {
            self.home_finished(ended);
        }
        let never = now.plus(Duration::days(1));
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return until;
        }
        let overdue = overdue_notices::enqueue_overdue_notices(&self.app, now)
            .await
            .unwrap_or(never);
        let watched = self.start_probe(now).await.unwrap_or(never).min(overdue);
        self.limits.remove_expired(now);
        match self.start_jobs(now).await {
            Ok(next) => next.unwrap_or(never).min(watched),
            Err(error) => {
                tracing::error!("The outbox could not be read: {error}");
                now.plus(STORE_PAUSE)
            }
        }
    }

    /// Waits until one job ends; forever if none is running.
    pub async fn wait_for_job(&mut self) {
        tokio::select! {
            Some(ended) = self.jobs.join_next_with_id() => self.job_finished(ended),
            Some(ended) = self.homes.next_finished() => self.home_finished(ended),
            else => std::future::pending().await,
        }
    }

    /// Waits until no job is running.
    pub async fn drain(&mut self) {
        while let Some(ended) = self.jobs.join_next_with_id().await {
            self.job_finished(ended);
        }
        while let Some(ended) = self.homes.next_finished().await {
            self.home_finished(ended);
        }
    }

    /// Polls until nothing more can be sent now, including deliveries that finished jobs enqueue. Returns
    /// when the next delivery can be sent.
    pub async fn run_until_idle(&mut self) -> Timestamp {
        loop {
            let next = self.poll().await;
            let is_idle = self.jobs.is_empty() && self.homes.is_idle();
            if is_idle && next > self.app.clock.now() {
                return next;
            }
            if !is_idle {
                self.wait_for_job().await;
            }
        }
    }

    /// Starts the health probe that is due, in parallel with the deliveries. Returns when the next one is
    /// due.
    async fn start_probe(&mut self, now: Timestamp) -> Option<Timestamp> {
        let NextProbe {
            probe: question,
            next,
        } = self.health_probe.tick(&self.app, now).await;
        if let Some(question) = question {
            let app = self.app.clone();
            self.health_probe.set_running(self.jobs.spawn(async move {
                question.run(&app, now).await;
                JobResult {
                    limited: None,
                    is_stored: true,
                }
            }));
        }
        next
    }

    /// Starts deliveries first, then updates of Home views. Returns when to poll again.
    async fn start_jobs(&mut self, now: Timestamp) -> Result<Option<Timestamp>> {
        let delivery = self.start_deliveries(now).await?;
        let home = self.homes.poll(&self.app, &mut self.limits, now).await?;
        Ok(delivery.into_iter().chain(home).min())
    }

    /// Starts the deliveries that are due. Returns when the next one is due or the next rate limit opens.
    async fn start_deliveries(&mut self, now: Timestamp) -> Result<Option<Timestamp>> {
        let open: Vec<DeliveryKind> = DeliveryKind::BY_PRIORITY
            .into_iter()
            .filter(|kind| match main_method(*kind) {
                Some(method) => {
                    self.limits
                        .available_at(&[RateLimitKey::Method(method)], now)
                        <= now
                }
                None => true,
            })
            .collect();
        let shut = DeliveryKind::BY_PRIORITY
            .iter()
            .filter(|kind| !open.contains(kind));
        let mut next: Option<Timestamp> = None;
        for kind in shut {
            if let Some(method) = main_method(*kind) {
                next = earlier(
                    next,
                    self.limits
                        .available_at(&[RateLimitKey::Method(method)], now),
                );
            }
        }
        let DueDeliveries {
            ready,
            next_due_at,
            next_reminder_at: reminder,
            has_outdated_reminders: reminders_behind,
        } = self.app.store.due_deliveries(open, now, POLL_LIMIT).await?;
        if let Some(due) = next_due_at {
            next = earlier(next, due);
        }
        // Their deliveries are enqueued now. The next poll is due at once and starts them.
        if reminders_behind {
            next = earlier(next, now);
            self.app.store.reschedule_reminders(now).await?;
        }
        if let Some(due) = reminder {
            next = earlier(next, due);
            if due <= now {
                self.app.store.claim_reminders(now).await?;
            }
        }
        let global = self.app.state.announcements_channel();
        for ready in ready {
            if self.running.values().any(|id| *id == ready.delivery.id) {
                continue;
            }
            if self.jobs.len() >= MAX_CONCURRENT_JOBS {
                break;
            }
            if self.is_waiting_for_channel(&ready) {
                continue;
            }
            let calls = rate_limit_keys::rate_limits(&ready, &global);
            let opens_at = self.limits.available_at(&calls, now);
            if opens_at > now {
                next = earlier(next, opens_at);
                continue;
            }
            self.limits.consume(&calls, now);
            self.spawn_job(ready, calls);
        }
        Ok(next)
    }

    /// Returns whether an announcement must be posted while the announcements channel is still being looked
    /// up. The delivery then waits for the lookup, so that each announcement does not start its own.
    fn is_waiting_for_channel(&self, ready: &ReadyDelivery) -> bool {
        self.health_probe.is_running()
            && self.app.state.announcements_channel() == AnnouncementsChannel::Unknown
            && ready.delivery.payload == Delivery::UpsertAnnouncement
            && ready.announcement == MessageState::Missing
    }

    fn spawn_job(&mut self, ready: ReadyDelivery, calls: Vec<RateLimitKey>) {
        let app = self.app.clone();
        let delivery = ready.delivery.id;
        let task = self.jobs.spawn(async move {
            let closed = run_attempt(&app, delivery, &calls).await;
            let stored = closed.is_ok();
            if let Err(error) = &closed {
                tracing::error!("The result of delivery {delivery} could not be stored: {error}");
            }
            JobResult {
                limited: closed.ok().flatten(),
                is_stored: stored,
            }
        });
        self.running.insert(task.id(), delivery);
    }

    fn job_finished(&mut self, ended: std::result::Result<(task::Id, JobResult), JoinError>) {
        let ended = match ended {
            Ok((task, ended)) => {
                self.running.remove(&task);
                ended
            }
            Err(error) => {
                let delivery = self.running.remove(&error.id());
                tracing::error!(?delivery, "The job of a delivery panicked: {error}");
                if let Some(delivery) = delivery {
                    self.reschedule(delivery);
                }
                return;
            }
        };
        if let Some((counted, until)) = ended.limited {
            self.limits.block_until(counted, until);
        }
        if !ended.is_stored {
            self.paused_until = Some(self.app.clock.now().plus(STORE_PAUSE));
        }
    }

    fn home_finished(&mut self, ended: FinishedJob) {
        if !self.homes.job_finished(&self.app, &mut self.limits, ended) {
            self.paused_until = Some(self.app.clock.now().plus(STORE_PAUSE));
        }
    }

    /// Reschedules a delivery whose job panicked. It may panic on each attempt and must not block the
    /// others.
    fn reschedule(&mut self, delivery: i64) {
        let app = self.app.clone();
        let now = app.clock.now();
        let task = self.jobs.spawn(async move {
            let doubt = Uncertainty::Since(now.plus(-PANIC_BACKOFF));
            let due = now.plus(PANIC_BACKOFF);
            let why = "the job panicked".to_owned();
            let stored = app
                .store
                .reschedule(delivery, due, doubt, why)
                .await
                .is_ok();
            JobResult {
                limited: None,
                is_stored: stored,
            }
        });
        self.running.insert(task.id(), delivery);
    }
}

/// Makes one attempt and records its result. Returns the rate limit that Slack reported and when it opens.
async fn run_attempt(
    app: &App,
    id: i64,
    calls: &[RateLimitKey],
) -> Result<Option<(RateLimitKey, Timestamp)>> {
    let Some(attempt) = app.store.start_attempt(id, app.clock.now()).await? else {
        return Ok(None);
    };
    let answered = app.slack.response_count();
    let outcome = run_job(app, &attempt).await;
    let was_down = matches!(app.state.slack(), SlackState::Down(_));
    // An attempt without a call says nothing about whether Slack is reachable.
    if outcome.is_err() || app.slack.response_count() > answered {
        slack_health::record_call_result(app, outcome.as_ref().err());
    }
    let now = app.clock.now();
    let kind = attempt.delivery.payload.kind();
    let closed = match outcome {
        Ok(sent) => {
            count_attempt(kind, "done");
            app.store
                .finish_delivery(attempt.delivery, sent, now)
                .await?;
            None
        }
        Err(trouble) => handle_failure(app, attempt, trouble, calls).await?,
    };
    if was_down && app.state.slack() == SlackState::Up {
        app.store.retry_now(now).await?;
    }
    Ok(closed)
}

/// Reschedules a delivery after an error, or fails it for good.
async fn handle_failure(
    app: &App,
    attempt: Attempt,
    trouble: SlackError,
    calls: &[RateLimitKey],
) -> Result<Option<(RateLimitKey, Timestamp)>> {
    let now = app.clock.now();
    let Attempt {
        delivery, incident, ..
    } = attempt;
    let kind = delivery.payload.kind();
    match decide_retry(&trouble, &delivery, now) {
        RetryDecision::Retry(due, doubt) => {
            count_attempt(kind, "retried");
            app.store
                .reschedule(delivery.id, due, doubt, trouble.to_string())
                .await?;
            let limited = matches!(trouble, SlackError::RateLimited { .. });
            Ok(limited.then(|| (rate_limit_keys::limited_key(trouble.method(), calls), due)))
        }
        RetryDecision::Fail => {
            count_attempt(kind, "failed");
            let why = error_help::error_help(&trouble);
            tracing::warn!(incident.id = %incident.id, delivery.id = delivery.id, kind = kind.as_str(),
                "Gave up a delivery of {}: {trouble}. {why}", incident.id);
            app.store.fail_delivery(delivery, why, now).await?;
            Ok(None)
        }
    }
}

fn count_attempt(kind: DeliveryKind, outcome: &'static str) {
    metrics::counter!("muster_deliveries_total", "kind" => kind.as_str(), "outcome" => outcome)
        .increment(1);
}

/// The method that every delivery of a kind calls. While its rate limit is closed, the kind is not polled.
fn main_method(kind: DeliveryKind) -> Option<&'static str> {
    match kind {
        DeliveryKind::CreateChannel => Some("conversations.create"),
        DeliveryKind::InviteUser => Some("conversations.invite"),
        DeliveryKind::KickUser => Some("conversations.kick"),
        DeliveryKind::PinHeader => Some("pins.add"),
        DeliveryKind::PostActivity
        | DeliveryKind::PostAnnouncementReply
        | DeliveryKind::PostReminder
        | DeliveryKind::SendDirectMessage
        | DeliveryKind::PostOldChannelNotice => Some("chat.postMessage"),
        DeliveryKind::ListOldMembers => Some("conversations.members"),
        DeliveryKind::DeleteAnnouncement => Some("chat.delete"),
        DeliveryKind::ArchiveOldChannel => Some("conversations.archive"),
        DeliveryKind::SendPrivateReply | DeliveryKind::SendBriefing | DeliveryKind::SuggestCall => {
            Some("chat.postEphemeral")
        }
        DeliveryKind::AddPushpin => Some("reactions.add"),
        DeliveryKind::RemovePushpin => Some("reactions.remove"),
        DeliveryKind::FetchMessage => Some("reactions.get"),
        DeliveryKind::SetTopic => Some("conversations.setTopic"),
        DeliveryKind::SetPurpose => Some("conversations.setPurpose"),
        DeliveryKind::SyncBookmarks => Some("bookmarks.add"),
        DeliveryKind::ArchiveChannel => Some("conversations.archive"),
        DeliveryKind::Repair | DeliveryKind::RenameChannel => Some("conversations.info"),
        DeliveryKind::FetchUser | DeliveryKind::ResolveUser => Some("users.info"),
        DeliveryKind::UpsertHeader
        | DeliveryKind::UpsertAnnouncement
        | DeliveryKind::FetchPermalink
        | DeliveryKind::SendDeferredReply => None,
    }
}

fn earlier(one: Option<Timestamp>, other: Timestamp) -> Option<Timestamp> {
    Some(one.map_or(other, |one| one.min(other)))
}
