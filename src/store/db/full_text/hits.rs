//! Searches in the full-text tables.

use std::collections::VecDeque;

use rusqlite::{Connection, named_params};

use super::{ENTRY_BITS, SearchWords, SearchedTexts};
use crate::domain::IncidentId;
use crate::error::Result;

/// Number of hits that are read at a time, at first and at most.
const FIRST_BATCH: usize = 128;
const MAX_BATCH: usize = 4_096;

/// The matching incidents, the highest number first, without duplicates. They are read in batches, so that
/// the caller can stop early.
pub(crate) struct Hits<'a> {
    incidents: HitSource<'a>,
    entries: HitSource<'a>,
}

impl<'a> Hits<'a> {
    /// Starts a search. Needs at least one word that the index can find.
    pub(crate) fn new(tx: &'a Connection, words: &'a SearchWords) -> Self {
        let source = |sql, entry_bits| HitSource {
            tx,
            expression: &words.expression,
            sql,
            entry_bits,
            batch: VecDeque::new(),
            batch_size: FIRST_BATCH,
            below: i64::MAX,
            is_complete: false,
        };
        let entries = source(
            "SELECT rowid FROM timeline_text
              WHERE timeline_text MATCH :words AND rowid < :below
              ORDER BY rowid DESC LIMIT :limit",
            ENTRY_BITS,
        );
        Self {
            incidents: source(
                "SELECT rowid FROM incident_text
                  WHERE incident_text MATCH :words AND rowid < :below
                  ORDER BY rowid DESC LIMIT :limit",
                0,
            ),
            entries: HitSource {
                is_complete: words.texts == SearchedTexts::Incident,
                ..entries
            },
        }
    }

    /// Returns the next incident.
    pub(crate) fn next_hit(&mut self) -> Result<Option<IncidentId>> {
        let next = self.incidents.peek()?.max(self.entries.peek()?);
        if let Some(number) = next {
            self.incidents.skip(number);
            self.entries.skip(number);
        }
        Ok(next.map(IncidentId))
    }
}

/// The hits of one table.
struct HitSource<'a> {
    tx: &'a Connection,
    expression: &'a str,
    sql: &'static str,
    entry_bits: u32,
    batch: VecDeque<i64>,
    /// The size of the next batch. It grows while the hits are in different incidents.
    batch_size: usize,
    /// The row ID below which the next batch starts.
    below: i64,
    is_complete: bool,
}

impl HitSource<'_> {
    /// Returns the number of the next incident.
    fn peek(&mut self) -> Result<Option<i64>> {
        while self.batch.is_empty() && !self.is_complete {
            self.read_batch()?;
        }
        Ok(self.batch.front().copied())
    }

    fn skip(&mut self, number: i64) {
        if self.batch.front() == Some(&number) {
            self.batch.pop_front();
        }
    }

    /// Reads a batch. The next one starts below the last incident, so that one with a long timeline costs one
    /// batch.
    fn read_batch(&mut self) -> Result<()> {
        let mut statement = self.tx.prepare_cached(self.sql)?;
        let limit = i64::try_from(self.batch_size).unwrap_or(i64::MAX);
        let mut rows = statement.query(named_params! {
            ":words": self.expression, ":below": self.below, ":limit": limit,
        })?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let number = row.get::<_, i64>(0)? >> self.entry_bits;
            if self.batch.back() != Some(&number) {
                self.batch.push_back(number);
            }
            self.below = number << self.entry_bits;
            count += 1;
        }
        self.is_complete = count < self.batch_size;
        if self.batch.len() > count / 2 {
            self.batch_size = (self.batch_size * 4).min(MAX_BATCH);
        }
        Ok(())
    }
}

/// Returns whether one incident matches.
pub(crate) fn is_hit(tx: &Connection, words: &SearchWords, id: IncidentId) -> Result<bool> {
    let first_entry = id.number() << ENTRY_BITS;
    let is_hit = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM incident_text
                             WHERE incident_text MATCH :words AND rowid = :incident)
                 OR EXISTS (SELECT 1 FROM timeline_text
                             WHERE timeline_text MATCH :words AND rowid >= :first AND rowid < :end)",
        )?
        .query_row(
            named_params! {
                ":words": words.expression,
                ":incident": id.number(),
                ":first": first_entry,
                ":end": first_entry + (1 << ENTRY_BITS),
            },
            |row| row.get(0),
        )?;
    Ok(is_hit)
}

/// How the condition [`hit_condition`] is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HitTest {
    /// Each incident by itself, which takes as long as reading hundreds of hits.
    Single,
    /// All hits are read when the first incident is tested.
    Whole,
}

/// Returns the condition for the incidents that match. `parameter` is the name of the parameter with the expression of
/// the words.
pub(crate) fn hit_condition(words: &SearchWords, parameter: &str, test: HitTest) -> String {
    match test {
        HitTest::Single => single_hit(words, parameter),
        HitTest::Whole => {
            let incidents =
                format!("SELECT rowid FROM incident_text WHERE incident_text MATCH {parameter}");
            match words.texts {
                SearchedTexts::Incident => format!("+incidents.id IN ({incidents})"),
                SearchedTexts::Everywhere => format!(
                    "+incidents.id IN ({incidents} UNION ALL
                        SELECT rowid >> {ENTRY_BITS} FROM timeline_text
                         WHERE timeline_text MATCH {parameter})"
                ),
            }
        }
    }
}

fn single_hit(words: &SearchWords, parameter: &str) -> String {
    let incident = format!(
        "EXISTS (SELECT 1 FROM incident_text
                  WHERE incident_text MATCH {parameter} AND rowid = incidents.id)"
    );
    match words.texts {
        SearchedTexts::Incident => incident,
        SearchedTexts::Everywhere => format!(
            "({incident} OR EXISTS (
                 SELECT 1 FROM timeline_text
                  WHERE timeline_text MATCH {parameter} AND rowid >= incidents.id << {ENTRY_BITS}
                        AND rowid < (incidents.id + 1) << {ENTRY_BITS}))"
        ),
    }
}
