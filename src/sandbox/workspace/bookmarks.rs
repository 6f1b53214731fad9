//! Bookmarks of a channel, at most 100.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ids;
use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;

/// A bookmark of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// The bookmark ID, `Bk…`.
    pub id: String,
    /// The title.
    pub title: String,
    /// The URL.
    pub link: String,
    /// An emoji with colons, or empty.
    pub emoji: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) updated_by: UserId,
}

/// New values of a bookmark. `None` keeps the current value.
#[derive(Default)]
pub(crate) struct BookmarkFields {
    pub(crate) title: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) emoji: Option<String>,
}

const MAX_BOOKMARKS: usize = 100;
const MAX_TITLE_LENGTH: usize = 256;
const MAX_LINK_LENGTH: usize = 2048;

impl BookmarkFields {
    fn check(&self) -> Result<(), &'static str> {
        if self
            .title
            .as_ref()
            .is_some_and(|t| t.chars().count() > MAX_TITLE_LENGTH)
        {
            return Err("invalid_arguments");
        }
        if let Some(link) = &self.link {
            let is_web = link.starts_with("http://") || link.starts_with("https://");
            if !is_web
                || link.chars().count() > MAX_LINK_LENGTH
                || link.contains(char::is_whitespace)
            {
                return Err("invalid_link");
            }
        }
        let is_emoji = |emoji: &String| {
            emoji.is_empty() || (emoji.len() > 2 && emoji.starts_with(':') && emoji.ends_with(':'))
        };
        if self.emoji.as_ref().is_some_and(|emoji| !is_emoji(emoji)) {
            return Err("invalid_emoji");
        }
        Ok(())
    }

    fn apply_to(self, bookmark: &mut Bookmark) {
        bookmark.title = self.title.unwrap_or_else(|| bookmark.title.clone());
        bookmark.link = self.link.unwrap_or_else(|| bookmark.link.clone());
        bookmark.emoji = self.emoji.unwrap_or_else(|| bookmark.emoji.clone());
    }
}

/// Returns the bookmark object of the Web API.
pub(crate) fn json(channel: &ChannelId, bookmark: &Bookmark) -> Value {
    json!({
        "id": bookmark.id, "channel_id": channel, "title": bookmark.title, "link": bookmark.link,
        "emoji": bookmark.emoji, "icon_url": null, "type": "link", "entity_id": null,
        "date_created": bookmark.created, "date_updated": bookmark.updated, "rank": "U",
        "last_updated_by_user_id": bookmark.updated_by, "last_updated_by_team_id": null,
        "shortcut_id": null, "app_id": null, "app_action_id": null,
    })
}

impl Workspace {
    /// Adds a bookmark. The error is Slack's error code
    /// (docs.slack.dev/reference/methods/bookmarks.add).
    pub(crate) fn add_bookmark(
        &mut self,
        channel: &ChannelId,
        actor: &UserId,
        link: BookmarkFields,
    ) -> Result<Bookmark, &'static str> {
        link.check()?;
        let now = self.now().timestamp();
        let mut bookmark = Bookmark {
            id: ids::from_serial('B', self.next_serial()).replacen("B0", "Bk", 1),
            created: now,
            updated_by: actor.clone(),
            ..Bookmark::default()
        };
        link.apply_to(&mut bookmark);
        self.with_channel(channel, |channel| {
            if channel.bookmarks.len() >= MAX_BOOKMARKS {
                return Err("too_many_bookmarks");
            }
            channel.bookmarks.push(bookmark.clone());
            Ok(bookmark)
        })
        .ok_or("channel_not_found")?
    }

    /// Edits a bookmark. The error is Slack's error code.
    pub(crate) fn edit_bookmark(
        &mut self,
        channel: &ChannelId,
        id: &str,
        actor: &UserId,
        link: BookmarkFields,
    ) -> Result<Bookmark, &'static str> {
        link.check()?;
        let now = self.now().timestamp();
        self.with_channel(channel, |channel| {
            let bookmark = channel
                .bookmarks
                .iter_mut()
                .find(|bookmark| bookmark.id == id)
                .ok_or("not_found")?;
            link.apply_to(bookmark);
            bookmark.updated = now;
            bookmark.updated_by = actor.clone();
            Ok(bookmark.clone())
        })
        .ok_or("channel_not_found")?
    }

    /// Removes a bookmark. The error is Slack's error code.
    pub(crate) fn remove_bookmark(
        &mut self,
        channel: &ChannelId,
        id: &str,
    ) -> Result<(), &'static str> {
        self.with_channel(channel, |channel| {
            let before = channel.bookmarks.len();
            channel.bookmarks.retain(|bookmark| bookmark.id != id);
            if channel.bookmarks.len() == before {
                return Err("not_found");
            }
            Ok(())
        })
        .ok_or("channel_not_found")?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookmark_accepts_only_http_urls() {
        let link = |link: &str| BookmarkFields {
            link: Some(link.to_owned()),
            ..BookmarkFields::default()
        };
        assert_eq!(link("https://example.com/1").check(), Ok(()));
        assert_eq!(link("ftp://example.com").check(), Err("invalid_link"));
        assert_eq!(
            link(&format!("https://{}", "a".repeat(2048))).check(),
            Err("invalid_link")
        );
    }
}
