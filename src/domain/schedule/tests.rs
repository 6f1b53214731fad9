//! Tests of reminders and channel archiving: how they follow the incident and the settings.

use crate::{Severity, Status};

use super::*;
use crate::testing::{alice_at, context, incident_with_channel};
use crate::{Actor, NextUpdate, PostStatusUpdate, TimelineEntry, TimelineEvent, consequences};

const DAY: i64 = 24 * 60;

fn active_incident(severity: Severity) -> Incident {
    let mut incident = incident_with_channel("Checkout");
    incident.severity = severity;
    incident
}

fn minutes_later(incident: &Incident, minutes: i64) -> Timestamp {
    incident.declared_at.plus(Duration::minutes(minutes))
}

/// Returns an entry that started at `since`; times in minutes after the declaration.
fn entry(
    kind: ScheduleKind,
    incident: &Incident,
    since: i64,
    due_at: Option<i64>,
) -> ScheduleEntry {
    ScheduleEntry {
        kind,
        key: ScheduleEntry::key_of(incident),
        since: minutes_later(incident, since),
        base_at: Some(minutes_later(incident, since)),
        due_at: due_at.map(|due_at| minutes_later(incident, due_at)),
        is_stopped: false,
    }
}

/// Returns the entry after a change that a user makes.
fn entry_after(
    kind: ScheduleKind,
    before: Option<&ScheduleEntry>,
    incident: &Incident,
    minutes: i64,
) -> Option<ScheduleEntry> {
    let at = minutes_later(incident, minutes);
    let settings = Settings {
        archive_after_days: 3,
        ..Settings::default()
    };
    let ctx = DecisionContext {
        settings: &settings,
        ..context(at)
    };
    Change::new(incident.clone(), at).next_entry(kind, before, &ctx)
}

#[test]
fn update_reminder_is_due_one_interval_after_the_last_update() {
    let kind = ScheduleKind::UpdateReminder;
    let incident = active_incident(Severity::Sev1);
    let first = entry_after(kind, None, &incident, 0);
    assert_eq!(first, Some(entry(kind, &incident, 0, Some(30))));
    // Other changes than a status update do not move it.
    assert_eq!(entry_after(kind, first.as_ref(), &incident, 20), first);
    let stopped = first.as_ref().map(ScheduleEntry::stopped);
    assert_eq!(
        entry_after(kind, stopped.as_ref(), &incident, 20),
        stopped,
        "stopped"
    );
    let minor = active_incident(Severity::Sev4);
    let disabled = Some(entry(kind, &minor, 0, None));
    for before in [first, stopped] {
        assert_eq!(entry_after(kind, before.as_ref(), &minor, 20), disabled);
    }
}

#[test]
fn resolving_ends_update_reminders_and_schedules_archiving() {
    let mut incident = active_incident(Severity::Unknown);
    let reminders = [ScheduleKind::UpdateReminder, ScheduleKind::SeverityReminder];
    let before = reminders.map(|kind| entry(kind, &incident, 0, Some(30)).stopped());
    incident.status = Status::Resolved;
    incident.resolved_at = Some(minutes_later(&incident, 10));
    for before in before {
        assert_eq!(entry_after(before.kind, Some(&before), &incident, 10), None);
    }
    let kind = ScheduleKind::ChannelArchiving;
    let archiving = Some(entry(kind, &incident, 10, Some(10 + 3 * DAY)));
    assert_eq!(entry_after(kind, None, &incident, 10), archiving);
    // Later changes do not postpone archiving; resolving again does.
    let after = |incident: &Incident, at| entry_after(kind, archiving.as_ref(), incident, at);
    assert_eq!(after(&incident, 60), archiving);
    incident.resolved_at = Some(minutes_later(&incident, 90));
    let again = Some(entry(kind, &incident, 90, Some(90 + 3 * DAY)));
    assert_eq!(after(&incident, 90), again);
    incident.channel_state = ChannelState::Archived;
    assert_eq!(after(&incident, 95), None);
}

