//! The table `alert_bodies`: the last bodies of each source, for the page of the source.

use rusqlite::{Connection, Row, named_params};

use crate::domain::Timestamp;
use crate::error::Result;
use crate::store::Store;
use crate::store::db::sql_types::parse_column;

/// The number of bodies that are stored of a source.
const STORED_BODIES: i64 = 50;

/// How much of a body is stored, in bytes. It limits the space of a source to 50 times this size.
pub const MAX_STORED_BODY: usize = 256 * 1024;

/// The outcome of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyOutcome {
    /// Whether the alerts in it were stored.
    pub is_accepted: bool,
    /// The outcome as a sentence.
    pub sentence: String,
}

/// A stored body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBody {
    /// Its number, per source.
    pub number: i64,
    /// When it was received.
    pub received_at: Timestamp,
    /// The body, or its beginning.
    pub body: Vec<u8>,
    /// The size of the whole body, in bytes.
    pub size: u64,
    /// Its outcome.
    pub outcome: BodyOutcome,
}

impl Store {
    /// Returns the last bodies of a source, the newest first.
    pub async fn alert_bodies(&self, source: i64, count: u32) -> Result<Vec<StoredBody>> {
        self.read_pool
            .run(move |tx| select_last(tx, source, count))
            .await
    }
}

fn select_last(tx: &Connection, source: i64, count: u32) -> Result<Vec<StoredBody>> {
    let bodies = tx
        .prepare_cached(
            "SELECT number, received_at, body, size, is_accepted, outcome FROM alert_bodies
              WHERE source_id = :source ORDER BY number DESC LIMIT :count",
        )?
        .query_map(
            named_params! { ":source": source, ":count": count },
            body_from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(bodies)
}

/// Stores a body in place of the oldest one, and the time of the last request of its source.
pub(crate) fn insert(
    tx: &Connection,
    source: i64,
    body: &[u8],
    outcome: &BodyOutcome,
    now: Timestamp,
) -> Result<()> {
    let number: i64 = tx
        .prepare_cached(
            "UPDATE alert_sources SET last_body = last_body + 1, last_received_at = :now
              WHERE id = :source RETURNING last_body",
        )?
        .query_row(
            named_params! { ":source": source, ":now": now.to_string() },
            |row| row.get(0),
        )?;
    let beginning = body.get(..MAX_STORED_BODY).unwrap_or(body);
    tx.prepare_cached(
        "INSERT OR REPLACE INTO alert_bodies (source_id, slot, number, received_at, body, size, is_accepted, outcome)
         VALUES (:source, :slot, :number, :now, :body, :size, :is_accepted, :outcome)",
    )?
    .execute(named_params! {
        ":source": source,
        ":slot": number % STORED_BODIES,
        ":number": number,
        ":now": now.to_string(),
        ":body": beginning,
        ":size": i64::try_from(body.len()).unwrap_or(i64::MAX),
        ":is_accepted": outcome.is_accepted,
        ":outcome": outcome.sentence,
    })?;
    Ok(())
}

/// Deletes bodies that were received before a timestamp.
pub(crate) fn delete_expired(tx: &Connection, timestamp: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM alert_bodies WHERE received_at < :before")?
        .execute(named_params! { ":before": timestamp.to_string() })?;
    Ok(())
}

fn body_from_row(row: &Row<'_>) -> rusqlite::Result<StoredBody> {
    Ok(StoredBody {
        number: row.get("number")?,
        received_at: parse_column(row, "received_at")?,
        body: row.get("body")?,
        size: u64::try_from(row.get::<_, i64>("size")?).unwrap_or_default(),
        outcome: BodyOutcome {
            is_accepted: row.get("is_accepted")?,
            sentence: row.get("outcome")?,
        },
    })
}
