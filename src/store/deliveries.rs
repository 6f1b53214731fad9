//! The life of a delivery: start an attempt, finish, reschedule, fail, retry.

use std::sync::Arc;

use crate::domain::{
    Author, Coalesce, Delivery, DeliveryKind, DeliveryOutput, FetchedText, Incident, Settings,
    TimelineEntry, Timestamp, UserNames, Viewer,
};
use crate::error::Result;
use crate::store::outbox;
use crate::store::outbox::{DeliveryEnd, QueuedDelivery, ReadyDelivery, Uncertainty};
use crate::store::tables::incident::{incidents, timeline};
use crate::store::tables::system::reminders;
use crate::store::tables::workspace::{home_views, settings, users};
use crate::store::{
    IdempotencyKey, OutboxStats, Store, changes, idempotency_key, message_edits,
    reschedule_reminders,
};

/// Number of timeline entries in a briefing.
const RECENT_ENTRIES: i64 = 5;

/// A delivery whose attempt has been started, with everything that its job needs.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The delivery.
    pub delivery: QueuedDelivery,
    /// The current state of the incident.
    pub incident: Incident,
    /// Names of the users that it mentions, if they have been fetched.
    pub names: UserNames,
    /// For a briefing: the latest important entries, filled up with the latest others. Otherwise empty.
    pub recent_entries: Vec<TimelineEntry>,
    /// When the next status update is due; `None` if none is expected.
    pub next_update_at: Option<Timestamp>,
    /// The team settings.
    pub settings: Arc<Settings>,
    /// The deliveries behind it that coalesce with it: later requests for the same state, or activities
    /// for the same message.
    pub coalesced: Vec<QueuedDelivery>,
}

/// The due deliveries and the next due times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DueDeliveries {
    /// The due deliveries, in the order of sending.
    pub ready: Vec<ReadyDelivery>,
    /// When the next delivery becomes due.
    pub next_due_at: Option<Timestamp>,
    /// When the next reminder is due; may be in the past.
    pub next_reminder_at: Option<Timestamp>,
    /// Whether some reminders do not match the current settings yet.
    pub has_outdated_reminders: bool,
}

/// The deliveries that one send finished, and its output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedDeliveries {
    /// The output of the send.
    pub output: DeliveryOutput,
    /// The IDs of the coalesced deliveries.
    pub coalesced: Vec<i64>,
}

impl Store {
    /// Returns the due deliveries of some kinds, in the order of `kinds` and then by priority, at most
    /// `limit` of each kind.
    pub async fn due_deliveries(
        &self,
        kinds: Vec<DeliveryKind>,
        now: Timestamp,
        limit: i64,
    ) -> Result<DueDeliveries> {
        self.read_pool
            .run(move |tx| {
                let mut ready = Vec::new();
                for kind in kinds {
                    ready.extend(outbox::due_deliveries(tx, kind, now, limit)?);
                }
                Ok(DueDeliveries {
                    ready,
                    next_due_at: outbox::next_due_at(tx, now)?,
                    next_reminder_at: reminders::next_due_at(tx)?,
                    has_outdated_reminders: reschedule_reminders::has_outdated_reminders(tx)?,
                })
            })
            .await
    }

