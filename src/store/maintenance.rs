//! Maintenance of the store: message edits, the user cache, settings, statistics, expiry and the write
//! check.

use muster_commands::add_to_incident::AddMessage;
use muster_commands::{ChannelId, MessageTs};
use rusqlite::named_params;

use serde_json::Value;

use crate::domain::{DeliveryKind, SettingChange, SettingError, Timestamp, User};
use crate::error::Result;
use crate::store::outbox::{enqueue, finish};
use crate::store::queries::announcements;
use crate::store::tables::incident::{incidents, timeline_edits};
use crate::store::tables::system::inbox;
use crate::store::tables::workspace::pending_messages::PendingMessage;
use crate::store::tables::workspace::{
    announcements_channels, home_views, pending_messages, settings, users,
};
use crate::store::{AnnouncementScope, IdempotencyKey, Store, apply_change};

/// How long idempotency keys, done deliveries and unused Home views are stored.
const RETENTION: chrono::Duration = chrono::Duration::days(30);

/// How long the message of an open modal is stored. A modal that is submitted later adds the version
/// that it contains.
const PENDING_MESSAGE_TTL: chrono::Duration = chrono::Duration::days(1);

/// A new version of a Slack message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageEdit {
    /// The message's channel.
    pub channel: ChannelId,
    /// The message's timestamp, which identifies it.
    pub ts: MessageTs,
    /// The new text.
    pub text: String,
    /// Slack's timestamp of the edit.
    pub edited_ts: MessageTs,
}

impl Store {
    /// Applies the edit of a Slack message on every timeline and in open modals. Idempotent. Earlier
    /// versions are saved. Returns the number of changed entries.
    pub async fn apply_message_edit(
        &self,
        key: IdempotencyKey,
        edit: MessageEdit,
        now: Timestamp,
    ) -> Result<usize> {
        self.write_thread
            .run(move |tx| {
                if inbox::find_request(tx, &key.0)?.is_some() {
                    return Ok(0);
                }
                pending_messages::apply_message_edit(tx, &edit, now)?;
                let followed = timeline_edits::apply_message_edit(tx, &edit, now)?;
                // The key is recorded only if there was an effect: most edited messages are on no
                // timeline.
                if followed > 0 {
                    apply_change::record_key(tx, &key, None, now)?;
                }
                Ok(followed)
            })
            .await
    }

    /// Saves the current version of a message until the user selects its incident.
    pub async fn save_pending_message(&self, message: AddMessage, now: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| pending_messages::save_pending_message(tx, &message, now))
            .await
    }

    /// Returns a pending message, or `None` if it is not stored.
    pub async fn pending_message(
        &self,
        channel: ChannelId,
        ts: MessageTs,
    ) -> Result<Option<PendingMessage>> {
        self.read_pool
            .run(move |tx| pending_messages::find_pending_message(tx, &channel, &ts))
            .await
    }

    /// Adds a fetched user to the cache.
    pub async fn save_user(&self, user: User, now: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| users::upsert_user(tx, &user, now))
            .await
    }

    /// Saves the channel of a value of `INCIDENTS_CHANNEL`.
    pub async fn save_announcements_channel(&self, name: String, channel: ChannelId) -> Result<()> {
        self.write_thread
            .run(move |tx| announcements_channels::save_announcements_channel(tx, &name, &channel))
            .await
    }

    /// Returns the channel of a value of `INCIDENTS_CHANNEL`, or `None` if it was never found.
    pub async fn announcements_channel(&self, name: String) -> Result<Option<ChannelId>> {
        self.read_pool
            .run(move |tx| announcements_channels::find_announcements_channel(tx, &name))
            .await
    }

    /// Changes all given settings or none. Idempotent. Returns the changes, or all errors.
    pub async fn change_settings(
        &self,
        key: IdempotencyKey,
        wanted: Vec<(String, Value)>,
        now: Timestamp,
    ) -> Result<std::result::Result<Vec<SettingChange>, Vec<SettingError>>> {
        self.write_thread
            .run(move |tx| {
                let before = settings::current_settings(tx)?;
                let after = match before.with_values(wanted) {
                    Ok(after) => after,
                    Err(wrong) => return Ok(Err(wrong)),
                };
                if inbox::find_request(tx, &key.0)?.is_some() {
                    return Ok(Ok(Vec::new()));
                }
                let changes = before.diff(&after);
                settings::save_settings(tx, &changes, now)?;
                apply_change::record_key(tx, &key, None, now)?;
                Ok(Ok(changes))
            })
            .await
    }

    /// Enqueues the announcements of open incidents, all or only the missing ones. Returns their number.
    pub async fn enqueue_announcements(
        &self,
        cards: AnnouncementScope,
        now: Timestamp,
    ) -> Result<usize> {
        self.write_thread
            .run(move |tx| {
                let open = announcements::incidents_to_announce(tx, cards)?;
                let settings = settings::current_settings(tx)?;
                for id in &open {
                    let incident = incidents::find_incident(tx, *id)?;
                    let mut owed = incident
                        .late_announcement(now)
                        .apply_settings(&settings)
                        .deliveries;
                    // A second announcement coalesces with the first, but a second reply would be
                    // posted.
                    if enqueue::is_kind_queued(tx, *id, DeliveryKind::PostAnnouncementReply)? {
                        owed.retain(|effect| effect.kind() != DeliveryKind::PostAnnouncementReply);
                    }
                    enqueue::enqueue(tx, *id, incident.severity, &owed, now)?;
                }
                Ok(open.len())
            })
            .await
    }

    /// Returns the number of incidents per status.
    pub async fn count_by_status(&self) -> Result<Vec<(String, i64)>> {
        self.read_pool.run(incidents::count_by_status).await
    }

    /// Checks that the store accepts writes.
    pub async fn check_write(&self, now: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached("UPDATE instance SET last_write_check_at = :now")?
                    .execute(named_params! { ":now": now })?;
                Ok(())
            })
            .await
    }

    /// Deletes expired rows of the inbox, the outbox, pending messages and Home views.
    pub async fn delete_expired(&self, now: Timestamp) -> Result<()> {
        let timestamp = now.plus(-RETENTION);
        self.write_thread
            .run(move |tx| {
                inbox::delete_expired(tx, timestamp)?;
                pending_messages::delete_expired(tx, now.plus(-PENDING_MESSAGE_TTL))?;
                home_views::delete_expired(tx, timestamp)?;
                finish::delete_expired(tx, timestamp)
            })
            .await
    }
}
