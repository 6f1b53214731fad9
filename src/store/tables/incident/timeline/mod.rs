//! The table `timeline`.

pub(crate) mod edits;
pub(crate) mod history;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{
    Author, ChannelId, FieldChange, Incident, IncidentId, MessageRef, MessageTs, TimelineEntry,
    TimelineEvent, Timestamp, UserId,
};
use crate::error::{Error, Result};
use crate::store::db::full_text;
use crate::store::db::sql_types::{json_column, parse_column};

/// Rejects entries whose Slack message is already on the incident's timeline.
pub fn reject_duplicates(
    tx: &Connection,
    incident: IncidentId,
    entries: &[TimelineEntry],
) -> Result<()> {
    for message in entries.iter().filter_map(|entry| entry.message.as_ref()) {
        if has_message(tx, incident, message)? {
            return Err(Error::Rejected("Already on the timeline.".to_owned()));
        }
    }
    Ok(())
}

/// Adds new entries to a timeline. The entry of a message that was removed before is restored. Returns the
/// IDs of the new ones.
pub fn append_entries(
    tx: &Connection,
    incident: IncidentId,
    entries: &[TimelineEntry],
) -> Result<Vec<Option<i64>>> {
    let mut ids = Vec::new();
    for entry in entries {
        ids.push(match &entry.message {
            Some(message) if restore_entry(tx, incident, message, entry)? => None,
            Some(_) | None => Some(insert_entry(tx, incident, entry)?),
        });
    }
    Ok(ids)
}

/// Returns the timeline of an incident, ordered by the time at which each entry happened.
pub fn timeline_of(tx: &Connection, incident: IncidentId) -> Result<Vec<TimelineEntry>> {
    let entries = tx
        .prepare_cached(
            "SELECT author, author_app, event, happened_at, recorded_at, recorded_by, source,
                    message_channel, message_ts, permalink, message_edited_ts
               FROM timeline WHERE incident_id = :incident AND removed_at IS NULL
              ORDER BY happened_at, id",
        )?
        .query_map(named_params! { ":incident": incident.number() }, from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(entries)
}

/// Returns the entries that were recorded from `since` on, in this order.
pub fn entries_recorded_since(
    tx: &Connection,
    incident: IncidentId,
    since: Timestamp,
) -> Result<Vec<TimelineEntry>> {
    let entries = tx
        .prepare_cached(
            "SELECT author, author_app, event, happened_at, recorded_at, recorded_by, source,
                    message_channel, message_ts, permalink, message_edited_ts
               FROM timeline
              WHERE incident_id = :incident AND removed_at IS NULL AND recorded_at >= :since
              ORDER BY id",
        )?
        .query_map(
            named_params! { ":incident": incident.number(), ":since": since.to_string() },
            from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(entries)
}

/// Returns when the commander was last changed, or `None` if this never happened.
pub fn commander_changed_at(tx: &Connection, incident: IncidentId) -> Result<Option<Timestamp>> {
    let is_commander = |change: &FieldChange| matches!(change, FieldChange::Commander { .. });
    let mut statement = tx.prepare_cached(
        "SELECT event, happened_at FROM timeline
          WHERE incident_id = :incident AND kind = 'update' ORDER BY happened_at DESC",
    )?;
    let mut rows = statement.query(named_params! { ":incident": incident.number() })?;
    while let Some(row) = rows.next()? {
        let event: TimelineEvent = json_column(row, "event")?;
        if let TimelineEvent::Updated { changes } = event
            && changes.iter().any(is_commander)
        {
            return Ok(Some(parse_column(row, "happened_at")?));
        }
    }
    Ok(None)
}

/// Returns up to `limit` entries, ordered by time: the latest important ones, filled up with the latest
/// others.
pub fn recent_entries(
    tx: &Connection,
    incident: IncidentId,
    limit: i64,
) -> Result<Vec<TimelineEntry>> {
    let mut entries: Vec<(i64, TimelineEntry)> = Vec::new();
    for select in [
        "SELECT * FROM timeline INDEXED BY timeline_important
          WHERE incident_id = :incident AND removed_at IS NULL AND important = 1
          ORDER BY happened_at DESC, id DESC LIMIT :limit",
        "SELECT * FROM timeline INDEXED BY timeline_of_incident
          WHERE incident_id = :incident AND removed_at IS NULL
          ORDER BY happened_at DESC, id DESC LIMIT :limit",
    ] {
        let rows = tx
            .prepare_cached(select)?
            .query_map(
                named_params! { ":incident": incident.number(), ":limit": limit },
                |row| Ok((row.get("id")?, from_row(row)?)),
            )?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        for (id, entry) in rows {
            let is_new = entries.iter().all(|(known, _)| *known != id);
            if is_new && i64::try_from(entries.len()).is_ok_and(|many| many < limit) {
                entries.push((id, entry));
            }
        }
    }
    entries.sort_by_key(|(id, entry)| (entry.happened_at, *id));
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// Sets the permalink of a Slack message on every timeline.
pub fn set_permalink(
    tx: &Connection,
    channel: &ChannelId,
    ts: &MessageTs,
    url: &str,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE timeline SET permalink = :url
          WHERE message_channel = :channel AND message_ts = :ts",
    )?
    .execute(named_params! {
        ":channel": channel.as_str(), ":ts": ts.as_str(), ":url": url,
    })?;
    Ok(())
}

fn has_message(tx: &Connection, incident: IncidentId, message: &MessageRef) -> Result<bool> {
    let there = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM timeline
              WHERE message_channel = :channel AND message_ts = :ts AND incident_id = :incident
                AND removed_at IS NULL)",
        )?
        .query_row(
            named_params! {
                ":channel": message.channel.as_str(),
                ":ts": message.ts.as_str(),
                ":incident": incident.number(),
            },
            |row| row.get(0),
        )?;
    Ok(there)
}

