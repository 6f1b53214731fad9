//! The table `setting_resources`: items of settings as resources of the API. It follows the settings, which users
//! change in Slack, on the pages and in the terminal.

use rusqlite::{Connection, Row, named_params};
use serde_json::{Value, json};

use crate::domain::api::SettingResourceKind;
use crate::domain::{
    DEFAULT_INCIDENT_TYPE, SettingChange, Settings, Timestamp, UserId, item_name, renames,
};
use crate::error::Result;
use crate::store::db::sql_types::{json_column, parse_column, parse_optional_column};
use crate::store::tables::api::incident_types::{Stamp, default_type, read_stamp};

/// An item of a setting as a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingResource {
    /// Its number.
    pub number: i64,
    /// The kind of setting.
    pub kind: SettingResourceKind,
    /// The name of the item.
    pub name: String,
    /// The number of the incident type that it belongs to.
    pub incident_type: i64,
    /// The attributes as a program sent them; an empty object if none did.
    pub attributes: Value,
    /// Its creation.
    pub created: Stamp,
    /// Its last change.
    pub modified: Stamp,
    /// When it was deleted; `None` while it is not.
    pub deleted_at: Option<Timestamp>,
}

impl SettingResource {
    /// Returns the item that was deleted, as far as it is known.
    pub fn deleted_item(&self) -> Option<&Value> {
        self.attributes.get(DELETED_ITEM)
    }

    /// Marks the resource and its item as deleted.
    pub fn delete(&mut self, item: Value, now: Timestamp) {
        self.attributes[DELETED_ITEM] = item;
        self.deleted_at = Some(now);
    }
}

/// The attribute of an item with the number of the incident type that it is for.
const INCIDENT_TYPE: &str = "incident_type";

/// The attribute with the item that was deleted.
const DELETED_ITEM: &str = "deleted_item";

/// Returns all resources of a kind in their order, including deleted ones.
pub(crate) fn resources(
    tx: &Connection,
    kind: SettingResourceKind,
) -> Result<Vec<SettingResource>> {
    let mut statement =
        tx.prepare_cached("SELECT * FROM setting_resources WHERE kind = :kind ORDER BY number")?;
    let rows = statement.query_map(named_params! { ":kind": kind.as_str() }, read_resource)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Inserts a resource and returns its number. The number of the given one is ignored.
pub(crate) fn insert_resource(tx: &Connection, new: &SettingResource) -> Result<i64> {
    if new.kind == SettingResourceKind::Field {
        // The ID of a field comes from its name, so the earlier field is this one.
        tx.prepare_cached("DELETE FROM setting_resources WHERE kind = :kind AND name = :name")?
            .execute(named_params! { ":kind": new.kind.as_str(), ":name": new.name })?;
    }
    end_name(tx, new, new.created.at)?;
    tx.prepare_cached(
        "INSERT INTO setting_resources (kind, name, incident_type, attributes, created_at, created_by,
                                        modified_at, modified_by)
         VALUES (:kind, :name, :incident_type, :attributes, :created_at, :created_by, :modified_at, :modified_by)",
    )?
    .execute(named_params! {
        ":kind": new.kind.as_str(),
        ":name": new.name,
        ":incident_type": new.incident_type,
        ":attributes": new.attributes.to_string(),
        ":created_at": new.created.at.to_string(),
        ":created_by": new.created.user.as_ref().map(UserId::as_str),
        ":modified_at": new.modified.at.to_string(),
        ":modified_by": new.modified.user.as_ref().map(UserId::as_str),
    })?;
    Ok(tx.last_insert_rowid())
}

/// Stores a changed or deleted resource.
pub(crate) fn update_resource(tx: &Connection, changed: &SettingResource) -> Result<()> {
    if changed.deleted_at.is_none() {
        end_name(tx, changed, changed.modified.at)?;
    }
    tx.prepare_cached(
        "UPDATE setting_resources
            SET name = :name, incident_type = :incident_type, attributes = :attributes,
                modified_at = :modified_at, modified_by = :modified_by, deleted_at = :deleted_at
          WHERE number = :number",
    )?
    .execute(named_params! {
        ":number": changed.number,
        ":name": changed.name,
        ":incident_type": changed.incident_type,
        ":attributes": changed.attributes.to_string(),
        ":modified_at": changed.modified.at.to_string(),
        ":modified_by": changed.modified.user.as_ref().map(UserId::as_str),
        ":deleted_at": changed.deleted_at.map(|at| at.to_string()),
    })?;
    Ok(())
}

/// Ends other resources with the name of one, so that each name has one. The settings reject a name that another item
/// has.
fn end_name(tx: &Connection, resource: &SettingResource, at: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE setting_resources SET deleted_at = :at
          WHERE kind = :kind AND name = :name AND number <> :number AND deleted_at IS NULL",
    )?
    .execute(named_params! {
        ":kind": resource.kind.as_str(),
        ":name": resource.name,
        ":number": resource.number,
        ":at": at.to_string(),
    })?;
    Ok(())
}

