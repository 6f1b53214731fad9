//! The life of a delivery: start an attempt, finish, reschedule, fail, retry.

use std::sync::Arc;

use rusqlite::Connection;

use crate::domain::alert::group::GroupCounts;
use crate::domain::delivery::{DeliverySpec, Failure, FailureCertainty, Needs};
use crate::domain::notification::{NotificationAuthor, SentNotification};
use crate::domain::postmortem::PostmortemSource;
use crate::domain::{
    Author, Change, Coalesce, DecisionContext, Delivery, DeliveryKind, DirectMessageThread,
    Incident, IncidentId, PostedEntry, ScheduleEntry, Settings, TimelineEntry, Timestamp, UserId,
    UserNames, Viewer,
};
use crate::error::Result;
use crate::store::effective_viewer::effective_viewer;
use crate::store::outbox::claim;
use crate::store::outbox::finish::{self, DeliveryEnd};
use crate::store::outbox::{self, QueuedDelivery, ReadyDelivery};
use crate::store::queries::notifications::webhook_target::{self, WebhookTarget};
use crate::store::queries::postmortem;
use crate::store::tables::alert_groups::members;
use crate::store::tables::incident::posts::{self, StoredPost};
use crate::store::tables::incident::{direct_message_threads, incidents, timeline};
use crate::store::tables::notification::notifications;
use crate::store::tables::system::schedule;
use crate::store::tables::workspace::{home_views, settings, users};
use crate::store::{IdempotencyKey, OutboxStats, Store, changes, idempotency_key, scheduled};

/// Number of timeline entries in a briefing.
const RECENT_ENTRIES: i64 = 5;

/// A delivery whose attempt has been started, with everything that its job needs.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The delivery.
    pub delivery: QueuedDelivery,
    /// The current state of the incident.
    pub incident: Incident,
    /// The team settings.
    pub settings: Arc<Settings>,
    /// The deliveries behind it that coalesce with it: later requests for the same state, or activities
    /// for the same message.
    pub coalesced: Vec<QueuedDelivery>,
    /// Names of the users that the job needs, if they have been fetched.
    pub names: UserNames,
    /// The latest important entries, filled up with the latest others. Empty if the job does not need them.
    pub recent_entries: Vec<TimelineEntry>,
    /// When the next status update is due; `None` if none is expected or the job does not need it.
    pub next_update_at: Option<Timestamp>,
    /// The numbers of the incident's alerts, if it has any and they are needed.
    pub alert_counts: Option<GroupCounts>,
    /// The permalink of the message from which the incident was declared; `None` if there is none or the job does
    /// not need it.
    pub first_message: Option<String>,
    /// The schedule entries of the incident. Empty if the job does not need them.
    pub schedule: Vec<ScheduleEntry>,
    /// The post of an entry; `None` if it has none or the job does not need it.
    pub post: Option<StoredPost>,
    /// The entries that deliveries report and that are not posted yet, by the delivery's ID. Empty if the job
    /// does not need them.
    pub unposted_entries: Vec<(i64, PostedEntry)>,
    /// The thread of the direct messages to the user; `None` if there is none or the job does not need it.
    pub direct_message_thread: Option<DirectMessageThread>,
    /// The notification and its targets; `None` if the job does not need them.
    pub notification: Option<SentNotification>,
    /// The webhook with its secrets; `None` if it was removed or the job does not need it.
    pub webhook: Option<WebhookTarget>,
    /// The postmortem that is exported; `None` if the job does not need it.
    pub postmortem: Option<PostmortemSource>,
}

/// The due deliveries and the next due times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DueDeliveries {
    /// The due deliveries, in the order of sending.
    pub ready: Vec<ReadyDelivery>,
    /// When the next delivery becomes due.
    pub next_due_at: Option<Timestamp>,
    /// When the next schedule entry of an incident is due; may be in the past.
    pub next_scheduled_at: Option<Timestamp>,
}

