//! The table `users`: the user cache.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::api::KnownUsers;
use crate::domain::{AccountKind, Timestamp, User, UserId, UserNames};
use crate::error::Result;
use crate::store::Store;
use crate::store::db::sql_types::parse_column;
use crate::store::tables::web::web_sessions;

impl Store {
    /// Returns a cached user and when it was fetched.
    pub async fn user(&self, id: UserId) -> Result<Option<(User, Timestamp)>> {
        self.read_pool.run(move |tx| find_user(tx, &id)).await
    }

    /// Returns all cached users.
    pub async fn users(&self) -> Result<Vec<User>> {
        self.read_pool.run(all_users).await
    }

    /// Returns the names of cached users.
    pub async fn user_names(&self, ids: Vec<UserId>) -> Result<UserNames> {
        self.read_pool.run(move |tx| user_names(tx, &ids)).await
    }

    /// Marks the account of a cached user as deactivated, and ends their sessions.
    pub async fn deactivate_user(&self, id: UserId, now: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                web_sessions::delete_sessions_of(tx, &id)?;
                match find_user(tx, &id)? {
                    Some((user, _)) => {
                        let account_kind = AccountKind::Deactivated;
                        upsert_user(
                            tx,
                            &User {
                                account_kind,
                                ..user
                            },
                            now,
                        )
                    }
                    None => Ok(()),
                }
            })
            .await
    }

    /// Adds a fetched user to the cache.
    pub async fn save_user(&self, user: User, now: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| upsert_user(tx, &user, now))
            .await
    }
}

/// Stores a fetched user. Ends the sessions of a user whose account is not active.
pub fn upsert_user(tx: &Connection, user: &User, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO users (id, name, handle, time_zone, email, account_kind, fetched_at)
         VALUES (:id, :name, :handle, :time_zone, :email, :account_kind, :now)
         ON CONFLICT (id) DO UPDATE
            SET name = excluded.name, handle = excluded.handle, time_zone = excluded.time_zone,
                email = excluded.email, account_kind = excluded.account_kind, fetched_at = excluded.fetched_at",
    )?
    .execute(named_params! {
        ":id": user.id.as_str(),
        ":name": user.name,
        ":handle": user.handle,
        ":time_zone": user.time_zone,
        ":email": user.email.as_ref().map_or("", |email| email.as_str()),
        ":account_kind": user.account_kind.as_str(),
        ":now": now.to_string(),
    })?;
    if !user.is_active() {
        web_sessions::delete_sessions_of(tx, &user.id)?;
    }
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

/// Returns those of the users who are cached. Each ID is queried once.
pub fn known_users<'a>(
    tx: &Connection,
    ids: impl IntoIterator<Item = &'a UserId>,
) -> Result<KnownUsers> {
    let mut users = Vec::new();
    for id in ids.into_iter().collect::<HashSet<_>>() {
        users.extend(find_user(tx, id)?.map(|(user, _)| user));
    }
    Ok(users.into_iter().collect())
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
    let row = tx
        .prepare_cached(
            "SELECT id, name, handle, time_zone, email, account_kind, fetched_at
               FROM users WHERE id = :id",
        )?
        .query_row(named_params! { ":id": id.as_str() }, |row| {
            Ok((from_row(row)?, parse_column(row, "fetched_at")?))
        })
        .optional()?;
    Ok(row)
}

/// Returns all cached users.
pub fn all_users(tx: &Connection) -> Result<Vec<User>> {
    let users = tx
        .prepare_cached(
            "SELECT id, name, handle, time_zone, email, account_kind FROM users ORDER BY id",
        )?
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
        email: row.get::<_, String>("email")?.parse().ok(),
        account_kind: parse_column(row, "account_kind")?,
    })
}
