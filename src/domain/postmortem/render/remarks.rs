//! Remarks about a postmortem that its readers should know.

use crate::Incident;
use crate::postmortem::PostmortemStatus;

impl Incident {
    /// Returns the remarks to show above the postmortem, as sentences: the incident has changed since the document was
    /// completed.
    pub fn postmortem_remarks(&self) -> Vec<String> {
        let Some(postmortem) = &self.postmortem else {
            return Vec::new();
        };
        let Some(completed_at) = postmortem.completed_at else {
            return Vec::new();
        };
        let is_resolved_again = self.resolved_at.is_some_and(|at| at > completed_at);
        let event = match (postmortem.status, self.status.is_open(), is_resolved_again) {
            (PostmortemStatus::Draft | PostmortemStatus::InReview, _, _) => return Vec::new(),
            (PostmortemStatus::Completed, true, _) => "was reopened",
            (PostmortemStatus::Completed, false, true) => "was reopened and resolved again",
            (PostmortemStatus::Completed, false, false) => return Vec::new(),
        };
        vec![format!(
            "{} {event} after this postmortem was completed. The postmortem stays as it was. To show the current \
             state, set it to Draft or In Review.",
            self.id
        )]
    }
}
