//! Status updates: what is the latest, and when the next update is due.

use chrono::Duration;

use crate::delivery::{PostAnnouncementReply, UpsertHeader};
use crate::{
    Activity, Actor, Change, ChannelState, Decision, DecisionContext, Incident, ScheduleChange,
    ScheduleEntry, ScheduleKind, Status, TimelineEntry, TimelineEvent, Timestamp, UserId,
};

/// A message about the current state of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusUpdate {
    /// The text, as written.
    pub text: String,
    /// The user who posted it.
    pub author: Option<UserId>,
    /// When it was posted.
    pub at: Timestamp,
    /// When the next one was promised; `None` if none was.
    pub next_update_at: Option<Timestamp>,
}

/// A request to post a status update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostStatusUpdate {
    /// The text.
    pub text: String,
    /// When the next update is due.
    pub next_update: NextUpdate,
}

/// When the next status update is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextUpdate {
    /// After the interval that the settings name for the severity, while the incident is active and its
    /// reminders are not stopped.
    Default,
    /// After this time.
    After(Duration),
    /// Never.
    Never,
}

impl NextUpdate {
    /// The shortest time until the next update.
    pub const SHORTEST: Duration = Duration::minutes(1);

    /// The longest time until the next update.
    pub const LONGEST: Duration = Duration::days(7);

    /// Returns the next update after a number of minutes; `None` if it is too small or too large.
    pub fn after_minutes(minutes: i64) -> Option<Self> {
        Self::after(Duration::try_minutes(minutes)?)
    }

    /// Returns the next update after a time; `None` if the time is too short or too long.
    pub fn after(time: Duration) -> Option<Self> {
        (Self::SHORTEST..=Self::LONGEST)
            .contains(&time)
            .then_some(Self::After(time))
    }
}

impl StatusUpdate {
    /// Returns the event that the timeline records. `status` is the status that the user set with it.
    pub(crate) fn event(&self, status: Option<Status>) -> TimelineEvent {
        TimelineEvent::StatusUpdate {
            text: self.text.clone(),
            next_update_at: self.next_update_at,
            status,
        }
    }

    /// Returns it as an activity. `status` is the status that the user set with it.
    pub(crate) fn activity(&self, status: Option<Status>) -> Activity {
        Activity {
            actor: self.author.clone(),
            event: self.event(status),
            at: self.at,
        }
    }
}

impl Incident {
    /// Posts a status update in the incident's channel, in the thread of the announcement and to the
    /// subscribers.
    ///
    /// The reminders measure from it: it restarts the update reminder, with the promised time as its due time.
    /// An update of a resolved incident promises nothing.
    pub fn post_status_update(
        &self,
        request: PostStatusUpdate,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        let mut incident = self.clone();
        incident.touch_responder(actor);
        let mut change = Change::new(incident, actor.at);
        let activity = change.add_status_update(request, None, actor, ctx);
        change.announce_status_update(activity.clone());
        self.enqueue_activity(&mut change, activity);
        if self.channel_state == ChannelState::Open {
            change.enqueue(UpsertHeader);
        }
        Ok(change)
    }

    /// Returns when the latest status update promised the next one.
    pub fn promised_update_at(&self) -> Option<Timestamp> {
        self.last_update.as_ref()?.next_update_at
    }

    /// Returns the due time of the next update. By default it follows the settings while the incident is
    /// active, unless a user stopped the reminders.
    fn next_update_at(
        &self,
        next: NextUpdate,
        at: Timestamp,
        ctx: &DecisionContext<'_>,
    ) -> Option<Timestamp> {
        if self.is_over() {
            return None;
        }
        match next {
            NextUpdate::After(time) => Some(at.plus(time)),
            NextUpdate::Never => None,
            NextUpdate::Default => self
                .default_update_interval(ctx)
                .map(|interval| at.plus(interval)),
        }
    }

