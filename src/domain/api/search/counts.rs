//! The counts of the facets of a search.

use std::collections::BTreeMap;

use crate::{DetectionMethod, Severity, Status, UserId, Visibility};

/// The numbers of incidents by the values of the facets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchCounts {
    /// The number of counted incidents.
    pub incidents: usize,
    /// By status.
    pub statuses: BTreeMap<Status, usize>,
    /// By severity.
    pub severities: BTreeMap<Severity, usize>,
    /// By detection method.
    pub detection_methods: BTreeMap<DetectionMethod, usize>,
    /// By visibility.
    pub visibilities: BTreeMap<Visibility, usize>,
    /// By whether customers are or were affected.
    pub customer_impacted: BTreeMap<bool, usize>,
    /// By whether they are test incidents.
    pub tests: BTreeMap<bool, usize>,
    /// By whether they have a postmortem.
    pub postmortems: BTreeMap<bool, usize>,
    /// By the number of the incident type.
    pub incident_types: BTreeMap<i64, usize>,
    /// By commander.
    pub commanders: BTreeMap<UserId, usize>,
    /// By responder.
    pub responders: BTreeMap<UserId, usize>,
    /// By the user who declared them.
    pub declared_by: BTreeMap<UserId, usize>,
    /// By the user of the last timeline entry; `None` if Muster recorded it.
    pub modified_by: BTreeMap<Option<UserId>, usize>,
    /// The seconds from the first impact to the detection.
    pub time_to_detect: Aggregate,
    /// The seconds from the detection to the end of the last impact.
    pub time_to_repair: Aggregate,
    /// The seconds from the declaration to the resolution.
    pub time_to_resolve: Aggregate,
    /// The single values of fields, by the name of the field.
    pub field_values: BTreeMap<String, BTreeMap<String, usize>>,
    /// The numbers in fields, by the name of the field.
    pub field_numbers: BTreeMap<String, Aggregate>,
}

/// The lowest and the highest of some numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Aggregate {
    /// The lowest number; `None` if there is no number.
    pub min: Option<f64>,
    /// The highest number; `None` if there is no number.
    pub max: Option<f64>,
}

impl Aggregate {
    /// Adds a number.
    pub fn add(&mut self, number: f64) {
        self.min = Some(self.min.map_or(number, |min| min.min(number)));
        self.max = Some(self.max.map_or(number, |max| max.max(number)));
    }
}