    /// Makes everything due that was rescheduled after an error.
    pub async fn retry_now(&self, now: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                home_views::retry_now(tx, now)?;
                outbox::retry_now(tx, now)
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
                let Some(delivery) = outbox::start_attempt(tx, id, now)? else {
                    return Ok(None);
                };
                let along = match delivery.payload.coalesce() {
                    Coalesce::Never => Vec::new(),
                    Coalesce::Latest | Coalesce::Batch => {
                        outbox::blocked_deliveries(tx, &delivery)?
                    }
                };
                let incident = incidents::find_incident(tx, delivery.incident)?;
                let lines = along.iter().chain([&delivery]);
                let named = lines.filter_map(|delivery| match &delivery.payload {
                    Delivery::PostActivity { activity }
                    | Delivery::PostAnnouncementReply { activity } => {
                        Some(activity.mentioned_users())
                    }
                    Delivery::SendDirectMessage { message, .. } => Some(message.mentioned_users()),
                    _ => None,
                });
                let with_role = incident.roles.iter().map(|holding| &holding.user);
                let leading = [&incident.commander, &incident.declared_by];
                let mut recent = Vec::new();
                let mut briefed = Vec::new();
                if let Delivery::SendBriefing { .. } = &delivery.payload {
                    recent = timeline::recent_entries(tx, delivery.incident, RECENT_ENTRIES)?;
                    briefed.extend(incident.responder_ids());
                    briefed.extend(recent.iter().filter_map(|entry| match &entry.author {
                        Some(Author::User(user)) => Some(user),
                        Some(Author::App(_)) | None => None,
                    }));
                }
                let named = named
                    .flatten()
                    .chain(leading)
                    .chain(with_role)
                    .chain(briefed);
                let settings = settings::current_settings(tx)?;
                Ok(Some(Attempt {
                    names: users::user_names(tx, named)?,
                    next_update_at: reminders::next_update_at(tx, &incident, &settings)?,
                    settings,
                    incident,
                    recent_entries: recent,
                    delivery,
                    coalesced: along,
                }))
            })
            .await
    }

    /// Finishes a delivery and stores its consequences. If this fails, the delivery is retried with a
    /// lookup.
    pub async fn finish_delivery(
        &self,
        delivery: QueuedDelivery,
        sent: CompletedDeliveries,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                let mut ids = vec![delivery.id];
                ids.extend(sent.coalesced);
                outbox::finish(tx, &ids, DeliveryEnd::Done, "", now)?;
                if let DeliveryOutput::UserFetched(user)
                | DeliveryOutput::UserResolved {
                    user: Some(user), ..
                } = &sent.output
                {
                    users::upsert_user(tx, user, now)?;
                }
                if let (Delivery::FetchPermalink { channel, ts }, DeliveryOutput::Permalink(url)) =
                    (&delivery.payload, &sent.output)
                {
                    timeline::set_permalink(tx, channel, ts, url)?;
                }
                if let (
                    Delivery::FetchMessage { channel, ts },
                    DeliveryOutput::MessageFetched {
                        text,
                        permalink,
                        edited_ts: said_at,
                    },
                ) = (&delivery.payload, &sent.output)
                {
                    let message = FetchedText {
                        channel: channel.clone(),
                        ts: ts.clone(),
                        text: text.clone(),
                        edited_ts: said_at.clone(),
                    };
                    message_edits::apply_fetched_text(tx, &message, now)?;
                    timeline::set_permalink(tx, channel, ts, permalink)?;
                }
                let incident = incidents::find_incident(tx, delivery.incident)?;
                changes::run_decision(tx, Some(&incident), |inputs| {
                    let ctx = inputs.at(now);
                    Ok(match (&delivery.payload, &sent.output) {
                        (
                            Delivery::ResolveUser {
                                unresolved_user: stranger,
                            },
                            DeliveryOutput::UserResolved {
                                rejection: refusal, ..
                            },
                        ) => {
                            let led_since = timeline::commander_changed_at(tx, incident.id)?;
                            incident.user_resolved(stranger, refusal.as_deref(), led_since, &ctx)
                        }
                        (effect, receipt) => incident.on_done(effect, receipt, &ctx),
                    })
                })?;
                Ok(())
            })
            .await
    }

    /// Reschedules a delivery to `due`.
    pub async fn reschedule(
        &self,
        id: i64,
        due: Timestamp,
        doubt: Uncertainty,
        trouble: String,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| outbox::reschedule(tx, id, due, doubt, &trouble))
            .await
    }

    /// Saves the progress of an attempt, so that a retry continues from there.
    pub async fn update_payload(&self, id: i64, effect: Delivery) -> Result<()> {
        self.write_thread
            .run(move |tx| outbox::update_payload(tx, id, &effect))
            .await
    }

    /// Fails a delivery: records it on the timeline and informs users.
    pub async fn fail_delivery(
        &self,
        delivery: QueuedDelivery,
        why: String,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                let incident = incidents::find_incident(tx, delivery.incident)?;
                outbox::finish(tx, &[delivery.id], DeliveryEnd::Failed, &why, now)?;
                changes::run_decision(tx, Some(&incident), |inputs| {
                    let ctx = inputs.at(now);
                    Ok(incident.on_failed(&delivery.payload, delivery.id, &why, &ctx))
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
                let Some(about) = outbox::incident_of_delivery(tx, id)? else {
                    return Ok(None);
                };
                let incident = incidents::find_incident(tx, about)?;
                if !incident.is_visible_to(&viewer) {
                    return Ok(None);
                }
                if idempotency_key::find_key(tx, &key)?.is_some() {
                    return Ok(Some(incident));
                }
                let Some(delivery) = outbox::requeue(tx, id, now)? else {
                    return Ok(None);
                };
                idempotency_key::record_key(tx, &key, Some(about), now)?;
                let change = changes::run_decision(tx, Some(&incident), |_| {
                    Ok(incident.on_retry(&delivery.payload, now))
                })?;
                Ok(Some(change.incident))
            })
            .await
    }
}
