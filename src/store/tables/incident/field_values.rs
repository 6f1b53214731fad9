//! The table `field_values`.

use std::collections::BTreeMap;

use rusqlite::{Connection, named_params};

use crate::domain::{FieldKind, FieldValue, FieldValues, IncidentId};
use crate::error::Result;
use crate::store::db::sql_types::parse_column;

/// Stores the values of an incident that differ from `before`.
pub fn replace_field_values(
    tx: &Connection,
    incident: IncidentId,
    before: &FieldValues,
    now: &FieldValues,
) -> Result<()> {
    for field in before
        .keys()
        .filter(|field| before.get(*field) != now.get(*field))
    {
        tx.prepare_cached(
            "DELETE FROM field_values WHERE incident_id = :incident AND field = :field",
        )?
        .execute(named_params! { ":incident": incident.number(), ":field": field })?;
    }
    for (field, value) in now
        .iter()
        .filter(|(field, value)| before.get(*field) != Some(value))
    {
        insert_value(tx, incident, field, value)?;
    }
    Ok(())
}

fn insert_value(
    tx: &Connection,
    incident: IncidentId,
    field: &str,
    value: &FieldValue,
) -> Result<()> {
    for (position, item) in (1_i64..).zip(value.items()) {
        tx.prepare_cached(
            "INSERT INTO field_values (incident_id, field, position, type, value)
             VALUES (:incident, :field, :position, :type, :value)",
        )?
        .execute(named_params! {
            ":incident": incident.number(),
            ":field": field,
            ":position": position,
            ":type": value.kind().as_str(),
            ":value": item,
        })?;
    }
    Ok(())
}

/// Returns the values of an incident, also those of fields that the settings do not have any more.
pub fn field_values_of(tx: &Connection, incident: IncidentId) -> Result<FieldValues> {
    let rows: Vec<(String, FieldKind, String)> = tx
        .prepare_cached(
            "SELECT field, type, value FROM field_values
              WHERE incident_id = :incident ORDER BY field, position",
        )?
        .query_map(named_params! { ":incident": incident.number() }, |row| {
            Ok((
                row.get("field")?,
                parse_column(row, "type")?,
                row.get("value")?,
            ))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut items: BTreeMap<String, (FieldKind, Vec<String>)> = BTreeMap::new();
    for (field, kind, item) in rows {
        let (_, values) = items.entry(field).or_insert_with(|| (kind, Vec::new()));
        values.push(item);
    }
    let values = items.into_iter();
    let values = values
        .filter_map(|(field, (kind, items))| Some((field, FieldValue::from_items(kind, items)?)));
    Ok(values.collect())
}
