//! The consequences that all changes have in common.

use crate::delivery::FetchUser;
use crate::{
    Change, DecisionContext, Delivery, Fetched, Incident, Reminder, ReminderContext, TriggeredBy,
    USER_TTL,
};

/// Adds the consequences of a change: reminders, messages to subscribers, the refresh of Home views, and
/// the priority of queued deliveries. `before` is the incident before the change; `None` if it is declared.
pub fn derive(before: Option<&Incident>, change: &mut Change, ctx: &DecisionContext<'_>) {
    change.is_home_outdated = before.is_none_or(|before| change.incident.affects_home(before));
    let severity = change.incident.severity;
    change.new_priority = before
        .filter(|before| before.severity != severity)
        .map(|_| severity);
    update_reminders(change, ctx);
    notify_subscribers(change);
    skip_cached_users(change, ctx);
}

/// Updates the reminders after a new entry or a request to adjust them. The header shows when the next
/// status update is due.
fn update_reminders(change: &mut Change, ctx: &DecisionContext<'_>) {
    if change.entries.is_empty() && change.reminder_adjustments.is_empty() {
        return;
    }
    let triggered_by = triggered_by(change);
    let mut is_next_update_moved = false;
    for reminder in Reminder::ALL {
        let context = ReminderContext {
            incident: &change.incident,
            settings: ctx.settings,
            triggered_by,
            at: change.at,
        };
        let adjustments = &change.reminder_adjustments;
        let adjustment = adjustments.iter().find(|(kind, _)| *kind == reminder);
        let before = ctx.reminder_state(reminder);
        let after = reminder.next_state(before, &context, adjustment.map(|(_, it)| *it));
        if after != before {
            change.reminders.push((reminder, after));
            is_next_update_moved |=
                reminder == Reminder::Update && after.due_at() != before.due_at();
        }
    }
    // A user was active, so queued reminders are no longer necessary.
    if triggered_by == TriggeredBy::User {
        let scheduled = ctx.reminders.iter().map(|(reminder, _)| *reminder);
        change.cancelled_reminders.extend(scheduled);
    }
    if is_next_update_moved {
        change.enqueue_header_refresh();
    }
}

/// Returns whether a user or Muster caused the new entries.
fn triggered_by(change: &Change) -> TriggeredBy {
    if change.entries.iter().any(|it| it.recorded_by.is_some()) {
        TriggeredBy::User
    } else {
        TriggeredBy::Muster
    }
}

/// Enqueues the direct messages about each announced activity.
fn notify_subscribers(change: &mut Change) {
    if change.incident.subscribers.is_empty() {
        return;
    }
    for delivery in std::mem::take(&mut change.deliveries) {
        let mut messages = Vec::new();
        if let Delivery::PostAnnouncementReply(reply) = &delivery {
            messages = change.incident.subscriber_messages(&reply.activity);
        }
        change.deliveries.push(delivery);
        change.deliveries.extend(messages);
    }
}

/// Drops fetches of users whose cached data is recent.
fn skip_cached_users(change: &mut Change, ctx: &DecisionContext<'_>) {
    let (now, fetched) = (change.at, &change.fetched);
    change.deliveries.retain(|delivery| {
        let Delivery::FetchUser(FetchUser { user }) = delivery else {
            return true;
        };
        if fetched
            .iter()
            .any(|it| matches!(it, Fetched::User(it) if it.id == *user))
        {
            return false;
        }
        let cached = ctx.users.find(user);
        cached.is_none_or(|(_, fetched_at)| now.duration_since(fetched_at) >= USER_TTL)
    });
}