/// The change that follows from a successful attempt.
pub type Consequences = Box<dyn FnOnce(&Incident, &DecisionContext<'_>) -> Change + Send>;

/// The deliveries that one attempt finished, and what follows.
pub struct CompletedDeliveries {
    /// The IDs of the coalesced deliveries.
    pub coalesced: Vec<i64>,
    /// The change that follows.
    pub consequences: Consequences,
}

impl CompletedDeliveries {
    /// Returns a completed delivery, whose output decides what follows.
    pub fn new<S: DeliverySpec>(payload: &S, output: S::Output, coalesced: Vec<i64>) -> Self {
        let payload = payload.clone();
        Self {
            coalesced,
            consequences: Box::new(move |incident, ctx| payload.on_done(incident, output, ctx)),
        }
    }
}

impl Store {
    /// Returns the due deliveries of some kinds, in the order of priority, at most `limit` of each kind.
    pub async fn due_deliveries(
        &self,
        kinds: Vec<DeliveryKind>,
        now: Timestamp,
        limit: i64,
    ) -> Result<DueDeliveries> {
        self.read_pool
            .run(move |tx| {
                Ok(DueDeliveries {
                    ready: claim::due_deliveries(tx, &kinds, now, limit)?,
                    next_due_at: claim::next_due_at(tx, now)?,
                    next_scheduled_at: scheduled::next_scheduled_at(tx)?,
                })
            })
            .await
    }

    /// Makes everything due that was rescheduled after an error.
    pub async fn retry_now(&self, now: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                home_views::retry_now(tx, now)?;
                finish::retry_now(tx, now)
            })
            .await
    }

    /// Returns the size and age of the outbox.
    pub async fn outbox_stats(&self) -> Result<OutboxStats> {
        self.read_pool.run(outbox::outbox_stats).await
    }

    /// Starts an attempt. Returns `None` if the delivery is no longer pending.
    ///
    /// The attempt is counted before the call is made, so that a delivery that kills the process cannot
    /// do so forever, and marked as uncertain, so that a restart looks for the message before it
    /// resends. The attempt must not be made if this fails.
    pub async fn start_attempt(&self, id: i64, now: Timestamp) -> Result<Option<Attempt>> {
        self.write_thread
            .run(move |tx| {
                claim::start_attempt(tx, id, now)?
                    .map(|delivery| load_attempt(tx, delivery, now))
                    .transpose()
            })
            .await
    }

    /// Finishes a delivery and stores its consequences. If this fails, the delivery is retried with a
    /// lookup.
    pub async fn finish_delivery(
        &self,
        delivery: QueuedDelivery,
        completed: CompletedDeliveries,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                let ids = [&[delivery.id], completed.coalesced.as_slice()].concat();
                finish::finish(tx, &ids, DeliveryEnd::Done, now)?;
                apply_consequences(tx, &delivery, now, completed.consequences)?;
                Ok(())
            })
            .await
    }

    /// Reschedules a delivery to `due`.
    pub async fn reschedule(
        &self,
        id: i64,
        due: Timestamp,
        uncertain_since: Option<Timestamp>,
        error: String,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| finish::reschedule(tx, id, due, uncertain_since, &error))
            .await
    }

    /// Saves the progress of an attempt, so that a retry continues from there.
    pub async fn update_payload(&self, id: i64, payload: Delivery) -> Result<()> {
        self.write_thread
            .run(move |tx| finish::update_payload(tx, id, &payload))
            .await
    }

    /// Fails a delivery: records it on the timeline and informs users.
    pub async fn fail_delivery(
        &self,
        delivery: QueuedDelivery,
        reason: String,
        certainty: FailureCertainty,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                finish::finish(tx, &[delivery.id], DeliveryEnd::Failed(&reason), now)?;
                let failure = Failure {
                    delivery_id: delivery.id,
                    reason,
                    certainty,
                };
                apply_consequences(tx, &delivery, now, |incident, ctx| {
                    delivery.payload.on_failed(incident, &failure, ctx)
                })?;
                Ok(())
            })
            .await
    }

    /// Requeues a failed delivery. Idempotent. Returns `None` if it has not failed or the viewer may not
    /// see its incident.
    pub async fn retry_delivery(
        &self,
        viewer: Viewer,
        id: i64,
        key: IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<Incident>> {
        self.write_thread
            .run(move |tx| {
                let Some(incident_id) = outbox::incident_of_delivery(tx, id)? else {
                    return Ok(None);
                };
                let incident = incidents::find_incident(tx, incident_id)?;
                if !incident.is_visible_to(&effective_viewer(tx, &viewer)?) {
                    return Ok(None);
                }
                if idempotency_key::find_key(tx, &key)?.is_some() {
                    return Ok(Some(incident));
                }
                let Some(delivery) = finish::requeue(tx, id, now)? else {
                    return Ok(None);
                };
                idempotency_key::record_key(tx, &key, Some(incident_id), now)?;
                apply_consequences(tx, &delivery, now, |incident, ctx| {
                    delivery.payload.on_retry(incident, ctx)
                })
                .map(Some)
            })
            .await
    }
}

