//! The definition of a delivery kind: its priority, its ordering and the changes that follow from its outcome.

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::delivery::PostActivity;
use crate::notification::{TargetOutcome, TargetState};
use crate::postmortem::ExportTarget;
use crate::webhook::WebhookKind;
use crate::{
    Activity, Change, ChannelEvent, ChannelId, ChannelState, DecisionContext, Delivery,
    DeliveryKind, Incident, TimelineEntry, TimelineEvent, UserId,
};

/// The payload of a delivery kind. Implemented by the registry.
pub trait Payload: Clone + Into<Delivery> {
    /// The kind.
    const KIND: DeliveryKind;

    /// Returns the payload of a delivery, or `None` if it is of another kind.
    fn from_delivery(delivery: &Delivery) -> Option<&Self>;
}

/// A delivery kind.
pub trait DeliverySpec: Payload + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The result of a successful attempt.
    type Output: Send + 'static;

    /// The priority; the lowest is sent first.
    const PRIORITY: u8;

    /// How it coalesces with queued deliveries of the kind that have the same ordering key.
    const COALESCE: Coalesce;

    /// Returns the ordering key. Deliveries of an incident with equal keys are sent one at a time, in order.
    fn ordering_key(&self) -> OrderingKey;

    /// Returns the data that an attempt needs.
    fn needs(&self, _incident: &Incident) -> Needs {
        Needs::default()
    }

    /// Returns the user that the delivery is about, for the report of a failure.
    fn user(&self) -> Option<&UserId> {
        None
    }

    /// Returns the change that follows when the delivery is done.
    fn on_done(
        &self,
        incident: &Incident,
        output: Self::Output,
        ctx: &DecisionContext<'_>,
    ) -> Change;

    /// Returns the target of a notification to which it leads: the number of the notification and the position.
    fn target(&self) -> Option<(i64, i64)> {
        None
    }

    /// Returns the change that follows when the delivery has failed. By default the failure is recorded on
    /// the timeline and at its target, and posted in the incident's channel.
    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        failure.report(self, incident, ctx)
    }

    /// Returns the change that follows when a user retries the failed delivery. Its target waits again.
    fn on_retry(&self, incident: &Incident, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        if let Some((notification, position)) = self.target() {
            let outcome = TargetOutcome::new(TargetState::Waiting, ctx.now);
            change.set_target(notification, position, outcome);
        }
        change
    }
}

/// How a delivery coalesces with queued deliveries of its kind that have the same ordering key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coalesce {
    /// It sends the newest state, so one delivery replaces all of them.
    Latest,
    /// All of them are sent in one message.
    Batch,
    /// Each is sent separately.
    Never,
}

/// Deliveries of one incident with equal keys are sent one at a time, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderingKey(String);

impl OrderingKey {
    /// Creates a key that all deliveries of the incident share.
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// Creates a key for each object: a user, a channel, a message.
    pub fn of_object(name: &str, object: impl Display) -> Self {
        Self(format!("{name}:{object}"))
    }

    /// Returns the value of the column `outbox.ordering_key`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The data that an attempt needs besides the incident, or that `on_done` needs besides its output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The users whose names the message contains.
    pub users: Vec<UserId>,
    /// The latest entries of the timeline, and the names of their authors.
    pub recent_entries: bool,
    /// When the next status update is due.
    pub next_update: bool,
    /// The numbers of the incident's alerts.
    pub alert_counts: bool,
    /// The permalink of the message from which the incident was declared.
    pub first_message: bool,
    /// When the commander last changed.
    pub commander_since: bool,
    /// The schedule entries of the incident.
    pub schedule: bool,
    /// The post that reports the entry with this ID.
    pub post_of: Option<i64>,
    /// The entries that the delivery and those coalesced with it report, if they are not posted yet.
    pub unposted_entries: bool,
    /// The notification with this number, and its targets.
    pub notification: Option<i64>,
    /// This webhook, with its secrets.
    pub webhook: Option<WebhookRef>,
    /// The user whose thread of direct messages about the incident is needed.
    pub direct_message_thread: Option<UserId>,
    /// The postmortem with its facts, and the receipt of its earlier export to this tool.
    pub postmortem_export: Option<ExportTarget>,
}

/// A webhook by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookRef {
    /// Its kind.
    pub kind: WebhookKind,
    /// Its name.
    pub name: String,
}

impl WebhookRef {
    /// Creates a reference.
    pub fn new(kind: WebhookKind, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
        }
    }
}

impl Needs {
    /// Needs the names of these users, of those who have a role in the incident, and of the author of the
    /// latest status update.
    pub(super) fn names<'a>(
        incident: &'a Incident,
        users: impl IntoIterator<Item = &'a UserId>,
    ) -> Self {
        let with_role = incident.roles.iter().map(|assignment| &assignment.user);
        let updated_by = incident.last_update.iter();
        let updated_by = updated_by.filter_map(|update| update.author.as_ref());
        let users = [&incident.commander, &incident.declared_by]
            .into_iter()
            .flatten()
            .chain(updated_by)
            .chain(with_role)
            .chain(users)
            .cloned()
            .collect();
        Self {
            users,
            ..Self::default()
        }
    }
}

/// A delivery that is not retried any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The delivery's ID, for a retry by a user.
    pub delivery_id: i64,
    /// Why it failed and how to fix it.
    pub reason: String,
    /// Whether it certainly did not arrive.
    pub certainty: FailureCertainty,
}

/// Whether a failed delivery certainly did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureCertainty {
    /// It did not arrive.
    Certain,
    /// It may have arrived, and a repetition could arrive twice.
    Uncertain,
    /// It did not arrive, and its receiver does not exist any more.
    ReceiverGone,
}

impl Failure {
    /// Records the failure on the timeline and at the target of a notification, and posts it in the incident's
    /// channel.
    pub(super) fn report<S: DeliverySpec>(
        &self,
        payload: &S,
        incident: &Incident,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let (mut change, activity) = self.record(payload, incident, ctx);
        if let Some(target) = payload.target() {
            change.fail_target(target, self);
        }
        if incident.channel_state == ChannelState::Open {
            change.enqueue(PostActivity { activity });
        }
        change
    }

    /// Records the failure on the timeline. Returns the change, and the failure as an activity.
    pub(super) fn record<S: DeliverySpec>(
        &self,
        payload: &S,
        incident: &Incident,
        ctx: &DecisionContext<'_>,
    ) -> (Change, Activity) {
        let event = TimelineEvent::DeliveryFailed {
            delivery_kind: S::KIND,
            user: payload.user().cloned(),
            reason: self.reason.clone(),
            delivery_id: self.delivery_id,
        };
        let mut change = Change::new(incident.clone(), ctx.now);
        change.add_entry(TimelineEntry::automatic(event.clone(), ctx.now));
        (change, Activity::automatic(event, ctx.now))
    }
}

impl Incident {
    /// Handles a channel to which a delivery could not be written any more. A channel that the incident has
    /// left in the meantime is ignored.
    pub fn channel_unavailable(
        &self,
        channel: &ChannelId,
        event: ChannelEvent,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        if self.has_channel(channel) {
            self.channel_changed(event, None, ctx)
        } else {
            Change::new(self.clone(), ctx.now)
        }
    }

    /// Returns whether a channel is the incident's current one.
    pub(super) fn has_channel(&self, channel: &ChannelId) -> bool {
        self.channel
            .as_ref()
            .is_some_and(|current| current.id == *channel)
    }
}
