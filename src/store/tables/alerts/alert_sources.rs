//! The table `alert_sources`.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::alert::{
    AlertSource, FieldMapping, MAX_SOURCES, SourceIdentity, SourceKind, checked_source_name,
};
use crate::domain::{Rejection, Timestamp, UserId};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::store::Store;
use crate::store::db::sql_types::{json_column, parse_column, parse_optional_column};
use crate::store::tables::web::token;

const COLUMNS: &str = "id, kind, name, secret, topics, accepts_raw_delivery, mapping, created_at, created_by, \
                       last_received_at, revoked_at";

/// A request to add a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddAlertSource {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: SourceKind,
    /// Its token, as [`crate::store::new_alert_token`] makes it.
    pub token: Secret,
    /// The secret that signs its requests; empty if they are not signed.
    pub secret: Secret,
    /// The ARNs of the SNS topics that it accepts.
    pub topics: Vec<String>,
    /// Whether it accepts messages of SNS that are delivered raw.
    pub accepts_raw_delivery: bool,
    /// The user who adds it; `None` if the operator does.
    pub created_by: Option<UserId>,
}

/// A valid source, authenticated by its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedSource {
    /// The source.
    pub source: AlertSource,
    /// The secret that signs its requests; `None` if they are not signed.
    pub secret: Option<Secret>,
}

impl Store {
    /// Returns all sources: valid ones by name, then revoked ones.
    pub async fn alert_sources(&self) -> Result<Vec<AlertSource>> {
        self.read_pool.run(select_sources).await
    }

    /// Returns a source.
    pub async fn alert_source(&self, id: i64) -> Result<AlertSource> {
        self.read_pool.run(move |tx| find_source(tx, id)).await
    }

    /// Returns the valid source of a kind with this token.
    pub async fn authenticate_alert_source(
        &self,
        kind: SourceKind,
        token: &str,
    ) -> Result<Option<AuthenticatedSource>> {
        let token_hash = token::hash(token);
        self.read_pool
            .run(move |tx| find_by_token(tx, kind, &token_hash))
            .await
    }
}

/// Returns all sources: valid ones by name, then revoked ones, the last revoked first.
pub(crate) fn select_sources(tx: &Connection) -> Result<Vec<AlertSource>> {
    let sources = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM alert_sources
              ORDER BY revoked_at IS NOT NULL, revoked_at DESC, name COLLATE NOCASE, id"
        ))?
        .query_map([], source_from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(sources)
}

/// Returns a source.
pub(crate) fn find_source(tx: &Connection, id: i64) -> Result<AlertSource> {
    let source = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM alert_sources WHERE id = :id"
        ))?
        .query_row(named_params! { ":id": id }, source_from_row)
        .optional()?;
    source.ok_or(Error::NotFound("source"))
}

fn find_by_token(
    tx: &Connection,
    kind: SourceKind,
    token_hash: &str,
) -> Result<Option<AuthenticatedSource>> {
    let row = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS}, token_hash FROM alert_sources
              WHERE token_hash = :hash AND kind = :kind AND revoked_at IS NULL"
        ))?
        .query_row(
            named_params! { ":hash": token_hash, ":kind": kind.as_str() },
            |row| {
                let (hash, secret): (String, String) = (row.get("token_hash")?, row.get("secret")?);
                Ok((source_from_row(row)?, hash, secret))
            },
        )
        .optional()?;
    let row = row.filter(|(_, hash, _)| token::is_equal(hash, token_hash));
    Ok(row.map(|(source, _, secret)| AuthenticatedSource {
        secret: source.is_signed.then(|| Secret::new(secret)),
        source,
    }))
}

/// Adds a source.
pub(crate) fn insert_source(
    tx: &Connection,
    request: &AddAlertSource,
    now: Timestamp,
) -> Result<()> {
    let name = checked_source_name(&request.name)?;
    let existing = select_sources(tx)?;
    let valid = existing.iter().filter(|it| it.revoked_at.is_none());
    let has_name = |it: &AlertSource| it.identity.name.eq_ignore_ascii_case(&name);
    let why = if !token::is_alert_token(request.token.reveal()) {
        "The token isn't one that Muster made. Reload the page.".to_owned()
    } else if valid.clone().any(has_name) {
        format!("There's already a source named {name}.")
    } else if valid.count() >= MAX_SOURCES {
        format!("There are {MAX_SOURCES} sources, the maximum. Revoke one first.")
    } else {
        return insert_row(tx, &name, request, now);
    };
    Err(Rejection(why).into())
}

