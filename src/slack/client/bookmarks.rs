//! Calls about the bookmarks of a channel.

use muster_commands::{ChannelId, PersonId};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, SlackApi, Yes, or_already};
use crate::domain::{StandingBookmark, Step};

/// Words of Slack that say that a bookmark is gone already.
const GONE: [&str; 2] = ["not_found", "bookmark_not_found"];

#[derive(Deserialize)]
struct Listed {
    bookmarks: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    id: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    link: Option<String>,
    #[serde(default)]
    last_updated_by_user_id: Option<String>,
}

impl SlackApi {
    /// Gives the bookmarks of a channel, and which of them we touched last.
    ///
    /// # Errors
    /// `channel_not_found`.
    pub async fn bookmarks(
        &self,
        channel: &ChannelId,
        us: &PersonId,
    ) -> Answer<Vec<StandingBookmark>> {
        let body = json!({ "channel_id": channel });
        let listed: Listed = self.post("bookmarks.list", &body).await?;
        let standing = |found: Found| StandingBookmark {
            id: found.id,
            title: found.title.unwrap_or_default(),
            url: found.link.unwrap_or_default(),
            is_ours: found.last_updated_by_user_id.as_deref() == Some(us.as_str()),
        };
        Ok(listed.bookmarks.into_iter().map(standing).collect())
    }

    /// Adds, changes or removes one bookmark; that one to change is gone is no error.
    ///
    /// # Errors
    /// `too_many_bookmarks`, `invalid_link`, `permission_denied`.
    pub async fn bookmark(&self, channel: &ChannelId, step: &Step) -> Answer<()> {
        match step {
            Step::Add(to) => {
                let body = json!({
                    "channel_id": channel, "title": to.title, "type": "link", "link": to.url,
                });
                self.post::<Yes>("bookmarks.add", &body).await.map(drop)
            }
            Step::Edit(id, to) => {
                let body = json!({
                    "channel_id": channel, "bookmark_id": id, "title": to.title, "link": to.url,
                });
                or_already(self.post::<Yes>("bookmarks.edit", &body).await, &GONE).map(drop)
            }
            Step::Remove(id) => {
                let body = json!({ "channel_id": channel, "bookmark_id": id });
                or_already(self.post::<Yes>("bookmarks.remove", &body).await, &GONE).map(drop)
            }
        }
    }
}
