//! The URL of a list: reads the filter, the order and the page from query parameters, and writes them back.

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::text::truncate;
use crate::{
    DeclaredRange, DetectionMethod, ImpactState, IncidentFilter, ListCursor, ListGrouping,
    ListPeriod, ListSort, Rejection, Severity, Status, UserId, Visibility,
};

/// The maximum length of the search words, in characters.
pub const LONGEST_SEARCH: usize = 200;

/// The maximum number of values of one field.
const MAX_VALUES: usize = 20;

/// The maximum number of ignored parameters that are named.
const MAX_IGNORED: usize = 10;

/// The maximum length of the name of an ignored parameter, in characters.
const IGNORED_PREVIEW: usize = 60;

/// The value that lifts the restriction of the status, which otherwise is that of open incidents.
const ANY_STATUS: &str = "any";

/// The content of a list: everything that its URL contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// The filter.
    pub filter: IncidentFilter,
    /// The order.
    pub sort: ListSort,
    /// The groups.
    pub grouping: ListGrouping,
    /// The end of the previous page; `None` on the first page.
    pub cursor: Option<ListCursor>,
}

/// A list query, and the parameters of its URL that mean nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParsedListQuery {
    /// The query.
    pub query: ListQuery,
    /// The ignored parameters: the name of an unknown one, name and value of one with an unknown value.
    pub ignored: Vec<String>,
}

impl ListQuery {
    /// Reads a query from the parameters of a URL. Unknown ones are ignored and named. Whether fields of the
    /// settings exist is checked by [`ParsedListQuery::with_known_fields`].
    ///
    /// # Errors
    /// Returns a [`Rejection`] if the cursor is not one that a page of the list contains.
    pub fn parse<N: AsRef<str>, V: AsRef<str>>(
        parameters: impl IntoIterator<Item = (N, V)>,
    ) -> Result<ParsedListQuery, Rejection> {
        let mut parsed = ParsedListQuery::default();
        let mut statuses = BTreeSet::new();
        let mut has_any_status = false;
        for (name, value) in parameters {
            let (name, value) = (name.as_ref(), value.as_ref().trim());
            // An untouched field of a form is submitted empty.
            if value.is_empty() {
                continue;
            }
            let outcome = match name {
                "status" if value == ANY_STATUS => {
                    has_any_status = true;
                    Parameter::Read
                }
                "status" => add(&mut statuses, one_of(value, &Status::ALL, Status::as_str)),
                "after" => {
                    parsed.query.cursor = Some(value.parse()?);
                    Parameter::Read
                }
                _ => parsed.query.read_parameter(name, value),
            };
            parsed.record_ignored(outcome, name, value);
        }
        if has_any_status || !statuses.is_empty() {
            parsed.query.filter.statuses = statuses;
        }
        Ok(parsed)
    }

    /// Reads one parameter that is neither the status nor the cursor.
    fn read_parameter(&mut self, name: &str, value: &str) -> Parameter {
        let filter = &mut self.filter;
        match name {
            "q" => {
                filter.words = search_words(value);
                Parameter::Read
            }
            "severity" => add(
                &mut filter.severities,
                one_of(value, &Severity::ALL, Severity::as_str),
            ),
            "commander" => add(&mut filter.commanders, user_id(value)),
            "mine" => set(yes_or_no(value), |is_mine| filter.is_mine = is_mine),
            "impact" => add(
                &mut filter.impacts,
                one_of(value, &ImpactState::ALL, ImpactState::as_str),
            ),
            "detection" => add(
                &mut filter.detection_methods,
                one_of(value, &DetectionMethod::ALL, DetectionMethod::as_str),
            ),
            "visibility" => add(
                &mut filter.visibilities,
                one_of(value, &Visibility::ALL, Visibility::as_str),
            ),
            "test" => set(yes_or_no(value), |it| filter.is_test = Some(it)),
            "archived" => set(yes_or_no(value), |it| filter.is_archived = Some(it)),
            "declared" | "from" | "to" => filter.read_declared(name, value),
            "sort" => set(one_of(value, &ListSort::ALL, ListSort::as_str), |sort| {
                self.sort = sort;
            }),
            "group" => set(
                one_of(value, &ListGrouping::ALL, ListGrouping::as_str),
                |grouping| self.grouping = grouping,
            ),
            _ => filter.read_field(name, value),
        }
    }

    /// Returns the parameters of the URL, in a fixed order. Defaults are left out.
    pub fn parameters(&self) -> Vec<(Cow<'static, str>, String)> {
        let mut parameters = self.filter.parameters();
        let mut add = |name, value: &str| parameters.push((Cow::Borrowed(name), value.to_owned()));
        if self.sort != ListSort::default() {
            add("sort", self.sort.as_str());
        }
        if self.grouping != ListGrouping::default() {
            add("group", self.grouping.as_str());
        }
        if let Some(cursor) = &self.cursor {
            add("after", &cursor.to_string());
        }
        parameters
    }

    /// Returns the same query at its first page.
    #[must_use]
    pub fn first_page(&self) -> Self {
        Self {
            cursor: None,
            ..self.clone()
        }
    }
}

impl ParsedListQuery {
    fn record_ignored(&mut self, outcome: Parameter, name: &str, value: &str) {
        let ignored = match outcome {
            Parameter::Read => return,
            Parameter::UnknownName => name.to_owned(),
            Parameter::UnknownValue => format!("{name}={value}"),
        };
        self.ignore(ignored);
    }

