//! The counts of a filtered list: in total, for each group, and for each value of each facet. A facet is
//! counted without its own restriction, so that it shows what another selection would find.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rusqlite::Connection;

use crate::domain::{
    DetectionMethod, FilterField, ImpactState, IncidentFilter, ListPeriod, Settings, Severity,
    Status, UserId, UserNames, Visibility,
};
use crate::error::Result;
use crate::store::ListRequest;
use crate::store::queries::incident_filter::field_counts::{FieldFacet, FieldTally};
use crate::store::queries::incident_filter::tally::{Tally, count_selected};
use crate::store::queries::incident_filter::word_search::Search;
use crate::store::tables::workspace::{settings, users};

/// The maximum number of values of a facet with any number of values, without the selected ones.
pub(crate) const MAX_FREQUENT: usize = 10;

/// A number of incidents, counted up to 10,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CappedCount {
    /// The number of counted incidents.
    pub value: usize,
    /// Whether there are or may be more.
    pub is_capped: bool,
}

impl fmt::Display for CappedCount {
    /// Writes the number with separators: `7`, `1,234`, `10,000+`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (thousands, rest) = (self.value / 1_000, self.value % 1_000);
        if thousands > 0 {
            write!(f, "{thousands},{rest:03}")?;
        } else {
            write!(f, "{rest}")?;
        }
        f.write_str(if self.is_capped { "+" } else { "" })
    }
}

/// The counts of the values of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCounts<T> {
    /// The values and their counts. Values without incidents are left out, except of enums.
    pub counts: Vec<(T, usize)>,
    /// Whether only the newest 10,000 incidents were counted.
    pub is_capped: bool,
}

impl<T> Default for FacetCounts<T> {
    fn default() -> Self {
        Self {
            counts: Vec::new(),
            is_capped: false,
        }
    }
}

/// The counts of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// The number of incidents in the list.
    pub total: CappedCount,
    /// The numbers of incidents in the list by status, for the headings of groups.
    pub status_groups: FacetCounts<Status>,
    /// The numbers of incidents in the list by severity, for the headings of groups.
    pub severity_groups: FacetCounts<Severity>,
    /// The facet of the status.
    pub statuses: FacetCounts<Status>,
    /// The facet of the severity.
    pub severities: FacetCounts<Severity>,
    /// The facet of the commander: the most frequent ones and the selected ones.
    pub commanders: FacetCounts<UserId>,
    /// The facet of the customer impact.
    pub impacts: FacetCounts<ImpactState>,
    /// The facet of the detection method.
    pub detection_methods: FacetCounts<DetectionMethod>,
    /// The facet of the declaration. An incident is counted in every period that contains it.
    pub periods: FacetCounts<ListPeriod>,
    /// The facet of the visibility.
    pub visibilities: FacetCounts<Visibility>,
    /// The facet of test incidents.
    pub tests: FacetCounts<bool>,
    /// The facet of archived channels.
    pub archived: FacetCounts<bool>,
    /// The facets of the fields of the settings.
    pub fields: Vec<FieldFacet>,
    /// The names of the commanders, if they have been fetched.
    pub names: UserNames,
}

/// Counts the incidents of a list.
pub(crate) fn load_facets(
    tx: &Connection,
    request: &ListRequest,
    search: Option<Search>,
) -> Result<Facets> {
    let tallies = Tallies::count(tx, request, search)?;
    let filter = &request.query.filter;
    let commanders = tallies.of_field(&FilterField::Commander);
    let commanders = FacetCounts {
        counts: most_frequent(&commanders.commanders, &filter.commanders),
        is_capped: commanders.is_capped,
    };
    let settings = settings::current_settings(tx)?;
    let users = commanders.counts.iter().map(|(user, _)| user);
    Ok(Facets {
        names: users::user_names(tx, users)?,
        commanders,
        fields: tallies.field_facets(tx, filter, &settings)?,
        ..tallies.facets()
    })
}

fn facet<T: Ord + Copy>(
    tally: &Tally,
    counts: fn(&Tally) -> &BTreeMap<T, usize>,
    values: &[T],
) -> FacetCounts<T> {
    let counts = counts(tally);
    let count = |value: &T| (*value, counts.get(value).copied().unwrap_or_default());
    FacetCounts {
        counts: values.iter().map(count).collect(),
        is_capped: tally.is_capped,
    }
}

/// Returns the most frequent values and the selected ones.
pub(crate) fn most_frequent<T: Ord + Clone>(
    counts: &BTreeMap<T, usize>,
    selected: &BTreeSet<T>,
) -> Vec<(T, usize)> {
    let counts = counts.iter().map(|(value, count)| (value.clone(), *count));
    let mut counts: Vec<(T, usize)> = counts.collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut rest = counts.split_off(counts.len().min(MAX_FREQUENT));
    rest.retain(|(value, _)| selected.contains(value));
    counts.append(&mut rest);
    for value in selected {
        if counts.iter().all(|(counted, _)| counted != value) {
            counts.push((value.clone(), 0));
        }
    }
    counts
}