/// Loads what the job of a delivery needs.
#[expect(clippy::too_many_lines, reason = "one line for each need")]
fn load_attempt(tx: &Connection, delivery: QueuedDelivery, now: Timestamp) -> Result<Attempt> {
    let coalesced = match delivery.payload.coalesce() {
        Coalesce::Never => Vec::new(),
        Coalesce::Latest | Coalesce::Batch => claim::blocked_deliveries(tx, &delivery)?,
    };
    let incident = incidents::find_incident(tx, delivery.incident)?;
    let mut needs = combined_needs(&delivery, &coalesced, &incident);
    let id = delivery.incident;
    let recent_entries = recent_entries(tx, id, &needs)?;
    let post = load(needs.post_of, |entry| posts::post_of(tx, entry))?;
    needs.users.extend(post.iter().flat_map(post_users));
    let find_sent = |number| notifications::find_sent(tx, id, number);
    let notification = load(needs.notification, find_sent)?;
    needs.users.extend(notification.iter().filter_map(sender));
    let users = needs.users.iter().chain(authors(&recent_entries));
    let names = users::user_names(tx, users)?;
    let find_next = || schedule::next_update_at(tx, &incident);
    let find_first = || timeline::first_message_permalink(tx, &incident);
    let schedule = needs.schedule.then(|| schedule::entries_of(tx, id));
    let find_unposted = || unposted_entries(tx, &delivery, &coalesced);
    let unposted = needs.unposted_entries.then(find_unposted);
    let count_alerts = |id| {
        let counts = members::count_of_incident(tx, id, u32::MAX, now)?;
        Ok(Some(counts).filter(|counts| counts.total > 0))
    };
    let find_thread = |user| direct_message_threads::find_thread(tx, id, user);
    let find_webhook = |webhook| webhook_target::find(tx, webhook, &incident, &needs.users);
    let load_source = |_| postmortem::source::load(tx, &Viewer::Operator, &incident).map(Some);
    Ok(Attempt {
        notification,
        webhook: load(needs.webhook.as_ref(), find_webhook)?,
        postmortem: load(needs.postmortem_export, load_source)?,
        next_update_at: needs.next_update.then(find_next).transpose()?.flatten(),
        alert_counts: load(needs.alert_counts.then_some(id), count_alerts)?,
        first_message: needs.first_message.then(find_first).transpose()?.flatten(),
        schedule: schedule.transpose()?.unwrap_or_default(),
        unposted_entries: unposted.transpose()?.unwrap_or_default(),
        direct_message_thread: load(needs.direct_message_thread.as_ref(), find_thread)?,
        delivery,
        incident,
        settings: settings::current_settings(tx)?,
        coalesced,
        names,
        recent_entries,
        post,
    })
}

fn recent_entries(tx: &Connection, id: IncidentId, needs: &Needs) -> Result<Vec<TimelineEntry>> {
    match needs.recent_entries {
        true => timeline::recent_entries(tx, id, RECENT_ENTRIES),
        false => Ok(Vec::new()),
    }
}

/// Loads an object that the job needs; `None` if the job does not need it or it does not exist.
fn load<N, T>(needed: Option<N>, find: impl FnOnce(N) -> Result<Option<T>>) -> Result<Option<T>> {
    Ok(needed.map(find).transpose()?.flatten())
}

/// Returns the entries that a delivery and those coalesced with it report, if they are not posted yet.
fn unposted_entries(
    tx: &Connection,
    first: &QueuedDelivery,
    coalesced: &[QueuedDelivery],
) -> Result<Vec<(i64, PostedEntry)>> {
    let mut entries = Vec::new();
    for queued in [first].into_iter().chain(coalesced) {
        let entry = posts::unposted_entry_of(tx, queued.id)?;
        entries.extend(entry.map(|entry| (queued.id, entry)));
    }
    Ok(entries)
}

fn combined_needs(
    first: &QueuedDelivery,
    coalesced: &[QueuedDelivery],
    incident: &Incident,
) -> Needs {
    let mut needs = first.payload.needs(incident);
    for queued in coalesced {
        needs.users.extend(queued.payload.needs(incident).users);
    }
    needs
}

fn sender(sent: &SentNotification) -> Option<UserId> {
    match &sent.notification.author {
        NotificationAuthor::User(user) => Some(user.clone()),
        NotificationAuthor::Rule(_) => None,
    }
}

fn post_users(post: &StoredPost) -> impl Iterator<Item = UserId> {
    post.entries.iter().flat_map(PostedEntry::mentioned_users)
}

fn authors(entries: &[TimelineEntry]) -> impl Iterator<Item = &UserId> {
    entries.iter().filter_map(|entry| match &entry.author {
        Some(Author::User(user)) => Some(user),
        Some(Author::App(_)) | None => None,
    })
}

/// Decides what follows from the end of a delivery, and stores it.
fn apply_consequences(
    tx: &Connection,
    delivery: &QueuedDelivery,
    now: Timestamp,
    decide: impl FnOnce(&Incident, &DecisionContext<'_>) -> Change,
) -> Result<Incident> {
    let incident = incidents::find_incident(tx, delivery.incident)?;
    let commander_since = match delivery.payload.needs(&incident).commander_since {
        true => timeline::commander_changed_at(tx, incident.id)?,
        false => None,
    };
    let change = changes::run_decision(tx, Some(&incident), |inputs| {
        let ctx = DecisionContext {
            commander_since,
            ..inputs.at(now)
        };
        Ok(decide(&incident, &ctx))
    })?;
    Ok(change.incident)
}
