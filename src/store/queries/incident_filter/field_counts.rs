//! Reads the values of fields of many incidents, and counts them for the facets.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row, named_params};

use crate::domain::{FieldDefinition, FieldOption};
use crate::error::Result;
use crate::store::queries::incident_filter::facets::{FacetCounts, MAX_FREQUENT, most_frequent};
use crate::store::queries::incident_filter::matching_rows::MatchingRow;

/// The values of some incidents, in the order of the primary key: each field of an incident begins at position 1.
/// The plus keeps SQLite from reading all incidents with a value.
pub(crate) const VALUES: &str = "SELECT incident_id, field, position, value FROM field_values
     WHERE incident_id IN (SELECT value FROM json_each(:incidents)) AND +type <> 'text'";

/// The same for one field.
pub(crate) const VALUES_OF_FIELD: &str = "SELECT incident_id, field, position, value FROM field_values
     WHERE incident_id IN (SELECT value FROM json_each(:incidents)) AND +type <> 'text' AND field = :field";

/// The facet of a field that the settings define.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFacet {
    /// The definition of the field.
    pub field: FieldDefinition,
    /// The counts: the most frequent values and the selected ones, then `None` for incidents without a value.
    pub counts: FacetCounts<Option<String>>,
    /// The other values that the settings list, if the incidents have more values than are counted here.
    pub more: Vec<String>,
}

/// The numbers of incidents by field and value.
pub(crate) struct FieldTally(BTreeMap<String, ValueCounts>);

/// The numbers of incidents by the value of a field.
#[derive(Clone, Default)]
pub(crate) struct ValueCounts {
    /// The number of incidents with a value.
    incidents: usize,
    by_value: BTreeMap<String, usize>,
}

impl FieldTally {
    /// Counts the values that some incidents have of these fields.
    pub(crate) fn count<'f>(
        tx: &Connection,
        incidents: &[i64],
        fields: impl Iterator<Item = &'f FieldDefinition>,
    ) -> Result<Self> {
        let mut tally = Self::of_fields(fields.map(|field| field.name.as_str()));
        tx.prepare_cached(VALUES)?
            .query(named_params! { ":incidents": json_list(incidents) })
            .and_then(|rows| tally.add_rows(rows))?;
        Ok(tally)
    }

    /// Counts the values that some incidents have of one field.
    pub(crate) fn count_field(
        tx: &Connection,
        incidents: &[i64],
        field: &str,
    ) -> Result<ValueCounts> {
        let mut tally = Self::of_fields([field].into_iter());
        tx.prepare_cached(VALUES_OF_FIELD)?
            .query(named_params! { ":incidents": json_list(incidents), ":field": field })
            .and_then(|rows| tally.add_rows(rows))?;
        Ok(tally.of_field(field))
    }

    fn of_fields<'f>(names: impl Iterator<Item = &'f str>) -> Self {
        Self(
            names
                .map(|name| (name.to_owned(), ValueCounts::default()))
                .collect(),
        )
    }

    fn add_rows(&mut self, mut rows: rusqlite::Rows<'_>) -> rusqlite::Result<()> {
        while let Some(row) = rows.next()? {
            self.add_row(row)?;
        }
        Ok(())
    }

    fn add_row(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let Some(counts) = self.0.get_mut(row.get_ref(1)?.as_str()?) else {
            return Ok(());
        };
        counts.incidents += usize::from(row.get::<_, i64>(2)? == 1);
        let value = row.get_ref(3)?.as_str()?;
        match counts.by_value.get_mut(value) {
            Some(count) => *count += 1,
            None => _ = counts.by_value.insert(value.to_owned(), 1),
        }
        Ok(())
    }

    /// Returns the counts of a field.
    pub(crate) fn of_field(&self, field: &str) -> ValueCounts {
        self.0.get(field).cloned().unwrap_or_default()
    }
}

impl ValueCounts {
    /// Returns the counts of a facet over `incidents` incidents.
    pub(crate) fn facet(
        &self,
        selected: &BTreeSet<String>,
        incidents: usize,
    ) -> Vec<(Option<String>, usize)> {
        let values = most_frequent(&self.by_value, selected).into_iter();
        let values = values.map(|(value, count)| (Some(value), count));
        let none = (None, incidents.saturating_sub(self.incidents));
        values.chain([none]).collect()
    }

    /// Returns the listed values that a facet leaves out.
    pub(crate) fn more(
        &self,
        counts: &[(Option<String>, usize)],
        listed: &[FieldOption],
    ) -> Vec<String> {
        if self.by_value.len() <= MAX_FREQUENT {
            return Vec::new();
        }
        let is_counted = |name: &String| counts.iter().any(|(it, _)| it.as_ref() == Some(name));
        let names = listed.iter().map(|option| &option.name);
        names.filter(|name| !is_counted(name)).cloned().collect()
    }
}

/// Adds the values of fields to rows, so that a filter can compare them.
pub(crate) fn add_values(tx: &Connection, rows: &mut [MatchingRow]) -> Result<()> {
    let incidents: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut values: BTreeMap<i64, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    let mut statement = tx.prepare_cached(VALUES)?;
    let mut values_of_rows =
        statement.query(named_params! { ":incidents": json_list(&incidents) })?;
    while let Some(row) = values_of_rows.next()? {
        let fields = values.entry(row.get(0)?).or_default();
        fields.entry(row.get(1)?).or_default().insert(row.get(3)?);
    }
    for row in rows {
        row.incident.fields = values.remove(&row.id).unwrap_or_default();
    }
    Ok(())
}

/// Returns numbers as a JSON list.
fn json_list(numbers: &[i64]) -> String {
    let numbers: Vec<_> = numbers.iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}
