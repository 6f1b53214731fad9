//! Sends `AddPushpin` with `reactions.add`.

use crate::domain::delivery::AddPushpin;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::unavailable_target::ignore_unavailable;

/// The reaction on messages that are on the timeline.
pub(crate) const PUSHPIN: &str = "pushpin";

impl Job for AddPushpin {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("reactions.add");

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        // Where other users can read it, the reaction would reveal an incident that they may not see.
        if !job.incident.may_appear_in(&self.channel) {
            return Ok(Outcome::Skipped);
        }
        ignore_unavailable(
            job.slack
                .add_reaction(&self.channel, &self.ts, PUSHPIN)
                .await,
        )
    }
}
