//! The incidents of a page of the list, in groups.

use crate::domain::text::{format_age, format_duration};
use crate::domain::{ImpactState, ListGrouping, SeverityScale, UserNames, Visibility};
use crate::store::{CappedCount, FacetCounts, IncidentList, ListedIncident};
use crate::web::parts::{SeverityPill, StatusPill, Time, commander_name};
use crate::web::session::SignedIn;

/// Successive incidents with the same status or severity.
pub(super) struct Group {
    /// The heading; empty without groups.
    pub(super) label: String,
    /// The number of incidents in the list, on all pages; empty without groups.
    pub(super) count: String,
    /// The incidents on this page.
    pub(super) rows: Vec<Row>,
}

/// An incident.
pub(super) struct Row {
    pub(super) number: i64,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) severity: SeverityPill,
    /// The status; `None` if the heading shows it.
    pub(super) status: Option<StatusPill>,
    pub(super) commander: String,
    pub(super) declared: Time,
    pub(super) age: String,
    pub(super) activity: String,
    /// The customer impact; empty without one.
    pub(super) impact: String,
    pub(super) is_impact_ongoing: bool,
    /// The open tasks; empty without one.
    pub(super) tasks: String,
    pub(super) is_private: bool,
    pub(super) is_test: bool,
}

/// Returns the incidents of a page in groups.
pub(super) fn groups(
    signed_in: &SignedIn,
    grouping: ListGrouping,
    list: &IncidentList,
    scale: &SeverityScale,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for incident in &list.page.incidents {
        let heading = heading(incident, grouping, list, scale);
        let severity = SeverityPill::short(incident.summary.severity, scale);
        let incident_row = Row {
            status: (grouping != ListGrouping::Status).then(|| incident.summary.status.into()),
            ..row(signed_in, incident, severity, &list.page.names)
        };
        match groups.last_mut() {
            Some(group) if group.label == heading.label => group.rows.push(incident_row),
            Some(_) | None => groups.push(Group {
                rows: vec![incident_row],
                ..heading
            }),
        }
    }
    groups
}

/// Returns the group of an incident, without incidents.
fn heading(
    incident: &ListedIncident,
    grouping: ListGrouping,
    list: &IncidentList,
    scale: &SeverityScale,
) -> Group {
    let summary = &incident.summary;
    let (label, count) = match grouping {
        ListGrouping::Status => (
            summary.status.label().to_owned(),
            count_of(&list.facets.status_groups, &summary.status),
        ),
        ListGrouping::Severity => (
            scale.severity_name(summary.severity),
            count_of(&list.facets.severity_groups, &summary.severity),
        ),
        ListGrouping::Ungrouped => (String::new(), String::new()),
    };
    Group {
        label,
        count,
        rows: Vec::new(),
    }
}

fn count_of<T: PartialEq>(counts: &FacetCounts<T>, value: &T) -> String {
    let counted = counts.counts.iter().find(|(known, _)| known == value);
    let count = CappedCount {
        value: counted.map_or(0, |(_, count)| *count),
        is_capped: counts.is_capped,
    };
    count.to_string()
}

fn row(
    signed_in: &SignedIn,
    incident: &ListedIncident,
    severity: SeverityPill,
    names: &UserNames,
) -> Row {
    let summary = &incident.summary;
    Row {
        number: summary.id.number(),
        id: summary.id.to_string(),
        title: summary.title.clone(),
        severity,
        status: None,
        commander: commander_name(summary.commander.as_ref(), names),
        declared: signed_in.time(summary.declared_at),
        age: format_age(summary.declared_at, signed_in.now),
        activity: format_age(incident.last_activity_at, signed_in.now),
        impact: impact_text(incident, signed_in),
        is_impact_ongoing: incident.impact == ImpactState::Ongoing,
        tasks: match incident.open_tasks {
            0 => String::new(),
            1 => "1 open task".to_owned(),
            count => format!("{count} open tasks"),
        },
        is_private: summary.visibility == Visibility::Private,
        is_test: summary.kind.is_test(),
    }
}

fn impact_text(incident: &ListedIncident, signed_in: &SignedIn) -> String {
    match (incident.impact, incident.impact_since) {
        (ImpactState::Ongoing, Some(since)) => {
            let length = format_duration(signed_in.now.duration_since(since));
            format!("Customer impact for {length}")
        }
        (ImpactState::Ongoing, None) => "Customer impact".to_owned(),
        (ImpactState::Over, _) => "Customer impact over".to_owned(),
        (ImpactState::None, _) => String::new(),
    }
}
