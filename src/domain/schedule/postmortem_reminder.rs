//! Reminds of a postmortem that isn't completed: its owner, or the commander of an incident without one, in a direct
//! message, and the incident's channel. The first reminder is due the configured number of days after the incident
//! was resolved, in the daytime of that user; one week and two weeks later it's repeated.

use chrono::Duration;
use chrono_tz::Tz;

use super::overdue_notice::OverdueNotice;
use super::{Reminder, ScheduleChange, ScheduleEntry, ScheduleKind, reminder};
use crate::delivery::SendDirectMessage;
use crate::postmortem::PostmortemStatus;
use crate::{
    Change, ChannelState, DecisionContext, DirectMessage, Incident, Settings, Severity, Timestamp,
    User, UserId,
};

/// How long after the first reminder it's repeated.
const REPEATED_AFTER: [Duration; 2] = [Duration::weeks(1), Duration::weeks(2)];

/// The minimum time between two reminders.
const MIN_INTERVAL: Duration = Duration::days(1);

/// Returns whether the postmortem is missing or not completed. Tests need none, nor do incidents that were resolved
/// before they were imported.
pub(super) fn is_needed(incident: &Incident) -> bool {
    let status = incident.postmortem.as_ref().map(|it| it.status);
    let resolved_at = incident.resolved_at;
    let is_resolved_here = resolved_at.is_some_and(|at| {
        incident
            .imported_at
            .is_none_or(|imported_at| imported_at < at)
    });
    !incident.kind.is_test() && is_resolved_here && status != Some(PostmortemStatus::Completed)
}

/// Returns the time after resolution for a severity; zero if the settings name none.
pub(super) fn interval(severity: Severity, settings: &Settings) -> Duration {
    let days = settings.postmortem_reminder_days.get(&severity);
    Duration::days(days.copied().unwrap_or(0).into())
}

/// Returns when the next reminder of an incident is due; `None` after the last one, so that a changed setting reminds
/// of no old incident.
pub(super) fn next_slot(
    resolved_at: Timestamp,
    interval: Duration,
    now: Timestamp,
) -> Option<Timestamp> {
    let first = resolved_at.plus(interval);
    let repeated = REPEATED_AFTER.map(|after| first.plus(after));
    let mut slots = std::iter::once(first).chain(repeated);
    slots.find(|slot| *slot > now)
}

impl Change {
    /// Sends the reminder if it is daytime for its recipient, and schedules the next one.
    pub(super) fn fire_postmortem_reminder(
        &mut self,
        entry: &ScheduleEntry,
        ctx: &DecisionContext<'_>,
    ) {
        let kind = ScheduleKind::PostmortemReminder;
        if !kind.is_needed(&self.incident) {
            self.schedule.push(entry.remove());
            return;
        }
        let Some(interval) = kind.interval(self.incident.severity, ctx.settings) else {
            let disabled = entry.rescheduled(None, ctx.now);
            self.schedule.push(ScheduleChange::Set(disabled));
            return;
        };
        let recipient = self.incident.postmortem_recipient(ctx);
        let zone = recipient.as_ref().and_then(|it| ctx.user(it));
        let zone = zone.map_or_else(|| Tz::UTC.to_string(), |user| user.time_zone);
        let mut entry = entry.clone();
        match OverdueNotice::decide(ctx.now, None, &zone) {
            OverdueNotice::Later(daytime) => entry.due_at = Some(daytime),
            OverdueNotice::Now(_) => {
                self.send_postmortem_reminder(&entry, recipient);
                // The settings determine the first one only.
                entry.base_at = None;
                let next = next_slot(entry.since, interval, ctx.now.plus(MIN_INTERVAL));
                entry.due_at = next;
            }
        }
        self.schedule.push(ScheduleChange::Set(entry));
    }

    fn send_postmortem_reminder(&mut self, entry: &ScheduleEntry, recipient: Option<UserId>) {
        if let Some(user) = recipient {
            let message = DirectMessage::PostmortemDue;
            self.enqueue(SendDirectMessage { user, message });
        }
        if self.incident.channel_state == ChannelState::Open {
            self.enqueue(reminder::delivery(Reminder::Postmortem, entry));
        }
    }
}

impl Incident {
    /// Returns the owner of the postmortem, or the commander if there is none or the owner's account is deactivated.
    /// `None` if both can't read messages, or there is neither: the reminder is in the channel only.
    fn postmortem_recipient(&self, ctx: &DecisionContext<'_>) -> Option<UserId> {
        let owner = self.postmortem.as_ref().map(|it| &it.owner);
        let mut users = owner.into_iter().chain(&self.commander);
        let is_active = |user: &&UserId| ctx.user(user).as_ref().is_none_or(User::is_active);
        users.find(is_active).cloned()
    }

