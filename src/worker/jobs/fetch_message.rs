//! Sends `FetchMessage` with `reactions.get`.

use crate::domain::delivery::FetchMessage;
use crate::domain::delivery::fetch_message::FetchedMessage;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::unavailable_target::ignore_unavailable;

impl Job for FetchMessage {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("reactions.get");

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<FetchedMessage>> {
        let message = job.slack.fetch_message(&self.channel, &self.ts).await;
        ignore_unavailable(message.map(|message| FetchedMessage {
            text: message.text,
            permalink: message.permalink.unwrap_or_default(),
            edited_ts: message.edited_ts,
        }))
    }
}
