//! Finds the deliveries that are due, and takes one for an attempt.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, named_params};

use super::{MessageState, QueuedDelivery, ReadyDelivery, from_row};
use crate::domain::{ChannelId, DeliveryKind, Timestamp};
use crate::error::Result;
use crate::store::db::sql_types::parse_column;

/// Returns the due deliveries of some kinds, ordered by priority, at most `limit` of each kind: a kind with
/// many deliveries for a limited channel must not hide the others. The upcoming attempts are not counted yet.
pub(crate) fn due_deliveries(
    tx: &Connection,
    kinds: &[DeliveryKind],
    now: Timestamp,
    limit: i64,
) -> Result<Vec<ReadyDelivery>> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = (0..kinds.len())
        .map(|kind| format!("(:kind{kind})"))
        .collect();
    // Each kind is one range of `outbox_ready`, read up to the limit.
    let select = format!(
        "WITH open_kinds (kind) AS (VALUES {})
         SELECT outbox.id, outbox.incident_id, payload, attempts, uncertain_since, enqueued_at,
                channel_id, header_ts IS NOT NULL AS has_header,
                announcement_ts IS NOT NULL AS has_announcement
           FROM open_kinds CROSS JOIN outbox CROSS JOIN incidents
          WHERE outbox.id IN (SELECT ready.id FROM outbox AS ready
                               WHERE ready.state = 'pending' AND ready.kind = open_kinds.kind
                                 AND ready.due_at <= :now
                               ORDER BY ready.priority, ready.id LIMIT :limit)
            AND incidents.id = outbox.incident_id
          ORDER BY priority, outbox.id",
        names.join(", "),
    );
    let bound: Vec<String> = (0..kinds.len())
        .map(|kind| format!(":kind{kind}"))
        .collect();
    let values: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let now = now.to_string();
    let limits: [(&str, &dyn ToSql); 2] = [(":now", &now), (":limit", &limit)];
    let kinds = bound.iter().zip(&values);
    let params: Vec<(&str, &dyn ToSql)> = limits
        .into_iter()
        .chain(kinds.map(|(name, value)| (name.as_str(), value as &dyn ToSql)))
        .collect();
    let due = tx
        .prepare_cached(&select)?
        .query_map(params.as_slice(), ready_from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(due)
}

/// Returns the earliest due time after `now`.
pub(crate) fn next_due_at(tx: &Connection, now: Timestamp) -> Result<Option<Timestamp>> {
    let next = tx
        .prepare_cached(
            "SELECT due_at FROM outbox INDEXED BY outbox_due
              WHERE state = 'pending' AND due_at > :now ORDER BY due_at LIMIT 1",
        )?
        .query_row(named_params! { ":now": now.to_string() }, |row| {
            parse_column(row, 0)
        })
        .optional()?;
    Ok(next)
}

/// Counts an attempt and returns the delivery, or `None` if it is no longer pending.
///
/// The attempt is counted, and marked as uncertain, before the call is made. The returned delivery shows
/// the uncertainty of earlier attempts only.
pub(crate) fn start_attempt(
    tx: &Connection,
    id: i64,
    now: Timestamp,
) -> Result<Option<QueuedDelivery>> {
    let pending = tx
        .prepare_cached(
            "SELECT id, incident_id, payload, attempts, uncertain_since, enqueued_at
               FROM outbox WHERE id = :id AND state = 'pending'",
        )?
        .query_row(named_params! { ":id": id }, from_row)
        .optional()?;
    let Some(mut delivery) = pending else {
        return Ok(None);
    };
    delivery.attempts += 1;
    tx.prepare_cached(
        "UPDATE outbox
            SET attempts = attempts + 1, uncertain_since = COALESCE(uncertain_since, :now)
          WHERE id = :id",
    )?
    .execute(named_params! { ":id": id, ":now": now.to_string() })?;
    Ok(Some(delivery))
}

/// Returns the deliveries of the same kind that are blocked by a delivery, in order.
pub(crate) fn blocked_deliveries(
    tx: &Connection,
    delivery: &QueuedDelivery,
) -> Result<Vec<QueuedDelivery>> {
    let blocked = tx
        .prepare_cached(
            "SELECT id, incident_id, payload, attempts, uncertain_since, enqueued_at
               FROM outbox INDEXED BY outbox_by_ordering_key
              WHERE incident_id = :incident AND ordering_key = :ordering_key
                AND finished_at IS NULL AND state = 'blocked' AND kind = :kind
              ORDER BY id",
        )?
        .query_map(
            named_params! {
                ":incident": delivery.incident.number(),
                ":ordering_key": delivery.payload.ordering_key().as_str(),
                ":kind": delivery.payload.kind().as_str(),
            },
            from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(blocked)
}

fn ready_from_row(row: &Row<'_>) -> rusqlite::Result<ReadyDelivery> {
    let message_state = |column: &str| -> rusqlite::Result<MessageState> {
        Ok(match row.get(column)? {
            true => MessageState::Posted,
            false => MessageState::Missing,
        })
    };
    Ok(ReadyDelivery {
        delivery: from_row(row)?,
        channel: row.get::<_, Option<String>>("channel_id")?.map(ChannelId),
        announcements_channel: None,
        header: message_state("has_header")?,
        announcement: message_state("has_announcement")?,
    })
}
