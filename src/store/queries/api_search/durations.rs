//! Durations in a search, in whole seconds. As in the documents, none is negative.

use crate::domain::api::search::{DurationFacet, NumberRange};
use crate::store::queries::api_search::lowering::Lowering;
use crate::store::queries::api_search::node::{Leaf, Node};

/// The start of the first impact.
const FIRST_IMPACT: &str = "(SELECT min(started_at) FROM impacts WHERE incident_id = incidents.id)";

/// The end of the last impact; null while one continues.
const LAST_IMPACT: &str = "(SELECT CASE WHEN count(*) = count(ended_at) THEN max(ended_at) END
                               FROM impacts WHERE incident_id = incidents.id)";

impl Lowering<'_> {
    /// Returns the condition that a duration is known, and in a range.
    pub(super) fn duration(&mut self, facet: DurationFacet, range: Option<NumberRange>) -> Node {
        let now = self.text_parameter(self.now.to_string());
        let (seconds, mut parameters) = match facet {
            DurationFacet::Detect => (seconds_between(FIRST_IMPACT, "detected_at"), Vec::new()),
            DurationFacet::Repair => (seconds_between("detected_at", LAST_IMPACT), Vec::new()),
            DurationFacet::Resolve => (seconds_between("+declared_at", "resolved_at"), Vec::new()),
            DurationFacet::InternalResponse => {
                (seconds_between("detected_at", "+declared_at"), Vec::new())
            }
            DurationFacet::CustomerImpact => {
                let end = format!("coalesce({LAST_IMPACT}, {})", now.0);
                (seconds_between(FIRST_IMPACT, &end), vec![now])
            }
        };
        let Some(range) = range else {
            return Leaf::unindexed(format!("{seconds} IS NOT NULL"), parameters);
        };
        let (condition, bounds) = self.bounds(&seconds, range);
        parameters.extend(bounds);
        Leaf::unindexed(condition, parameters)
    }
}

/// Returns the seconds between two times; null if one is null.
fn seconds_between(from: &str, to: &str) -> String {
    let millis = |time: &str| format!("CAST(round(unixepoch({time}, 'subsec') * 1000) AS INTEGER)");
    format!("max(0, ({} - {}) / 1000)", millis(to), millis(from))
}
