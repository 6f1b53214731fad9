//! Counts the values of the incidents that pass a filter.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::domain::{
    DetectionMethod, FilteredIncident, ImpactState, IncidentFilter, ListPeriod, Severity, Status,
    Timestamp, UserId, Visibility,
};
use crate::error::Result;
use crate::store::ListRequest;
use crate::store::queries::incident_filter::filter_driver::Purpose;
use crate::store::queries::incident_filter::matching_rows::{
    MAX_COUNTED, MatchingRow, counted_columns_of,
};

/// Counts the newest incidents that pass a filter.
pub(super) fn count_selected(
    tx: &Connection,
    request: &ListRequest,
    filter: &IncidentFilter,
) -> Result<Tally> {
    let mut tally = Tally::default();
    let selection = request.selection(filter, Purpose::Counts);
    selection.for_each(tx, &counted_columns_of(filter), MAX_COUNTED + 1, |row| {
        if tally.rows < MAX_COUNTED {
            tally.add(&MatchingRow::from_row(row)?, request);
        } else {
            tally.is_capped = true;
        }
        Ok(())
    })?;
    Ok(tally)
}

/// The counts of some incidents.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) rows: usize,
    /// The numbers of the incidents.
    pub(super) numbers: Vec<i64>,
    pub(super) is_capped: bool,
    pub(super) statuses: BTreeMap<Status, usize>,
    pub(super) severities: BTreeMap<Severity, usize>,
    pub(super) commanders: BTreeMap<UserId, usize>,
    pub(super) impacts: BTreeMap<ImpactState, usize>,
    pub(super) methods: BTreeMap<DetectionMethod, usize>,
    pub(super) periods: BTreeMap<ListPeriod, usize>,
    pub(super) visibilities: BTreeMap<Visibility, usize>,
    pub(super) tests: BTreeMap<bool, usize>,
    pub(super) archived: BTreeMap<bool, usize>,
}

impl Tally {
    pub(super) fn add(&mut self, row: &MatchingRow, request: &ListRequest) {
        let incident: &FilteredIncident = &row.incident;
        self.rows += 1;
        self.numbers.push(row.id);
        *self.statuses.entry(incident.status).or_default() += 1;
        *self.severities.entry(incident.severity).or_default() += 1;
        if let Some(commander) = &incident.commander {
            match self.commanders.get_mut(commander) {
                Some(count) => *count += 1,
                None => _ = self.commanders.insert(commander.clone(), 1),
            }
        }
        *self.impacts.entry(incident.impact).or_default() += 1;
        *self.methods.entry(incident.detection_method).or_default() += 1;
        *self.visibilities.entry(incident.visibility).or_default() += 1;
        *self.tests.entry(incident.is_test).or_default() += 1;
        *self.archived.entry(incident.is_archived).or_default() += 1;
        let now: Timestamp = request.clock.now();
        let age = now.duration_since(incident.declared_at);
        for period in ListPeriod::ALL {
            if age <= period.duration() {
                *self.periods.entry(period).or_default() += 1;
            }
        }
    }
}
