//! The table `home_views`: published Home views and their pages.
//!
//! A change that Home views show increments `instance.home_revision` and makes the schedule entry of each view
//! due. The view is then rendered again, and published only if its content changed.

use muster_commands::home::{HomeList, PageChange};
use muster_commands::payload::events::HomeContent;
use rusqlite::{Connection, named_params};

use crate::domain::{ScheduleEntry, ScheduleKind, Timestamp, UserId};
use crate::error::Result;
use crate::store::Store;
use crate::store::queries::home::{self, HomeView};
use crate::store::tables::system::schedule;

/// The Home views that may have to be published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DueHomeViews {
    /// Their users. Those who are waiting come first.
    pub users: Vec<UserId>,
    /// When the next rescheduled view is due.
    pub next_due_at: Option<Timestamp>,
}

impl Store {
    /// Records that a user opened their Home view, which makes it due. If the user sees an empty view,
    /// the published digest is reset.
    pub async fn record_home_opened(
        &self,
        user: UserId,
        sees: HomeContent,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached(
                    "INSERT INTO home_views (user_id, opened_at) VALUES (:user, :now)
                     ON CONFLICT (user_id) DO UPDATE
                        SET opened_at = :now,
                            published_digest = CASE WHEN :is_blank THEN '' ELSE published_digest END",
                )?
                .execute(named_params! {
                    ":user": user.as_str(), ":now": now.to_string(), ":is_blank": sees == HomeContent::Empty,
                })?;
                request_refresh(tx, &user, now)
            })
            .await
    }

    /// Changes the page of one list in a user's Home view.
    pub async fn set_home_page(
        &self,
        user: UserId,
        change: PageChange,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                let column = match change.list {
                    HomeList::Mine => "mine_page",
                    HomeList::Tasks => "tasks_page",
                    HomeList::Open => "open_page",
                };
                let update =
                    format!("UPDATE home_views SET {column} = :page WHERE user_id = :user");
                let changed = tx
                    .prepare_cached(&update)?
                    .execute(named_params! { ":user": user.as_str(), ":page": change.page })?;
                if changed == 0 {
                    return Ok(());
                }
                request_refresh(tx, &user, now)
            })
            .await
    }

    /// Returns at most `limit` users whose Home view may be outdated.
    pub async fn due_home_views(&self, now: Timestamp, limit: i64) -> Result<DueHomeViews> {
        self.read_pool
            .run(move |tx| {
                Ok(DueHomeViews {
                    users: due_users(tx, now, limit)?,
                    next_due_at: schedule::next_due_at(tx, ScheduleKind::HomeRefresh, now)?,
                })
            })
            .await
    }

    /// Returns the current content of a Home view, or `None` if the user has not opened it.
    pub async fn home_view(&self, user: UserId) -> Result<Option<HomeView>> {
        self.read_pool
            .run(move |tx| home::find_home_view(tx, &user))
            .await
    }

    /// Counts an attempt and resets the digest before the call is made, because its outcome may remain
    /// unknown. The attempt must not be made if this fails.
    pub async fn start_home_attempt(&self, user: UserId) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached(
                    "UPDATE home_views SET attempts = attempts + 1, published_digest = '' WHERE user_id = :user",
                )?
                .execute(named_params! { ":user": user.as_str() })?;
                Ok(())
            })
            .await
    }

    /// Records the digest of the published view. If its content changed or the user requested it meanwhile, it
    /// stays due. If this fails, the view is published again.
    pub async fn record_published_home(&self, home: &HomeView, published: String) -> Result<()> {
        let (user, since, revision) = (home.user.clone(), home.since, home.revision);
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached(
                    "UPDATE home_views SET published_digest = :published_digest, attempts = 0
                      WHERE user_id = :user",
                )?
                .execute(
                    named_params! { ":user": user.as_str(), ":published_digest": published },
                )?;
                tx.prepare_cached(
                    "UPDATE schedule
                        SET due_at = CASE WHEN :is_current THEN NULL ELSE due_at END,
                            base_at = CASE WHEN since = :since THEN :since ELSE base_at END
                      WHERE kind = :kind AND key = :user",
                )?
                .execute(named_params! {
                    ":kind": ScheduleKind::HomeRefresh.as_str(), ":user": user.as_str(), ":since": since.to_string(),
                    ":is_current": home_revision(tx)? == revision,
                })?;
                Ok(())
            })
            .await
    }

    /// Reschedules a Home view that could not be published.
    pub async fn reschedule_home(&self, user: UserId, due: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached(
                    "UPDATE schedule SET due_at = :due WHERE kind = :kind AND key = :user",
                )?
                .execute(named_params! {
                    ":kind": ScheduleKind::HomeRefresh.as_str(), ":user": user.as_str(), ":due": due.to_string(),
                })?;
                Ok(())
            })
            .await
    }

    /// Deletes a Home view that Slack rejects. It is created again when the user opens it.
    pub async fn delete_home_view(&self, user: UserId) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached("DELETE FROM home_views WHERE user_id = :user")?
                    .execute(named_params! { ":user": user.as_str() })?;
                schedule::delete_entry(tx, ScheduleKind::HomeRefresh, user.as_str())
            })
            .await
    }
}

