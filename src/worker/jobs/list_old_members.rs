//! Sends `ListOldMembers` with `conversations.members`.

use crate::domain::UserId;
use crate::domain::delivery::ListOldMembers;
use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::worker::bot_identity::bot_identity;
use crate::worker::job::{Job, JobContext, Outcome};

/// Error codes that mean that the old channel is archived, deleted or inaccessible.
pub(crate) const OLD_CHANNEL_CLOSED_CODES: [&str; 4] = [
    "is_archived",
    "is_inactive",
    "channel_not_found",
    "not_in_channel",
];

impl Job for ListOldMembers {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("conversations.members");

    /// Lists the members of the channel without the bot. A closed channel has none.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<Vec<UserId>>> {
        let bot = bot_identity(job.app).await?.user_id;
        match job.slack.channel_members(&self.channel).await {
            Ok(mut users) => {
                users.retain(|user| *user != bot);
                Ok(Outcome::Done(users))
            }
            Err(error) if error.has_code(&OLD_CHANNEL_CLOSED_CODES) => Ok(Outcome::Skipped),
            Err(error) => Err(error),
        }
    }
}
