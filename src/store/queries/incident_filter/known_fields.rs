//! Checks the fields of a filter against the settings and the stored values.

use rusqlite::{Connection, OptionalExtension};

use crate::domain::{ParsedListQuery, Viewer};
use crate::error::Result;
use crate::store::Store;
use crate::store::effective_viewer::effective_viewer;
use crate::store::queries::incident_filter::field_sql::INCIDENTS_BY_VALUE;
use crate::store::queries::incident_filter::filter_sql::{
    Parameter, VISIBLE, bound, viewer_parameters,
};
use crate::store::tables::workspace::settings;

impl Store {
    /// Returns a query with the fields and values that exist, and names the others as ignored. A value exists if
    /// the settings list it, or if an incident has it that the viewer may see.
    pub async fn with_known_fields(
        &self,
        viewer: Viewer,
        parsed: ParsedListQuery,
    ) -> Result<ParsedListQuery> {
        if parsed.query.filter.fields.is_empty() {
            return Ok(parsed);
        }
        self.read_pool
            .run(move |tx| with_known_fields(tx, &viewer, parsed))
            .await
    }
}

fn with_known_fields(
    tx: &Connection,
    viewer: &Viewer,
    parsed: ParsedListQuery,
) -> Result<ParsedListQuery> {
    let viewer = effective_viewer(tx, viewer)?;
    let settings = settings::current_settings(tx)?;
    let mut parsed = parsed.with_known_fields(&settings);
    for (field, value) in parsed.unlisted_values(&settings) {
        if !has_visible_incident(tx, &viewer, [&field, &value])? {
            parsed.ignore_value(&field, &value);
        }
    }
    Ok(parsed)
}

/// Returns whether the viewer may see an incident with this value of this field.
fn has_visible_incident(
    tx: &Connection,
    viewer: &Viewer,
    [field, value]: [&str; 2],
) -> Result<bool> {
    let text = |name: &str, text: &str| -> Parameter {
        (
            name.to_owned(),
            rusqlite::types::Value::Text(text.to_owned()),
        )
    };
    let mut parameters = viewer_parameters(viewer);
    parameters.extend([text(":field", field), text(":value", value)]);
    let incident = tx
        .prepare_cached(&format!(
            "SELECT 1 FROM {INCIDENTS_BY_VALUE}
              WHERE field = :field AND value = :value AND type <> 'text' AND {VISIBLE} LIMIT 1"
        ))?
        .query_row(bound(&parameters).as_slice(), |_| Ok(()))
        .optional()?;
    Ok(incident.is_some())
}
