//! Pages of a timeline: each is read by an index, from where the one before it ended, so that the length
//! of the timeline does not matter.

use muster_commands::timeline::{Only, Order, Page, Reach};
use muster_commands::{ChannelId, IncidentId, MessageTs, Status};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::columns::json;
use super::{Key, Store, incidents, keep, people, timeline};
use crate::domain::{Decision, Incident, KeptEntry, Line, Moment, Names, Viewer, What};
use crate::error::{Error, Result};

/// The entries of a page, and what it takes to show them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// The entries, as they are shown.
    pub entries: Vec<KeptEntry>,
    /// What the people are called whom they name, as far as we know.
    pub names: Names,
    /// Whether some come before them.
    pub has_before: bool,
    /// Whether some come after them.
    pub has_after: bool,
}

impl Store {
    /// Gives the entries of a page, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn timeline_page(&self, viewer: Viewer, page: Page, limit: usize) -> Result<Entries> {
        self.readers
            .run(move |tx| {
                incidents::find_for(tx, &viewer, page.incident)?;
                let mut found = read(tx, page, limit)?;
                let lines: Vec<_> = found.entries.iter().map(|kept| kept.entry.line()).collect();
                let named = lines.iter().flat_map(Line::people);
                found.names = people::names(tx, named)?;
                Ok(found)
            })
            .await
    }

    /// Gives when an incident came to have which status, in the order in which that happened.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the incident is not for this person, or when the store cannot be read.
    pub async fn status_changes(
        &self,
        viewer: Viewer,
        id: IncidentId,
    ) -> Result<Vec<(Moment, Status)>> {
        self.readers
            .run(move |tx| {
                incidents::find_for(tx, &viewer, id)?;
                let mut select = tx.prepare_cached(
                    "SELECT happened_at, what FROM timeline
                      WHERE incident_id = :incident AND kind = 'update' AND removed_at IS NULL
                      ORDER BY happened_at, id",
                )?;
                let found =
                    select.query_map(named_params! { ":incident": id.number() }, |row| {
                        let what: What = json(row, "what")?;
                        Ok((row.get("happened_at")?, what.status()))
                    })?;
                let mut changes = Vec::new();
                for change in found {
                    let (at, status): (Moment, Option<Status>) = change?;
                    changes.extend(status.map(|status| (at, status)));
                }
                Ok(changes)
            })
            .await
    }

    /// Gives an entry of the timeline of an incident.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there, or no longer.
    pub async fn entry(
        &self,
        viewer: Viewer,
        incident: IncidentId,
        entry: i64,
    ) -> Result<KeptEntry> {
        self.readers
            .run(move |tx| {
                incidents::find_for(tx, &viewer, incident)?;
                find(tx, incident, entry)
            })
            .await
    }

    /// Changes an entry of the timeline of an incident; once for each key.
    ///
    /// # Errors
    /// What `decide` refuses, [`Error::NotFound`], or when it could not be stored.
    pub async fn change_entry(
        &self,
        viewer: Viewer,
        (incident, entry): (IncidentId, i64),
        key: Key,
        decide: impl FnOnce(&Incident, &KeptEntry) -> Decision + Send + 'static,
    ) -> Result<Incident> {
        self.writer
            .run(move |tx| {
                let before = incidents::find_for(tx, &viewer, incident)?;
                if keep::before(tx, &key)?.is_some() {
                    return Ok(before);
                }
                let change = decide(&before, &find(tx, incident, entry)?)?;
                keep::done(tx, &key, Some(incident), change.at)?;
                keep::change(tx, &before, change)
            })
            .await
    }
}

/// What is read of an entry.
const COLUMNS: &str =
    "id, important, author, author_app, what, happened_at, recorded_at, recorded_by,
                       message_channel, message_ts, permalink, said_at";

fn find(tx: &Connection, incident: IncidentId, entry: i64) -> Result<KeptEntry> {
    let found = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM timeline
              WHERE id = :entry AND incident_id = :incident AND removed_at IS NULL"
        ))?
        .query_row(
            named_params! { ":entry": entry, ":incident": incident.number() },
            kept,
        )
        .optional()?;
    found.ok_or(Error::NotFound("entry on the timeline"))
}

/// Gives the entry of a Slack message on the timeline of an incident, if it is there.
pub fn of_message(
    tx: &Connection,
    incident: IncidentId,
    channel: &ChannelId,
    ts: &MessageTs,
) -> Result<Option<KeptEntry>> {
    let found = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM timeline
              WHERE message_channel = :channel AND message_ts = :ts AND incident_id = :incident
                AND removed_at IS NULL"
        ))?
        .query_row(
            named_params! {
                ":channel": channel.as_str(),
                ":ts": ts.as_str(),
                ":incident": incident.number(),
            },
            kept,
        )
        .optional()?;
    Ok(found)
}

