//! Sends `SyncBookmarks` with `bookmarks.*`.

use crate::domain::BookmarkStep;
use crate::domain::delivery::SyncBookmarks;
use crate::slack::SlackError;
use crate::slack::blocks::postmortem::postmortem_page_url;
use crate::slack::client::SlackResult;
use crate::store::ReadyDelivery;
use crate::worker::bot_identity::bot_identity;
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::rate_limits::RateLimitKey;

/// Methods of one step: it lists the bookmarks, then calls one of the other three.
const METHODS: [&str; 4] = [
    "bookmarks.list",
    "bookmarks.add",
    "bookmarks.edit",
    "bookmarks.remove",
];

impl Job for SyncBookmarks {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("bookmarks.add");
    const TARGET: Target = Target::IncidentChannel;

    fn rate_limits(&self, _ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        METHODS.map(RateLimitKey::Method).to_vec()
    }

    /// Lists the bookmarks and applies the next step.
    ///
    /// A repeated attempt finds the result of the first one. A link that Slack rejects does not block the
    /// others.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<()>> {
        let Some(channel) = job.writable_channel() else {
            return Ok(Outcome::Skipped);
        };
        let bot = bot_identity(job.app).await?.user_id;
        let existing = job.slack.list_bookmarks(channel, &bot).await?;
        let page = postmortem_page_url(job.incident.id, &job.app.config);
        let expected = job.incident.bookmarks(page.as_deref());
        let steps = BookmarkStep::plan(&expected, &existing);
        let mut rejected = None;
        for (number, step) in (1..).zip(&steps) {
            match job.slack.apply_bookmark_step(channel, step).await {
                Ok(()) if number == steps.len() && rejected.is_none() => break,
                Ok(()) => return Ok(Outcome::Incomplete),
                Err(error) if error.has_code(&["invalid_link"]) => rejected = Some(error),
                Err(error) => return Err(error),
            }
        }
        rejected.map_or(Ok(Outcome::Done(())), Err)
    }
}