    /// Returns whether the user is still the one who is reminded of the postmortem.
    pub(crate) fn is_postmortem_due_for(&self, user: &UserId) -> bool {
        let owner = self.postmortem.as_ref().map(|it| &it.owner);
        is_needed(self) && (owner == Some(user) || self.is_commander(user))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::postmortem::GeneratePostmortem;
    use crate::testing::{alice_at, context, incident_with_channel};
    use crate::{Delivery, DeliveryKind, IncidentKind, Status};

    fn resolved() -> Incident {
        let mut incident = incident_with_channel("Checkout");
        incident.severity = Severity::Sev1;
        incident.status = Status::Resolved;
        incident.resolved_at = Some(noon(0));
        incident
    }

    /// Returns noon of a day in UTC, counted from the day of the resolution.
    fn noon(day: i64) -> Timestamp {
        let start = Timestamp::try_from("2026-11-23T12:00:00.000Z".to_owned()).unwrap();
        start.plus(Duration::days(day))
    }

    fn scheduled(incident: &Incident) -> ScheduleEntry {
        let kind = ScheduleKind::PostmortemReminder;
        let change = Change::new(incident.clone(), noon(0));
        change.next_entry(kind, None, &context(noon(0))).unwrap()
    }

    /// Fires an entry, and returns the kinds of deliveries and the entry afterwards.
    fn fire(
        incident: &Incident,
        entry: &ScheduleEntry,
        at: Timestamp,
    ) -> (Vec<DeliveryKind>, Option<ScheduleEntry>) {
        let change = incident.claim_scheduled(entry, &context(at));
        let kinds = change.deliveries.iter().map(Delivery::kind).collect();
        let changed = change.schedule.first().and_then(ScheduleChange::entry);
        (kinds, changed.cloned())
    }

    #[test]
    fn reminder_is_sent_three_times_at_most() {
        let mut incident = resolved();
        let both = [DeliveryKind::SendDirectMessage, DeliveryKind::PostReminder];
        let mut entry = scheduled(&incident);
        for (due, next) in [(3, Some(10)), (10, Some(17)), (17, None)] {
            assert_eq!(entry.due_at, Some(noon(due)));
            let (kinds, after) = fire(&incident, &entry, noon(due));
            assert_eq!(kinds, both);
            entry = after.unwrap();
            assert_eq!(entry.due_at, next.map(noon));
        }
        incident.channel_state = ChannelState::Archived;
        let (kinds, _) = fire(&incident, &scheduled(&incident), noon(3));
        assert_eq!(kinds, [DeliveryKind::SendDirectMessage]);
    }

    #[test]
    fn reminder_waits_for_daytime_and_ends_with_its_reason() {
        let mut incident = resolved();
        let entry = scheduled(&incident);
        let night = noon(3).plus(Duration::hours(10));
        let (kinds, later) = fire(&incident, &entry, night);
        assert_eq!(kinds, []);
        let morning = noon(4).plus(Duration::hours(-3));
        assert_eq!(later.unwrap().due_at, Some(morning));

        let actor = alice_at(noon(0));
        let request = GeneratePostmortem::default();
        let generated = incident.generate_postmortem(request, &actor, &context(noon(0)));
        incident = generated.unwrap().incident;
        assert_eq!(fire(&incident, &entry, noon(3)).0.len(), 2, "a draft");
        let ends = |change: &dyn Fn(&mut Incident)| {
            let mut after = incident.clone();
            change(&mut after);
            let (kinds, entry) = fire(&after, &entry, noon(3));
            assert_eq!((kinds, entry), (Vec::new(), None));
        };
        let complete = |it: &mut Incident| {
            let postmortem = it.postmortem.as_mut().unwrap();
            postmortem.status = PostmortemStatus::Completed;
        };
        ends(&complete);
        ends(&|it| it.resolved_at = None);
        ends(&|it| it.kind = IncidentKind::Test);
    }

    #[test]
    fn changed_setting_moves_the_first_reminder_and_reminds_of_no_old_incident() {
        let incident = resolved();
        let entry = scheduled(&incident);
        let days = |days| Some(Duration::days(days));
        let moved = entry.rescheduled(days(7), noon(1));
        assert_eq!(moved.due_at, Some(noon(7)));
        let disabled = entry.rescheduled(None, noon(1));
        assert_eq!(disabled.due_at, None);
        let enabled_late = disabled.rescheduled(days(3), noon(5));
        assert_eq!(enabled_late.due_at, Some(noon(10)), "the second one");
        let old = disabled.rescheduled(days(3), noon(40));
        assert_eq!((old.due_at, old.base_at), (None, None));
        assert_eq!(old.rescheduled(days(5), noon(41)), old);
        let kind = ScheduleKind::PostmortemReminder;
        for entry in [&entry, &old] {
            assert!(kind.is_consistent(Some(entry), &incident, &Settings::default()));
        }
    }
}
