//! The links at the head of a channel: at most 100.

use serde_json::{Value, json};

use super::ids;
use super::ids::{ChannelId, PersonId};
use super::workspace::Workspace;

/// A link at the head of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bookmark {
    /// Its id, `Bk…`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Where it leads.
    pub link: String,
    /// An emoji with colons, or empty.
    pub emoji: String,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) by: PersonId,
}

/// What a bookmark shall be from now on; None leaves it as it is.
#[derive(Default)]
pub(super) struct Link {
    pub(super) title: Option<String>,
    pub(super) link: Option<String>,
    pub(super) emoji: Option<String>,
}

const MOST: usize = 100;
const LONGEST_TITLE: usize = 256;
const LONGEST_LINK: usize = 2048;

impl Link {
    fn check(&self) -> Result<(), &'static str> {
        if self
            .title
            .as_ref()
            .is_some_and(|t| t.chars().count() > LONGEST_TITLE)
        {
            return Err("invalid_arguments");
        }
        if let Some(link) = &self.link {
            let is_web = link.starts_with("http://") || link.starts_with("https://");
            if !is_web || link.chars().count() > LONGEST_LINK || link.contains(char::is_whitespace)
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

    fn put(self, bookmark: &mut Bookmark) {
        bookmark.title = self.title.unwrap_or_else(|| bookmark.title.clone());
        bookmark.link = self.link.unwrap_or_else(|| bookmark.link.clone());
        bookmark.emoji = self.emoji.unwrap_or_else(|| bookmark.emoji.clone());
    }
}

/// Gives a bookmark as Slack does.
pub(super) fn json(channel: &ChannelId, bookmark: &Bookmark) -> Value {
    json!({
        "id": bookmark.id, "channel_id": channel, "title": bookmark.title, "link": bookmark.link,
        "emoji": bookmark.emoji, "icon_url": null, "type": "link", "entity_id": null,
        "date_created": bookmark.created, "date_updated": bookmark.updated, "rank": "U",
        "last_updated_by_user_id": bookmark.by, "last_updated_by_team_id": null,
        "shortcut_id": null, "app_id": null, "app_action_id": null,
    })
}

impl Workspace {
    /// Adds a bookmark. An error is Slack's code (docs.slack.dev/reference/methods/bookmarks.add).
    pub(super) fn add_bookmark(
        &mut self,
        channel: &ChannelId,
        by: &PersonId,
        link: Link,
    ) -> Result<Bookmark, &'static str> {
        link.check()?;
        let now = self.now().timestamp();
        let mut bookmark = Bookmark {
            id: ids::numbered('B', self.next_serial()).replacen("B0", "Bk", 1),
            created: now,
            by: by.clone(),
            ..Bookmark::default()
        };
        link.put(&mut bookmark);
        self.with_channel(channel, |found| {
            if found.bookmarks.len() >= MOST {
                return Err("too_many_bookmarks");
            }
            found.bookmarks.push(bookmark.clone());
            Ok(bookmark)
        })
        .ok_or("channel_not_found")?
    }

    /// Changes a bookmark. An error is Slack's code.
    pub(super) fn edit_bookmark(
        &mut self,
        (channel, id): (&ChannelId, &str),
        by: &PersonId,
        link: Link,
    ) -> Result<Bookmark, &'static str> {
        link.check()?;
        let now = self.now().timestamp();
        self.with_channel(channel, |found| {
            let bookmark = found
                .bookmarks
                .iter_mut()
                .find(|bookmark| bookmark.id == id)
                .ok_or("not_found")?;
            link.put(bookmark);
            bookmark.updated = now;
            bookmark.by = by.clone();
            Ok(bookmark.clone())
        })
        .ok_or("channel_not_found")?
    }

    /// Takes a bookmark out. An error is Slack's code.
    pub(super) fn remove_bookmark(
        &mut self,
        channel: &ChannelId,
        id: &str,
    ) -> Result<(), &'static str> {
        self.with_channel(channel, |found| {
            let before = found.bookmarks.len();
            found.bookmarks.retain(|bookmark| bookmark.id != id);
            if found.bookmarks.len() == before {
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
    fn only_web_links_are_bookmarked() {
        let link = |link: &str| Link {
            link: Some(link.to_owned()),
            ..Link::default()
        };
        assert_eq!(link("https://example.com/1").check(), Ok(()));
        assert_eq!(link("ftp://example.com").check(), Err("invalid_link"));
        assert_eq!(
            link(&format!("https://{}", "a".repeat(2048))).check(),
            Err("invalid_link")
        );
    }
}
