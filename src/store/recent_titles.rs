//! The titles of the newest incidents, in memory. The duplicate guard compares each declaration with all of
//! them; reading them from the database took longer than storing the declaration.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::domain::{Incident, IncidentId, Timestamp, TitleTokens};
use crate::error::Result;
use crate::store::db::sql_types::parse_column;

/// Maximum number of titles.
const MAX_TITLES: usize = 200;

/// The title of an incident, split into its words.
#[derive(Clone)]
pub(crate) struct RecentTitle {
    incident: IncidentId,
    declared_at: Timestamp,
    tokens: Arc<TitleTokens>,
}

impl RecentTitle {
    /// Splits the title of an incident.
    pub(crate) fn new(incident: IncidentId, declared_at: Timestamp, title: &str) -> Self {
        Self {
            incident,
            declared_at,
            tokens: Arc::new(TitleTokens::new(title)),
        }
    }

    /// Returns the title of an incident, if a change sets it. An imported incident would replace a newer one.
    pub(crate) fn changed(before: Option<&Incident>, after: &Incident) -> Option<Self> {
        let is_changed = before.is_none_or(|before| before.title != after.title);
        (is_changed && after.imported_at.is_none())
            .then(|| Self::new(after.id, after.declared_at, &after.title))
    }
}

/// The titles of the newest incidents, the newest last. Cheap to clone; all clones share the titles.
#[derive(Clone, Default)]
pub(crate) struct RecentTitles(Arc<Mutex<VecDeque<RecentTitle>>>);

impl RecentTitles {
    /// Reads the titles from the database.
    pub(crate) fn load(connection: &Connection) -> Result<Self> {
        let mut newest = connection.prepare(&format!(
            "SELECT id, title, declared_at FROM incidents WHERE imported_at IS NULL
              ORDER BY id DESC LIMIT {MAX_TITLES}"
        ))?;
        let titles = newest.query_map([], |row| {
            let (id, title) = (IncidentId(row.get("id")?), row.get::<_, String>("title")?);
            Ok(RecentTitle::new(
                id,
                parse_column(row, "declared_at")?,
                &title,
            ))
        })?;
        let mut titles: VecDeque<RecentTitle> = titles.collect::<rusqlite::Result<_>>()?;
        titles.make_contiguous().reverse();
        Ok(Self(Arc::new(Mutex::new(titles))))
    }

    /// Adds a title, or replaces the incident's earlier title.
    pub(crate) fn record(&self, title: RecentTitle) {
        let mut titles = self.lock();
        match titles.binary_search_by_key(&title.incident, |it| it.incident) {
            Ok(at) => titles[at] = title,
            Err(at) => titles.insert(at, title),
        }
        if titles.len() > MAX_TITLES {
            titles.pop_front();
        }
    }

    /// Returns the incidents declared since then with a title similar to this one, the most similar first.
    pub(crate) fn similar(&self, title: &TitleTokens, since: Timestamp) -> Vec<IncidentId> {
        let titles = self.lock();
        let recent = titles.iter().filter(|it| it.declared_at >= since);
        let mut similar: Vec<_> = recent
            .filter_map(|it| {
                Some((
                    Reverse(title.similarity(&it.tokens)?),
                    Reverse(it.incident.number()),
                ))
            })
            .collect();
        similar.sort_unstable();
        similar
            .into_iter()
            .map(|(_, Reverse(id))| IncidentId(id))
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<RecentTitle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn newest_titles_are_compared_under_their_last_text() {
        let now: Timestamp = "2026-11-23T15:20:05Z".parse().unwrap();
        let titles = RecentTitles::default();
        let record = |id, title: &str| titles.record(RecentTitle::new(IncidentId(id), now, title));
        for id in 1..=201 {
            record(id, "Checkout is slow");
        }
        record(200, "Search is down");
        record(1, "Search is down");
        let similar = |title| titles.similar(&TitleTokens::new(title), now);
        assert_eq!(similar("Search is down"), [IncidentId(200)]);
        let slow = similar("Checkout is slow");
        assert_eq!(slow.len(), 199);
        assert_eq!(slow[..2], [IncidentId(201), IncidentId(199)]);
        let later = now.plus(chrono::Duration::seconds(1));
        assert_eq!(
            titles.similar(&TitleTokens::new("Checkout is slow"), later),
            []
        );
    }
}
