//! Stores what deliveries fetch from Slack.

use rusqlite::Connection;

use crate::domain::{Fetched, FetchedText, Timestamp};
use crate::error::Result;
use crate::store::message_edits;
use crate::store::tables::incident::{direct_message_threads, posts, timeline};
use crate::store::tables::workspace::users;

/// Stores data that a delivery fetched from Slack.
pub(crate) fn save_fetched(tx: &Connection, fetched: &[Fetched], now: Timestamp) -> Result<()> {
    for fetched in fetched {
        match fetched {
            Fetched::User(user) => users::upsert_user(tx, user, now)?,
            Fetched::Permalink { channel, ts, url } => {
                timeline::set_permalink(tx, channel, ts, url)?;
            }
            Fetched::Message {
                channel,
                ts,
                message,
            } => {
                let fetched = FetchedText {
                    channel: channel.clone(),
                    ts: ts.clone(),
                    text: message.text.clone(),
                    edited_ts: message.edited_ts.clone(),
                };
                message_edits::apply_fetched_text(tx, &fetched, now)?;
                timeline::set_permalink(tx, channel, ts, &message.permalink)?;
            }
            Fetched::Post(post) => posts::record_post(tx, post)?,
            Fetched::DirectMessageThread(thread) => {
                direct_message_threads::upsert_thread(tx, thread)?;
            }
            Fetched::DirectMessageThreadGone { incident, user } => {
                direct_message_threads::delete_thread(tx, *incident, user)?;
            }
        }
    }
    Ok(())
}
