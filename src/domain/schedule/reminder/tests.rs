//! Tests of reminders.

use super::*;
use crate::testing::incident_with_channel;

fn active_incident(severity: Severity) -> Incident {
    let mut incident = incident_with_channel("Checkout");
    incident.severity = severity;
    incident
}

fn state_after(
    reminder: Reminder,
    before: ReminderState,
    incident: &Incident,
    minutes: i64,
) -> ReminderState {
    let changed = ReminderContext {
        incident,
        settings: &Settings {
            archive_after_days: 3,
            ..Settings::default()
        },
        triggered_by: TriggeredBy::User,
        at: minutes_later(incident, minutes),
    };
    reminder.next_state(before, &changed, None)
}

fn minutes_later(incident: &Incident, minutes: i64) -> Timestamp {
    incident.declared_at.plus(Duration::minutes(minutes))
}

#[test]
fn update_reminder_is_due_one_interval_after_the_last_update() {
    let incident = active_incident(Severity::Sev1);
    let until = |since, due| ReminderState::Scheduled {
        since: minutes_later(&incident, since),
        base_at: Some(minutes_later(&incident, since)),
        due_at: minutes_later(&incident, due),
    };
    let first = state_after(Reminder::Update, ReminderState::Idle, &incident, 0);
    assert_eq!(first, until(0, 30));
    assert_eq!(
        state_after(Reminder::Update, first, &incident, 20),
        until(20, 50)
    );
    assert_eq!(
        state_after(Reminder::Update, ReminderState::Stopped, &incident, 20),
        ReminderState::Stopped
    );
    let minor = active_incident(Severity::Sev4);
    assert_eq!(
        state_after(Reminder::Update, first, &minor, 20),
        ReminderState::Idle
    );
}

#[test]
fn resolving_ends_update_reminders_and_schedules_archiving() {
    let mut incident = active_incident(Severity::Sev1);
    incident.status = Status::Resolved;
    incident.resolved_at = Some(minutes_later(&incident, 10));
    for reminder in [Reminder::Update, Reminder::Severity] {
        assert_eq!(
            state_after(reminder, ReminderState::Stopped, &incident, 10),
            ReminderState::Idle
        );
    }
    let archive = ReminderState::Scheduled {
        since: minutes_later(&incident, 10),
        base_at: Some(minutes_later(&incident, 10)),
        due_at: minutes_later(&incident, 10 + 3 * 24 * 60),
    };
    assert_eq!(
        state_after(Reminder::Archive, ReminderState::Idle, &incident, 10),
        archive
    );
    // Later changes do not postpone archiving; resolving again does.
    assert_eq!(
        state_after(Reminder::Archive, archive, &incident, 60),
        archive
    );
    incident.resolved_at = Some(minutes_later(&incident, 90));
    assert_ne!(
        state_after(Reminder::Archive, archive, &incident, 90),
        archive
    );
}

#[test]
fn severity_reminder_ends_when_the_severity_is_known() {
    let unknown = active_incident(Severity::Unknown);
    let scheduled = state_after(Reminder::Severity, ReminderState::Idle, &unknown, 0);
    assert_eq!(
        state_after(Reminder::Severity, scheduled, &unknown, 10),
        scheduled
    );
    let known = active_incident(Severity::Sev3);
    assert_eq!(
        state_after(Reminder::Severity, scheduled, &known, 10),
        ReminderState::Idle
    );
}

#[test]
fn idle_and_stopped_reminders_cannot_be_postponed() {
    let incident = active_incident(Severity::Sev1);
    let put_off = Some(ReminderAdjustment::Postpone(minutes_later(&incident, 60)));
    let changed = ReminderContext {
        incident: &incident,
        settings: &Settings::default(),
        triggered_by: TriggeredBy::Muster,
        at: minutes_later(&incident, 30),
    };
    for before in [ReminderState::Idle, ReminderState::Stopped] {
        assert_eq!(
            Reminder::Update.next_state(before, &changed, put_off),
            before
        );
    }
    let since = minutes_later(&incident, 0);
    let expected = ReminderState::Scheduled {
        since,
        base_at: None,
        due_at: minutes_later(&incident, 60),
    };
    let fired = ReminderState::Fired { since };
    assert_eq!(
        Reminder::Update.next_state(fired, &changed, put_off),
        expected
    );
}
