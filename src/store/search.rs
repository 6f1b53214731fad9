//! Finding incidents by what somebody typed so far, to choose one: those that are open, and those that were
//! until lately.

use std::ops::ControlFlow;

use rusqlite::Connection;

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
    let lately_over = format!(
        "NOT INDEXED WHERE status = 'resolved' OR status = 'completed' ORDER BY id DESC LIMIT {LATELY}"
    );
    incidents::each_seen(tx, viewer, &lately_over, |incident| {
        if found.len() >= limit {
            return ControlFlow::Break(());
        }
        if fits(&incident) {
            found.push(incident);
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}
