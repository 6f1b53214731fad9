//! The effects of a rule, next to its form: its replay, and the incidents that match now.

use crate::domain::IncidentId;
use crate::error::Result;
use crate::store::{EXAMINED_INCIDENTS, REPLAYED_DAYS, RuleMatches};
use crate::web::pages::settings::notification_rules::editor::Editor;
use crate::web::session::SignedIn;

/// The number of incidents that are listed.
const LISTED: usize = 10;

/// The number of incidents about which can be notified at once.
pub(super) const OFFERED: usize = 20;

/// The effects that a rule would have had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matches {
    /// In words: “In the last 30 days it would have notified 7 times”.
    pub(super) replay: String,
    /// The incidents about which it would have notified.
    pub(super) notified: Vec<IncidentId>,
    /// The number of further ones.
    pub(super) more: usize,
    /// In words: “12 incidents match now”.
    pub(super) matching: String,
    /// The newest incidents that match, with their titles, if the rule is stored as it is displayed.
    pub(super) offered: Vec<(IncidentId, String)>,
    /// The limit of the replay; empty if all incidents were.
    pub(super) limit: String,
}

impl Matches {
    /// Replays the entered rule.
    pub(super) async fn load(signed_in: &SignedIn, editor: &Editor) -> Result<Self> {
        let (viewer, rule) = (signed_in.viewer.clone(), editor.entered.clone());
        let matches = signed_in.store().rule_matches(viewer, rule, signed_in.now);
        let RuleMatches {
            notified,
            matching,
            is_limited,
        } = matches.await?;
        let is_stored = editor.stored.as_ref() == Some(&editor.entered);
        let times = match notified.len() {
            1 => "1 time".to_owned(),
            many => format!("{many} times"),
        };
        let mut incidents = notified;
        incidents.dedup();
        let matching_text = match matching.len() {
            0 => "No incident matches now.".to_owned(),
            1 => "1 incident matches now. It isn't notified about until it changes.".to_owned(),
            many => {
                format!("{many} incidents match now. They aren't notified about until they change.")
            }
        };
        Ok(Self {
            replay: format!("In the last {REPLAYED_DAYS} days it would have notified {times}"),
            more: incidents.len().saturating_sub(LISTED),
            notified: incidents.into_iter().take(LISTED).collect(),
            matching: matching_text,
            offered: matching
                .into_iter()
                .take(if is_stored { OFFERED } else { 0 })
                .collect(),
            limit: match is_limited {
                true => format!("Only the newest {EXAMINED_INCIDENTS} incidents were looked at."),
                false => String::new(),
            },
        })
    }
}
