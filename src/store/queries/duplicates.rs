//! Incidents that a new declaration may repeat.

use std::cmp::Reverse;

use chrono::Duration;
use rusqlite::{Connection, named_params};

use crate::domain::{
    ChannelId, Incident, IncidentId, IncidentKind, MessageTs, Status, Timestamp, TitleTokens,
    Viewer,
};
use crate::error::Result;
use crate::store::db::sql_types::parse_column;
use crate::store::effective_viewer::effective_viewer;
use crate::store::tables::incident::incidents;
use crate::store::{IdempotencyKey, Store, idempotency_key};

/// Maximum number of incidents returned.
const MAX_DUPLICATES: usize = 3;

/// Maximum age of an incident with a similar title.
const SIMILAR_WINDOW: Duration = Duration::minutes(30);

/// Maximum number of titles that are compared, so that declarations stay fast in a storm.
const MAX_COMPARED: u32 = 50;

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
                visible_incidents(tx, &viewer, ids)
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
        self.read_pool
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(Vec::new());
                }
                let ids = ids_with_similar_title(tx, &title, now)?;
                visible_incidents(tx, &viewer, ids)
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

/// Returns the open incidents with a similar title, the nearest first, among the newest ones.
fn ids_with_similar_title(tx: &Connection, title: &str, now: Timestamp) -> Result<Vec<IncidentId>> {
    let since = now.plus(-SIMILAR_WINDOW);
    let title = TitleTokens::new(title);
    let mut similar = Vec::new();
    // Incidents are numbered in the order of their declaration.
    let mut newest = tx.prepare_cached(
        "SELECT id, title, status, kind, declared_at FROM incidents ORDER BY id DESC LIMIT :compared",
    )?;
    let mut rows = newest.query(named_params! { ":compared": MAX_COMPARED })?;
    while let Some(row) = rows.next()? {
        if parse_column::<Timestamp>(row, "declared_at")? < since {
            break;
        }
        let other = TitleTokens::new(&row.get::<_, String>("title")?);
        if let Some(similarity) = title.similarity(&other)
            && parse_column::<Status>(row, "status")?.is_open()
            && !parse_column::<IncidentKind>(row, "kind")?.is_test()
        {
            similar.push((Reverse(similarity), Reverse(row.get("id")?)));
        }
    }
    similar.sort_unstable();
    Ok(similar
        .into_iter()
        .map(|(_, Reverse(id))| IncidentId(id))
        .collect())
}

/// Loads the first of these incidents that the viewer may see.
fn visible_incidents(
    tx: &Connection,
    viewer: &Viewer,
    ids: Vec<IncidentId>,
) -> Result<Vec<Incident>> {
    let viewer = &effective_viewer(tx, viewer)?;
    let mut visible = Vec::new();
    for id in ids {
        let incident = incidents::find_incident(tx, id)?;
        if incident.is_visible_to(viewer) {
            visible.push(incident);
        }
        if visible.len() == MAX_DUPLICATES {
            break;
        }
    }
    Ok(visible)
}
