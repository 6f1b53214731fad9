//! The condition of a search: a query whose facets and values are known.

use std::ops::Bound;

use super::SearchText;
use crate::{DetectionMethod, Severity, Status, TimeBounds, Visibility};

/// The condition for the incidents of a search.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All incidents.
    Everything,
    /// No incident.
    Nothing,
    /// The incidents for which all conditions hold.
    And(Vec<Self>),
    /// The incidents for which one of the conditions holds.
    Or(Vec<Self>),
    /// The incidents for which the condition does not hold.
    Not(Box<Self>),
    /// A text somewhere in the incident or on its timeline.
    Text(SearchText),
    /// A text in one column.
    TextIn(TextColumn, SearchText),
    /// One of the statuses.
    Statuses(Vec<Status>),
    /// One of the severities.
    Severities(Vec<Severity>),
    /// One of the detection methods.
    DetectionMethods(Vec<DetectionMethod>),
    /// The visibility.
    Visibility(Visibility),
    /// Test incidents.
    IsTest,
    /// One of the incident types, by their numbers.
    IncidentTypes(Vec<i64>),
    /// Incidents with an impact.
    HasImpact,
    /// Incidents with a postmortem.
    HasPostmortem,
    /// The number of the incident.
    Number(NumberRange),
    /// Users in some relation to the incident, by ID, handle, mail address or name.
    User(UserFacet, SearchText),
    /// A time.
    Time(TimeFacet, TimeBounds),
    /// Incidents with a time.
    HasTime(TimeFacet),
    /// A duration, in seconds.
    Duration(DurationFacet, NumberRange),
    /// Incidents with a duration.
    HasDuration(DurationFacet),
    /// A single value of a field that the settings define, by its name.
    FieldValue(String, SearchText),
    /// A text in a field of long texts.
    FieldText(String, SearchText),
    /// A number in a field.
    FieldNumber(String, NumberRange),
    /// A time in a field.
    FieldTime(String, TimeBounds),
    /// Incidents with a value of a field.
    HasField(String),
}

/// A range of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberRange {
    /// The lower bound.
    pub low: Bound<f64>,
    /// The upper bound.
    pub high: Bound<f64>,
}

/// A column with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextColumn {
    /// The title.
    Title,
    /// The summary.
    Summary,
    /// The root cause.
    RootCause,
}

/// The relation of a user to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserFacet {
    /// The commander.
    Commander,
    /// A responder.
    Responder,
    /// The user who declared it.
    DeclaredBy,
    /// The user of the last timeline entry.
    LastModifiedBy,
}

/// A time of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeFacet {
    /// The declaration.
    Declared,
    /// The detection.
    Detected,
    /// The resolution.
    Resolved,
    /// The last timeline entry.
    Modified,
}

/// A duration of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurationFacet {
    /// From the first impact to the detection.
    Detect,
    /// From the detection to the end of the last impact.
    Repair,
    /// From the declaration to the resolution.
    Resolve,
    /// From the detection to the declaration.
    InternalResponse,
    /// From the start of the first impact to the end of the last one.
    CustomerImpact,
}
