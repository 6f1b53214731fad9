//! Incidents that a new declaration may repeat.

use chrono::Duration;
use rusqlite::{Connection, named_params};

use crate::domain::{ChannelId, Incident, IncidentId, MessageTs, Timestamp, TitleTokens, Viewer};
use crate::error::{Error, Result};
use crate::store::effective_viewer::effective_viewer;
use crate::store::tables::incident::incidents;
use crate::store::{IdempotencyKey, Store, idempotency_key};

/// Maximum number of incidents returned.
const MAX_DUPLICATES: usize = 3;

/// Maximum age of an incident with a similar title.
const SIMILAR_WINDOW: Duration = Duration::minutes(30);

impl Store {
    /// Returns the last incidents that were declared from a message, the newest first, if the viewer may see
    /// them.
    pub async fn incidents_of_message(
        &self,
        viewer: Viewer,
        channel: ChannelId,
        ts: MessageTs,
    ) -> Result<Vec<Incident>> {
        self.read_pool
            .run(move |tx| {
                let ids = ids_of_message(tx, &channel, &ts)?;
                first_visible(tx, &viewer, ids, |_| true)
            })
            .await
    }

    /// Returns the open incidents of the last half hour with the most similar titles, the nearest first, if
    /// the viewer may see them. Test incidents are not included. A request that has been processed has
    /// declared its own incident, so it gets none.
    pub async fn similar_incidents(
        &self,
        key: IdempotencyKey,
        viewer: Viewer,
        title: String,
        now: Timestamp,
    ) -> Result<Vec<Incident>> {
        let since = now.plus(-SIMILAR_WINDOW);
        let ids = self.recent_titles.similar(&TitleTokens::new(&title), since);
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.read_pool
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(Vec::new());
                }
                first_visible(tx, &viewer, ids, |it| {
                    it.status.is_open() && !it.kind.is_test()
                })
            })
            .await
    }
}

/// Returns the incidents whose timeline got the message when they were declared, the newest first.
fn ids_of_message(tx: &Connection, channel: &ChannelId, ts: &MessageTs) -> Result<Vec<IncidentId>> {
    let ids = tx
        .prepare_cached(
            "SELECT incident_id FROM timeline JOIN incidents ON incidents.id = incident_id
              WHERE message_channel = :channel AND message_ts = :ts AND recorded_at = declared_at
              ORDER BY incident_id DESC",
        )?
        .query_map(
            named_params! { ":channel": channel.as_str(), ":ts": ts.as_str() },
            |row| row.get("incident_id").map(IncidentId),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(ids)
}

/// Loads the first of these incidents that the viewer may see and that match.
fn first_visible(
    tx: &Connection,
    viewer: &Viewer,
    ids: Vec<IncidentId>,
    matches: impl Fn(&Incident) -> bool,
) -> Result<Vec<Incident>> {
    let viewer = &effective_viewer(tx, viewer)?;
    let mut visible = Vec::new();
    for id in ids {
        match incidents::find_incident(tx, id) {
            Ok(incident) if incident.is_visible_to(viewer) && matches(&incident) => {
                visible.push(incident);
            }
            // The title of a declaration that was rolled back has no incident.
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        if visible.len() == MAX_DUPLICATES {
            break;
        }
    }
    Ok(visible)
}
