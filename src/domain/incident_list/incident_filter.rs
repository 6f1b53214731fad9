//! The filter of a list of incidents. Values of one field are alternatives; fields are combined.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate};

use crate::{
    DetectionMethod, FieldSelection, ImpactState, Severity, Status, Timestamp, UserClock, UserId,
    Visibility,
};

/// A filter of incidents. An empty set allows every value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentFilter {
    /// The words to search for, separated by single spaces; may be empty.
    pub words: String,
    /// The statuses.
    pub statuses: BTreeSet<Status>,
    /// The severities.
    pub severities: BTreeSet<Severity>,
    /// The commanders.
    pub commanders: BTreeSet<UserId>,
    /// Whether the viewer is a responder.
    pub is_mine: bool,
    /// Whether customers are affected.
    pub impacts: BTreeSet<ImpactState>,
    /// The detection methods.
    pub detection_methods: BTreeSet<DetectionMethod>,
    /// When the incident was declared; `None` allows any time.
    pub declared: Option<DeclaredRange>,
    /// The visibilities.
    pub visibilities: BTreeSet<Visibility>,
    /// Whether it is a test; `None` allows both.
    pub is_test: Option<bool>,
    /// Whether its channel is archived; `None` allows both.
    pub is_archived: Option<bool>,
    /// The fields of the settings, by name.
    pub fields: BTreeMap<String, FieldSelection>,
}

impl Default for IncidentFilter {
    /// Returns the filter of the list's first page: open incidents.
    fn default() -> Self {
        Self {
            statuses: BTreeSet::from([Status::Active, Status::Stable]),
            ..Self::any()
        }
    }
}

impl IncidentFilter {
    /// Returns the filter that every incident passes.
    pub fn any() -> Self {
        Self {
            words: String::new(),
            statuses: BTreeSet::new(),
            severities: BTreeSet::new(),
            commanders: BTreeSet::new(),
            is_mine: false,
            impacts: BTreeSet::new(),
            detection_methods: BTreeSet::new(),
            declared: None,
            visibilities: BTreeSet::new(),
            is_test: None,
            is_archived: None,
            fields: BTreeMap::new(),
        }
    }

    /// Returns whether a field is restricted.
    pub fn restricts(&self, field: &FilterField) -> bool {
        match field {
            FilterField::Words => !self.words.is_empty(),
            FilterField::Status => !self.statuses.is_empty(),
            FilterField::Severity => !self.severities.is_empty(),
            FilterField::Commander => !self.commanders.is_empty(),
            FilterField::Mine => self.is_mine,
            FilterField::Impact => !self.impacts.is_empty(),
            FilterField::Detection => !self.detection_methods.is_empty(),
            FilterField::Declared => self.declared.is_some(),
            FilterField::Visibility => !self.visibilities.is_empty(),
            FilterField::Test => self.is_test.is_some(),
            FilterField::Archived => self.is_archived.is_some(),
            FilterField::Field(name) => self.fields.contains_key(name),
        }
    }

    /// Returns the restricted fields, in the order of the sentence.
    pub fn restricted_fields(&self) -> Vec<FilterField> {
        let built_in = FilterField::BUILT_IN.into_iter();
        let built_in = built_in.filter(|field| self.restricts(field));
        let fields = self.fields.keys().cloned().map(FilterField::Field);
        built_in.chain(fields).collect()
    }

    /// Returns the filter without the restriction of one field.
    #[must_use]
    pub fn without(&self, field: &FilterField) -> Self {
        let mut filter = self.clone();
        match field {
            FilterField::Words => filter.words.clear(),
            FilterField::Status => filter.statuses.clear(),
            FilterField::Severity => filter.severities.clear(),
            FilterField::Commander => filter.commanders.clear(),
            FilterField::Mine => filter.is_mine = false,
            FilterField::Impact => filter.impacts.clear(),
            FilterField::Detection => filter.detection_methods.clear(),
            FilterField::Declared => filter.declared = None,
            FilterField::Visibility => filter.visibilities.clear(),
            FilterField::Test => filter.is_test = None,
            FilterField::Archived => filter.is_archived = None,
            FilterField::Field(name) => _ = filter.fields.remove(name),
        }
        filter
    }

    /// Returns the fields whose restriction an incident fails. Words are not compared: the store finds them.
    pub fn failed_fields(
        &self,
        incident: &FilteredIncident,
        declared: TimeBounds,
    ) -> Vec<FilterField> {
        let passes = |field: &FilterField| match field {
            FilterField::Words => true,
            FilterField::Status => allows(&self.statuses, &incident.status),
            FilterField::Severity => allows(&self.severities, &incident.severity),
            FilterField::Commander => {
                allows_optional(&self.commanders, incident.commander.as_ref())
            }
            FilterField::Mine => !self.is_mine || incident.is_mine,
            FilterField::Impact => allows(&self.impacts, &incident.impact),
            FilterField::Detection => allows(&self.detection_methods, &incident.detection_method),
            FilterField::Declared => declared.contains(incident.declared_at),
            FilterField::Visibility => allows(&self.visibilities, &incident.visibility),
            FilterField::Test => self.is_test.is_none_or(|it| it == incident.is_test),
            FilterField::Archived => self.is_archived.is_none_or(|it| it == incident.is_archived),
            FilterField::Field(_) => true,
        };
        let fields = FilterField::BUILT_IN.into_iter();
        let failed = fields.filter(|field| !passes(field));
        failed
            .chain(self.failed_selections(&incident.fields))
            .collect()
    }

