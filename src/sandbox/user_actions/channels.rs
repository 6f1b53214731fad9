//! User actions on channels: joining, inviting, renaming, archiving. Also uninstalls the app and
//! revokes its tokens.

use serde_json::json;

use crate::Sandbox;
use crate::app_requests::response_effects::ActionResult;
use crate::manifest::Installation;
use crate::workspace::bookmarks::BookmarkFields;
use crate::workspace::channels::Visibility;

impl Sandbox {
    /// Joins a public channel.
    pub async fn joins(&self, who: &str, channel: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let channel = workspace.visible_channel(who, channel)?;
            if channel.is_archived {
                return Err(format!("#{} is archived.", channel.name));
            }
            let id = channel.id.clone();
            workspace.add_member(&id, who, None);
            Ok(None)
        })
        .await
    }

    /// Leaves a channel.
    pub async fn leaves(&self, who: &str, channel: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let id = workspace.visible_channel(who, channel)?.id.clone();
            workspace.remove_member(&id, who);
            Ok(None)
        })
        .await
    }

    /// Invites a user or the bot to a channel that the acting user is a member of.
    pub async fn invites(&self, who: &str, channel: &str, other_user: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let id = workspace.writable_channel(who, channel)?;
            let other_user = workspace.active_user(other_user)?;
            workspace.add_member(&id, &other_user, Some(who));
            Ok(None)
        })
        .await
    }

    /// Removes a user or the bot from a channel that the acting user is a member of.
    pub async fn removes(&self, who: &str, channel: &str, other_user: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let id = workspace.writable_channel(who, channel)?;
            let other_user = workspace.find_user(other_user).map(|user| user.id.clone());
            let other_user = other_user.ok_or("There is no user with this name.")?;
            if workspace.channels[&id].is_general {
                return Err("Users can't be removed from #general.".to_owned());
            }
            workspace.remove_member(&id, &other_user);
            Ok(None)
        })
        .await
    }

    /// Invites the bot as the first member of the channel.
    pub async fn invite_bot(&self, channel: &str) -> ActionResult {
        let Some(inviter) = self.members(channel).into_iter().next() else {
            return ActionResult::rejected(format!(
                "{channel} has no member who could invite the app."
            ));
        };
        self.invites(&inviter, channel, &self.bot_user()).await
    }

    /// Removes a bookmark by its title from a channel that the user is a member of.
    pub async fn removes_bookmark(&self, who: &str, channel: &str, title: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let channel = workspace.writable_channel(who, channel)?;
            let bookmarks = &workspace.channels[&channel].bookmarks;
            let titled = bookmarks.iter().find(|it| it.title == title);
            let id = titled
                .map(|it| it.id.clone())
                .ok_or_else(|| format!("There is no bookmark {title}."))?;
            workspace.remove_bookmark(&channel, &id)?;
            Ok(None)
        })
        .await
    }

    /// Creates a public channel. The user becomes its member.
    pub async fn creates_channel(&self, who: &str, name: &str) -> ActionResult {
        self.creates_channel_with_visibility(who, name, Visibility::Public)
            .await
    }

    /// Creates a private channel. The user becomes its member.
    pub async fn creates_private_channel(&self, who: &str, name: &str) -> ActionResult {
        self.creates_channel_with_visibility(who, name, Visibility::Private)
            .await
    }

    async fn creates_channel_with_visibility(
        &self,
        who: &str,
        name: &str,
        visibility: Visibility,
    ) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let made = workspace.create_channel(who, name, visibility);
            made.map(|_| None).map_err(channel_name_error)
        })
        .await
    }

    /// Archives a channel.
    pub async fn archives(&self, who: &str, channel: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let id = workspace.writable_channel(who, channel)?;
            if workspace.channels[&id].is_general {
                return Err("#general can't be archived.".to_owned());
            }
            workspace.archive_channel(&id, who);
            Ok(None)
        })
        .await
    }

    /// Unarchives a channel. Bots do not become members again.
    pub async fn unarchives(&self, who: &str, channel: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let channel = workspace.visible_channel(who, channel)?;
            if !channel.is_archived {
                return Err(format!("#{} is not archived.", channel.name));
            }
            let id = channel.id.clone();
            workspace.unarchive_channel(&id, who);
            Ok(None)
        })
        .await
    }

    /// Renames the bookmark with the title `from` to `to`.
    pub async fn renames_bookmark(
        &self,
        who: &str,
        channel: &str,
        from: &str,
        to: &str,
    ) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let (id, bookmark) = workspace.writable_channel(who, channel).map(|id| {
                let bookmarks = &workspace.channels[&id].bookmarks;
                let bookmark = bookmarks.iter().find(|it| it.title == from);
                (id, bookmark.map(|it| it.id.clone()))
            })?;
            let bookmark = bookmark.ok_or_else(|| format!("There is no bookmark {from}."))?;
            let link = BookmarkFields {
                title: Some(to.to_owned()),
                ..BookmarkFields::default()
            };
            workspace.edit_bookmark(&id, &bookmark, who, link)?;
            Ok(None)
        })
        .await
    }

    /// Renames a channel.
    pub async fn renames_channel(&self, who: &str, channel: &str, name: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let id = workspace.writable_channel(who, channel)?;
            let done = workspace.rename_channel(&id, who, name);
            done.map(|()| None).map_err(channel_name_error)
        })
        .await
    }

    /// Deletes a channel and its messages.
    pub async fn deletes_channel(&self, who: &str, channel: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let id = workspace.visible_channel(who, channel)?.id.clone();
            workspace.delete_channel(&id, who);
            Ok(None)
        })
        .await
    }

    /// Uninstalls the app: revokes its tokens and stops its events.
    pub async fn uninstall_app(&self) -> ActionResult {
        let first = self
            .shared
            .with(|workspace| workspace.users.keys().next().cloned());
        let result = self
            .perform_action(&first.unwrap_or_default(), |workspace, _| {
                let bot = workspace.app.bot_user.clone();
                let revoked =
                    json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}});
                workspace.push_event("tokens_revoked", revoked);
                workspace.push_event("app_uninstalled", json!({"type": "app_uninstalled"}));
                workspace.app.state = Installation::Uninstalled;
                Ok(None)
            })
            .await;
        ActionResult {
            view: None,
            ..result
        }
    }

    /// Revokes the app's tokens without uninstalling it.
    pub async fn revoke_tokens(&self) -> ActionResult {
        let first = self
            .shared
            .with(|workspace| workspace.users.keys().next().cloned());
        self.perform_action(&first.unwrap_or_default(), |workspace, _| {
            let bot = workspace.app.bot_user.clone();
            let revoked = json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}});
            workspace.push_event("tokens_revoked", revoked);
            workspace.app.state = Installation::Revoked;
            Ok(None)
        })
        .await
    }
}

/// Returns the sentence for a rejected channel name.
fn channel_name_error(code: &str) -> String {
    match code {
        "name_taken" => "That name is already taken.".to_owned(),
        "invalid_name_maxlength" => "Channel names can have up to 80 characters.".to_owned(),
        "invalid_name_required" => "A channel needs a name.".to_owned(),
        _ => "Channel names can only have lower-case letters, digits, hyphens and underscores."
            .to_owned(),
    }
}
