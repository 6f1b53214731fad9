//! One poll of the outbox: starts a job for each delivery that is due and within the rate limits.

use std::collections::HashMap;

use crate::domain::UserId;
use chrono::Duration;
use tokio::task::{self, JoinError, JoinSet};

use crate::app::{AnnouncementsChannel, App};
use crate::domain::{DeliveryKind, Timestamp};
use crate::error::Result;
use crate::store::{DueDeliveries, MessageState, ReadyDelivery};
use crate::worker::health_probe::{HealthProbe, NextProbe};
use crate::worker::rate_limits::{RateLimitKey, RateLimits};
use crate::worker::run_job::{method, rate_limits, run_job};

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
    pub(super) app: App,
    pub(super) limits: RateLimits,
    health_probe: HealthProbe,
    /// The subject of each running job by its task.
    pub(super) running: HashMap<task::Id, JobSubject>,
    pub(super) jobs: JoinSet<JobResult>,
    paused_until: Option<Timestamp>,
}

/// The subject of a running job. There is at most one job for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum JobSubject {
    /// The delivery with this ID.
    Delivery(i64),
    /// The Home view of this user.
    Home(UserId),
    /// The message about alerts with this ID.
    AlertMessage(i64),
}

/// Result of a job, as far as later polls depend on it.
pub(super) struct JobResult {
    /// The rate limit that Slack reported, and when it opens.
    pub(super) limited: Option<(RateLimitKey, Timestamp)>,
    /// Whether the store recorded the result.
    pub(super) is_stored: bool,
}

impl Worker {
    /// Creates a worker without running jobs.
    pub fn new(app: App) -> Self {
        Self {
            app,
            limits: RateLimits::default(),
            health_probe: HealthProbe::default(),
            running: HashMap::new(),
            jobs: JoinSet::new(),
            paused_until: None,
        }
    }

