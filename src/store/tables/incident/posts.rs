//! The columns of the table `timeline` that link entries to their posts in the incident's channel.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{ActivityPost, ChannelId, MessageTs, PostedEntry, PostedState, UserId};
use crate::error::Result;
use crate::store::tables::incident::timeline;

/// A post in an incident's channel, with the entries that it reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPost {
    /// The channel.
    pub channel: ChannelId,
    /// The message's timestamp.
    pub ts: MessageTs,
    /// The entries in the order in which they were posted, including removed ones.
    pub entries: Vec<PostedEntry>,
}

/// Links an entry to the delivery that posts it.
pub(crate) fn link_delivery(tx: &Connection, entry: i64, delivery: i64) -> Result<()> {
    tx.prepare_cached("UPDATE timeline SET post_delivery = :delivery WHERE id = :entry")?
        .execute(named_params! { ":entry": entry, ":delivery": delivery })?;
    Ok(())
}

/// Records where the entries of some deliveries were posted.
pub(crate) fn record_post(tx: &Connection, post: &ActivityPost) -> Result<()> {
    for delivery in &post.deliveries {
        tx.prepare_cached(
            "UPDATE timeline SET post_channel = :channel, post_ts = :ts
              WHERE post_delivery = :delivery AND post_ts IS NULL",
        )?
        .execute(named_params! {
            ":channel": post.channel.as_str(), ":ts": post.ts.as_str(), ":delivery": delivery,
        })?;
    }
    Ok(())
}

/// Returns the post of an entry, or `None` if it has none.
pub(crate) fn post_of(tx: &Connection, entry: i64) -> Result<Option<StoredPost>> {
    let post = tx
        .prepare_cached(
            "SELECT post_channel, post_ts FROM timeline WHERE id = :entry AND post_ts IS NOT NULL",
        )?
        .query_row(named_params! { ":entry": entry }, |row| {
            Ok((
                ChannelId(row.get("post_channel")?),
                MessageTs(row.get("post_ts")?),
            ))
        })
        .optional()?;
    let Some((channel, ts)) = post else {
        return Ok(None);
    };
    let entries = tx
        .prepare_cached(
            "SELECT timeline.*,
                    EXISTS (SELECT 1 FROM timeline_edits
                             WHERE entry_id = timeline.id
                               AND previous_event <> timeline.event) AS is_edited
               FROM timeline WHERE post_channel = :channel AND post_ts = :ts
              ORDER BY post_delivery",
        )?
        .query_map(
            named_params! { ":channel": channel.as_str(), ":ts": ts.as_str() },
            posted_entry_from_row,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(StoredPost {
        channel,
        ts,
        entries,
    }))
}

/// Returns the entry that a delivery reports, if it has one and is not posted yet.
pub(crate) fn unposted_entry_of(tx: &Connection, delivery: i64) -> Result<Option<PostedEntry>> {
    let entry = tx
        .prepare_cached(
            "SELECT timeline.*,
                    EXISTS (SELECT 1 FROM timeline_edits
                             WHERE entry_id = timeline.id
                               AND previous_event <> timeline.event) AS is_edited
               FROM timeline WHERE post_delivery = :delivery AND post_ts IS NULL",
        )?
        .query_row(
            named_params! { ":delivery": delivery },
            posted_entry_from_row,
        )
        .optional()?;
    Ok(entry)
}

fn posted_entry_from_row(row: &Row<'_>) -> rusqlite::Result<PostedEntry> {
    let removed_at: Option<String> = row.get("removed_at")?;
    let removed_by = row.get::<_, Option<String>>("removed_by")?.map(UserId);
    let state = match (removed_at, row.get("is_edited")?) {
        (Some(_), _) => PostedState::Removed(removed_by),
        (None, true) => PostedState::Edited,
        (None, false) => PostedState::Original,
    };
    Ok(PostedEntry {
        entry: timeline::from_row(row)?,
        state,
    })
}