/// Makes the current Home views due because something that they show changed. A view that is already due, or
/// is rescheduled after an error, will show the change.
pub fn refresh_all(tx: &Connection, now: Timestamp) -> Result<()> {
    bump_home_revision(tx)?;
    tx.prepare_cached(
        "UPDATE schedule SET since = :now, base_at = :now, due_at = :now
          WHERE kind = :kind AND due_at IS NULL",
    )?
    .execute(
        named_params! { ":kind": ScheduleKind::HomeRefresh.as_str(), ":now": now.to_string() },
    )?;
    Ok(())
}

/// Makes all rescheduled Home views due now.
pub fn retry_now(tx: &Connection, now: Timestamp) -> Result<()> {
    tx.prepare_cached("UPDATE schedule SET due_at = :now WHERE kind = :kind AND due_at > :now")?
        .execute(
            named_params! { ":kind": ScheduleKind::HomeRefresh.as_str(), ":now": now.to_string() },
        )?;
    Ok(())
}

/// Deletes Home views that were last opened before a timestamp.
pub fn delete_expired(tx: &Connection, timestamp: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM schedule
          WHERE kind = :kind AND key IN (SELECT user_id FROM home_views WHERE opened_at < :before)",
    )?
    .execute(named_params! { ":kind": ScheduleKind::HomeRefresh.as_str(), ":before": timestamp.to_string() })?;
    tx.prepare_cached("DELETE FROM home_views WHERE opened_at < :before")?
        .execute(named_params! { ":before": timestamp.to_string() })?;
    Ok(())
}

/// Makes a Home view due because the user requested it.
fn request_refresh(tx: &Connection, user: &UserId, now: Timestamp) -> Result<()> {
    // A publication that has started does not include the request.
    bump_home_revision(tx)?;
    let entry = ScheduleEntry {
        kind: ScheduleKind::HomeRefresh,
        key: user.to_string(),
        since: now,
        base_at: None,
        due_at: Some(now),
        is_stopped: false,
    };
    schedule::upsert_entry(tx, None, &entry)
}

/// Returns the users whose Home view is due. Those who requested it come first.
fn due_users(tx: &Connection, now: Timestamp, limit: i64) -> Result<Vec<UserId>> {
    let users = tx
        .prepare_cached(
            "SELECT user_id FROM schedule JOIN home_views ON user_id = key
              WHERE kind = :kind AND due_at <= :now
              ORDER BY base_at IS NOT NULL, opened_at DESC LIMIT :limit",
        )?
        .query_map(
            named_params! { ":kind": ScheduleKind::HomeRefresh.as_str(), ":now": now.to_string(), ":limit": limit },
            |row| row.get("user_id").map(UserId),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(users)
}

fn bump_home_revision(tx: &Connection) -> Result<()> {
    tx.prepare_cached(
        "UPDATE instance SET home_revision = home_revision + 1 WHERE EXISTS (SELECT 1 FROM home_views)",
    )?
    .execute([])?;
    Ok(())
}

pub(crate) fn home_revision(tx: &Connection) -> Result<i64> {
    let revision = tx
        .prepare_cached("SELECT home_revision FROM instance")?
        .query_row([], |row| row.get("home_revision"))?;
    Ok(revision)
}
