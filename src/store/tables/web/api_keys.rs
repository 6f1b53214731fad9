//! The table `api_keys`: keys of the HTTP API.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::api_key::{
    ApiKey, KeyIdentity, MAX_API_KEYS, MAX_OWN_KEYS, OWN_KEY_SCOPES, Scopes, checked_key_name,
};
use crate::domain::{Rejection, Timestamp, User, UserId};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::store::db::sql_types::{parse_column, parse_optional_column};
use crate::store::tables::web::token;
use crate::store::tables::workspace::users;
use crate::store::{IdempotencyKey, Store, idempotency_key};

const COLUMNS: &str =
    "id, name, key_id, scopes, user_id, created_at, created_by, last_used_at, revoked_at";

/// How old the time of the last use must be before it is written again, so that reading rarely writes.
const LAST_USED_INTERVAL: chrono::Duration = chrono::Duration::minutes(1);

/// A request to create a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddApiKey {
    /// Its name.
    pub name: String,
    /// The first half.
    pub key_id: String,
    /// The second half.
    pub secret: Secret,
    /// Its scopes.
    pub scopes: Scopes,
    /// On whose behalf it acts.
    pub identity: KeyIdentity,
    /// The user who creates it; `None` if the operator does.
    pub created_by: Option<UserId>,
    /// Whether a member creates it for themselves, and not as an admin.
    pub is_own: bool,
}

/// A valid key and its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedKey {
    /// The key.
    pub key: ApiKey,
    /// The user on whose behalf it acts; `None` if it acts as Muster.
    pub user: Option<User>,
}

impl Store {
    /// Returns all keys: valid ones by name, then revoked ones.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        self.read_pool.run(select_keys).await
    }

    /// Creates a key, once per idempotency key.
    pub async fn add_api_key(
        &self,
        key: IdempotencyKey,
        request: AddApiKey,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(());
                }
                insert_key(tx, &request, now)?;
                idempotency_key::record_key(tx, &key, None, now)
            })
            .await
    }

    /// Revokes a key, once per idempotency key. A key that is revoked already stays as it is.
    pub async fn revoke_api_key(
        &self,
        key: IdempotencyKey,
        id: i64,
        now: Timestamp,
    ) -> Result<ApiKey> {
        self.write_thread
            .run(move |tx| {
                let revoked = revoke_key(tx, id, now)?;
                if !idempotency_key::is_processed(tx, &key)? {
                    idempotency_key::record_key(tx, &key, None, now)?;
                }
                Ok(revoked)
            })
            .await
    }

    /// Returns the valid key with these halves; `None` if there is none, or its user's account is not active.
    /// Records its use.
    pub async fn authenticate_api_key(
        &self,
        key_id: &str,
        secret: &str,
        now: Timestamp,
    ) -> Result<Option<AuthenticatedKey>> {
        let (key_id, secret_hash) = (key_id.to_owned(), token::hash(secret));
        let authenticated = self
            .read_pool
            .run(move |tx| {
                let Some((key, hash)) = find_valid_key(tx, &key_id)? else {
                    return Ok(None);
                };
                match token::is_equal(&hash, &secret_hash) {
                    true => with_user(tx, key),
                    false => Ok(None),
                }
            })
            .await?;
        if let Some(authenticated) = &authenticated {
            self.record_use(&authenticated.key, now).await?;
        }
        Ok(authenticated)
    }

    /// Returns the valid key with this first half, which proves nothing.
    pub async fn api_key_by_id(&self, key_id: &str) -> Result<Option<AuthenticatedKey>> {
        let key_id = key_id.to_owned();
        self.read_pool
            .run(move |tx| match find_valid_key(tx, &key_id)? {
                Some((key, _)) => with_user(tx, key),
                None => Ok(None),
            })
            .await
    }

    async fn record_use(&self, key: &ApiKey, now: Timestamp) -> Result<()> {
        let is_recent = |last: Timestamp| now.duration_since(last) < LAST_USED_INTERVAL;
        if key.last_used_at.is_some_and(is_recent) {
            return Ok(());
        }
        let id = key.id;
        self.write_thread
            .run(move |tx| set_last_used(tx, id, now))
            .await
    }
}

/// Returns a key with its user; `None` if the account of the user is not active.
fn with_user(tx: &Connection, key: ApiKey) -> Result<Option<AuthenticatedKey>> {
    let Some(id) = key.identity.user() else {
        return Ok(Some(AuthenticatedKey { key, user: None }));
    };
    let user = users::find_user(tx, id)?.map(|(user, _)| user);
    let user = user.filter(User::is_active);
    Ok(user.map(|user| AuthenticatedKey {
        key,
        user: Some(user),
    }))
}

