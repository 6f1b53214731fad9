//! The table `homes`: whose Home of the app shows what. All that changes what Homes show counts their
//! revision up; a Home that was published at an earlier one is looked at, and published if it says
//! something else than before.

use muster_commands::events::HomeSees;
use muster_commands::home::{HomeList, Turn};
use muster_commands::{ChannelId, IncidentId, PersonId, Scale};
use rusqlite::{Connection, OptionalExtension, named_params};

use super::incidents::{self, Part};
use super::{Store, Summary, home_lists, settings};
use crate::domain::{Moment, TaskRef, Viewer};
use crate::error::Result;

/// How many incidents of theirs a page of somebody's Home shows.
const MINE: i64 = 10;

/// How many open incidents a page of somebody's Home shows.
const OPEN: i64 = 25;

/// How many tasks a page of somebody's Home shows.
const TASKS: i64 = 10;

/// What somebody's Home shows, as things stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Whose it is.
    pub person: PersonId,
    /// The open incidents in which they take part.
    pub mine: Page<Summary>,
    /// The open tasks and follow-ups that they have.
    pub tasks: Page<HomeTask>,
    /// All open incidents.
    pub open: Page<Summary>,
    /// The severities that the team uses.
    pub scale: Scale,
    /// Tells what was published there last; empty if we do not know.
    pub published: String,
    /// How often it was tried to publish it since it last was.
    pub attempts: i64,
    /// Whether they wait for it: they opened it, or turned a page.
    pub is_awaited: bool,
    asks: i64,
    revision: i64,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<Item> {
    /// What stands on it.
    pub items: Vec<Item>,
    /// Which page it is, from 0.
    pub number: i64,
    /// How many there are.
    pub of: i64,
    /// How many items stand on all of them.
    pub all: i64,
}

/// A task as its assignee's Home shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeTask {
    /// The incident.
    pub incident: IncidentId,
    /// Its channel, if there is one.
    pub channel: Option<ChannelId>,
    /// Which task it is.
    pub task: TaskRef,
    /// Until when; `None` if it may take any time.
    pub due_at: Option<Moment>,
}

/// The Homes that may have to be published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HomesDue {
    /// Whose, those first who wait for theirs.
    pub people: Vec<PersonId>,
    /// When the next one that was put off is due.
    pub next: Option<Moment>,
}

impl Store {
    /// Notes that somebody looks at their Home: they wait for it to say how things stand.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn home_opened(&self, person: PersonId, sees: HomeSees, now: Moment) -> Result<()> {
        self.writer
            .run(move |tx| {
                tx.prepare_cached(
                    "INSERT INTO homes (person, opened_at, due_at) VALUES (:person, :now, :now)
                     ON CONFLICT (person) DO UPDATE
                        SET opened_at = :now, due_at = :now, asks = asks + 1, revision = -1,
                            published = iif(:is_blank, '', published)",
                )?
                .execute(named_params! {
                    ":person": person.as_str(), ":now": now, ":is_blank": sees == HomeSees::Nothing,
                })?;
                Ok(())
            })
            .await
    }

    /// Turns a list of somebody's Home to a page.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn home_turned(&self, person: PersonId, turn: Turn, now: Moment) -> Result<()> {
        self.writer
            .run(move |tx| {
                let turned = match turn.list {
                    HomeList::Mine => {
                        "UPDATE homes SET mine_page = :page, asks = asks + 1,
                                              revision = -1, due_at = :now WHERE person = :person"
                    }
                    HomeList::Tasks => {
                        "UPDATE homes SET tasks_page = :page, asks = asks + 1,
                                              revision = -1, due_at = :now WHERE person = :person"
                    }
                    HomeList::Open => {
                        "UPDATE homes SET open_page = :page, asks = asks + 1,
                                              revision = -1, due_at = :now WHERE person = :person"
                    }
                };
                tx.prepare_cached(turned)?.execute(named_params! {
                    ":person": person.as_str(), ":page": turn.page, ":now": now,
                })?;
                Ok(())
            })
            .await
    }

    /// Gives whose Homes may say something else than how things stand, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn homes_due(&self, now: Moment, limit: i64) -> Result<HomesDue> {
        self.readers.run(move |tx| due(tx, now, limit)).await
    }

    /// Gives what somebody's Home shows as things stand; `None` if they have not opened it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn home(&self, person: PersonId) -> Result<Option<Home>> {
        self.readers.run(move |tx| find(tx, &person)).await
    }

    /// Counts an attempt to publish a Home before it is made: from then on we do not know what it says.
    ///
    /// # Errors
    /// When it could not be stored; then the attempt must not be made.
    pub async fn begin_home(&self, person: PersonId) -> Result<()> {
        self.writer
            .run(move |tx| {
                tx.prepare_cached(
                    "UPDATE homes SET attempts = attempts + 1, published = '' WHERE person = :person",
                )?
                .execute(named_params! { ":person": person.as_str() })?;
                Ok(())
            })
            .await
    }

    /// Notes what a Home says now. If its person asked for more meanwhile, it is due again.
    ///
    /// # Errors
    /// When it could not be stored; then it is published again.
    pub async fn home_says(&self, home: &Home, published: String) -> Result<()> {
        let (person, asks, revision) = (home.person.clone(), home.asks, home.revision);
        self.writer
            .run(move |tx| {
                tx.prepare_cached(
                    "UPDATE homes SET published = :published, attempts = 0,
                            revision = iif(asks = :asks, :revision, revision)
                      WHERE person = :person",
                )?
                .execute(named_params! {
                    ":person": person.as_str(), ":published": published, ":asks": asks,
                    ":revision": revision,
                })?;
                Ok(())
            })
            .await
    }

    /// Puts a Home off that could not be published.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn postpone_home(&self, person: PersonId, due: Moment) -> Result<()> {
        self.writer
            .run(move |tx| {
                tx.prepare_cached("UPDATE homes SET due_at = :due WHERE person = :person")?
                    .execute(named_params! { ":person": person.as_str(), ":due": due })?;
                Ok(())
            })
            .await
    }

    /// Forgets a Home that Slack does not let us publish; whoever opens it makes it known again.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn forget_home(&self, person: PersonId) -> Result<()> {
        self.writer
            .run(move |tx| {
                tx.prepare_cached("DELETE FROM homes WHERE person = :person")?
                    .execute(named_params! { ":person": person.as_str() })?;
                Ok(())
            })
            .await
    }
}

