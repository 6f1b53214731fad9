//! The sections of a list: parts with one simple order each, so that an index yields the rows of a part in
//! order and a page continues at a key. The list is the sections one after the other.

use crate::domain::{FilteredIncident, IncidentFilter, ListGrouping, ListSort, Severity, Status};

/// A section of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// The statuses of its incidents.
    statuses: &'static [Status],
    /// The severity of its incidents; `None` if it has all.
    severity: Option<Severity>,
    /// The order of its incidents.
    pub(crate) order: SectionOrder,
}

/// The order of a section. Incidents with equal timestamps are ordered by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectionOrder {
    /// The last declared first.
    Newest,
    /// The first declared first.
    Oldest,
    /// The last resolved first.
    LastResolved,
    /// The last timeline entry first.
    LastActive,
    /// The last timeline entry last.
    LongestInactive,
}

impl SectionOrder {
    /// Returns the column that holds the timestamps.
    pub(crate) fn column(self) -> &'static str {
        match self {
            Self::Newest | Self::Oldest => "declared_at",
            Self::LastResolved => "resolved_at",
            Self::LastActive | Self::LongestInactive => "last_activity_at",
        }
    }

    /// Returns whether the order ascends.
    pub(crate) fn ascends(self) -> bool {
        match self {
            Self::Oldest | Self::LongestInactive => true,
            Self::Newest | Self::LastResolved | Self::LastActive => false,
        }
    }
}

const OPEN: &[Status] = &[Status::Active, Status::Stable];
const CLOSED: &[Status] = &[Status::Resolved, Status::Completed];
const BY_STATUS: [&[Status]; 4] = [
    &[Status::Active],
    &[Status::Stable],
    &[Status::Resolved],
    &[Status::Completed],
];

impl Section {
    /// Returns whether an incident belongs to the section.
    pub(crate) fn contains(&self, incident: &FilteredIncident) -> bool {
        self.statuses.contains(&incident.status)
            && self.severity.is_none_or(|it| it == incident.severity)
    }

    /// Returns a filter for the incidents of the section that pass another filter, or `None` if there are
    /// none.
    pub(crate) fn narrow(&self, filter: &IncidentFilter) -> Option<IncidentFilter> {
        let mut narrowed = filter.clone();
        if self.statuses.len() < Status::ALL.len() {
            let allows = |it: &Status| filter.statuses.is_empty() || filter.statuses.contains(it);
            narrowed.statuses = self.statuses.iter().copied().filter(allows).collect();
            if narrowed.statuses.is_empty() {
                return None;
            }
        }
        if let Some(severity) = self.severity {
            if filter.severities.is_empty() || filter.severities.contains(&severity) {
                narrowed.severities = [severity].into();
            } else {
                return None;
            }
        }
        Some(narrowed)
    }
}

/// Returns the sections of a list. Each incident belongs to exactly one.
pub(crate) fn sections(grouping: ListGrouping, sort: ListSort) -> Vec<Section> {
    let group = |statuses, severity| Section {
        statuses,
        severity,
        order: SectionOrder::Newest,
    };
    let groups: Vec<Section> = match grouping {
        ListGrouping::Status => BY_STATUS.into_iter().map(|it| group(it, None)).collect(),
        ListGrouping::Severity => {
            let severities = Severity::ALL.into_iter();
            severities.map(|it| group(&Status::ALL, Some(it))).collect()
        }
        ListGrouping::Ungrouped => vec![group(&Status::ALL, None)],
    };
    groups.into_iter().flat_map(|it| sorted(it, sort)).collect()
}

/// Returns the sections of a group in an order.
fn sorted(group: Section, sort: ListSort) -> Vec<Section> {
    let whole = |order| vec![Section { order, ..group }];
    match sort {
        ListSort::Newest => whole(SectionOrder::Newest),
        ListSort::Oldest => whole(SectionOrder::Oldest),
        ListSort::Activity => whole(SectionOrder::LastActive),
        ListSort::Severity => by_severity(group),
        ListSort::Urgency => {
            let open = part(group, OPEN).map_or_else(Vec::new, by_severity);
            let closed = part(group, CLOSED).map(|it| Section {
                order: SectionOrder::LastResolved,
                ..it
            });
            open.into_iter().chain(closed).collect()
        }
    }
}

/// Returns the part of a group with some statuses. A group has one status or all.
fn part(group: Section, statuses: &'static [Status]) -> Option<Section> {
    if group.statuses.len() == 1 {
        return Some(group).filter(|it| statuses.contains(&it.statuses[0]));
    }
    Some(Section { statuses, ..group })
}

/// Returns one section for each severity of a group.
fn by_severity(group: Section) -> Vec<Section> {
    let severities = Severity::ALL.into_iter();
    severities
        .filter(|it| group.severity.is_none_or(|only| only == *it))
        .map(|it| Section {
            severity: Some(it),
            ..group
        })
        .collect()
}
