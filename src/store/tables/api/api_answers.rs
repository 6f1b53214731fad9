//! The table `api_answers`: the answers to requests with an idempotency key.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::Timestamp;
use crate::error::Result;
use crate::store::api::{AnswerKey, ApiOutcome, ApiResponse};

/// Returns the outcome of an earlier request with this key; `None` if there was none.
pub(crate) fn find_answer(tx: &Connection, key: &AnswerKey) -> Result<Option<ApiOutcome>> {
    let row = tx
        .prepare_cached(
            "SELECT digest, status, body, entity_tag FROM api_answers WHERE key = :key",
        )?
        .query_row(named_params! { ":key": key.key }, |row| {
            let digest: String = row.get("digest")?;
            let response = ApiResponse {
                status: row.get("status")?,
                body: row.get("body")?,
                entity_tag: row.get("entity_tag")?,
            };
            Ok((digest, response))
        })
        .optional()?;
    Ok(row.map(|(digest, response)| match digest == key.digest {
        true => ApiOutcome::Answered(response),
        false => ApiOutcome::KeyReused,
    }))
}

/// Stores the answer to a request with this key.
pub(crate) fn insert_answer(
    tx: &Connection,
    key: &AnswerKey,
    response: &ApiResponse,
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO api_answers (key, digest, status, body, entity_tag, answered_at)
         VALUES (:key, :digest, :status, :body, :entity_tag, :now)",
    )?
    .execute(named_params! {
        ":key": key.key,
        ":digest": key.digest,
        ":status": response.status,
        ":body": response.body,
        ":entity_tag": response.entity_tag,
        ":now": now.to_string(),
    })?;
    Ok(())
}

/// Deletes the answers that were given before a timestamp.
pub(crate) fn delete_expired(tx: &Connection, before: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM api_answers WHERE answered_at < :before")?
        .execute(named_params! { ":before": before.to_string() })?;
    Ok(())
}
