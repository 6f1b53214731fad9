//! Bookmarks of a channel: `bookmarks.list`, `bookmarks.add`, `bookmarks.edit`, `bookmarks.remove`.

use serde::Deserialize;
use serde_json::json;

use super::{OkResponse, SlackApi, SlackResult, accept_codes};
use crate::domain::{BookmarkStep, ChannelId, ExistingBookmark, UserId};

/// Error codes that mean that the bookmark no longer exists.
const GONE_CODES: [&str; 2] = ["not_found", "bookmark_not_found"];

#[derive(Deserialize)]
struct BookmarkList {
    bookmarks: Vec<BookmarkInfo>,
}

#[derive(Deserialize)]
struct BookmarkInfo {
    id: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    link: Option<String>,
    #[serde(default)]
    last_updated_by_user_id: Option<String>,
}

impl SlackApi {
    /// Returns the bookmarks of a channel, and whether the bot was the last to update each.
    pub(crate) async fn list_bookmarks(
        &self,
        channel: &ChannelId,
        us: &UserId,
    ) -> SlackResult<Vec<ExistingBookmark>> {
        let body = json!({ "channel_id": channel });
        let listed: BookmarkList = self.post("bookmarks.list", &body).await?;
        let existing = |bookmark: BookmarkInfo| ExistingBookmark {
            id: bookmark.id,
            title: bookmark.title.unwrap_or_default(),
            url: bookmark.link.unwrap_or_default(),
            is_ours: bookmark.last_updated_by_user_id.as_deref() == Some(us.as_str()),
        };
        Ok(listed.bookmarks.into_iter().map(existing).collect())
    }

    /// Adds, edits or removes one bookmark. A bookmark that no longer exists is not an error.
    pub(crate) async fn apply_bookmark_step(
        &self,
        channel: &ChannelId,
        step: &BookmarkStep,
    ) -> SlackResult<()> {
        match step {
            BookmarkStep::Add(to) => {
                let body = json!({
                    "channel_id": channel, "title": to.title, "type": "link", "link": to.url,
                });
                self.post::<OkResponse>("bookmarks.add", &body)
                    .await
                    .map(drop)
            }
            BookmarkStep::Edit(id, to) => {
                let body = json!({
                    "channel_id": channel, "bookmark_id": id, "title": to.title, "link": to.url,
                });
                accept_codes(
                    self.post::<OkResponse>("bookmarks.edit", &body).await,
                    &GONE_CODES,
                )
                .map(drop)
            }
            BookmarkStep::Remove(id) => {
                let body = json!({ "channel_id": channel, "bookmark_id": id });
                accept_codes(
                    self.post::<OkResponse>("bookmarks.remove", &body).await,
                    &GONE_CODES,
                )
                .map(drop)
            }
        }
    }
}
