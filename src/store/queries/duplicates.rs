//! Incidents that a new declaration may repeat.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use chrono::Duration;
use rusqlite::{Connection, named_params};

use crate::domain::{
    ChannelId, Incident, IncidentId, MessageTs, Timestamp, Viewer, title_similarity,
};
use crate::error::Result;
use crate::store::effective_viewer::effective_viewer;
use crate::store::queries::incident_list;
use crate::store::tables::incident::incidents;
use crate::store::{IdempotencyKey, Store, idempotency_key};

/// Maximum number of incidents returned.
const MAX_DUPLICATES: usize = 3;

/// Maximum age of an incident with a similar title.
const SIMILAR_WINDOW: Duration = Duration::minutes(30);

/// Maximum number of titles that are compared, so that declarations stay fast in a storm.
const MAX_COMPARED: usize = 50;

impl Store {
    /// Returns whether a request has been processed.
    pub async fn is_processed(&self, key: IdempotencyKey) -> Result<bool> {
        self.read_pool
            .run(move |tx| idempotency_key::is_processed(tx, &key))
            .await
    }

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
    /// the viewer may see them. Test incidents are not included.
    pub async fn similar_incidents(
        &self,
        viewer: Viewer,
        title: String,
        now: Timestamp,
    ) -> Result<Vec<Incident>> {
        self.read_pool
            .run(move |tx| {
                let ids = ids_with_similar_title(tx, &viewer, &title, now)?;
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

fn ids_with_similar_title(
    tx: &Connection,
    viewer: &Viewer,
    title: &str,
    now: Timestamp,
) -> Result<Vec<IncidentId>> {
    let since = now.plus(-SIMILAR_WINDOW);
    let mut similar = Vec::new();
    let mut compared = 0;
    let newest_first = "NOT INDEXED ORDER BY id DESC";
    incident_list::for_each_visible(tx, viewer, newest_first, |incident| {
        // Incidents are numbered in the order of their declaration.
        if incident.declared_at < since || compared == MAX_COMPARED {
            return ControlFlow::Break(());
        }
        compared += 1;
        if incident.status.is_open()
            && !incident.kind.is_test()
            && let Some(similarity) = title_similarity(title, &incident.title)
        {
            similar.push((Reverse(similarity), Reverse(incident.id.number())));
        }
        ControlFlow::Continue(())
    })?;
    similar.sort_unstable();
    let nearest = similar.into_iter().take(MAX_DUPLICATES);
    Ok(nearest.map(|(_, Reverse(id))| IncidentId(id)).collect())
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
