//! The table `incident_types`.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::Value;

use crate::domain::{IncidentTypeName, Timestamp, UserId};
use crate::error::{Error, Result};
use crate::store::db::sql_types::{json_column, parse_column, parse_optional_column};

/// A type of incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentType {
    /// Its number, from 1.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Its description; `None` if none was given.
    pub description: Option<String>,
    /// Whether incidents have it that name no type.
    pub is_default: bool,
    /// The members that a program set, as an object with Datadog's names.
    pub configuration: Value,
    /// Its creation.
    pub created: Stamp,
    /// Its last change.
    pub modified: Stamp,
    /// When it was deleted; `None` while it is not.
    pub deleted_at: Option<Timestamp>,
}

/// When something happened, and who caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When it happened.
    pub at: Timestamp,
    /// The user who caused it; `None` if that is not known, or if it was Muster.
    pub user: Option<UserId>,
}

/// Inserts the type that exists from the start, if it is missing.
pub(crate) fn insert_first(tx: &Connection) -> Result<()> {
    tx.execute(
        "INSERT INTO incident_types (name, description, is_default, configuration, created_at, modified_at)
         SELECT 'Incident', '', 1, '{}', now, now FROM (SELECT strftime('%Y-%m-%dT%H:%M:%fZ') AS now)
          WHERE NOT EXISTS (SELECT 1 FROM incident_types)",
        [],
    )?;
    Ok(())
}

/// Returns the names of the types that are not deleted, in their order.
pub(crate) fn type_names(tx: &Connection) -> Result<Vec<IncidentTypeName>> {
    let mut statement = tx.prepare_cached(
        "SELECT number, name, is_default FROM incident_types WHERE deleted_at IS NULL ORDER BY number",
    )?;
    let names = statement.query_map([], |row| {
        Ok(IncidentTypeName {
            number: row.get("number")?,
            name: row.get("name")?,
            is_default: row.get("is_default")?,
        })
    })?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Returns all types in their order, including deleted ones.
pub(crate) fn all_types(tx: &Connection) -> Result<Vec<IncidentType>> {
    let mut statement = tx.prepare_cached("SELECT * FROM incident_types ORDER BY number")?;
    let types = statement.query_map([], read_type)?;
    Ok(types.collect::<rusqlite::Result<_>>()?)
}

/// Returns the type with a number that is not deleted.
pub(crate) fn find_type(tx: &Connection, number: i64) -> Result<IncidentType> {
    let known = tx
        .prepare_cached(
            "SELECT * FROM incident_types WHERE number = :number AND deleted_at IS NULL",
        )?
        .query_row(named_params! { ":number": number }, read_type)
        .optional()?;
    known.ok_or(Error::NotFound("incident type"))
}

/// Returns the type that incidents have that name none.
pub(crate) fn default_type(tx: &Connection) -> Result<IncidentType> {
    let known = tx
        .prepare_cached("SELECT * FROM incident_types WHERE is_default = 1")?
        .query_row([], read_type)
        .optional()?;
    known.ok_or(Error::NotFound("incident type"))
}

/// Returns the number of the type with a name, in any case, that is not deleted.
pub(crate) fn number_of(tx: &Connection, name: &str) -> Result<Option<i64>> {
    let mut types = all_types(tx)?.into_iter();
    let name = name.to_lowercase();
    let is_named =
        |known: &IncidentType| known.deleted_at.is_none() && known.name.to_lowercase() == name;
    Ok(types.find(is_named).map(|known| known.number))
}

/// Inserts a type and returns its number. The number of the given one is ignored.
pub(crate) fn insert_type(tx: &Connection, new: &IncidentType) -> Result<i64> {
    let configuration = new.configuration.to_string();
    tx.prepare_cached(
        "INSERT INTO incident_types (name, description, is_default, configuration, created_at, created_by,
                                     modified_at, modified_by)
         VALUES (:name, :description, :is_default, :configuration, :created_at, :created_by,
                 :modified_at, :modified_by)",
    )?
    .execute(named_params! {
        ":name": new.name,
        ":description": new.description,
        ":is_default": new.is_default,
        ":configuration": configuration,
        ":created_at": new.created.at.to_string(),
        ":created_by": new.created.user.as_ref().map(UserId::as_str),
        ":modified_at": new.modified.at.to_string(),
        ":modified_by": new.modified.user.as_ref().map(UserId::as_str),
    })?;
    Ok(tx.last_insert_rowid())
}

/// Stores a changed or deleted type.
pub(crate) fn update_type(tx: &Connection, changed: &IncidentType) -> Result<()> {
    tx.prepare_cached(
        "UPDATE incident_types
            SET name = :name, description = :description, is_default = :is_default,
                configuration = :configuration, modified_at = :modified_at, modified_by = :modified_by,
                deleted_at = :deleted_at
          WHERE number = :number",
    )?
    .execute(named_params! {
        ":number": changed.number,
        ":name": changed.name,
        ":description": changed.description,
        ":is_default": changed.is_default,
        ":configuration": changed.configuration.to_string(),
        ":modified_at": changed.modified.at.to_string(),
        ":modified_by": changed.modified.user.as_ref().map(UserId::as_str),
        ":deleted_at": changed.deleted_at.map(|at| at.to_string()),
    })?;
    Ok(())
}

/// Makes all types but one no default.
pub(crate) fn set_default(tx: &Connection, number: i64) -> Result<()> {
    tx.prepare_cached(
        "UPDATE incident_types SET is_default = (number = :number)
          WHERE is_default = 1 OR number = :number",
    )?
    .execute(named_params! { ":number": number })?;
    Ok(())
}

/// Returns the number of incidents with a type, without deleted ones.
pub(crate) fn count_incidents(tx: &Connection, number: i64) -> Result<i64> {
    let count = tx
        .prepare_cached(
            "SELECT count(*) FROM incidents WHERE incident_type = :number AND deleted_at IS NULL",
        )?
        .query_row(named_params! { ":number": number }, |row| row.get(0))?;
    Ok(count)
}

fn read_type(row: &Row<'_>) -> rusqlite::Result<IncidentType> {
    Ok(IncidentType {
        number: row.get("number")?,
        name: row.get("name")?,
        description: row.get("description")?,
        is_default: row.get("is_default")?,
        configuration: json_column(row, "configuration")?,
        created: read_stamp(row, "created_at", "created_by")?,
        modified: read_stamp(row, "modified_at", "modified_by")?,
        deleted_at: parse_optional_column(row, "deleted_at")?,
    })
}

/// Reads the columns of a stamp.
pub(crate) fn read_stamp(row: &Row<'_>, at: &str, user: &str) -> rusqlite::Result<Stamp> {
    Ok(Stamp {
        at: parse_column(row, at)?,
        user: row.get::<_, Option<String>>(user)?.map(UserId),
    })
}
