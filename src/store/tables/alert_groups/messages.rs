//! The table `alert_messages`: cards, and replies to them.
//!
//! A card shows the current state of its group, as a Home view does: each change increments its revision and makes it
//! due. A reply is posted once, in the thread of the card.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::alert::group::STORM_EDIT_INTERVAL;
use crate::domain::{ChannelId, MessageTs, Timestamp};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};

/// A message about alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertMessage {
    /// Its ID.
    pub id: i64,
    /// Its subject.
    pub subject: AlertMessageSubject,
    /// The channel as the rule names it; `None` for the announcements channel.
    pub channel_name: Option<String>,
    /// Where it was posted.
    pub posted: Option<(ChannelId, MessageTs)>,
    /// The revision of its content.
    pub revision: i64,
    /// When it was enqueued.
    pub enqueued_at: Timestamp,
    /// The number of attempts since the last success.
    pub attempts: i64,
    /// The start of the first attempt to post it that may have succeeded.
    pub uncertain_since: Option<Timestamp>,
}

/// The subject of a message about alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertMessageSubject {
    /// The card of a group.
    Group(i64),
    /// The card of a storm.
    Storm(i64),
    /// A reply to the card of a group.
    Reply {
        /// The group.
        group: i64,
        /// The text.
        text: String,
    },
}

const COLUMNS: &str = "id, group_id, storm_id, reply, channel_name, channel, ts, revision, enqueued_at, \
     attempts, uncertain_since";

/// Enqueues the card of a group.
pub(crate) fn insert_message(
    tx: &Connection,
    group: i64,
    channel_name: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO alert_messages (group_id, channel_name, enqueued_at, due_at)
         VALUES (:group, :channel, :now, :now)",
    )?
    .execute(
        named_params! { ":group": group, ":channel": channel_name, ":now": now.to_string() },
    )?;
    Ok(())
}

/// Makes the card of a group due, if it has one.
pub(crate) fn refresh_message(tx: &Connection, group: i64, due_at: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE alert_messages SET revision = revision + 1, due_at = min(ifnull(due_at, :due), :due)
          WHERE group_id = :group AND reply IS NULL",
    )?
    .execute(named_params! { ":group": group, ":due": due_at.to_string() })?;
    Ok(())
}

/// The most cards that are edited when the open incidents change.
const MAX_REFRESHED: i64 = 10;

/// Makes the newest cards due that suggest an incident: they offer to add their alerts to an open one.
pub(crate) fn refresh_suggestions(tx: &Connection, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE alert_messages SET revision = revision + 1, due_at = min(ifnull(due_at, :now), :now)
          WHERE reply IS NULL
            AND group_id IN (SELECT id FROM (SELECT id FROM alert_groups WHERE stage = 'suggested'
                                              ORDER BY id DESC LIMIT :limit)
                              WHERE EXISTS (SELECT 1 FROM alert_group_members
                                             WHERE group_id = id AND is_firing = 1))",
    )?
    .execute(named_params! { ":now": now.to_string(), ":limit": MAX_REFRESHED })?;
    Ok(())
}

/// Makes the card of a group due, but not sooner than the interval after its last edit.
pub(crate) fn refresh_message_later(tx: &Connection, group: i64, now: Timestamp) -> Result<()> {
    let edited_at = tx
        .prepare_cached(
            "SELECT edited_at FROM alert_messages WHERE group_id = :group AND reply IS NULL",
        )?
        .query_row(named_params! { ":group": group }, |row| {
            parse_optional_column::<Timestamp>(row, 0)
        })
        .optional()?;
    let earliest = edited_at.flatten().map(|at| at.plus(STORM_EDIT_INTERVAL));
    let due_at = earliest.map_or(now, |earliest| earliest.max(now));
    refresh_message(tx, group, due_at)
}

/// Enqueues a reply to the card of a group.
pub(crate) fn insert_reply(tx: &Connection, group: i64, text: &str, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO alert_messages (group_id, reply, enqueued_at, due_at) VALUES (:group, :text, :now, :now)",
    )?
    .execute(named_params! { ":group": group, ":text": text, ":now": now.to_string() })?;
    Ok(())
}

