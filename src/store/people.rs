//! The table `people`: what Slack told us of them.

use std::collections::HashSet;

use muster_commands::PersonId;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{Moment, Names, Person};
use crate::error::Result;

/// Stores what Slack says of a person now.
pub fn keep(tx: &Connection, person: &Person, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO people (id, name, handle, time_zone, standing, learned_at)
         VALUES (:id, :name, :handle, :time_zone, :standing, :now)
         ON CONFLICT (id) DO UPDATE
            SET name = excluded.name, handle = excluded.handle, time_zone = excluded.time_zone,
                standing = excluded.standing, learned_at = excluded.learned_at",
    )?
    .execute(named_params! {
        ":id": person.id.as_str(),
        ":name": person.name,
        ":handle": person.handle,
        ":time_zone": person.time_zone,
        ":standing": person.standing,
        ":now": now,
    })?;
    Ok(())
}

/// Gives what these people are called, as far as we know. Each is looked up once, however often they are named:
/// who has every role of a large incident would be looked up hundreds of times with each delivery.
pub fn names<'a>(tx: &Connection, ids: impl IntoIterator<Item = &'a PersonId>) -> Result<Names> {
    let mut names = Vec::new();
    for id in ids.into_iter().collect::<HashSet<_>>() {
        if let Some((person, _)) = find(tx, id)? {
            names.push((person.id, person.name));
        }
    }
    Ok(names.into_iter().collect())
}

/// Gives what everybody is called whom we know.
pub fn everybody(tx: &Connection) -> Result<Names> {
    let names = tx
        .prepare_cached("SELECT id, name FROM people")?
        .query_map([], |row| Ok((PersonId(row.get("id")?), row.get("name")?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(names)
}

/// Gives what we know of a person and since when, if we know anything.
pub fn find(tx: &Connection, id: &PersonId) -> Result<Option<(Person, Moment)>> {
    let found = tx
        .prepare_cached(
            "SELECT id, name, handle, time_zone, standing, learned_at FROM people WHERE id = :id",
        )?
        .query_row(named_params! { ":id": id.as_str() }, |row| {
            Ok((from_row(row)?, row.get("learned_at")?))
        })
        .optional()?;
    Ok(found)
}

/// Gives everybody whom we know.
pub fn all(tx: &Connection) -> Result<Vec<Person>> {
    let people = tx
        .prepare_cached("SELECT id, name, handle, time_zone, standing FROM people ORDER BY id")?
        .query_map([], from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(people)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: PersonId(row.get("id")?),
        name: row.get("name")?,
        handle: row.get("handle")?,
        time_zone: row.get("time_zone")?,
        standing: row.get("standing")?,
    })
}