#[test]
fn severity_reminder_ends_when_the_severity_is_known() {
    let kind = ScheduleKind::SeverityReminder;
    let unknown = active_incident(Severity::Unknown);
    let scheduled = entry_after(kind, None, &unknown, 0);
    assert!(scheduled.is_some());
    let after = |incident: &Incident| entry_after(kind, scheduled.as_ref(), incident, 10);
    assert_eq!(after(&unknown), scheduled);
    assert_eq!(after(&active_incident(Severity::Sev3)), None);
}

#[test]
fn missing_disabled_and_stopped_reminders_cannot_be_snoozed() {
    let incident = active_incident(Severity::Sev1);
    let scheduled = entry(ScheduleKind::UpdateReminder, &incident, 0, Some(30));
    let snoozed = |schedule: &[ScheduleEntry]| {
        let ctx = DecisionContext {
            schedule,
            ..context(minutes_later(&incident, 10))
        };
        let actor = Actor::new(crate::UserId::from("U0BOB000001"), ctx.now);
        let change = incident.snooze(Reminder::Update, &actor, &ctx).ok()?;
        change.schedule[0].entry().cloned()
    };
    let expected = ScheduleEntry {
        base_at: None,
        due_at: Some(minutes_later(&incident, 40)),
        ..scheduled.clone()
    };
    assert_eq!(snoozed(std::slice::from_ref(&scheduled)), Some(expected));
    let disabled = scheduled.rescheduled(None, incident.declared_at);
    for schedule in [vec![], vec![disabled], vec![scheduled.stopped()]] {
        assert_eq!(snoozed(&schedule), None, "{schedule:?}");
    }
}

#[test]
fn due_entry_fires_only_if_it_is_needed_and_enabled() {
    let kind = ScheduleKind::UpdateReminder;
    let incident = active_incident(Severity::Sev1);
    let due = entry(kind, &incident, 0, Some(30));
    let claim = |incident: &Incident| {
        let change = incident.claim_scheduled(&due, &context(minutes_later(incident, 30)));
        (change.deliveries.len(), change.schedule[0].entry().cloned())
    };
    let next = ScheduleEntry {
        base_at: due.due_at,
        due_at: Some(minutes_later(&incident, 60)),
        ..due.clone()
    };
    assert_eq!(claim(&incident), (1, Some(next)));
    let disabled = entry(kind, &incident, 0, None);
    assert_eq!(claim(&active_incident(Severity::Sev4)), (0, Some(disabled)));
    let mut stable = incident.clone();
    stable.status = Status::Stable;
    assert_eq!(claim(&stable), (0, None));
}

/// Returns an entry that is rescheduled to another interval in minutes, 0 if it is disabled.
fn rescheduled(
    entry: &ScheduleEntry,
    incident: &Incident,
    interval: i64,
    now: i64,
) -> ScheduleEntry {
    let interval = (interval > 0).then(|| Duration::minutes(interval));
    let now = minutes_later(incident, now);
    let after = entry.rescheduled(interval, now);
    assert_eq!(after.rescheduled(interval, now), after, "idempotent");
    after
}

#[test]
fn scheduled_reminder_follows_the_new_interval_from_its_base_time() {
    let it = active_incident(Severity::Sev1);
    let due = |since, due_at| entry(ScheduleKind::UpdateReminder, &it, since, due_at);
    let follows = |entry: ScheduleEntry, interval, now| rescheduled(&entry, &it, interval, now);
    let thirty = due(0, Some(30));
    assert_eq!(follows(thirty.clone(), 30, 10), thirty);
    assert_eq!(follows(thirty.clone(), 60, 10), due(0, Some(60)));
    assert_eq!(follows(thirty.clone(), 20, 10), due(0, Some(20)));
    // After a reminder, the interval counts from that reminder.
    let after_reminder = |due_at| ScheduleEntry {
        base_at: Some(minutes_later(&it, 30)),
        ..due(0, Some(due_at))
    };
    assert_eq!(follows(after_reminder(60), 45, 40), after_reminder(75));
    // An overdue reminder moves to the next slot, or keeps its due time if that is sooner.
    assert_eq!(follows(due(0, Some(60)), 8, 50), due(0, Some(56)));
    assert_eq!(follows(due(0, Some(60)), 40, 50), due(0, Some(60)));
    // A reminder that is overdue under both intervals keeps its due time.
    assert_eq!(follows(thirty.clone(), 20, 50), thirty);
    assert_eq!(follows(thirty, 0, 10), due(0, None));
    // A reminder that is enabled counts from the last update.
    assert_eq!(follows(due(0, None), 30, 100), due(0, Some(120)));
    assert_eq!(follows(due(95, None), 30, 100), due(95, Some(125)));
}

