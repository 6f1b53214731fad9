//! Finding incidents by what somebody typed so far, to choose one: those that are open, and those that were
//! until lately.

use muster_commands::PersonId;
use rusqlite::{Connection, named_params};

use super::incidents::{self, Part};
use super::{Store, Summary};
use crate::domain::Viewer;
use crate::error::Result;

/// Among how many of the newest incidents that are over somebody can choose without knowing the number.
const LATELY: i64 = 200;

impl Store {
    /// Gives incidents that somebody may see, whose title holds some words, in whatever case, or whose number
    /// begins with them: the open ones, the worst first, then those that are over, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn search(
        &self,
        viewer: Viewer,
        words: String,
        limit: usize,
    ) -> Result<Vec<Summary>> {
        self.readers
            .run(move |tx| search(tx, &viewer, &words, limit))
            .await
    }
}

fn search(tx: &Connection, viewer: &Viewer, words: &str, limit: usize) -> Result<Vec<Summary>> {
    // SQLite only knows the case of ASCII letters.
    let words = words.trim().to_lowercase();
    let number = words.trim_start_matches("ir-").trim_start_matches('#');
    let fits = |incident: &Summary| {
        incident.title.to_lowercase().contains(&words)
            || incident.id.number().to_string().starts_with(number)
    };
    let part = Part {
        from: 0,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let mut found = incidents::open_for(tx, viewer, part, fits)?;
    lately_over(tx, viewer, |incident| {
        if found.len() < limit && fits(&incident) {
            found.push(incident);
        }
    })?;
    Ok(found)
}

/// Tells the incidents that are over and that somebody may see, the newest first.
fn lately_over(tx: &Connection, viewer: &Viewer, mut tell: impl FnMut(Summary)) -> Result<()> {
    let mut select = tx.prepare_cached(
        "SELECT id, title, severity, status, commander, declared_at, channel_id, channel_state,
                visibility, nature, visibility = 'private' AND EXISTS (
                    SELECT 1 FROM responders
                     WHERE incident_id = incidents.id AND person = :viewer) AS takes_part
           FROM incidents NOT INDEXED
          WHERE status = 'resolved' OR status = 'completed'
          ORDER BY id DESC LIMIT :lately",
    )?;
    let who = viewer.who().map(PersonId::as_str);
    let mut rows = select.query(named_params! { ":viewer": who, ":lately": LATELY })?;
    while let Some(row) = rows.next()? {
        if incidents::is_seen(viewer, row)? {
            tell(incidents::summary(row)?);
        }
    }
    Ok(())
}
