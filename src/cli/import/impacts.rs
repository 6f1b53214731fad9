//! The impacts of an incident. Datadog accepts several ongoing ones, and those of a resolved incident.

use crate::cli::import::incident::{Conversion, time};
use crate::cli::import::wire::Resource;
use crate::domain::{AddImpact, ImportIncident, Timestamp};

/// Returns the impacts. Only the last one of an open incident stays ongoing. The others end when the incident was
/// resolved, or at once.
pub(super) fn impacts(conversion: &Conversion<'_>, request: &ImportIncident) -> Vec<AddImpact> {
    let source = conversion.source;
    let listed = source.impacts.iter().map(|it| impact(it, request));
    let mut impacts: Vec<_> = listed.collect();
    if impacts.is_empty() {
        impacts.extend(only_impact(&source.incident));
    }
    impacts.sort_by_key(|impact| impact.started_at);
    let ongoing = impacts.iter().rposition(|impact| impact.ended_at.is_none());
    let ongoing = ongoing.filter(|_| request.status.is_open());
    for (index, impact) in impacts.iter_mut().enumerate() {
        let start = impact.started_at;
        let end = impact.ended_at.map(|end| end.max(start));
        impact.ended_at = match end {
            None if ongoing == Some(index) => None,
            None => Some(request.resolved_at.map_or(start, |end| end.max(start))),
            Some(end) => Some(end),
        };
    }
    impacts
}

fn impact(resource: &Resource, request: &ImportIncident) -> AddImpact {
    AddImpact {
        description: resource.text("description").unwrap_or_default().to_owned(),
        started_at: time(resource, "start_at").unwrap_or(request.declared_at),
        ended_at: time(resource, "end_at"),
    }
}

/// Returns the impact in the attributes of an old incident.
fn only_impact(incident: &Resource) -> Option<AddImpact> {
    let started_at: Timestamp = time(incident, "customer_impact_start")?;
    incident.flag("customer_impacted").then(|| AddImpact {
        description: incident
            .text("customer_impact_scope")
            .unwrap_or_default()
            .to_owned(),
        started_at,
        ended_at: time(incident, "customer_impact_end"),
    })
}
