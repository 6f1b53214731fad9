//! The tables `timeline` and `timeline_edits`.

use muster_commands::{ChannelId, IncidentId, MessageTs, PersonId};
use rusqlite::{Connection, Row, named_params};

use super::columns::json;
use super::upkeep::Edit;
use crate::domain::{Author, Entry, MessageRef, Moment, What};
use crate::error::{Error, Result};

/// Adds lines to the timeline of an incident.
///
/// # Errors
/// [`Error::Refused`] when a Slack message is on it already.
pub fn append(tx: &Connection, incident: IncidentId, entries: &[Entry]) -> Result<()> {
    for entry in entries {
        if let Some(message) = &entry.message
            && has_message(tx, incident, message)?
        {
            return Err(Error::Refused("Already on the timeline.".to_owned()));
        }
        insert(tx, incident, entry)?;
    }
    Ok(())
}

/// Follows the edit of a Slack message wherever it is on a timeline; what was there before is kept. Of
/// edits that arrive in the wrong order the latest stays, and the others are kept as what was there before.
/// Gives how many lines it is about.
pub fn follow_edit(tx: &Connection, edit: &Edit, now: Moment) -> Result<usize> {
    let what = serde_json::to_string(&What::Message {
        text: edit.text.clone(),
    })?;
    tx.prepare_cached(
        "INSERT INTO timeline_edits (entry_id, what, edited_at)
         SELECT id, iif(said_at > :said_at, :what, what), :now FROM timeline
          WHERE message_channel = :channel AND message_ts = :ts AND what <> :what",
    )?
    .execute(named_params! {
        ":channel": edit.channel.as_str(), ":ts": edit.ts.as_str(), ":what": what,
        ":said_at": edit.said_at.as_str(), ":now": now,
    })?;
    let followed = tx
        .prepare_cached(
            "UPDATE timeline
                SET what = iif(said_at > :said_at, what, :what),
                    said_at = max(ifnull(said_at, ''), :said_at)
              WHERE message_channel = :channel AND message_ts = :ts",
        )?
        .execute(named_params! {
            ":channel": edit.channel.as_str(), ":ts": edit.ts.as_str(), ":what": what,
            ":said_at": edit.said_at.as_str(),
        })?;
    Ok(followed)
}

/// Gives the timeline of an incident, in the order in which things happened.
pub fn of(tx: &Connection, incident: IncidentId) -> Result<Vec<Entry>> {
    let entries = tx
        .prepare_cached(
            "SELECT author, author_app, what, happened_at, recorded_at, recorded_by,
                    message_channel, message_ts, permalink
               FROM timeline WHERE incident_id = :incident
              ORDER BY happened_at, id",
        )?
        .query_map(named_params! { ":incident": incident.number() }, from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(entries)
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
              WHERE message_channel = :channel AND message_ts = :ts AND incident_id = :incident)",
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

fn insert(tx: &Connection, incident: IncidentId, entry: &Entry) -> Result<()> {
    let (person, app) = match &entry.author {
        Some(Author::Person(person)) => (Some(person.as_str()), None),
        Some(Author::App(app)) => (None, Some(app.as_str())),
        None => (None, None),
    };
    let message = entry.message.as_ref();
    tx.prepare_cached(
        "INSERT INTO timeline (incident_id, kind, author, author_app, what, happened_at,
                recorded_at, recorded_by, message_channel, message_ts, permalink)
         VALUES (:incident, :kind, :author, :author_app, :what, :happened_at,
                :recorded_at, :recorded_by, :message_channel, :message_ts, :permalink)",
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
    })?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let person: Option<String> = row.get("author")?;
    let app: Option<String> = row.get("author_app")?;
    let channel: Option<String> = row.get("message_channel")?;
    let ts: Option<String> = row.get("message_ts")?;
    let permalink: Option<String> = row.get("permalink")?;
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
        }),
    })
}
