//! The table `sns_confirmations`: subscriptions of SNS topics that wait for an admin.

use rusqlite::{Connection, Row, named_params};

use crate::domain::Timestamp;
use crate::error::Result;
use crate::store::Store;
use crate::store::db::sql_types::parse_column;

/// The most subscriptions of a source that wait for an admin. Further ones are rejected, so that a sender cannot fill
/// the list.
const MAX_CONFIRMATIONS: i64 = 20;

/// A subscription that waits for an admin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnsConfirmation {
    /// The ARN of the topic.
    pub topic: String,
    /// The URL that confirms it.
    pub subscribe_url: String,
    /// When SNS requested it.
    pub received_at: Timestamp,
}

impl Store {
    /// Returns the subscriptions of a source that wait for an admin, by topic.
    pub async fn sns_confirmations(&self, source: i64) -> Result<Vec<SnsConfirmation>> {
        self.read_pool.run(move |tx| select(tx, source)).await
    }
}

fn select(tx: &Connection, source: i64) -> Result<Vec<SnsConfirmation>> {
    let confirmations = tx
        .prepare_cached(
            "SELECT topic, subscribe_url, received_at FROM sns_confirmations
              WHERE source_id = :source ORDER BY topic",
        )?
        .query_map(named_params! { ":source": source }, confirmation_from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(confirmations)
}

/// Stores a subscription, and returns whether there was room for it. A later request of the same topic replaces an
/// earlier one, because its URL expires.
pub(crate) fn upsert(tx: &Connection, source: i64, confirmation: &SnsConfirmation) -> Result<bool> {
    let stored = tx.prepare_cached(
        "INSERT INTO sns_confirmations (source_id, topic, subscribe_url, received_at)
         SELECT :source, :topic, :url, :now
          WHERE (SELECT count(*) FROM sns_confirmations WHERE source_id = :source) < :max
             OR EXISTS (SELECT 1 FROM sns_confirmations WHERE source_id = :source AND topic = :topic)
         ON CONFLICT (source_id, topic) DO UPDATE
            SET subscribe_url = excluded.subscribe_url, received_at = excluded.received_at",
    )?
    .execute(named_params! {
        ":source": source,
        ":topic": confirmation.topic,
        ":url": confirmation.subscribe_url,
        ":now": confirmation.received_at.to_string(),
        ":max": MAX_CONFIRMATIONS,
    })?;
    Ok(stored > 0)
}

/// Deletes the subscription of a topic.
pub(crate) fn delete(tx: &Connection, source: i64, topic: &str) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM sns_confirmations WHERE source_id = :source AND topic = :topic",
    )?
    .execute(named_params! { ":source": source, ":topic": topic })?;
    Ok(())
}

/// Deletes subscriptions that were requested before a timestamp. AWS forgets them after three days.
pub(crate) fn delete_expired(tx: &Connection, timestamp: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM sns_confirmations WHERE received_at < :before")?
        .execute(named_params! { ":before": timestamp.to_string() })?;
    Ok(())
}

fn confirmation_from_row(row: &Row<'_>) -> rusqlite::Result<SnsConfirmation> {
    Ok(SnsConfirmation {
        topic: row.get("topic")?,
        subscribe_url: row.get("subscribe_url")?,
        received_at: parse_column(row, "received_at")?,
    })
}
