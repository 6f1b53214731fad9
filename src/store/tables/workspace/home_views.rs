//! The table `home_views`: published Home views and their pages.
//!
//! Each change that a Home view shows increments `instance.home_revision`. A view that was published at
//! an earlier revision is rendered again, and published only if its content changed.

use muster_commands::home::{HomeList, PageChange};
use muster_commands::payload::events::HomeContent;
use rusqlite::{Connection, named_params};

use crate::domain::{Timestamp, UserId};
use crate::error::Result;
use crate::store::Store;
use crate::store::db::sql_types::parse_optional_column;
use crate::store::queries::home::{self, HomeView};

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
                    "INSERT INTO home_views (user_id, opened_at, due_at) VALUES (:user, :now, :now)
                     ON CONFLICT (user_id) DO UPDATE
                        SET opened_at = :now, due_at = :now, request_seq = request_seq + 1, revision = -1,
                            published_digest = CASE WHEN :is_blank THEN '' ELSE published_digest END",
                )?
                .execute(named_params! {
                    ":user": user.as_str(), ":now": now.to_string(), ":is_blank": sees == HomeContent::Empty,
                })?;
                Ok(())
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
                let statement = match change.list {
                    HomeList::Mine => {
                        "UPDATE home_views SET mine_page = :page, request_seq = request_seq + 1,
                                              revision = -1, due_at = :now WHERE user_id = :user"
                    }
                    HomeList::Tasks => {
                        "UPDATE home_views SET tasks_page = :page, request_seq = request_seq + 1,
                                              revision = -1, due_at = :now WHERE user_id = :user"
                    }
                    HomeList::Open => {
                        "UPDATE home_views SET open_page = :page, request_seq = request_seq + 1,
                                              revision = -1, due_at = :now WHERE user_id = :user"
                    }
                };
                tx.prepare_cached(statement)?.execute(named_params! {
                    ":user": user.as_str(), ":page": change.page, ":now": now.to_string(),
                })?;
                Ok(())
            })
            .await
    }

    /// Returns at most `limit` users whose Home view may be outdated.
    pub async fn due_home_views(&self, now: Timestamp, limit: i64) -> Result<DueHomeViews> {
        self.read_pool
            .run(move |tx| due_home_views(tx, now, limit))
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

    /// Records the digest of the published view. If the user opened it or changed a page meanwhile, it
    /// stays due. If this fails, the view is published again.
    pub async fn record_published_home(&self, home: &HomeView, published: String) -> Result<()> {
        let (user, asks, revision) = (home.user.clone(), home.request_seq, home.revision);
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached(
                    "UPDATE home_views SET published_digest = :published_digest, attempts = 0,
                            revision = CASE WHEN request_seq = :request_seq THEN :revision ELSE revision END
                      WHERE user_id = :user",
                )?
                .execute(named_params! {
                    ":user": user.as_str(), ":published_digest": published, ":request_seq": asks,
                    ":revision": revision,
                })?;
                Ok(())
            })
            .await
    }

    /// Reschedules a Home view that could not be published.
    pub async fn reschedule_home(&self, user: UserId, due: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                tx.prepare_cached("UPDATE home_views SET due_at = :due WHERE user_id = :user")?
                    .execute(named_params! { ":user": user.as_str(), ":due": due.to_string() })?;
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
                Ok(())
            })
            .await
    }
}

/// Increments the revision because something that Home views show changed.
pub fn bump_home_revision(tx: &Connection) -> Result<()> {
    tx.prepare_cached(
        "UPDATE instance SET home_revision = home_revision + 1 WHERE EXISTS (SELECT 1 FROM home_views)",
    )?
    .execute([])?;
    Ok(())
}

/// Makes all rescheduled Home views due now.
pub fn retry_now(tx: &Connection, now: Timestamp) -> Result<()> {
    tx.prepare_cached("UPDATE home_views SET due_at = :now WHERE due_at > :now")?
        .execute(named_params! { ":now": now.to_string() })?;
    Ok(())
}

/// Deletes Home views that were last opened before a timestamp.
pub fn delete_expired(tx: &Connection, timestamp: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM home_views WHERE opened_at < :before")?
        .execute(named_params! { ":before": timestamp.to_string() })?;
    Ok(())
}

fn due_home_views(tx: &Connection, now: Timestamp, limit: i64) -> Result<DueHomeViews> {
    let current = home_revision(tx)?;
    let users = tx
        .prepare_cached(
            "SELECT user_id FROM home_views INDEXED BY home_views_by_revision
              WHERE revision < :current AND due_at <= :now
              ORDER BY revision = -1 DESC, opened_at DESC LIMIT :limit",
        )?
        .query_map(
            named_params! { ":current": current, ":now": now.to_string(), ":limit": limit },
            |row| row.get("user_id").map(UserId),
        )?
        .collect::<rusqlite::Result<_>>()?;
    let next = tx
        .prepare_cached(
            "SELECT min(due_at) AS next FROM home_views INDEXED BY home_views_by_revision
              WHERE revision < :current AND due_at > :now",
        )?
        .query_row(
            named_params! { ":current": current, ":now": now.to_string() },
            |row| parse_optional_column(row, "next"),
        )?;
    Ok(DueHomeViews {
        users,
        next_due_at: next,
    })
}

pub(crate) fn home_revision(tx: &Connection) -> Result<i64> {
    let revision = tx
        .prepare_cached("SELECT home_revision FROM instance")?
        .query_row([], |row| row.get("home_revision"))?;
    Ok(revision)
}
