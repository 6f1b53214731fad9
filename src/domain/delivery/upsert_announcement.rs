//! Posts the incident's announcement, or edits it to show the current state.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Needs, OrderingKey};
use crate::{Activity, Announcement, Change, DecisionContext, Incident, TimelineEvent};

/// Posts the incident's announcement, or edits it to show the current state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpsertAnnouncement;

impl DeliverySpec for UpsertAnnouncement {
    type Output = Option<Announcement>;
    const PRIORITY: u8 = 110;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("announcement")
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs::names(incident, [])
    }

    fn on_done(
        &self,
        incident: &Incident,
        posted: Option<Announcement>,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        if posted.is_some() {
            change.incident.announcement = posted;
        }
        change
    }
}

impl Incident {
    /// Enqueues the announcement after a writable announcements channel has been configured.
    pub fn late_announcement(&self, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        self.enqueue_announcement(&mut change);
        change
    }

    /// Enqueues the announcement, unless the incident is not announced. It alone reports the declaration.
    pub(crate) fn enqueue_announcement(&self, change: &mut Change) {
        if self.is_announced() {
            change.enqueue(UpsertAnnouncement);
        }
    }

    /// Enqueues the announcement of a new incident, and the status update that waited for it.
    pub(super) fn enqueue_first_announcement(
        &self,
        change: &mut Change,
        ctx: &DecisionContext<'_>,
    ) {
        self.enqueue_announcement(change);
        let waiting = self.last_update.as_ref();
        if let Some(update) = waiting.filter(|_| self.is_announced() && self.announcement.is_none())
        {
            change.enqueue_announcement_reply(update.activity(None), ctx.settings);
        }
    }

    /// Returns the declaration as an activity.
    pub(super) fn declaration(&self) -> Activity {
        Activity {
            actor: self.declared_by.clone(),
            event: TimelineEvent::Declared {
                severity: self.severity,
                customer_impact: self.customer_impact,
                imported: None,
            },
            at: self.declared_at,
        }
    }
}
