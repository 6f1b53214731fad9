//! Archives the channel of an incident some days after it was resolved.

use chrono::Duration;

use super::{ScheduleChange, ScheduleKind, slot_after};
use crate::delivery::UpsertAnnouncement;
use crate::{
    Change, ChannelState, DecisionContext, Incident, Settings, TimelineEntry, TimelineEvent,
    Timestamp,
};

/// How long no user must have written in a channel before it is archived.
pub const ARCHIVE_QUIET_PERIOD: Duration = Duration::days(1);

/// The minimum time until a channel is archived whose new archiving time is already in the past. It lets the
/// user revert the setting, because an app cannot unarchive a channel.
const ARCHIVE_GRACE_PERIOD: Duration = Duration::days(1);

pub(super) fn is_needed(incident: &Incident) -> bool {
    !incident.status.is_open()
}

pub(super) fn interval(settings: &Settings) -> Duration {
    Duration::days(settings.archive_after_days.into())
}

/// Returns the next due time of an overdue archiving: after the grace period, at the time of day at which the
/// incident was resolved.
pub(super) fn next_slot(resolved_at: Timestamp, now: Timestamp) -> Timestamp {
    slot_after(
        resolved_at,
        Duration::days(1),
        now.plus(ARCHIVE_GRACE_PERIOD),
    )
}

impl Incident {
    /// Postpones archiving because a user wrote in the channel recently.
    pub(crate) fn postpone_archiving(&self, last: Timestamp, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        let quiet = last.plus(ARCHIVE_QUIET_PERIOD);
        let due_at = quiet.max(ctx.now.plus(Duration::minutes(1)));
        let entry = ctx.entry_of(self, ScheduleKind::ChannelArchiving);
        let postponed = entry.map(|entry| ScheduleChange::Set(entry.postponed(due_at)));
        change.schedule.extend(postponed);
        change
    }

    /// Records that Muster archived the channel some days after resolution.
    pub(crate) fn channel_auto_archived(&self, now: Timestamp) -> Change {
        if self.channel_state != ChannelState::Open {
            return Change::new(self.clone(), now);
        }
        let mut incident = self.clone();
        incident.channel_state = ChannelState::Archived;
        let days = self
            .resolved_at
            .map_or(0, |resolved| now.duration_since(resolved).num_days());
        let mut change = Change::new(incident, now);
        change.add_entry(TimelineEntry::automatic(
            TimelineEvent::ChannelAutoArchived { days },
            now,
        ));
        change.enqueue(UpsertAnnouncement);
        change
    }
}
