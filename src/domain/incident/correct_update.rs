//! The latest status update after its author corrected it.

use crate::{
    Author, Change, DecisionContext, Incident, ScheduleChange, ScheduleEntry, ScheduleKind,
    StatusUpdate, StoredEntry, TimelineEvent,
};

impl Incident {
    /// Returns whether an entry is the latest status update.
    pub(crate) fn is_latest_update(&self, stored: &StoredEntry) -> bool {
        let is_update = matches!(stored.entry.event, TimelineEvent::StatusUpdate { .. });
        let latest = self.last_update.as_ref();
        is_update
            && latest.is_some_and(|update| {
                let author = update.author.clone().map(Author::User);
                update.at == stored.entry.recorded_at && author == stored.entry.author
            })
    }
}

impl Change {
    /// Makes the status update before the latest one the latest. What the removed one promised is not due any
    /// more: the reminder follows the settings again.
    pub(crate) fn cancel_latest_update(&mut self, ctx: &DecisionContext<'_>) {
        let promised_at = self.incident.promised_update_at();
        self.incident.last_update = ctx.previous_update.map(|update| StatusUpdate {
            next_update_at: None,
            ..update.clone()
        });
        self.enqueue_header_refresh();
        let kind = ScheduleKind::UpdateReminder;
        let entry = ctx.entry_of(&self.incident, kind);
        let Some(entry) = entry.filter(|entry| entry.is_promised(promised_at)) else {
            return;
        };
        let interval = kind.interval(self.incident.severity, ctx.settings);
        self.schedule.push(if kind.is_needed(&self.incident) {
            ScheduleChange::Set(ScheduleEntry {
                base_at: Some(self.at),
                due_at: interval.map(|interval| self.at.plus(interval)),
                ..entry.clone()
            })
        } else {
            entry.remove()
        });
    }
}