fn read(tx: &Connection, page: Page, limit: usize) -> Result<Entries> {
    let backwards = matches!(page.reach, Reach::Before(..));
    let mut entries = select(tx, page, limit + 1)?;
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    if backwards {
        entries.reverse();
    }
    let beside = |reach: fn(i64, i64) -> Reach, kept: Option<&KeptEntry>| match kept {
        Some(kept) => {
            let page = page.at(reach(kept.entry.happened_at.epoch_millis(), kept.id));
            Ok::<_, Error>(!select(tx, page, 1)?.is_empty())
        }
        None => Ok(false),
    };
    let (has_before, has_after) = match page.reach {
        Reach::First => (false, has_more),
        Reach::After(..) | Reach::From(..) => (beside(Reach::Before, entries.first())?, has_more),
        Reach::Before(..) => (has_more, beside(Reach::After, entries.last())?),
    };
    Ok(Entries {
        entries,
        names: Names::default(),
        has_before,
        has_after,
    })
}

/// Gives the entries nearest to where the page begins, in the direction in which it reaches.
fn select(tx: &Connection, page: Page, limit: usize) -> Result<Vec<KeptEntry>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let incident = page.incident.number();
    let mut statement = tx.prepare_cached(&sql(page))?;
    let rows = match page.reach {
        Reach::First => statement.query_map(
            named_params! { ":incident": incident, ":limit": limit },
            kept,
        )?,
        Reach::After(at, id) | Reach::Before(at, id) | Reach::From(at, id) => {
            let at = Moment::from_epoch_millis(at);
            statement.query_map(
                named_params! { ":incident": incident, ":limit": limit, ":at": at, ":id": id },
                kept,
            )?
        }
    };
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn sql(page: Page) -> String {
    let ascends = (page.order == Order::OldestFirst) != matches!(page.reach, Reach::Before(..));
    let (sign, order) = if ascends { (">", "ASC") } else { ("<", "DESC") };
    let start = match page.reach {
        Reach::First => String::new(),
        Reach::After(..) | Reach::Before(..) => {
            format!("AND (happened_at, id) {sign} (:at, :id)")
        }
        Reach::From(..) => format!("AND (happened_at, id) {sign}= (:at, :id)"),
    };
    let only = match page.only {
        Only::All => "timeline_of_incident WHERE",
        Only::Important => "timeline_important WHERE important = 1 AND",
    };
    format!(
        "SELECT {COLUMNS} FROM timeline INDEXED BY {only}
                incident_id = :incident AND removed_at IS NULL {start}
          ORDER BY happened_at {order}, id {order} LIMIT :limit"
    )
}

fn kept(row: &Row<'_>) -> rusqlite::Result<KeptEntry> {
    Ok(KeptEntry {
        id: row.get("id")?,
        entry: timeline::from_row(row)?,
        is_important: row.get("important")?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_read_by_an_index_and_nothing_is_sorted() {
        let tx = Connection::open_in_memory().unwrap();
        tx.execute_batch(include_str!("../../schema.sql")).unwrap();
        for order in [Order::NewestFirst, Order::OldestFirst] {
            for only in [Only::All, Only::Important] {
                for reach in [
                    Reach::First,
                    Reach::After(5, 6),
                    Reach::Before(5, 6),
                    Reach::From(5, 6),
                ] {
                    let page = Page {
                        incident: IncidentId(7),
                        order,
                        only,
                        reach,
                    };
                    let values = [
                        (":incident", "7"),
                        (":limit", "11"),
                        (":at", "''"),
                        (":id", "6"),
                    ];
                    let sql = values
                        .iter()
                        .fold(sql(page), |sql, (name, value)| sql.replace(name, value));
                    let plan: Vec<String> = tx
                        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                        .unwrap()
                        .query_map([], |row| row.get("detail"))
                        .unwrap()
                        .collect::<rusqlite::Result<_>>()
                        .unwrap();
                    let index = match only {
                        Only::All => "INDEX timeline_of_incident (incident_id=?",
                        Only::Important => "INDEX timeline_important (incident_id=?",
                    };
                    assert!(
                        plan.len() == 1 && plan[0].contains(index),
                        "{page:?}: {plan:?}"
                    );
                }
            }
        }
    }
}
