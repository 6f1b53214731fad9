//! Selects the open incidents whose announcement must be sent.

use rusqlite::{Connection, named_params};

use crate::domain::{DeliveryKind, IncidentId, Timestamp};
use crate::error::Result;
use crate::store::outbox::enqueue;
use crate::store::tables::incident::incidents;
use crate::store::{Store, changes};

/// Which announcements must be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnouncementScope {
    /// Those that were never posted.
    Missing,
    /// All of them: posted announcements may show an outdated state.
    AllOpen,
}

impl Store {
    /// Enqueues the announcements of open incidents, all or only the missing ones. Returns their number.
    pub async fn enqueue_announcements(
        &self,
        scope: AnnouncementScope,
        now: Timestamp,
    ) -> Result<usize> {
        self.write_thread
            .run(move |tx| {
                let open = incidents_to_announce(tx, scope)?;
                for id in &open {
                    let incident = incidents::find_incident(tx, *id)?;
                    // A second announcement coalesces with the first, but a second reply would be
                    // posted.
                    let reply = DeliveryKind::PostAnnouncementReply;
                    let has_reply = enqueue::is_kind_queued(tx, *id, reply)?;
                    changes::run_decision(tx, Some(&incident), |inputs| {
                        let mut change = incident.late_announcement(&inputs.at(now));
                        change
                            .deliveries
                            .retain(|it| !has_reply || it.kind() != reply);
                        Ok(change)
                    })?;
                }
                Ok(open.len())
            })
            .await
    }
}

/// Returns the open incidents whose announcement must be sent.
fn incidents_to_announce(tx: &Connection, scope: AnnouncementScope) -> Result<Vec<IncidentId>> {
    let ids = tx
        .prepare_cached(
            "SELECT id FROM incidents INDEXED BY incidents_open
              WHERE status IN ('active', 'stable') AND channel_state <> 'pending'
                AND (:all OR announcement_ts IS NULL)
              ORDER BY id",
        )?
        .query_map(
            named_params! { ":all": scope == AnnouncementScope::AllOpen },
            |row| row.get(0).map(IncidentId),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(ids)
}