    /// Names an ignored parameter.
    pub(super) fn ignore(&mut self, ignored: String) {
        let ignored = truncate(&ignored, IGNORED_PREVIEW);
        if self.ignored.len() < MAX_IGNORED && !self.ignored.contains(&ignored) {
            self.ignored.push(ignored);
        }
    }
}

impl IncidentFilter {
    fn parameters(&self) -> Vec<(Cow<'static, str>, String)> {
        let words = Some(self.words.as_str()).filter(|it| !it.is_empty());
        let fields = [
            ("q", words.into_iter().collect()),
            ("status", self.status_values()),
            ("severity", values(&self.severities, |it| it.as_str())),
            ("commander", values(&self.commanders, UserId::as_str)),
            ("mine", flag_values(self.is_mine.then_some(true))),
            ("impact", values(&self.impacts, |it| it.as_str())),
            (
                "detection",
                values(&self.detection_methods, |it| it.as_str()),
            ),
            ("visibility", values(&self.visibilities, |it| it.as_str())),
            ("test", flag_values(self.is_test)),
            ("archived", flag_values(self.is_archived)),
        ];
        let mut parameters = Vec::new();
        for (name, values) in fields {
            let values = values.into_iter();
            parameters.extend(values.map(|it| (Cow::Borrowed(name), it.to_owned())));
        }
        parameters.extend(self.field_parameters());
        let declared = self.declared.iter().flat_map(declared_parameters);
        parameters.extend(declared.map(|(name, value)| (Cow::Borrowed(name), value)));
        parameters
    }

    /// Returns the values of the status. Those of open incidents are the default.
    fn status_values(&self) -> Vec<&str> {
        if self.statuses.is_empty() {
            vec![ANY_STATUS]
        } else if self.statuses == Self::default().statuses {
            Vec::new()
        } else {
            values(&self.statuses, |it| it.as_str())
        }
    }

    /// Reads a parameter of the declared range.
    fn read_declared(&mut self, name: &str, value: &str) -> Parameter {
        match name {
            "declared" => set(
                one_of(value, &ListPeriod::ALL, ListPeriod::as_str),
                |period| self.declared = Some(DeclaredRange::Last(period)),
            ),
            "from" => set(day(value), |from| self.set_days(Some(from), None)),
            _ => set(day(value), |to| self.set_days(None, Some(to))),
        }
    }

    /// Sets the first or the last day of the declared range. `None` leaves a day unchanged.
    fn set_days(&mut self, first: Option<NaiveDate>, last: Option<NaiveDate>) {
        let (from, to) = match self.declared {
            Some(DeclaredRange::Days { from, to }) => (from, to),
            Some(DeclaredRange::Last(_)) | None => (None, None),
        };
        self.declared = Some(DeclaredRange::Days {
            from: first.or(from),
            to: last.or(to),
        });
    }
}

fn values<'v, T>(selected: &'v BTreeSet<T>, name_of: fn(&'v T) -> &'v str) -> Vec<&'v str> {
    selected.iter().map(name_of).collect()
}

fn flag_values(flag: Option<bool>) -> Vec<&'static str> {
    let flag = flag.into_iter();
    flag.map(|it| if it { "yes" } else { "no" }).collect()
}

fn declared_parameters(range: &DeclaredRange) -> Vec<(&'static str, String)> {
    match range {
        DeclaredRange::Last(period) => vec![("declared", period.as_str().to_owned())],
        DeclaredRange::Days { from, to } => {
            let days = [("from", from), ("to", to)].into_iter();
            let days = days.filter_map(|(name, day)| Some((name, (*day)?.to_string())));
            days.collect()
        }
    }
}

/// Whether a parameter was read.
#[derive(Clone, Copy)]
pub(super) enum Parameter {
    Read,
    UnknownName,
    UnknownValue,
}

/// Adds a value to a set, unless it is unknown or the set is full.
pub(super) fn add<T: Ord>(values: &mut BTreeSet<T>, value: Option<T>) -> Parameter {
    match value {
        Some(value) if values.len() < MAX_VALUES => {
            values.insert(value);
            Parameter::Read
        }
        Some(_) | None => Parameter::UnknownValue,
    }
}

fn set<T>(value: Option<T>, assign: impl FnOnce(T)) -> Parameter {
    match value {
        Some(value) => {
            assign(value);
            Parameter::Read
        }
        None => Parameter::UnknownValue,
    }
}

fn one_of<T: Copy>(value: &str, values: &[T], name_of: fn(T) -> &'static str) -> Option<T> {
    let mut values = values.iter().copied();
    values.find(|it| name_of(*it).eq_ignore_ascii_case(value))
}

fn yes_or_no(value: &str) -> Option<bool> {
    match value {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// Parses a Slack user ID.
fn user_id(value: &str) -> Option<UserId> {
    let is_id = value.len() <= 32 && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_id.then(|| UserId::from(value))
}

fn day(value: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(value, "%Y-%m-%d").ok()?;
    (1970..=9998).contains(&day.year()).then_some(day)
}

/// Returns the search words, separated by single spaces, without control characters.
fn search_words(value: &str) -> String {
    let is_separator = |sign: char| sign.is_whitespace() || sign.is_control();
    let words: Vec<_> = value
        .split(is_separator)
        .filter(|it| !it.is_empty())
        .collect();
    let words: String = words.join(" ").chars().take(LONGEST_SEARCH).collect();
    words.trim_end().to_owned()
}