/// Restores the removed entry of a Slack message. Returns `false` if there is none.
fn restore_entry(
    tx: &Connection,
    incident: IncidentId,
    message: &MessageRef,
    entry: &TimelineEntry,
) -> Result<bool> {
    let restored: Option<i64> = tx
        .prepare_cached(
            "UPDATE timeline
                SET removed_at = NULL, removed_by = NULL,
                    recorded_at = :recorded_at, recorded_by = :recorded_by
              WHERE message_channel = :channel AND message_ts = :ts AND incident_id = :incident
              RETURNING id",
        )?
        .query_row(
            named_params! {
                ":channel": message.channel.as_str(),
                ":ts": message.ts.as_str(),
                ":incident": incident.number(),
                ":recorded_at": entry.recorded_at.to_string(),
                ":recorded_by": entry.recorded_by.as_ref().map(UserId::as_str),
            },
            |row| row.get(0),
        )
        .optional()?;
    if let Some(id) = restored {
        full_text::note_entry(tx, id)?;
    }
    Ok(restored.is_some())
}

/// Returns the ID of the new entry.
fn insert_entry(tx: &Connection, incident: IncidentId, entry: &TimelineEntry) -> Result<i64> {
    let (user, app) = match &entry.author {
        Some(Author::User(user)) => (Some(user.as_str()), None),
        Some(Author::App(app)) => (None, Some(app.as_str())),
        None => (None, None),
    };
    let message = entry.message.as_ref();
    tx.prepare_cached(
        "INSERT INTO timeline (incident_id, kind, author, author_app, event, happened_at,
                recorded_at, recorded_by, source, message_channel, message_ts, permalink, message_edited_ts)
         VALUES (:incident, :kind, :author, :author_app, :event, :happened_at,
                :recorded_at, :recorded_by, :source, :message_channel, :message_ts, :permalink, :message_edited_ts)",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":kind": entry.event.kind().as_str(),
        ":author": user,
        ":author_app": app,
        ":event": serde_json::to_string(&entry.event)?,
        ":happened_at": entry.happened_at.to_string(),
        ":recorded_at": entry.recorded_at.to_string(),
        ":recorded_by": entry.recorded_by.as_ref().map(UserId::as_str),
        ":source": entry.source.as_str(),
        ":message_channel": message.map(|message| message.channel.as_str()),
        ":message_ts": message.map(|message| message.ts.as_str()),
        ":permalink": message.map(|message| message.permalink.as_str()),
        ":message_edited_ts": message.and_then(|it| it.edited_ts.as_ref()).map(MessageTs::as_str),
    })?;
    // The insertion into another table changes the last row ID.
    let id = tx.last_insert_rowid();
    full_text::note_new_entry(tx, incident, id, &entry.event)?;
    Ok(id)
}

/// Reads an entry from a row.
pub fn from_row(row: &Row<'_>) -> rusqlite::Result<TimelineEntry> {
    let user: Option<String> = row.get("author")?;
    let app: Option<String> = row.get("author_app")?;
    let channel: Option<String> = row.get("message_channel")?;
    let ts: Option<String> = row.get("message_ts")?;
    let permalink: Option<String> = row.get("permalink")?;
    let edited_ts: Option<String> = row.get("message_edited_ts")?;
    Ok(TimelineEntry {
        author: user
            .map(|user| Author::User(UserId(user)))
            .or_else(|| app.map(Author::App)),
        event: json_column(row, "event")?,
        happened_at: parse_column(row, "happened_at")?,
        recorded_at: parse_column(row, "recorded_at")?,
        recorded_by: row.get::<_, Option<String>>("recorded_by")?.map(UserId),
        source: parse_column(row, "source")?,
        message: channel.zip(ts).map(|(channel, ts)| MessageRef {
            channel: ChannelId(channel),
            ts: MessageTs(ts),
            permalink: permalink.unwrap_or_default(),
            edited_ts: edited_ts.map(MessageTs),
        }),
    })
}

/// Returns the permalink of the message from which an incident was declared; `None` if there is no such message
/// or its permalink has not been fetched.
pub(crate) fn first_message_permalink(
    tx: &Connection,
    incident: &Incident,
) -> Result<Option<String>> {
    let permalink = tx
        .prepare_cached(
            "SELECT permalink FROM timeline
              WHERE incident_id = :incident AND removed_at IS NULL AND message_ts IS NOT NULL
                AND recorded_at = :declared_at AND permalink <> ''",
        )?
        .query_row(
            named_params! {
                ":incident": incident.id.number(), ":declared_at": incident.declared_at.to_string(),
            },
            |row| row.get("permalink"),
        )
        .optional()?;
    Ok(permalink)
}