#[test]
fn snoozed_and_stopped_reminders_ignore_new_intervals_until_they_are_disabled() {
    let it = active_incident(Severity::Sev1);
    let scheduled = entry(ScheduleKind::UpdateReminder, &it, 0, Some(30));
    let snoozed = scheduled.postponed(minutes_later(&it, 50));
    for before in [snoozed, scheduled.stopped()] {
        assert_eq!(rescheduled(&before, &it, 5, 40), before);
        assert_eq!(
            rescheduled(&before, &it, 0, 40),
            entry(ScheduleKind::UpdateReminder, &it, 0, None)
        );
    }
}

#[test]
fn overdue_archiving_waits_for_the_grace_period() {
    let it = active_incident(Severity::Sev1);
    let in_days = |days: Option<i64>| {
        let due_at = days.map(|days| days * DAY);
        entry(ScheduleKind::ChannelArchiving, &it, 0, due_at)
    };
    let follows = |from, days, now| rescheduled(&in_days(from), &it, days * DAY, now);
    assert_eq!(follows(None, 7, 2 * DAY), in_days(Some(7)));
    assert_eq!(follows(None, 7, 100 * DAY + 60), in_days(Some(102)));
    assert_eq!(follows(Some(30), 7, 2 * DAY), in_days(Some(7)));
    assert_eq!(follows(Some(30), 7, 20 * DAY + 60), in_days(Some(22)));
    // Never later than the previous due time.
    assert_eq!(follows(Some(21), 7, 20 * DAY + 60), in_days(Some(21)));
    assert_eq!(follows(Some(21), 0, 20 * DAY), in_days(None));
    assert_eq!(follows(Some(7), 30, 2 * DAY), in_days(Some(30)));
}

#[test]
fn resolving_cancels_queued_reminders_and_reopening_cancels_queued_archiving() {
    let mut resolved = active_incident(Severity::Sev1);
    resolved.status = Status::Resolved;
    resolved.resolved_at = Some(resolved.declared_at);
    let mut reopened = resolved.clone();
    reopened.status = Status::Active;
    reopened.resolved_at = None;
    let actor = alice_at(minutes_later(&resolved, 4 * DAY));
    let note = TimelineEvent::Note {
        text: "Looking at it.".to_owned(),
    };
    let cancelled = |kind: ScheduleKind, before: &Incident, after: &Incident| {
        let schedule = [entry(kind, before, 0, None)];
        let ctx = DecisionContext {
            schedule: &schedule,
            ..context(actor.at)
        };
        let mut change = Change::new(after.clone(), actor.at);
        change.add_entry(TimelineEntry::by_actor(&actor, note.clone()));
        consequences::derive(Some(before), &mut change, &ctx);
        !change.cancelled.is_empty()
    };
    let archiving = ScheduleKind::ChannelArchiving;
    assert!(cancelled(archiving, &resolved, &reopened));
    assert!(!cancelled(archiving, &resolved, &resolved));
    let reminder = ScheduleKind::UpdateReminder;
    assert!(!cancelled(reminder, &reopened, &reopened));
    assert!(cancelled(reminder, &reopened, &resolved));
}

#[test]
fn status_update_cancels_queued_reminders() {
    let reopened = active_incident(Severity::Sev1);
    let reminder = ScheduleKind::UpdateReminder;
    let actor = alice_at(minutes_later(&reopened, 4 * DAY));
    let schedule = [entry(reminder, &reopened, 0, None)];
    let ctx = DecisionContext {
        schedule: &schedule,
        ..context(actor.at)
    };
    let request = PostStatusUpdate {
        text: "Rolled back.".to_owned(),
        next_update: NextUpdate::Default,
    };
    let updated = reopened.post_status_update(request, &actor, &ctx);
    let Ok(mut updated) = updated else {
        panic!("a status update is never rejected");
    };
    consequences::derive(Some(&reopened), &mut updated, &ctx);
    assert!(!updated.cancelled.is_empty());
}