    /// Returns the bounds of the declared range, in the time zone of the viewer.
    pub fn declared_bounds(&self, clock: &UserClock) -> TimeBounds {
        self.declared
            .map(|range| range.bounds(clock))
            .unwrap_or_default()
    }
}

fn allows_optional<T: Ord>(selected: &BTreeSet<T>, value: Option<&T>) -> bool {
    selected.is_empty() || value.is_some_and(|value| selected.contains(value))
}

fn allows<T: Ord>(selected: &BTreeSet<T>, value: &T) -> bool {
    selected.is_empty() || selected.contains(value)
}

/// A field of a filter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FilterField {
    /// The words.
    Words,
    /// The status.
    Status,
    /// The severity.
    Severity,
    /// The commander.
    Commander,
    /// Whether the viewer is a responder.
    Mine,
    /// Whether customers are affected.
    Impact,
    /// The detection method.
    Detection,
    /// When the incident was declared.
    Declared,
    /// The visibility.
    Visibility,
    /// Whether it is a test.
    Test,
    /// Whether its channel is archived.
    Archived,
    /// The field of the settings with this name.
    Field(String),
}

impl FilterField {
    /// The fields that every incident has, in the order of the sentence.
    pub const BUILT_IN: [Self; 11] = [
        Self::Words,
        Self::Status,
        Self::Severity,
        Self::Commander,
        Self::Mine,
        Self::Impact,
        Self::Detection,
        Self::Declared,
        Self::Visibility,
        Self::Test,
        Self::Archived,
    ];
}

/// The attributes of an incident that a filter reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilteredIncident {
    /// The status.
    pub status: Status,
    /// The severity.
    pub severity: Severity,
    /// The commander; `None` if there is none.
    pub commander: Option<UserId>,
    /// Whether the viewer is a responder.
    pub is_mine: bool,
    /// Whether customers are affected.
    pub impact: ImpactState,
    /// The detection method.
    pub detection_method: DetectionMethod,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// The visibility.
    pub visibility: Visibility,
    /// Whether it is a test.
    pub is_test: bool,
    /// Whether its channel is archived.
    pub is_archived: bool,
    /// The values of the fields of the settings that the filter restricts, by name.
    pub fields: BTreeMap<String, BTreeSet<String>>,
}

/// When an incident was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredRange {
    /// Within a period that ends now.
    Last(ListPeriod),
    /// On these days, both included, in the time zone of the viewer.
    Days {
        /// The first day; `None` if there is no first day.
        from: Option<NaiveDate>,
        /// The last day; `None` if there is no last day.
        to: Option<NaiveDate>,
    },
}

impl DeclaredRange {
    /// Returns the bounds of the range, in the time zone of the clock.
    pub fn bounds(&self, clock: &UserClock) -> TimeBounds {
        match self {
            Self::Last(period) => TimeBounds {
                from: Some(clock.now().plus(-period.duration())),
                before: None,
            },
            Self::Days { from, to } => TimeBounds {
                from: from.map(|day| clock.start_of_day(day)),
                before: to
                    .and_then(|day| day.succ_opt())
                    .map(|day| clock.start_of_day(day)),
            },
        }
    }
}

/// A period that ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListPeriod {
    /// The last 24 hours.
    Day,
    /// The last 7 days.
    Week,
    /// The last 30 days.
    Month,
    /// The last 90 days.
    Quarter,
}

impl ListPeriod {
    /// All periods, the shortest first.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Quarter];

    /// Returns the name in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
        }
    }

    /// Returns the displayed name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Day => "Last 24 hours",
            Self::Week => "Last 7 days",
            Self::Month => "Last 30 days",
            Self::Quarter => "Last 90 days",
        }
    }

    /// Returns its length.
    pub fn duration(self) -> Duration {
        match self {
            Self::Day => Duration::hours(24),
            Self::Week => Duration::days(7),
            Self::Month => Duration::days(30),
            Self::Quarter => Duration::days(90),
        }
    }
}

/// A range of time: from a timestamp on, and before another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeBounds {
    /// The first timestamp; `None` if there is none.
    pub from: Option<Timestamp>,
    /// The first timestamp after the range; `None` if there is none.
    pub before: Option<Timestamp>,
}

impl TimeBounds {
    /// Returns whether a timestamp is in the range.
    pub fn contains(self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.before.is_none_or(|before| at < before)
    }
}
