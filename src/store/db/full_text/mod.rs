//! Full-text search with SQLite's FTS5. Only this module and `schema.sql` know its syntax.
//!
//! The write path feeds the index in the transaction of each change. Triggers cannot do it: the text of a
//! timeline entry is a part of its event, which only the domain can read. An incident matches if its fields
//! contain all words, or if one entry on its timeline does. The index contains private incidents; its callers
//! check what the viewer may see.

mod hits;

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::{Incident, IncidentId, TimelineEvent};
use crate::error::Result;
use crate::store::db::sql_types::json_column;

pub(crate) use hits::{Hits, is_hit};

/// The full-text tables.
const TABLES: [&str; 2] = ["incident_text", "timeline_text"];

/// The length of the indexed character sequences. Shorter words are not in the index.
const TRIGRAM: usize = 3;

/// The maximum number of words that are searched for.
const MAX_WORDS: usize = 12;

/// The low bits of a row ID of `timeline_text`: the entry's ID.
const ENTRY_BITS: u32 = 31;

/// The first character of the scripts that write words without blanks, or that this module treats so.
const UNSPACED_SCRIPTS: char = '\u{e00}';

/// Search words as the index takes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SearchWords {
    /// The words that the index can find, quoted: user input has no syntax. Empty if there are none.
    expression: String,
    /// The words that the index cannot find, in lower case. They are ignored if there are others.
    short: Vec<String>,
}

impl SearchWords {
    /// Splits the words of a filter. A word of one or two characters is found at the start of words, because
    /// the index contains the blank before it; in a script without blanks, only in titles.
    pub(crate) fn new(words: &str) -> Self {
        let (mut quoted, mut short) = (Vec::new(), Vec::new());
        for term in words.split_whitespace().take(MAX_WORDS) {
            let term = term.replace('\0', "");
            let is_spaced = term.chars().all(|sign| sign < UNSPACED_SCRIPTS);
            let phrase = match term.chars().count() {
                0 => continue,
                1 if is_spaced => format!(" {term} "),
                2 if is_spaced => format!(" {term}"),
                length if length < TRIGRAM => {
                    short.push(term.to_lowercase());
                    continue;
                }
                _ => term,
            };
            quoted.push(format!("\"{}\"", phrase.replace('"', "\"\"")));
        }
        Self {
            expression: quoted.join(" "),
            short,
        }
    }

    /// Returns whether the index can find at least one of the words.
    pub(crate) fn is_indexed(&self) -> bool {
        !self.expression.is_empty()
    }

    /// Returns whether a title contains the words that the index cannot find.
    pub(crate) fn are_in_title(&self, title: &str) -> bool {
        let title = title.to_lowercase();
        self.short.iter().all(|term| title.contains(term))
    }
}

/// Returns a text as the index stores it: with one blank before and after each word.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 2);
    for term in text.split_whitespace() {
        spaced.push(' ');
        spaced.push_str(term);
    }
    spaced.push(' ');
    spaced
}

/// Indexes the texts of an incident, if they differ from those of `before`.
pub(crate) fn index_incident(
    tx: &Connection,
    before: Option<&Incident>,
    incident: &Incident,
) -> Result<()> {
    let texts = texts_of(incident);
    if before.map(texts_of) == Some(texts) {
        return Ok(());
    }
    write_incident(tx, incident.id, texts)
}

fn write_incident(tx: &Connection, incident: IncidentId, texts: [&str; 4]) -> Result<()> {
    let [title, summary, root_cause, channel_name] = texts;
    tx.prepare_cached(
        "INSERT OR REPLACE INTO incident_text (rowid, title, summary, root_cause, channel_name)
         VALUES (:id, :title, :summary, :root_cause, :channel_name)",
    )?
    .execute(named_params! {
        ":id": incident.number(), ":title": spaced(title), ":summary": spaced(summary),
        ":root_cause": spaced(root_cause), ":channel_name": spaced(channel_name),
    })?;
    Ok(())
}

fn texts_of(incident: &Incident) -> [&str; 4] {
    let channel = incident.channel.as_ref();
    [
        &incident.title,
        &incident.summary,
        &incident.root_cause,
        channel.map_or("", |channel| &channel.name),
    ]
}

/// Indexes a new entry of a timeline.
pub(crate) fn index_entry(
    tx: &Connection,
    incident: IncidentId,
    entry: i64,
    event: &TimelineEvent,
) -> Result<()> {
    let Some(text) = event.searchable_text() else {
        return Ok(());
    };
    tx.prepare_cached("INSERT INTO timeline_text (rowid, text) VALUES (:id, :text)")?
        .execute(named_params! { ":id": entry_row_id(incident, entry), ":text": spaced(&text) })?;
    Ok(())
}

/// Indexes an entry again after it was edited, removed or restored.
pub(crate) fn reindex_entry(tx: &Connection, entry: i64) -> Result<()> {
    let stored: Option<(i64, bool, TimelineEvent)> = tx
        .prepare_cached(
            "SELECT incident_id, removed_at IS NOT NULL AS is_removed, event
               FROM timeline WHERE id = :entry",
        )?
        .query_row(named_params! { ":entry": entry }, |row| {
            Ok((row.get(0)?, row.get(1)?, json_column(row, "event")?))
        })
        .optional()?;
    let Some((incident, is_removed, event)) = stored else {
        return Ok(());
    };
    let incident = IncidentId(incident);
    tx.prepare_cached("DELETE FROM timeline_text WHERE rowid = :id")?
        .execute(named_params! { ":id": entry_row_id(incident, entry) })?;
    if is_removed {
        return Ok(());
    }
    index_entry(tx, incident, entry, &event)
}

fn entry_row_id(incident: IncidentId, entry: i64) -> i64 {
    (incident.number() << ENTRY_BITS) + entry
}

/// Drops the tables, if they exist. A migration fills them again with [`rebuild`].
pub(crate) fn drop_tables(tx: &Connection) -> Result<()> {
    for table in TABLES {
        tx.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    Ok(())
}

/// Fills the empty tables from the incidents and timelines.
pub(crate) fn rebuild(tx: &Connection) -> Result<()> {
    let mut statement = tx.prepare(
        "SELECT id, title, summary, root_cause, COALESCE(channel_name, '') FROM incidents ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = |column| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
        write_incident(
            tx,
            IncidentId(row.get(0)?),
            [text(1)?, text(2)?, text(3)?, text(4)?],
        )?;
    }
    let mut statement =
        tx.prepare("SELECT id, incident_id, event FROM timeline WHERE removed_at IS NULL ORDER BY incident_id, id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let event = json_column(row, "event")?;
        index_entry(tx, IncidentId(row.get(1)?), row.get(0)?, &event)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_and_short_ones_start_a_word() {
        let words = SearchWords::new("checkout AND \"title: NEAR(a* é db 障害");
        assert_eq!(
            words.expression,
            "\"checkout\" \"AND\" \"\"\"title:\" \"NEAR(a*\" \" é \" \" db\""
        );
        assert_eq!(words.short, ["障害"]);
        assert!(words.are_in_title("決済障害"));
        assert!(!words.are_in_title("決済"));
    }
}