/// Inserts a resource for each item of the settings that has none, when the store is opened.
pub(crate) fn complete(tx: &Connection, settings: &Settings) -> Result<()> {
    let first = default_type(tx)?.created.at;
    for kind in SettingResourceKind::ALL {
        insert_missing(tx, kind, &kind.items(settings), first)?;
    }
    Ok(())
}

/// Applies changed settings to the resources: new, renamed, edited and deleted items.
pub(crate) fn follow(tx: &Connection, changes: &[SettingChange], now: Timestamp) -> Result<()> {
    for change in changes {
        let Some(kind) = SettingResourceKind::of_change(change) else {
            continue;
        };
        let (before, after) = (change.items_before(), change.items_after());
        for rename in renames(before, after) {
            let mut items = before.iter();
            let item = items.find(|item| item_name(item) == rename.from);
            match &rename.to {
                Some(name) => follow_rename(tx, kind, &rename.from, name, now)?,
                None => end(tx, kind, item.unwrap_or(&Value::Null), now)?,
            }
        }
        for item in after.iter().filter(|item| !before.contains(item)) {
            let mut earlier = before.iter();
            let earlier = earlier.find(|it| item_name(it) == item_name(item));
            if earlier.is_some_and(|it| it[INCIDENT_TYPE] != item[INCIDENT_TYPE]) {
                move_to_type(tx, kind, item, now)?;
            }
            touch(tx, kind, item_name(item), now)?;
        }
        insert_missing(tx, kind, after, now)?;
    }
    Ok(())
}

fn follow_rename(
    tx: &Connection,
    kind: SettingResourceKind,
    from: &str,
    to: &str,
    now: Timestamp,
) -> Result<()> {
    let is_known = resources(tx, kind)?
        .into_iter()
        .any(|resource| resource.deleted_at.is_none() && resource.name == from);
    // A request of the API has renamed its resource already.
    if !is_known {
        return Ok(());
    }
    end(tx, kind, &json!({ "name": to }), now)?;
    tx.prepare_cached(
        "UPDATE setting_resources SET name = :name
          WHERE kind = :kind AND name = :from AND deleted_at IS NULL",
    )?
    .execute(named_params! { ":kind": kind.as_str(), ":name": to, ":from": from })?;
    Ok(())
}

/// Records the deletion of an item, and what it was.
fn end(tx: &Connection, kind: SettingResourceKind, item: &Value, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE setting_resources
            SET deleted_at = :now, attributes = json_set(attributes, '$.deleted_item', json(:item))
          WHERE kind = :kind AND name = :name AND deleted_at IS NULL",
    )?
    .execute(named_params! {
        ":kind": kind.as_str(),
        ":name": item_name(item),
        ":item": item.to_string(),
        ":now": now.to_string(),
    })?;
    Ok(())
}

/// Records a change of an item that no request of the API made.
fn touch(tx: &Connection, kind: SettingResourceKind, name: &str, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE setting_resources SET modified_at = :now, modified_by = NULL
          WHERE kind = :kind AND name = :name AND deleted_at IS NULL AND modified_at <> :now",
    )?
    .execute(named_params! { ":kind": kind.as_str(), ":name": name, ":now": now.to_string() })?;
    Ok(())
}

/// Records another incident type of an item that no request of the API chose.
fn move_to_type(
    tx: &Connection,
    kind: SettingResourceKind,
    item: &Value,
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE setting_resources SET incident_type = :incident_type
          WHERE kind = :kind AND name = :name AND deleted_at IS NULL AND modified_at <> :now",
    )?
    .execute(named_params! {
        ":kind": kind.as_str(),
        ":name": item_name(item),
        ":incident_type": type_of(item),
        ":now": now.to_string(),
    })?;
    Ok(())
}

/// Returns the incident type that the resource of an item names.
fn type_of(item: &Value) -> i64 {
    item[INCIDENT_TYPE]
        .as_i64()
        .unwrap_or(DEFAULT_INCIDENT_TYPE)
}

fn insert_missing(
    tx: &Connection,
    kind: SettingResourceKind,
    items: &[Value],
    at: Timestamp,
) -> Result<()> {
    let mut known = resources(tx, kind)?;
    known.retain(|resource| resource.deleted_at.is_none());
    let stamp = Stamp { at, user: None };
    for item in items {
        let name = item_name(item);
        let is_known = known.iter().any(|resource| resource.name == name);
        if is_known || kind.is_shipped(item) {
            continue;
        }
        let resource = SettingResource {
            number: 0,
            kind,
            name: name.to_owned(),
            incident_type: type_of(item),
            attributes: json!({}),
            created: stamp.clone(),
            modified: stamp.clone(),
            deleted_at: None,
        };
        insert_resource(tx, &resource)?;
    }
    Ok(())
}

fn read_resource(row: &Row<'_>) -> rusqlite::Result<SettingResource> {
    Ok(SettingResource {
        number: row.get("number")?,
        kind: parse_column(row, "kind")?,
        name: row.get("name")?,
        incident_type: row.get("incident_type")?,
        attributes: json_column(row, "attributes")?,
        created: read_stamp(row, "created_at", "created_by")?,
        modified: read_stamp(row, "modified_at", "modified_by")?,
        deleted_at: parse_optional_column(row, "deleted_at")?,
    })
}