fn insert_row(tx: &Connection, name: &str, request: &AddAlertSource, now: Timestamp) -> Result<()> {
    let secret = match request.kind.can_be_signed() {
        true => request.secret.reveal().trim(),
        false => "",
    };
    tx.prepare_cached(
        "INSERT INTO alert_sources (kind, name, token_hash, secret, topics, accepts_raw_delivery, created_at, created_by)
         VALUES (:kind, :name, :hash, :secret, :topics, :raw, :now, :created_by)",
    )?
    .execute(named_params! {
        ":kind": request.kind.as_str(),
        ":name": name,
        ":hash": token::hash(request.token.reveal()),
        ":secret": secret,
        ":topics": serde_json::to_string(&request.topics)?,
        ":raw": request.accepts_raw_delivery,
        ":now": now.to_string(),
        ":created_by": request.created_by.as_ref().map(UserId::as_str),
    })?;
    Ok(())
}

/// Revokes a source and returns it. One that is revoked already stays as it is.
pub(crate) fn revoke_source(tx: &Connection, id: i64, now: Timestamp) -> Result<AlertSource> {
    tx.prepare_cached(
        "UPDATE alert_sources SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL",
    )?
    .execute(named_params! { ":id": id, ":now": now.to_string() })?;
    find_source(tx, id)
}

/// Sets the mapping of a source.
pub(crate) fn set_mapping(tx: &Connection, id: i64, mapping: Option<&FieldMapping>) -> Result<()> {
    let mapping = mapping.map(serde_json::to_string).transpose()?;
    tx.prepare_cached("UPDATE alert_sources SET mapping = :mapping WHERE id = :id")?
        .execute(named_params! { ":id": id, ":mapping": mapping })?;
    Ok(())
}

/// Sets the secret of a source whose requests can be signed.
pub(crate) fn set_secret(tx: &Connection, id: i64, secret: &Secret) -> Result<()> {
    if !find_source(tx, id)?.identity.kind.can_be_signed() {
        return Err(Error::NotFound("secret"));
    }
    tx.prepare_cached("UPDATE alert_sources SET secret = :secret WHERE id = :id")?
        .execute(named_params! { ":id": id, ":secret": secret.reveal().trim() })?;
    Ok(())
}

/// Adds a topic to those that a source accepts.
pub(crate) fn accept_topic(tx: &Connection, id: i64, topic: &str) -> Result<()> {
    let mut topics = find_source(tx, id)?.topics;
    if !topics.iter().any(|it| it == topic) {
        topics.push(topic.to_owned());
    }
    tx.prepare_cached("UPDATE alert_sources SET topics = :topics WHERE id = :id")?
        .execute(named_params! { ":id": id, ":topics": serde_json::to_string(&topics)? })?;
    Ok(())
}

fn source_from_row(row: &Row<'_>) -> rusqlite::Result<AlertSource> {
    let created_by: Option<String> = row.get("created_by")?;
    let mapping: Option<String> = row.get("mapping")?;
    let secret: String = row.get("secret")?;
    Ok(AlertSource {
        identity: SourceIdentity {
            id: row.get("id")?,
            kind: parse_column(row, "kind")?,
            name: row.get("name")?,
        },
        topics: json_column(row, "topics")?,
        accepts_raw_delivery: row.get("accepts_raw_delivery")?,
        mapping: match mapping {
            Some(_) => Some(json_column(row, "mapping")?),
            None => None,
        },
        is_signed: !secret.is_empty(),
        created_at: parse_column(row, "created_at")?,
        created_by: created_by.map(UserId),
        last_received_at: parse_optional_column(row, "last_received_at")?,
        revoked_at: parse_optional_column(row, "revoked_at")?,
    })
}