    /// Starts all jobs that are allowed now. Returns when to poll again.
    pub async fn poll(&mut self) -> Timestamp {
        let now = self.app.clock.now();
        self.app.state.set_polled_at(now);
        while let Some(finished) = self.jobs.try_join_next_with_id() {
            self.job_finished(finished);
        }
        let never = now.plus(Duration::days(1));
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return until;
        }
        let probe = self.start_probe(now).await.unwrap_or(never);
        self.limits.remove_expired(now);
        match self.start_jobs(now).await {
            Ok(next) => next.unwrap_or(never).min(probe),
            Err(error) => {
                tracing::error!("The outbox could not be read: {error}");
                now.plus(STORE_PAUSE)
            }
        }
    }

    /// Waits until one job ends; forever if none is running.
    pub async fn wait_for_job(&mut self) {
        match self.jobs.join_next_with_id().await {
            Some(finished) => self.job_finished(finished),
            None => std::future::pending().await,
        }
    }

    /// Waits until no job is running.
    pub async fn drain(&mut self) {
        while let Some(finished) = self.jobs.join_next_with_id().await {
            self.job_finished(finished);
        }
    }

    /// Polls until nothing more can be sent now, including deliveries that finished jobs enqueue. Returns
    /// when the next delivery can be sent.
    pub async fn run_until_idle(&mut self) -> Timestamp {
        loop {
            let next = self.poll().await;
            if !self.jobs.is_empty() {
                self.wait_for_job().await;
            } else if next > self.app.clock.now() {
                return next;
            }
        }
    }

    /// Starts the health probe that is due, in parallel with the deliveries. Returns when the next one is
    /// due.
    async fn start_probe(&mut self, now: Timestamp) -> Option<Timestamp> {
        let NextProbe { probe, next } = self.health_probe.tick(&self.app, now).await;
        if let Some(probe) = probe {
            let app = self.app.clone();
            self.health_probe.set_running(self.jobs.spawn(async move {
                probe.run(&app, now).await;
                JobResult {
                    limited: None,
                    is_stored: true,
                }
            }));
        }
        next
    }

    /// Starts deliveries first, then messages about alerts and updates of Home views. Returns when to poll again.
    async fn start_jobs(&mut self, now: Timestamp) -> Result<Option<Timestamp>> {
        let delivery = self.start_deliveries(now).await?;
        let alert = self.start_alert_messages(now).await?;
        let home = self.start_homes(now).await?;
        Ok([delivery, alert, home].into_iter().flatten().min())
    }

    /// Starts the deliveries that are due, and fires the schedule. Returns when the next delivery or schedule
    /// entry is due or the next rate limit opens.
    async fn start_deliveries(&mut self, now: Timestamp) -> Result<Option<Timestamp>> {
        let (open, opens_at) = self.open_kinds(now);
        let DueDeliveries {
            ready,
            next_due_at,
            next_scheduled_at,
        } = self.app.store.due_deliveries(open, now, POLL_LIMIT).await?;
        let limited_until = self.start_ready(ready, now);
        self.fire_scheduled(next_scheduled_at, now).await?;
        let next = [opens_at, next_due_at, next_scheduled_at, limited_until];
        Ok(next.into_iter().flatten().min())
    }

    /// Returns the kinds whose rate limit is open, and when the next other one opens.
    fn open_kinds(&mut self, now: Timestamp) -> (Vec<DeliveryKind>, Option<Timestamp>) {
        let mut open = Vec::new();
        let mut next: Option<Timestamp> = None;
        for kind in DeliveryKind::ALL {
            let opens_at = method(*kind).map_or(now, |method| {
                let key = [RateLimitKey::Method(method)];
                self.limits.available_at(&key, now)
            });
            if opens_at <= now {
                open.push(*kind);
            } else {
                next = earlier(next, opens_at);
            }
        }
        (open, next)
    }

    /// Starts the jobs of deliveries as far as the rate limits allow it. Returns when the next limit opens.
    fn start_ready(&mut self, ready: Vec<ReadyDelivery>, now: Timestamp) -> Option<Timestamp> {
        let announcements_channel = match self.app.state.announcements_channel() {
            AnnouncementsChannel::Ready(channel) => Some(channel),
            AnnouncementsChannel::Unknown | AnnouncementsChannel::Missing(_) => None,
        };
        let mut next: Option<Timestamp> = None;
        for mut ready in ready {
            if self.is_running(&JobSubject::Delivery(ready.delivery.id)) {
                continue;
            }
            if self.jobs.len() >= MAX_CONCURRENT_JOBS {
                break;
            }
            if self.is_waiting_for_channel(&ready) {
                continue;
            }
            ready
                .announcements_channel
                .clone_from(&announcements_channel);
            let keys = rate_limits(&ready);
            let opens_at = self.limits.available_at(&keys, now);
            if opens_at > now {
                next = earlier(next, opens_at);
                continue;
            }
            self.limits.consume(&keys, now);
            self.spawn_job(ready.delivery.id, keys);
        }
        next
    }

    /// Returns whether an announcement must be posted while the announcements channel is still being looked
    /// up. The delivery then waits for the lookup, so that each announcement does not start its own.
    fn is_waiting_for_channel(&self, ready: &ReadyDelivery) -> bool {
        self.health_probe.is_running()
            && self.app.state.announcements_channel() == AnnouncementsChannel::Unknown
            && ready.delivery.payload.kind() == DeliveryKind::UpsertAnnouncement
            && ready.announcement == MessageState::Missing
    }

    /// Returns whether a job with this subject is running.
    pub(super) fn is_running(&self, subject: &JobSubject) -> bool {
        self.running.values().any(|running| running == subject)
    }

    fn spawn_job(&mut self, delivery: i64, limits: Vec<RateLimitKey>) {
        let app = self.app.clone();
        let task = self.jobs.spawn(async move {
            let result = run_job(&app, delivery, &limits).await;
            if let Err(error) = &result {
                tracing::error!("The result of delivery {delivery} could not be stored: {error}");
            }
            JobResult {
                is_stored: result.is_ok(),
                limited: result.ok().flatten(),
            }
        });
        self.running
            .insert(task.id(), JobSubject::Delivery(delivery));
    }

    fn job_finished(&mut self, finished: std::result::Result<(task::Id, JobResult), JoinError>) {
        let result = match finished {
            Ok((task, result)) => {
                self.running.remove(&task);
                result
            }
            Err(error) => {
                let subject = self.running.remove(&error.id());
                tracing::error!(?subject, "A job panicked: {error}");
                if let Some(subject) = subject {
                    self.reschedule(subject);
                }
                return;
            }
        };
        if let Some((key, until)) = result.limited {
            self.limits.block_until(key, until);
        }
        if !result.is_stored {
            self.paused_until = Some(self.app.clock.now().plus(STORE_PAUSE));
        }
    }

    /// Reschedules the subject of a job that panicked. It may panic on each attempt and must not block the
    /// others.
    fn reschedule(&mut self, subject: JobSubject) {
        let app = self.app.clone();
        let now = app.clock.now();
        let due = now.plus(PANIC_BACKOFF);
        let panicked = subject.clone();
        let task = self.jobs.spawn(async move {
            let stored = match panicked {
                JobSubject::Delivery(delivery) => {
                    let uncertain_since = Some(now.plus(-PANIC_BACKOFF));
                    let error = "the job panicked".to_owned();
                    app.store
                        .reschedule(delivery, due, uncertain_since, error)
                        .await
                }
                JobSubject::Home(user) => app.store.reschedule_home(user, due).await,
                JobSubject::AlertMessage(id) => {
                    let uncertain_since = Some(now.plus(-PANIC_BACKOFF));
                    let error = "the job panicked".to_owned();
                    app.store
                        .reschedule_alert_message(id, Some(due), uncertain_since, error)
                        .await
                }
            };
            JobResult {
                limited: None,
                is_stored: stored.is_ok(),
            }
        });
        self.running.insert(task.id(), subject);
    }
}

fn earlier(current: Option<Timestamp>, other: Timestamp) -> Option<Timestamp> {
    Some(current.map_or(other, |current| current.min(other)))
}