/// Enqueues the card of a storm, or makes it due: at most once within the interval of its edits.
pub(crate) fn refresh_storm(
    tx: &Connection,
    storm: i64,
    channel_name: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let edited_at = tx
        .prepare_cached("SELECT edited_at FROM alert_messages WHERE storm_id = :storm")?
        .query_row(named_params! { ":storm": storm }, |row| {
            parse_optional_column::<Timestamp>(row, 0)
        })
        .optional()?;
    let earliest = edited_at
        .flatten()
        .map_or(now, |at| at.plus(STORM_EDIT_INTERVAL).max(now));
    tx.prepare_cached(
        "INSERT INTO alert_messages (storm_id, channel_name, enqueued_at, due_at)
         VALUES (:storm, :channel, :now, :now)
         ON CONFLICT DO UPDATE SET revision = revision + 1, due_at = min(ifnull(due_at, :due), :due)",
    )?
    .execute(named_params! {
        ":storm": storm, ":channel": channel_name, ":now": now.to_string(), ":due": earliest.to_string(),
    })?;
    Ok(())
}

/// Returns a message.
pub(crate) fn find(tx: &Connection, id: i64) -> Result<Option<AlertMessage>> {
    let message = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM alert_messages WHERE id = :id"
        ))?
        .query_row(named_params! { ":id": id }, from_row)
        .optional()?;
    Ok(message)
}

/// Returns the messages that are due, the earliest first. A reply waits for its card.
pub(crate) fn due(tx: &Connection, now: Timestamp, limit: i64) -> Result<Vec<AlertMessage>> {
    let messages = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM alert_messages INDEXED BY alert_messages_due
              WHERE due_at <= :now
                AND NOT (reply IS NOT NULL AND EXISTS (
                         SELECT 1 FROM alert_messages AS card
                          WHERE card.group_id = alert_messages.group_id AND card.reply IS NULL
                            AND card.ts IS NULL AND card.due_at IS NOT NULL))
              ORDER BY due_at, id LIMIT :limit"
        ))?
        .query_map(
            named_params! { ":now": now.to_string(), ":limit": limit },
            from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(messages)
}

/// Returns when the next message is due after `now`.
pub(crate) fn next_due_at(tx: &Connection, now: Timestamp) -> Result<Option<Timestamp>> {
    let next = tx
        .prepare_cached(
            "SELECT min(due_at) AS next FROM alert_messages WHERE due_at IS NOT NULL AND due_at > :now",
        )?
        .query_row(named_params! { ":now": now.to_string() }, |row| {
            parse_optional_column(row, "next")
        })?;
    Ok(next)
}

/// Returns where the card of a group was posted.
pub(crate) fn posted_message_of(
    tx: &Connection,
    group: i64,
) -> Result<Option<(ChannelId, MessageTs)>> {
    let posted = tx
        .prepare_cached(
            "SELECT channel, ts FROM alert_messages WHERE group_id = :group AND reply IS NULL",
        )?
        .query_row(named_params! { ":group": group }, posted_from_row)
        .optional()?;
    Ok(posted.flatten())
}

fn posted_from_row(row: &Row<'_>) -> rusqlite::Result<Option<(ChannelId, MessageTs)>> {
    let channel: Option<String> = row.get("channel")?;
    let ts: Option<String> = row.get("ts")?;
    Ok(channel.map(ChannelId).zip(ts.map(MessageTs)))
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<AlertMessage> {
    let group: Option<i64> = row.get("group_id")?;
    let storm: Option<i64> = row.get("storm_id")?;
    let reply: Option<String> = row.get("reply")?;
    let subject = match (storm, reply) {
        (Some(storm), _) => AlertMessageSubject::Storm(storm),
        (None, Some(text)) => AlertMessageSubject::Reply {
            group: group.unwrap_or_default(),
            text,
        },
        (None, None) => AlertMessageSubject::Group(group.unwrap_or_default()),
    };
    Ok(AlertMessage {
        id: row.get("id")?,
        subject,
        channel_name: row.get("channel_name")?,
        posted: posted_from_row(row)?,
        revision: row.get("revision")?,
        enqueued_at: parse_column(row, "enqueued_at")?,
        attempts: row.get("attempts")?,
        uncertain_since: parse_optional_column(row, "uncertain_since")?,
    })
}