/// Returns all keys: valid ones by name, then revoked ones, the last revoked first.
pub(crate) fn select_keys(tx: &Connection) -> Result<Vec<ApiKey>> {
    let keys = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM api_keys
              ORDER BY revoked_at IS NOT NULL, revoked_at DESC, name COLLATE NOCASE, id"
        ))?
        .query_map([], key_from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(keys)
}

/// Adds a key. Its halves must be as [`token::new_api_credentials`] makes them.
pub(crate) fn insert_key(tx: &Connection, request: &AddApiKey, now: Timestamp) -> Result<()> {
    let name = checked_key_name(&request.name)?;
    let existing = select_keys(tx)?;
    let valid = existing.iter().filter(|it| it.revoked_at.is_none());
    let own = valid.clone().filter(|it| it.identity == request.identity);
    let is_of_members = |scope| OWN_KEY_SCOPES.contains(&scope);
    let why = if request.is_own && !request.scopes.iter().all(is_of_members) {
        "Only an admin can create a key that changes settings.".to_owned()
    } else if request.is_own && own.count() >= MAX_OWN_KEYS {
        format!("You have {MAX_OWN_KEYS} keys, the maximum. Revoke one first.")
    } else if request.scopes.iter().next().is_none() {
        "Choose what the key may do.".to_owned()
    } else if !token::are_api_credentials(&request.key_id, request.secret.reveal()) {
        "The key isn't one that Muster made. Reload the page.".to_owned()
    } else if valid.clone().any(|it| it.name.eq_ignore_ascii_case(&name)) {
        format!("There's already a key named {name}.")
    } else if valid.count() >= MAX_API_KEYS {
        format!("There are {MAX_API_KEYS} keys, the maximum. Revoke one first.")
    } else {
        return insert_row(tx, &name, request, now);
    };
    Err(Rejection(why).into())
}

fn insert_row(tx: &Connection, name: &str, request: &AddApiKey, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO api_keys (name, key_id, secret_hash, scopes, user_id, created_at, created_by)
         VALUES (:name, :key_id, :secret_hash, :scopes, :user, :now, :created_by)",
    )?
    .execute(named_params! {
        ":name": name,
        ":key_id": request.key_id,
        ":secret_hash": token::hash(request.secret.reveal()),
        ":scopes": request.scopes.to_string(),
        ":user": request.identity.user().map(UserId::as_str),
        ":now": now.to_string(),
        ":created_by": request.created_by.as_ref().map(UserId::as_str),
    })?;
    Ok(())
}

/// Revokes a key and returns it.
pub(crate) fn revoke_key(tx: &Connection, id: i64, now: Timestamp) -> Result<ApiKey> {
    tx.prepare_cached(
        "UPDATE api_keys SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL",
    )?
    .execute(named_params! { ":id": id, ":now": now.to_string() })?;
    let key = tx
        .prepare_cached(&format!("SELECT {COLUMNS} FROM api_keys WHERE id = :id"))?
        .query_row(named_params! { ":id": id }, key_from_row)
        .optional()?;
    key.ok_or(Error::NotFound("key"))
}

/// Returns the valid key with this first half, and the hash of its second half.
fn find_valid_key(tx: &Connection, key_id: &str) -> Result<Option<(ApiKey, String)>> {
    let row = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS}, secret_hash FROM api_keys
              WHERE key_id = :key_id AND revoked_at IS NULL"
        ))?
        .query_row(named_params! { ":key_id": key_id }, |row| {
            Ok((key_from_row(row)?, row.get("secret_hash")?))
        })
        .optional()?;
    Ok(row)
}

fn set_last_used(tx: &Connection, id: i64, now: Timestamp) -> Result<()> {
    tx.prepare_cached("UPDATE api_keys SET last_used_at = :now WHERE id = :id")?
        .execute(named_params! { ":id": id, ":now": now.to_string() })?;
    Ok(())
}

fn key_from_row(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    let user: Option<String> = row.get("user_id")?;
    let created_by: Option<String> = row.get("created_by")?;
    Ok(ApiKey {
        id: row.get("id")?,
        name: row.get("name")?,
        key_id: row.get("key_id")?,
        scopes: parse_column(row, "scopes")?,
        identity: user.map_or(KeyIdentity::Muster, |user| KeyIdentity::User(UserId(user))),
        created_at: parse_column(row, "created_at")?,
        created_by: created_by.map(UserId),
        last_used_at: parse_optional_column(row, "last_used_at")?,
        revoked_at: parse_optional_column(row, "revoked_at")?,
    })
}
