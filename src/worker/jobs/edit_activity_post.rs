//! Sends `EditActivityPost` with `chat.update`: the post with its entries as they are now.

use crate::domain::delivery::EditActivityPost;
use crate::slack::SlackError;
use crate::slack::blocks::activity::edited_post;
use crate::slack::client::SlackResult;
use crate::worker::idempotent_post::ignore_deleted;
use crate::worker::job::{Job, JobContext, Outcome, Target};

impl Job for EditActivityPost {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.update");
    const TARGET: Target = Target::IncidentChannel;

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let post = job.attempt.post.as_ref();
        // A post in a channel that the incident has left stays as it is: that channel is archived.
        let current = job.writable_channel();
        if let Some(post) = post.filter(|post| current == Some(&post.channel)) {
            let message = edited_post(&post.entries, &job.attempt.names);
            let edited = job.slack.update_message(&post.channel, &post.ts, &message);
            ignore_deleted(edited.await)?;
        }
        // Queued edits of other entries may be about other posts.
        let same = job
            .coalesced::<Self>()
            .filter(|(_, queued)| *queued == self)
            .map(|(id, _)| id);
        Ok(Outcome::DoneWith((), same.collect()))
    }
}
