//! Sends `RemovePushpin` with `reactions.remove`.

use crate::domain::delivery::RemovePushpin;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::jobs::add_pushpin::PUSHPIN;
use crate::worker::unavailable_target::ignore_unavailable;

impl Job for RemovePushpin {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("reactions.remove");

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let removed = job.slack.remove_reaction(&self.channel, &self.ts, PUSHPIN);
        ignore_unavailable(removed.await)
    }
}
