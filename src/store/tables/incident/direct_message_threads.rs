//! The table `direct_message_threads`.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::{DirectMessageThread, IncidentId, MessageTs, UserId};
use crate::error::Result;

/// Records the thread of the direct messages to a user about an incident.
pub(crate) fn upsert_thread(tx: &Connection, thread: &DirectMessageThread) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO direct_message_threads (incident_id, user_id, ts, can_unsubscribe)
         VALUES (:incident, :user, :ts, :can_unsubscribe)
         ON CONFLICT (incident_id, user_id) DO UPDATE
            SET ts = excluded.ts, can_unsubscribe = excluded.can_unsubscribe",
    )?
    .execute(named_params! {
        ":incident": thread.incident.number(),
        ":user": thread.user.as_str(),
        ":ts": thread.ts.as_str(),
        ":can_unsubscribe": thread.can_unsubscribe,
    })?;
    Ok(())
}

/// Deletes the thread of the direct messages to a user about an incident.
pub(crate) fn delete_thread(tx: &Connection, incident: IncidentId, user: &UserId) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM direct_message_threads WHERE incident_id = :incident AND user_id = :user",
    )?
    .execute(named_params! { ":incident": incident.number(), ":user": user.as_str() })?;
    Ok(())
}

/// Returns the thread of the direct messages to a user about an incident, or `None` if there is none.
pub(crate) fn find_thread(
    tx: &Connection,
    incident: IncidentId,
    user: &UserId,
) -> Result<Option<DirectMessageThread>> {
    let thread = tx
        .prepare_cached(
            "SELECT ts, can_unsubscribe FROM direct_message_threads
              WHERE incident_id = :incident AND user_id = :user",
        )?
        .query_row(
            named_params! { ":incident": incident.number(), ":user": user.as_str() },
            |row| {
                Ok(DirectMessageThread {
                    incident,
                    user: user.clone(),
                    ts: MessageTs(row.get("ts")?),
                    can_unsubscribe: row.get("can_unsubscribe")?,
                })
            },
        )
        .optional()?;
    Ok(thread)
}
