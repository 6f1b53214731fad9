//! The options of the incident picker: searches open and recent closed incidents while the user types.

use std::ops::ControlFlow;

use rusqlite::Connection;

use crate::domain::Viewer;
use crate::error::Result;
use crate::store::queries::incident_list::{self, PageRange};
use crate::store::{IncidentSummary, Store};

/// Number of the newest closed incidents that are searched.
const CLOSED_SEARCH_LIMIT: i64 = 200;

impl Store {
    /// Returns incidents whose title contains `words`, ignoring case, or whose number starts with them.
    ///
    /// Open incidents come first, highest severity first, then closed ones, newest first. Only incidents
    /// that the viewer may see are returned.
    pub async fn search_incidents(
        &self,
        viewer: Viewer,
        words: String,
        limit: usize,
    ) -> Result<Vec<IncidentSummary>> {
        self.read_pool
            .run(move |tx| search_incidents(tx, &viewer, &words, limit))
            .await
    }
}

fn search_incidents(
    tx: &Connection,
    viewer: &Viewer,
    words: &str,
    limit: usize,
) -> Result<Vec<IncidentSummary>> {
    // SQLite ignores case for ASCII letters only.
    let words = words.trim().to_lowercase();
    let number = words.trim_start_matches("ir-").trim_start_matches('#');
    let fits = |incident: &IncidentSummary| {
        incident.title.to_lowercase().contains(&words)
            || incident.id.number().to_string().starts_with(number)
    };
    let part = PageRange {
        offset: 0,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let mut incidents = incident_list::filter_open_incidents(tx, viewer, part, fits)?;
    let lately_over = format!(
        "NOT INDEXED WHERE status = 'resolved' OR status = 'completed' ORDER BY id DESC LIMIT {CLOSED_SEARCH_LIMIT}"
    );
    incident_list::for_each_visible(tx, viewer, &lately_over, |incident| {
        if incidents.len() >= limit {
            return ControlFlow::Break(());
        }
        if fits(&incident) {
            incidents.push(incident);
        }
        ControlFlow::Continue(())
    })?;
    Ok(incidents)
}
