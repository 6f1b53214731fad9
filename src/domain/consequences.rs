//! The consequences that all changes have in common.

use crate::delivery::{FetchUser, InviteUser, KickUser};
use crate::notification::apply_rules;
use crate::schedule;
use crate::{
    Change, DecisionContext, Delivery, Fetched, Incident, ScheduleChange, ScheduleEntry,
    ScheduleKind, TriggeredBy, USER_TTL, UserId,
};

/// Adds the consequences of a change: the schedule, answered reminders, the notifications of
/// rules, messages to subscribers, the refresh of Home views, and the priority of queued deliveries. `before` is the incident before the change; `None` if it is declared.
pub fn derive(before: Option<&Incident>, change: &mut Change, ctx: &DecisionContext<'_>) {
    if change.incident.deleted_at.is_some() {
        change.is_home_outdated = true;
        return;
    }
    if before.is_none() && change.incident.imported_at.is_some() {
        // What happened elsewhere notifies and reminds no user.
        change.is_home_outdated = change.incident.status.is_open();
        return;
    }
    change.is_home_outdated = before.is_none_or(|before| change.incident.affects_home(before));
    let severity = change.incident.severity;
    change.new_priority = before
        .filter(|before| before.severity != severity)
        .map(|_| severity);
    update_schedule(before, change, ctx);
    if let Some(before) = before {
        change.close_answered_reminders(before);
    }
    apply_rules(before, change, ctx);
    notify_subscribers(change);
    skip_cached_users(change, ctx);
    skip_users_outside_slack(change);
}

/// Drops deliveries to users outside Slack.
fn skip_users_outside_slack(change: &mut Change) {
    let is_outside = |delivery: &Delivery| match addressed_user(delivery) {
        Some(user) => !user.is_in_slack(),
        None => false,
    };
    change.deliveries.retain(|delivery| !is_outside(delivery));
}

/// Returns the user that a delivery names to Slack.
fn addressed_user(delivery: &Delivery) -> Option<&UserId> {
    if let Delivery::FetchUser(FetchUser { user }) = delivery {
        Some(user)
    } else if let Delivery::InviteUser(InviteUser { user }) = delivery {
        Some(user)
    } else if let Delivery::KickUser(KickUser { user, .. }) = delivery {
        Some(user)
    } else if let Delivery::SendDirectMessage(message) = delivery {
        Some(&message.user)
    } else {
        None
    }
}

/// Updates the schedule after a new entry, and cancels the queued deliveries that become unnecessary. The header
/// shows when the next status update is due.
fn update_schedule(before: Option<&Incident>, change: &mut Change, ctx: &DecisionContext<'_>) {
    let actor = triggered_by(change);
    if !change.entries.is_empty() {
        change.update_schedule(ctx);
    }
    schedule::update_notices(before, change, ctx);
    for before in ctx.schedule {
        let changed = change.schedule.iter().find(|it| it.is_of(before));
        let after = changed.map_or(Some(before), ScheduleChange::entry);
        if before.is_delivery_obsolete(after, actor) {
            change.cancelled.extend(before.kind.ordering_key());
        }
    }
    let next_update = change
        .schedule
        .iter()
        .find(|it| it.kind() == ScheduleKind::UpdateReminder);
    let due_at = |entry: Option<&ScheduleEntry>| entry.and_then(|entry| entry.due_at);
    if let Some(after) = next_update
        && due_at(after.entry())
            != due_at(ctx.entry_of(&change.incident, ScheduleKind::UpdateReminder))
    {
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
