//! The table `home_views`: published Home views and their pages.
//!
//! Each change that a Home view shows increments `instance.home_revision`. A view that was published at
//! an earlier revision is rendered again, and published only if its content changed.

use muster_commands::home::{HomeList, PageChange};
use muster_commands::payload::events::HomeContent;
use muster_commands::{ChannelId, IncidentId, SeverityScale, UserId};
use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::{TaskRef, Timestamp, Viewer};
use crate::error::Result;
use crate::store::queries::home;
use crate::store::tables::incident::incidents;
use crate::store::tables::incident::incidents::PageRange;
use crate::store::tables::workspace::settings;
use crate::store::{IncidentSummary, Store};

/// Number of the user's incidents per page.
const OWN_INCIDENTS_PER_PAGE: i64 = 10;

/// Number of open incidents per page.
const OPEN_INCIDENTS_PER_PAGE: i64 = 25;

/// Number of tasks per page.
const TASKS_PER_PAGE: i64 = 10;

/// The current content of a user's Home view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeView {
    /// The user's ID.
    pub user: UserId,
    /// The open incidents in which the user is a responder.
    pub own_incidents: Page<IncidentSummary>,
    /// The user's open tasks and follow-ups.
    pub tasks: Page<HomeTask>,
    /// All open incidents that the user may see.
    pub open_incidents: Page<IncidentSummary>,
    /// The severities that the team uses.
    pub scale: SeverityScale,
    /// Digest of the published view; empty if unknown.
    pub published_digest: String,
    /// Number of attempts since the last successful publication.
    pub attempts: i64,
    /// Whether the user is waiting for the view: they opened it or changed a page.
    pub is_requested: bool,
    request_seq: i64,
    revision: i64,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<Item> {
    /// The items on the page.
    pub items: Vec<Item>,
    /// The page number, from 0.
    pub number: i64,
    /// Number of pages, at least 1.
    pub page_count: i64,
    /// Number of items on all pages.
    pub item_count: i64,
}

/// A task in its assignee's Home view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeTask {
    /// The incident's ID.
    pub incident: IncidentId,
    /// The incident's channel; `None` until it is created.
    pub channel: Option<ChannelId>,
    /// The task.
    pub task: TaskRef,
    /// The deadline; `None` without one.
    pub due_at: Option<Timestamp>,
}

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
                    ":user": user.as_str(), ":now": now, ":is_blank": sees == HomeContent::Empty,
                })?;
                Ok(())
            })
            .await
    }

    /// Changes the page of one list in a user's Home view.
    pub async fn set_home_page(
        &self,
        user: UserId,
        turn: PageChange,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                let turned = match turn.list {
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
                tx.prepare_cached(turned)?.execute(named_params! {
                    ":user": user.as_str(), ":page": turn.page, ":now": now,
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
            .run(move |tx| find_home_view(tx, &user))
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
                    .execute(named_params! { ":user": user.as_str(), ":due": due })?;
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
        .execute(named_params! { ":now": now })?;
    Ok(())
}

/// Deletes Home views that were last opened before a timestamp.
pub fn delete_expired(tx: &Connection, timestamp: Timestamp) -> Result<()> {
    tx.prepare_cached("DELETE FROM home_views WHERE opened_at < :before")?
        .execute(named_params! { ":before": timestamp })?;
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
            named_params! { ":current": current, ":now": now, ":limit": limit },
            |row| row.get("user_id").map(UserId),
        )?
        .collect::<rusqlite::Result<_>>()?;
    let next = tx
        .prepare_cached(
            "SELECT min(due_at) AS next FROM home_views INDEXED BY home_views_by_revision
              WHERE revision < :current AND due_at > :now",
        )?
        .query_row(named_params! { ":current": current, ":now": now }, |row| {
            row.get("next")
        })?;
    Ok(DueHomeViews {
        users,
        next_due_at: next,
    })
}

fn home_revision(tx: &Connection) -> Result<i64> {
    let revision = tx
        .prepare_cached("SELECT home_revision FROM instance")?
        .query_row([], |row| row.get("home_revision"))?;
    Ok(revision)
}

fn find_home_view(tx: &Connection, user: &UserId) -> Result<Option<HomeView>> {
    let kept = tx
        .prepare_cached(
            "SELECT mine_page, tasks_page, open_page, published_digest, attempts, request_seq, revision
               FROM home_views WHERE user_id = :user",
        )?
        .query_row(named_params! { ":user": user.as_str() }, |row| {
            Ok(HomeViewRow {
                page_numbers: [
                    row.get("mine_page")?,
                    row.get("tasks_page")?,
                    row.get("open_page")?,
                ],
                published_digest: row.get("published_digest")?,
                attempts: row.get("attempts")?,
                request_seq: row.get("request_seq")?,
                revision: row.get("revision")?,
            })
        })
        .optional()?;
    let Some(kept) = kept else {
        return Ok(None);
    };
    let viewer = Viewer::user(user);
    let [mine, tasks, open] = kept.page_numbers;
    Ok(Some(HomeView {
        user: user.clone(),
        own_incidents: load_page(mine, OWN_INCIDENTS_PER_PAGE, |part| {
            home::incidents_of_user(tx, user, part)
        })?,
        tasks: load_page(tasks, TASKS_PER_PAGE, |part| {
            home::tasks_of_user(tx, user, part)
        })?,
        open_incidents: load_page(open, OPEN_INCIDENTS_PER_PAGE, |part| {
            incidents::open_incidents_page(tx, &viewer, part)
        })?,
        scale: settings::current_settings(tx)?.severity_scale(),
        published_digest: kept.published_digest,
        attempts: kept.attempts,
        is_requested: kept.revision == -1,
        request_seq: kept.request_seq,
        revision: home_revision(tx)?,
    }))
}

/// A row of the table.
struct HomeViewRow {
    page_numbers: [i64; 3],
    published_digest: String,
    attempts: i64,
    request_seq: i64,
    revision: i64,
}

/// Loads a page of a list, or the last page if the list has become shorter. `list` returns a range and
/// the total number.
fn load_page<Item>(
    wanted: i64,
    size: i64,
    list: impl Fn(PageRange) -> Result<(Vec<Item>, i64)>,
) -> Result<Page<Item>> {
    let part = |number: i64| PageRange {
        offset: number.saturating_mul(size),
        limit: size,
    };
    let mut number = wanted.max(0);
    let (mut shown, all) = list(part(number))?;
    let of = ((all + size - 1) / size).max(1);
    if number >= of {
        number = of - 1;
        shown = list(part(number))?.0;
    }
    Ok(Page {
        items: shown,
        number,
        page_count: of,
        item_count: all,
    })
}