    fn default_update_interval(&self, ctx: &DecisionContext<'_>) -> Option<Duration> {
        let kind = ScheduleKind::UpdateReminder;
        let is_stopped = ctx.entry_of(self, kind).is_some_and(|it| it.is_stopped);
        kind.interval(self.severity, ctx.settings)
            .filter(|_| self.status == Status::Active && !is_stopped)
    }
}

impl Change {
    /// Records a status update. Returns it as an activity. `status` is the status that the user set with it.
    pub(crate) fn add_status_update(
        &mut self,
        request: PostStatusUpdate,
        status: Option<Status>,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Activity {
        let next_update = request.next_update;
        let update = StatusUpdate {
            text: request.text,
            author: actor.user.clone(),
            at: actor.at,
            next_update_at: self.incident.next_update_at(next_update, actor.at, ctx),
        };
        let activity = update.activity(status);
        self.add_entry(TimelineEntry::by_actor(actor, update.event(status)));
        self.incident.last_update = Some(update);
        self.restart_update_reminder(next_update, ctx);
        activity
    }

    /// Enqueues the announcement of a status update. While the first channel is pending, the announcement does
    /// not exist yet: the update follows it.
    pub(crate) fn announce_status_update(&mut self, activity: Activity) {
        let is_waiting = self.incident.channel_state == ChannelState::Pending
            && self.incident.announcement.is_none();
        if !is_waiting {
            self.enqueue(PostAnnouncementReply { activity });
        }
    }

    /// Makes the update reminder measure from the status update. A due time that the user chose does not follow
    /// the settings. **Stop** remains in force unless the user chooses a due time.
    fn restart_update_reminder(&mut self, next_update: NextUpdate, ctx: &DecisionContext<'_>) {
        let kind = ScheduleKind::UpdateReminder;
        let (incident, at) = (&self.incident, self.at);
        if !kind.is_needed(incident) {
            return;
        }
        let due_at = incident.promised_update_at();
        let interval = kind.interval(incident.severity, ctx.settings);
        let is_default = next_update == NextUpdate::Default;
        self.schedule.push(ScheduleChange::Set(ScheduleEntry {
            kind,
            key: ScheduleEntry::key_of(incident),
            since: at,
            base_at: Some(at).filter(|_| is_default || due_at.is_none()),
            due_at,
            is_stopped: due_at.is_none() && interval.is_some(),
        }));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::consequences::derive;
    use crate::testing::{context, incident, incident_with_channel};
    use crate::{Delivery, DeliveryKind, Reminder, Severity, Update};

    fn bob(minutes: i64) -> Actor {
        let declared = incident("").declared_at;
        let at = declared.plus(Duration::minutes(minutes));
        Actor::new(UserId::from("U0BOB000001"), at)
    }

    fn critical() -> Incident {
        Incident {
            severity: Severity::Sev1,
            ..incident_with_channel("Checkout")
        }
    }

    fn post(incident: &Incident, next_update: NextUpdate, schedule: &[ScheduleEntry]) -> Change {
        let actor = bob(10);
        let ctx = DecisionContext {
            schedule,
            ..context(actor.at)
        };
        let request = PostStatusUpdate {
            text: "Rolling back.".to_owned(),
            next_update,
        };
        let mut change = incident.post_status_update(request, &actor, &ctx).unwrap();
        derive(Some(incident), &mut change, &ctx);
        change
    }

    fn kinds(change: &Change) -> Vec<DeliveryKind> {
        change.deliveries.iter().map(Delivery::kind).collect()
    }

    /// Returns the update reminder after a change, with its due time in minutes after the declaration.
    fn reminder(change: &Change) -> Option<(Option<i64>, bool)> {
        let mut entries = change.schedule.iter().filter_map(ScheduleChange::entry);
        let entry = entries.find(|it| it.kind == ScheduleKind::UpdateReminder)?;
        let declared = change.incident.declared_at;
        let due = |at: Timestamp| at.duration_since(declared).num_minutes();
        Some((entry.due_at.map(due), entry.is_stopped))
    }

    #[test]
    fn status_update_is_posted_announced_and_shown_in_the_header() {
        let change = post(&critical(), NextUpdate::Default, &[]);
        let expected = [
            DeliveryKind::PostAnnouncementReply,
            DeliveryKind::PostActivity,
            DeliveryKind::UpsertHeader,
        ];
        assert_eq!(kinds(&change), expected);
        let update = change.incident.last_update.clone().unwrap();
        assert_eq!(change.entries[0].event, update.event(None));
        assert_eq!(update.next_update_at, Some(bob(40).at));
    }

    #[test]
    fn update_while_the_channel_is_pending_waits_for_the_announcement() {
        let change = post(&incident("Checkout"), NextUpdate::Default, &[]);
        assert_eq!(kinds(&change), [DeliveryKind::PostActivity]);
    }

    #[test]
    fn reminder_measures_from_the_status_update() {
        let hour = NextUpdate::After(Duration::hours(1));
        let active = critical();
        let reminder = |incident: &Incident, next| reminder(&post(incident, next, &[]));
        assert_eq!(
            reminder(&active, NextUpdate::Default),
            Some((Some(40), false))
        );
        assert_eq!(reminder(&active, hour), Some((Some(70), false)));
        assert_eq!(reminder(&active, NextUpdate::Never), Some((None, true)));
        let minor = incident_with_channel("");
        assert_eq!(reminder(&minor, NextUpdate::Default), Some((None, false)));
        assert_eq!(reminder(&minor, hour), Some((Some(70), false)));
        let mut stable = active;
        stable.status = Status::Stable;
        assert_eq!(reminder(&stable, NextUpdate::Default), None);
        assert_eq!(reminder(&stable, hour), Some((Some(70), false)));
        stable.status = Status::Resolved;
        assert_eq!(reminder(&stable, hour), None);
    }

    #[test]
    fn stopped_reminders_stay_stopped_unless_a_time_is_chosen() {
        let incident = critical();
        let first = post(&incident, NextUpdate::Default, &[]);
        let first = first.schedule[0].entry().cloned().unwrap();
        let ctx = DecisionContext {
            schedule: &[first],
            ..context(bob(5).at)
        };
        let stopped = incident
            .stop_reminders(Reminder::Update, &bob(5), &ctx)
            .unwrap();
        let schedule = [stopped.schedule[0].entry().cloned().unwrap()];
        let after = |next| reminder(&post(&incident, next, &schedule));
        assert_eq!(after(NextUpdate::Default), Some((None, true)));
        let hour = NextUpdate::After(Duration::hours(1));
        assert_eq!(after(hour), Some((Some(70), false)));
    }

    #[test]
    fn promise_survives_changes_and_fires_once_if_reminders_are_off() {
        let incident = incident_with_channel("");
        let promised = post(&incident, NextUpdate::After(Duration::hours(1)), &[]);
        let entry = promised.schedule[0].entry().cloned().unwrap();
        let schedule = [entry.clone()];
        let ctx = DecisionContext {
            schedule: &schedule,
            ..context(bob(20).at)
        };
        let title = Update {
            title: Some("Search".to_owned()),
            ..Update::default()
        };
        let mut renamed = promised.incident.update(title, &bob(20), &ctx).unwrap();
        derive(Some(&promised.incident), &mut renamed, &ctx);
        assert_eq!(reminder(&renamed), None, "the entry is unchanged");
        let fired = promised
            .incident
            .claim_scheduled(&entry, &context(bob(70).at));
        assert_eq!(kinds(&fired), [DeliveryKind::PostReminder]);
        assert_eq!(reminder(&fired), Some((None, false)));
    }

    #[test]
    fn next_update_is_between_a_minute_and_a_week() {
        for minutes in [-5, 0, 3 * 7 * 24 * 60] {
            assert_eq!(NextUpdate::after(Duration::minutes(minutes)), None);
        }
        for time in [NextUpdate::SHORTEST, NextUpdate::LONGEST] {
            assert_eq!(NextUpdate::after(time), Some(NextUpdate::After(time)));
        }
    }
}