/// The counts over the whole filter, and over the filter without one restricted field.
#[derive(Default)]
struct Tallies {
    base: Tally,
    by_field: BTreeMap<FilterField, Tally>,
}

impl Tallies {
    fn count(tx: &Connection, request: &ListRequest, search: Option<Search>) -> Result<Self> {
        let filter = &request.query.filter;
        let mut facets = filter.restricted_fields();
        facets.retain(|field| !matches!(field, FilterField::Words | FilterField::Mine));
        if let Some(search) = search {
            return Self::count_search(tx, request, search, &facets);
        }
        let mut tallies = Self {
            base: count_selected(tx, request, filter)?,
            ..Self::default()
        };
        for field in facets {
            let tally = count_selected(tx, request, &filter.without(&field))?;
            tallies.by_field.insert(field, tally);
        }
        Ok(tallies)
    }

    /// Returns the counts of a facet.
    fn of_field(&self, field: &FilterField) -> &Tally {
        self.by_field.get(field).unwrap_or(&self.base)
    }

    /// Returns the facets of the fields of the settings.
    fn field_facets(
        &self,
        tx: &Connection,
        filter: &IncidentFilter,
        settings: &Settings,
    ) -> Result<Vec<FieldFacet>> {
        let base = FieldTally::count(tx, &self.base.numbers, settings.filter_fields())?;
        let mut facets = Vec::new();
        for field in settings.filter_fields() {
            let selection = filter.fields.get(&field.name);
            let tally = self.of_field(&FilterField::Field(field.name.clone()));
            let counts = match selection {
                Some(_) => FieldTally::count_field(tx, &tally.numbers, &field.name)?,
                None => base.of_field(&field.name),
            };
            let selected = selection.map(|it| it.values.clone()).unwrap_or_default();
            let visible = counts.facet(&selected, tally.rows);
            facets.push(FieldFacet {
                field: field.clone(),
                more: counts.more(&visible, settings.field_options(field)),
                counts: FacetCounts {
                    counts: visible,
                    is_capped: tally.is_capped,
                },
            });
        }
        Ok(facets)
    }

    /// Returns all facets but those of the commander and of the fields of the settings.
    fn facets(&self) -> Facets {
        let (base, yes_no) = (&self.base, [true, false]);
        let tally = |field: FilterField| self.of_field(&field);
        Facets {
            total: CappedCount {
                value: base.rows,
                is_capped: base.is_capped,
            },
            status_groups: facet(base, |it| &it.statuses, &Status::ALL),
            severity_groups: facet(base, |it| &it.severities, &Severity::ALL),
            statuses: facet(tally(FilterField::Status), |it| &it.statuses, &Status::ALL),
            severities: facet(
                tally(FilterField::Severity),
                |it| &it.severities,
                &Severity::ALL,
            ),
            impacts: facet(
                tally(FilterField::Impact),
                |it| &it.impacts,
                &ImpactState::ALL,
            ),
            detection_methods: facet(
                tally(FilterField::Detection),
                |it| &it.methods,
                &DetectionMethod::ALL,
            ),
            periods: facet(
                tally(FilterField::Declared),
                |it| &it.periods,
                &ListPeriod::ALL,
            ),
            visibilities: facet(
                tally(FilterField::Visibility),
                |it| &it.visibilities,
                &Visibility::ALL,
            ),
            tests: facet(tally(FilterField::Test), |it| &it.tests, &yes_no),
            archived: facet(tally(FilterField::Archived), |it| &it.archived, &yes_no),
            ..Facets::default()
        }
    }

    fn count_search(
        tx: &Connection,
        request: &ListRequest,
        search: Search,
        facets: &[FilterField],
    ) -> Result<Self> {
        let mut tallies = Self::default();
        for row in &search.passing {
            tallies.base.add(row, request);
        }
        tallies.base.is_capped = search.is_partial;
        if facets.is_empty() {
            return Ok(tallies);
        }
        let hits = search.into_hits(tx, request)?;
        let new_tally = || Tally {
            is_capped: hits.is_capped,
            ..Tally::default()
        };
        let mut by_field: Vec<_> = facets
            .iter()
            .map(|field| (field.clone(), new_tally()))
            .collect();
        let declared = request.declared();
        for row in &hits.rows {
            let failed = request.query.filter.failed_fields(&row.incident, declared);
            for (field, tally) in &mut by_field {
                if failed.iter().all(|it| it == field) {
                    tally.add(row, request);
                }
            }
        }
        tallies.by_field = by_field.into_iter().collect();
        Ok(tallies)
    }
}
