//! The table `timeline`.

use muster_commands::{ChannelId, IncidentId, MessageTs, PersonId};
use rusqlite::{Connection, Row, named_params};

use super::columns::json;
use crate::domain::{Author, Entry, MessageRef, Moment};
use crate::error::{Error, Result};

/// Makes sure that the Slack messages of some lines are not on the timeline of an incident yet.
///
/// # Errors
/// [`Error::Refused`] when one is.
pub fn are_new(tx: &Connection, incident: IncidentId, entries: &[Entry]) -> Result<()> {
    for message in entries.iter().filter_map(|entry| entry.message.as_ref()) {
        if has_message(tx, incident, message)? {
            return Err(Error::Refused("Already on the timeline.".to_owned()));
        }
    }
    Ok(())
}

/// Adds lines to the timeline of an incident that are new to it; a message that was taken off it is put back.
pub fn append(tx: &Connection, incident: IncidentId, entries: &[Entry]) -> Result<()> {
    for entry in entries {
        match &entry.message {
            Some(message) if bring_back(tx, incident, message, entry)? => {}
            Some(_) | None => insert(tx, incident, entry)?,
        }
    }
    Ok(())
}

/// Gives the timeline of an incident, in the order in which things happened.
pub fn of(tx: &Connection, incident: IncidentId) -> Result<Vec<Entry>> {
    let entries = tx
        .prepare_cached(
            "SELECT author, author_app, what, happened_at, recorded_at, recorded_by,
                    message_channel, message_ts, permalink, said_at
               FROM timeline WHERE incident_id = :incident AND removed_at IS NULL
              ORDER BY happened_at, id",
        )?
        .query_map(named_params! { ":incident": incident.number() }, from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(entries)
}

/// Gives when the commander of an incident was last changed; `None` if nobody did.
pub fn led_since(tx: &Connection, incident: IncidentId) -> Result<Option<Moment>> {
    let since = tx
        .prepare_cached(
            "SELECT max(happened_at) AS since FROM timeline, json_each(what, '$.changes') AS changed
              WHERE incident_id = :incident AND kind = 'update' AND what ->> 'what' = 'changed'
                AND changed.value ->> 'field' = 'commander'",
        )?
        .query_row(named_params! { ":incident": incident.number() }, |row| {
            row.get("since")
        })?;
    Ok(since)
}

/// Gives a few lines of an incident's timeline: those that are important, and before these the last ones,
/// in the order in which things happened.
pub fn recent(tx: &Connection, incident: IncidentId, limit: i64) -> Result<Vec<Entry>> {
    let mut entries: Vec<(i64, Entry)> = Vec::new();
    for select in [
        "SELECT * FROM timeline INDEXED BY timeline_important
          WHERE incident_id = :incident AND removed_at IS NULL AND important = 1
          ORDER BY happened_at DESC, id DESC LIMIT :limit",
        "SELECT * FROM timeline INDEXED BY timeline_of_incident
          WHERE incident_id = :incident AND removed_at IS NULL
          ORDER BY happened_at DESC, id DESC LIMIT :limit",
    ] {
        let found = tx
            .prepare_cached(select)?
            .query_map(
                named_params! { ":incident": incident.number(), ":limit": limit },
                |row| Ok((row.get("id")?, from_row(row)?)),
            )?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        for (id, entry) in found {
            let is_new = entries.iter().all(|(known, _)| *known != id);
            if is_new && i64::try_from(entries.len()).is_ok_and(|many| many < limit) {
                entries.push((id, entry));
            }
        }
    }
    entries.sort_by_key(|(id, entry)| (entry.happened_at, *id));
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// Notes the link to a Slack message, wherever it is on a timeline.
pub fn link(tx: &Connection, channel: &ChannelId, ts: &MessageTs, url: &str) -> Result<()> {
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

/// Puts a Slack message back that was on the timeline before; says whether it was.
fn bring_back(
    tx: &Connection,
    incident: IncidentId,
    message: &MessageRef,
    entry: &Entry,
) -> Result<bool> {
    let brought_back = tx
        .prepare_cached(
            "UPDATE timeline
                SET removed_at = NULL, removed_by = NULL,
                    recorded_at = :recorded_at, recorded_by = :recorded_by
              WHERE message_channel = :channel AND message_ts = :ts AND incident_id = :incident",
        )?
        .execute(named_params! {
            ":channel": message.channel.as_str(),
            ":ts": message.ts.as_str(),
            ":incident": incident.number(),
            ":recorded_at": entry.recorded_at,
            ":recorded_by": entry.recorded_by.as_ref().map(PersonId::as_str),
        })?;
    Ok(brought_back > 0)
}

fn insert(tx: &Connection, incident: IncidentId, entry: &Entry) -> Result<()> {
    let (person, app) = match &entry.author {
        Some(Author::Person(person)) => (Some(person.as_str()), None),
        Some(Author::App(app)) => (None, Some(app.as_str())),
        None => (None, None),
    };
    let message = entry.message.as_ref();
    tx.prepare_cached(
        "INSERT INTO timeline (incident_id, kind, author, author_app, what, happened_at,
                recorded_at, recorded_by, message_channel, message_ts, permalink, said_at)
         VALUES (:incident, :kind, :author, :author_app, :what, :happened_at,
                :recorded_at, :recorded_by, :message_channel, :message_ts, :permalink, :said_at)",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":kind": entry.what.kind().as_str(),
        ":author": person,
        ":author_app": app,
        ":what": serde_json::to_string(&entry.what)?,
        ":happened_at": entry.happened_at,
        ":recorded_at": entry.recorded_at,
        ":recorded_by": entry.recorded_by.as_ref().map(PersonId::as_str),
        ":message_channel": message.map(|message| message.channel.as_str()),
        ":message_ts": message.map(|message| message.ts.as_str()),
        ":permalink": message.map(|message| message.permalink.as_str()),
        ":said_at": message.and_then(|it| it.said_at.as_ref()).map(MessageTs::as_str),
    })?;
    Ok(())
}

/// Reads an entry.
pub fn from_row(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let person: Option<String> = row.get("author")?;
    let app: Option<String> = row.get("author_app")?;
    let channel: Option<String> = row.get("message_channel")?;
    let ts: Option<String> = row.get("message_ts")?;
    let permalink: Option<String> = row.get("permalink")?;
    let said_at: Option<String> = row.get("said_at")?;
    Ok(Entry {
        author: person
            .map(|person| Author::Person(PersonId(person)))
            .or_else(|| app.map(Author::App)),
        what: json(row, "what")?,
        happened_at: row.get("happened_at")?,
        recorded_at: row.get("recorded_at")?,
        recorded_by: row.get::<_, Option<String>>("recorded_by")?.map(PersonId),
        message: channel.zip(ts).map(|(channel, ts)| MessageRef {
            channel: ChannelId(channel),
            ts: MessageTs(ts),
            permalink: permalink.unwrap_or_default(),
            said_at: said_at.map(MessageTs),
        }),
    })
}