/// Notes that something changed that Homes show.
pub fn outdate(tx: &Connection) -> Result<()> {
    tx.prepare_cached(
        "UPDATE store SET homes_revision = homes_revision + 1 WHERE EXISTS (SELECT 1 FROM homes)",
    )?
    .execute([])?;
    Ok(())
}

/// Lets every Home that was put off be due now.
pub fn hurry(tx: &Connection, now: Moment) -> Result<()> {
    tx.prepare_cached("UPDATE homes SET due_at = :now WHERE due_at > :now")?
        .execute(named_params! { ":now": now })?;
    Ok(())
}

/// Forgets the Homes that nobody opened since a moment.
pub fn forget_before(tx: &Connection, moment: Moment) -> Result<()> {
    tx.prepare_cached("DELETE FROM homes WHERE opened_at < :moment")?
        .execute(named_params! { ":moment": moment })?;
    Ok(())
}

fn due(tx: &Connection, now: Moment, limit: i64) -> Result<HomesDue> {
    let current = revision(tx)?;
    let people = tx
        .prepare_cached(
            "SELECT person FROM homes INDEXED BY homes_by_revision
              WHERE revision < :current AND due_at <= :now
              ORDER BY revision = -1 DESC, opened_at DESC LIMIT :limit",
        )?
        .query_map(
            named_params! { ":current": current, ":now": now, ":limit": limit },
            |row| row.get("person").map(PersonId),
        )?
        .collect::<rusqlite::Result<_>>()?;
    let next = tx
        .prepare_cached(
            "SELECT min(due_at) AS next FROM homes INDEXED BY homes_by_revision
              WHERE revision < :current AND due_at > :now",
        )?
        .query_row(named_params! { ":current": current, ":now": now }, |row| {
            row.get("next")
        })?;
    Ok(HomesDue { people, next })
}

fn revision(tx: &Connection) -> Result<i64> {
    let revision = tx
        .prepare_cached("SELECT homes_revision FROM store")?
        .query_row([], |row| row.get("homes_revision"))?;
    Ok(revision)
}

fn find(tx: &Connection, person: &PersonId) -> Result<Option<Home>> {
    let kept = tx
        .prepare_cached(
            "SELECT mine_page, tasks_page, open_page, published, attempts, asks, revision
               FROM homes WHERE person = :person",
        )?
        .query_row(named_params! { ":person": person.as_str() }, |row| {
            Ok(Kept {
                pages: [
                    row.get("mine_page")?,
                    row.get("tasks_page")?,
                    row.get("open_page")?,
                ],
                published: row.get("published")?,
                attempts: row.get("attempts")?,
                asks: row.get("asks")?,
                revision: row.get("revision")?,
            })
        })
        .optional()?;
    let Some(kept) = kept else {
        return Ok(None);
    };
    let viewer = Viewer::person(person);
    let [mine, tasks, open] = kept.pages;
    Ok(Some(Home {
        person: person.clone(),
        mine: page(mine, MINE, |part| {
            home_lists::incidents_of(tx, person, part)
        })?,
        tasks: page(tasks, TASKS, |part| home_lists::tasks_of(tx, person, part))?,
        open: page(open, OPEN, |part| incidents::open_from(tx, &viewer, part))?,
        scale: settings::current(tx)?.scale(),
        published: kept.published,
        attempts: kept.attempts,
        is_awaited: kept.revision == -1,
        asks: kept.asks,
        revision: revision(tx)?,
    }))
}

/// A row of the table.
struct Kept {
    pages: [i64; 3],
    published: String,
    attempts: i64,
    asks: i64,
    revision: i64,
}

/// Gives a page of a list, or the last one if there are no longer as many. `list` gives a part of it, and
/// how many there are in all.
fn page<Item>(
    wanted: i64,
    size: i64,
    list: impl Fn(Part) -> Result<(Vec<Item>, i64)>,
) -> Result<Page<Item>> {
    let part = |number: i64| Part {
        from: number.saturating_mul(size),
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
        of,
        all,
    })
}
