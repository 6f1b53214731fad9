//! The changes of the status and of the severity of incidents, in order.

use std::collections::HashMap;

use rusqlite::{Connection, named_params};

use crate::domain::api::DatedChange;
use crate::domain::{FieldChange, IncidentId, TimelineEvent};
use crate::error::Result;
use crate::store::db::sql_types::{json_column, parse_column};

/// Reads the entries from an index that contains no other ones. Its condition must be that of the index.
const CHANGES: &str = "SELECT incident_id, happened_at, event
       FROM (SELECT value AS number FROM json_each(:incidents)) AS numbers
            CROSS JOIN timeline INDEXED BY timeline_status_changes ON incident_id = number
      WHERE kind = 'update' AND removed_at IS NULL
            AND (instr(event, '\"field\":\"status\"') > 0 OR instr(event, '\"field\":\"severity\"') > 0)
      ORDER BY happened_at, timeline.id";

/// Returns the changes of some incidents. Incidents without changes are left out.
pub(crate) fn histories_of(
    tx: &Connection,
    incidents: &[IncidentId],
) -> Result<HashMap<IncidentId, Vec<DatedChange>>> {
    let numbers: Vec<_> = incidents.iter().map(|id| id.number().to_string()).collect();
    let numbers = format!("[{}]", numbers.join(","));
    let mut statement = tx.prepare_cached(CHANGES)?;
    let mut rows = statement.query(named_params! { ":incidents": numbers })?;
    let mut histories: HashMap<IncidentId, Vec<DatedChange>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let at = parse_column(row, "happened_at")?;
        let event: TimelineEvent = json_column(row, "event")?;
        let TimelineEvent::Updated { changes } = event else {
            continue;
        };
        let is_counted = |it: &FieldChange| {
            matches!(
                it,
                FieldChange::Status { .. } | FieldChange::Severity { .. }
            )
        };
        let changes = changes.into_iter().filter(is_counted);
        let history = histories.entry(IncidentId(row.get("incident_id")?));
        let dated = changes.map(|change| DatedChange { at, change });
        history.or_default().extend(dated);
    }
    Ok(histories)
}

/// Returns the changes of one incident.
pub(crate) fn history_of(tx: &Connection, incident: IncidentId) -> Result<Vec<DatedChange>> {
    let mut histories = histories_of(tx, &[incident])?;
    Ok(histories.remove(&incident).unwrap_or_default())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn changes_come_from_their_own_index() {
        let tx = Connection::open_in_memory().unwrap();
        tx.execute_batch(include_str!("../../../schema.sql"))
            .unwrap();
        let mut explain = tx
            .prepare(&format!("EXPLAIN QUERY PLAN {CHANGES}"))
            .unwrap();
        let steps = explain
            .query_map(named_params! { ":incidents": "[7]" }, |row| {
                row.get::<_, String>("detail")
            })
            .unwrap();
        let steps: Vec<String> = steps.collect::<rusqlite::Result<_>>().unwrap();
        let index = "SEARCH timeline USING INDEX timeline_status_changes (incident_id=?)";
        assert!(steps.iter().any(|step| step == index), "{steps:?}");
    }
}
