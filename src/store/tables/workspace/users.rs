//! The table `users`: the user cache.

use std::collections::HashSet;

use muster_commands::UserId;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{Timestamp, User, UserNames};
use crate::error::Result;

/// Stores a fetched user.
pub fn upsert_user(tx: &Connection, user: &User, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO users (id, name, handle, time_zone, account_kind, fetched_at)
         VALUES (:id, :name, :handle, :time_zone, :account_kind, :now)
         ON CONFLICT (id) DO UPDATE
            SET name = excluded.name, handle = excluded.handle, time_zone = excluded.time_zone,
                account_kind = excluded.account_kind, fetched_at = excluded.fetched_at",
    )?
    .execute(named_params! {
        ":id": user.id.as_str(),
        ":name": user.name,
        ":handle": user.handle,
        ":time_zone": user.time_zone,
        ":account_kind": user.account_kind,
        ":now": now,
    })?;
    Ok(())
}

/// Returns the names of cached users. Each ID is queried once, because a user with all roles of a large
/// incident would otherwise be queried hundreds of times per delivery.
pub fn user_names<'a>(
    tx: &Connection,
    ids: impl IntoIterator<Item = &'a UserId>,
) -> Result<UserNames> {
    let mut names = Vec::new();
    for id in ids.into_iter().collect::<HashSet<_>>() {
        if let Some((user, _)) = find_user(tx, id)? {
            names.push((user.id, user.name));
        }
    }
    Ok(names.into_iter().collect())
}

/// Returns the names of all cached users.
pub fn all_user_names(tx: &Connection) -> Result<UserNames> {
    let names = tx
        .prepare_cached("SELECT id, name FROM users")?
        .query_map([], |row| Ok((UserId(row.get("id")?), row.get("name")?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(names)
}

/// Returns a cached user and when it was fetched.
pub fn find_user(tx: &Connection, id: &UserId) -> Result<Option<(User, Timestamp)>> {
    let found = tx
        .prepare_cached(
            "SELECT id, name, handle, time_zone, account_kind, fetched_at FROM users WHERE id = :id",
        )?
        .query_row(named_params! { ":id": id.as_str() }, |row| {
            Ok((from_row(row)?, row.get("fetched_at")?))
        })
        .optional()?;
    Ok(found)
}

/// Returns all cached users.
pub fn all_users(tx: &Connection) -> Result<Vec<User>> {
    let users = tx
        .prepare_cached("SELECT id, name, handle, time_zone, account_kind FROM users ORDER BY id")?
        .query_map([], from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(users)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: UserId(row.get("id")?),
        name: row.get("name")?,
        handle: row.get("handle")?,
        time_zone: row.get("time_zone")?,
        account_kind: row.get("account_kind")?,
    })
}
