//! Sends `SetTopic` with `conversations.setTopic`.

use crate::domain::delivery::SetTopic;
use crate::slack::SlackError;
use crate::slack::blocks::channel::channel_topic;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome, Target};

impl Job for SetTopic {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("conversations.setTopic");
    const TARGET: Target = Target::IncidentChannel;

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let Some(channel) = job.writable_channel() else {
            return Ok(Outcome::Skipped);
        };
        let topic = channel_topic::topic(job.incident, &job.attempt.names, &job.severity_scale());
        job.slack.set_topic(channel, &topic).await?;
        Ok(Outcome::Done(()))
    }
}
