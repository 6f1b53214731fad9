//! Sends `EditReminder` with `chat.update`.

use crate::domain::delivery::EditReminder;
use crate::slack::SlackError;
use crate::slack::blocks::reminder::closed_reminder;
use crate::slack::client::SlackResult;
use crate::worker::idempotent_post::ignore_deleted;
use crate::worker::job::{Job, JobContext, Outcome, Target};

impl Job for EditReminder {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.update");
    const TARGET: Target = Target::IncidentChannel;

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let post = &self.post;
        if job.writable_channel() != Some(&post.channel) {
            return Ok(Outcome::Skipped);
        }
        let message = closed_reminder(&self.outcome, &job.attempt.names);
        let edited = job
            .slack
            .update_message(&post.channel, &post.ts, &message)
            .await;
        ignore_deleted(edited)?;
        Ok(Outcome::Done(()))
    }
}
