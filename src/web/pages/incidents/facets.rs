//! The facets of the list: for each field of the filter, its values and how many incidents have them.

use crate::domain::{DeclaredRange, IncidentFilter, SeverityScale, Visibility, WITHOUT};
use crate::store::{CappedCount, FacetCounts, Facets, FieldFacet};
use crate::web::parts::user_name;

/// A facet.
pub(super) struct Facet {
    /// The parameter of the URL.
    pub(super) name: String,
    /// The heading.
    pub(super) label: String,
    /// The control of each value.
    pub(super) input: Input,
    /// Whether the values are shown without a click.
    pub(super) is_open: bool,
    /// The values.
    pub(super) options: Vec<FacetOption>,
    /// Further values, which can be entered.
    pub(super) more: Vec<String>,
}

/// The control of the values of a facet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// Several values are alternatives.
    Checkbox,
    /// At most one value is chosen.
    Radio,
}

impl Input {
    /// Returns the type of the HTML element.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Checkbox => "checkbox",
            Self::Radio => "radio",
        }
    }
}

/// A value of a facet.
pub(super) struct FacetOption {
    /// The parameter of the URL, unless it is that of the facet.
    pub(super) parameter: Option<&'static str>,
    /// The value in the URL.
    pub(super) value: String,
    /// The displayed name.
    pub(super) label: String,
    /// The number of incidents; empty for a choice without one.
    pub(super) count: String,
    /// Whether the filter contains it.
    pub(super) is_selected: bool,
}

impl FacetOption {
    /// Returns an unselected value without a count.
    pub(super) fn new(value: &str, label: &str) -> Self {
        Self {
            parameter: None,
            value: value.to_owned(),
            label: label.to_owned(),
            count: String::new(),
            is_selected: false,
        }
    }
}

/// The days of declaration.
pub(super) struct DaysFacet {
    /// The first day, as the control takes it; empty without one.
    pub(super) from: String,
    /// The last day; empty without one.
    pub(super) to: String,
}

impl From<&IncidentFilter> for DaysFacet {
    fn from(filter: &IncidentFilter) -> Self {
        let (from, to) = match filter.declared {
            Some(DeclaredRange::Days { from, to }) => (from, to),
            Some(DeclaredRange::Last(_)) | None => (None, None),
        };
        let text =
            |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |it| it.to_string());
        Self {
            from: text(from),
            to: text(to),
        }
    }
}

/// Returns the facets of a list. One that has a single value is left out: it distinguishes nothing, unless it
/// restricts the list.
pub(super) fn facets(
    filter: &IncidentFilter,
    counts: &Facets,
    scale: &SeverityScale,
) -> Vec<Facet> {
    let several = several(filter, counts, scale).into_iter();
    let facets = several.chain(single(filter, counts));
    facets
        .filter(|facet| facet.options.len() > 1 || facet.is_restricted())
        .map(Facet::finished)
        .collect()
}

impl Facet {
    fn new(input: Input, name: &str, label: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            input,
            is_open: ["status", "severity"].contains(&name),
            options: Vec::new(),
            more: Vec::new(),
        }
    }

    /// Adds the values that incidents have or that the filter contains.
    fn with<T>(
        mut self,
        counts: &FacetCounts<T>,
        is_selected: impl Fn(&T) -> bool,
        option: impl Fn(&T) -> FacetOption,
    ) -> Self {
        for (value, count) in &counts.counts {
            let is_selected = is_selected(value);
            if *count > 0 || is_selected || self.name == "status" {
                let count = CappedCount {
                    value: *count,
                    is_capped: counts.is_capped,
                };
                self.options.push(FacetOption {
                    count: count.to_string(),
                    is_selected,
                    ..option(value)
                });
            }
        }
        self
    }

    /// Returns whether it restricts the list.
    fn is_restricted(&self) -> bool {
        self.options.iter().any(|it| it.is_selected)
    }

    /// Opens the facet if it restricts the list, and adds the choice of any value.
    fn finished(mut self) -> Self {
        let is_restricted = self.is_restricted();
        self.is_open |= is_restricted;
        match self.input {
            Input::Radio => {
                let any = FacetOption {
                    is_selected: !is_restricted,
                    ..FacetOption::new("", "Any")
                };
                self.options.insert(0, any);
            }
            Input::Checkbox => {}
        }
        self
    }
}

/// Returns the facets whose values are alternatives.
fn several(filter: &IncidentFilter, counts: &Facets, scale: &SeverityScale) -> Vec<Facet> {
    let facet = |name, label| Facet::new(Input::Checkbox, name, label);
    let option = FacetOption::new;
    let mut facets = vec![
        facet("status", "Status").with(
            &counts.statuses,
            |it| filter.statuses.contains(it),
            |it| option(it.as_str(), it.label()),
        ),
        facet("severity", "Severity").with(
            &counts.severities,
            |it| filter.severities.contains(it),
            |it| option(it.as_str(), &scale.severity_name(*it)),
        ),
        facet("commander", "Commander").with(
            &counts.commanders,
            |it| filter.commanders.contains(it),
            |it| option(it.as_str(), &user_name(it, &counts.names)),
        ),
    ];
    facets.extend(counts.fields.iter().map(|it| of_field(filter, it)));
    facets.extend([
        facet("impact", "Customer impact").with(
            &counts.impacts,
            |it| filter.impacts.contains(it),
            |it| option(it.as_str(), it.label()),
        ),
        facet("detection", "Detection method").with(
            &counts.detection_methods,
            |it| filter.detection_methods.contains(it),
            |it| option(it.as_str(), it.label()),
        ),
        facet("visibility", "Visibility").with(
            &counts.visibilities,
            |it| filter.visibilities.contains(it),
            |it| option(it.as_str(), visibility_label(*it)),
        ),
    ]);
    facets
}

fn visibility_label(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "Public",
        Visibility::Private => "Private",
    }
}

/// Returns the facet of a field of the settings.
fn of_field(filter: &IncidentFilter, facet: &FieldFacet) -> Facet {
    let field = &facet.field;
    let selection = filter.fields.get(&field.name);
    let more = facet.more.clone();
    let empty = Facet::new(Input::Checkbox, &field.parameter(), &field.label());
    Facet { more, ..empty }.with(
        &facet.counts,
        |value| {
            selection.is_some_and(|selection| match value {
                Some(value) => selection.values.contains(value),
                None => selection.has_none,
            })
        },
        |value| match value {
            Some(value) => FacetOption::new(value, value),
            None => FacetOption {
                parameter: Some(WITHOUT),
                ..FacetOption::new(&field.name, "None")
            },
        },
    )
}

/// Returns the facets with one value at most.
fn single(filter: &IncidentFilter, counts: &Facets) -> Vec<Facet> {
    let facet = |name, label| Facet::new(Input::Radio, name, label);
    let option = FacetOption::new;
    vec![
        facet("declared", "Declared").with(
            &counts.periods,
            |it| filter.declared == Some(DeclaredRange::Last(*it)),
            |it| option(it.as_str(), it.label()),
        ),
        facet("test", "Test").with(
            &counts.tests,
            |it| filter.is_test == Some(*it),
            |is_test| match is_test {
                true => option("yes", "Tests"),
                false => option("no", "No tests"),
            },
        ),
        facet("archived", "Channel").with(
            &counts.archived,
            |it| filter.is_archived == Some(*it),
            |is_archived| match is_archived {
                true => option("yes", "Archived"),
                false => option("no", "Not archived"),
            },
        ),
    ]
}
