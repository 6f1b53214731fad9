//! Counts the facets of a search.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, Row, named_params};

use crate::domain::api::search::SearchCounts;
use crate::domain::{DetectionMethod, FieldKind, Severity, Status, Timestamp, UserId, Visibility};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};
use crate::store::queries::api_search::lowering::json_numbers;
use crate::store::queries::incident_filter::matching_rows::enum_column;

/// The columns of a counted row, in the order in which [`Tally::add`] reads them.
pub(super) const COLUMNS: &str = "id, status, severity, detection_method, visibility, impact_state,
    kind, postmortem_state, commander, declared_by, last_activity_by, declared_at, resolved_at, detected_at,
    incident_type";

/// The counts of some incidents, and what is needed to complete them.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) counts: SearchCounts,
    /// The numbers of the incidents, in their order.
    pub(super) numbers: Vec<i64>,
    /// When those with an impact were detected.
    detections: HashMap<i64, Timestamp>,
}

impl Tally {
    /// Counts a row.
    pub(super) fn add(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let id = row.get(0)?;
        let counts = &mut self.counts;
        let text = |position| {
            row.get_ref(position)?
                .as_str()
                .map_err(rusqlite::Error::from)
        };
        let user = |position| row.get::<_, Option<String>>(position);
        let status = enum_column(row, 1, &Status::ALL, Status::as_str)?;
        let severity = enum_column(row, 2, &Severity::ALL, Severity::as_str)?;
        let method = enum_column(row, 3, &DetectionMethod::ALL, DetectionMethod::as_str)?;
        let visibility = enum_column(row, 4, &Visibility::ALL, Visibility::as_str)?;
        let is_impacted = text(5)? != "none";
        counts.incidents += 1;
        *counts.statuses.entry(status).or_default() += 1;
        *counts.severities.entry(severity).or_default() += 1;
        *counts.detection_methods.entry(method).or_default() += 1;
        *counts.visibilities.entry(visibility).or_default() += 1;
        *counts.customer_impacted.entry(is_impacted).or_default() += 1;
        *counts.tests.entry(text(6)? != "real").or_default() += 1;
        let has_postmortem = text(7)? != "not_started";
        *counts.postmortems.entry(has_postmortem).or_default() += 1;
        *counts.incident_types.entry(row.get(14)?).or_default() += 1;
        if let Some(commander) = user(8)?.filter(|id| !id.is_empty()) {
            add_user(&mut counts.commanders, commander);
        }
        if let Some(declared_by) = user(9)? {
            add_user(&mut counts.declared_by, declared_by);
        }
        *counts.modified_by.entry(user(10)?.map(UserId)).or_default() += 1;
        if let Some(resolved_at) = parse_optional_column::<Timestamp>(row, 12)? {
            let declared_at = parse_column(row, 11)?;
            let seconds = seconds_between(declared_at, resolved_at);
            counts.time_to_resolve.add(seconds);
        }
        if is_impacted {
            self.detections.insert(id, parse_column(row, 13)?);
        }
        self.numbers.push(id);
        Ok(())
    }

    /// Counts what other tables contain.
    pub(super) fn complete(&mut self, tx: &Connection) -> Result<()> {
        self.count_responders(tx)?;
        self.count_fields(tx)?;
        self.add_impact_durations(tx)
    }

    fn count_responders(&mut self, tx: &Connection) -> Result<()> {
        let mut statement = tx.prepare_cached(RESPONDERS)?;
        let numbers = json_numbers(&self.numbers);
        let mut rows = statement.query(named_params! { ":incidents": numbers })?;
        while let Some(row) = rows.next()? {
            let user = UserId(row.get(0)?);
            self.counts.responders.insert(user, count_column(row, 1)?);
        }
        Ok(())
    }

    fn count_fields(&mut self, tx: &Connection) -> Result<()> {
        let mut statement = tx.prepare_cached(FIELDS)?;
        let numbers = json_numbers(&self.numbers);
        let mut rows = statement.query(named_params! { ":incidents": numbers })?;
        while let Some(row) = rows.next()? {
            let (field, value): (String, String) = (row.get(0)?, row.get(2)?);
            match row.get_ref(1)?.as_str().unwrap_or_default() {
                kind if kind == FieldKind::Number.as_str() => {
                    if let Ok(number) = value.parse() {
                        self.counts
                            .field_numbers
                            .entry(field)
                            .or_default()
                            .add(number);
                    }
                }
                _ => {
                    let values = self.counts.field_values.entry(field).or_default();
                    values.insert(value, count_column(row, 3)?);
                }
            }
        }
        Ok(())
    }

    fn add_impact_durations(&mut self, tx: &Connection) -> Result<()> {
        let mut statement = tx.prepare_cached(IMPACTS)?;
        let numbers: Vec<i64> = self.detections.keys().copied().collect();
        let mut rows = statement.query(named_params! { ":incidents": json_numbers(&numbers) })?;
        while let Some(row) = rows.next()? {
            let Some(detected_at) = self.detections.get(&row.get(0)?).copied() else {
                continue;
            };
            let start = parse_column(row, 1)?;
            let seconds = seconds_between(start, detected_at);
            self.counts.time_to_detect.add(seconds);
            let is_over = row.get::<_, i64>(3)? == 0;
            if let Some(end) = parse_optional_column(row, 2)?.filter(|_| is_over) {
                let seconds = seconds_between(detected_at, end);
                self.counts.time_to_repair.add(seconds);
            }
        }
        Ok(())
    }
}

/// The plus keeps SQLite from reading the responders of all incidents in the order of users.
const RESPONDERS: &str = "SELECT user_id, count(*) FROM responders
     WHERE incident_id IN (SELECT value FROM json_each(:incidents)) GROUP BY +user_id";

const FIELDS: &str = "SELECT field, type, value, count(*) FROM field_values
     WHERE incident_id IN (SELECT value FROM json_each(:incidents)) AND +type <> 'text'
     GROUP BY +field, +type, +value";

const IMPACTS: &str =
    "SELECT incident_id, min(started_at), max(ended_at), count(*) - count(ended_at) FROM impacts
      WHERE incident_id IN (SELECT value FROM json_each(:incidents)) GROUP BY incident_id";

fn count_column(row: &Row<'_>, column: usize) -> rusqlite::Result<usize> {
    let count: i64 = row.get(column)?;
    Ok(usize::try_from(count).unwrap_or_default())
}

fn add_user(counts: &mut BTreeMap<UserId, usize>, user: String) {
    *counts.entry(UserId(user)).or_default() += 1;
}

/// Returns the whole seconds between two times, or zero if the second is earlier.
#[expect(clippy::cast_precision_loss, reason = "a duration has few digits")]
fn seconds_between(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).num_seconds().max(0) as f64
}
