//! The life of channels: joining, inviting, renaming, archiving; and the end of the app's installation.

use serde_json::json;

use super::super::Sandbox;
use super::super::answers::Seen;
use super::super::bookmarks::Link;
use super::super::channels::Visibility;
use super::super::manifest::Installation;

impl Sandbox {
    /// Joins a public channel.
    pub async fn joins(&self, who: &str, channel: &str) -> Seen {
        self.does(who, |workspace, who| {
            let found = workspace.seen_channel(who, channel)?;
            if found.is_archived {
                return Err(format!("#{} is archived.", found.name));
            }
            let id = found.id.clone();
            workspace.put_in(&id, who, None);
            Ok(None)
        })
        .await
    }

    /// Leaves a channel.
    pub async fn leaves(&self, who: &str, channel: &str) -> Seen {
        self.does(who, |workspace, who| {
            let id = workspace.seen_channel(who, channel)?.id.clone();
            workspace.take_out(&id, who);
            Ok(None)
        })
        .await
    }

    /// Invites somebody (or the bot) to a channel that one is in.
    pub async fn invites(&self, who: &str, channel: &str, whom: &str) -> Seen {
        self.does(who, |workspace, who| {
            let id = workspace.own_channel(who, channel)?;
            let whom = workspace.somebody(whom)?;
            workspace.put_in(&id, &whom, Some(who));
            Ok(None)
        })
        .await
    }

    /// Takes somebody (or the bot) out of a channel that one is in.
    pub async fn removes(&self, who: &str, channel: &str, whom: &str) -> Seen {
        self.does(who, |workspace, who| {
            let id = workspace.own_channel(who, channel)?;
            let whom = workspace.find_person(whom).map(|person| person.id.clone());
            let whom = whom.ok_or("There is nobody of that name.")?;
            if workspace.channels[&id].is_general {
                return Err("Nobody can be removed from #general.".to_owned());
            }
            workspace.take_out(&id, &whom);
            Ok(None)
        })
        .await
    }

    /// Has the first member of a channel invite the bot.
    pub async fn invites_bot(&self, channel: &str) -> Seen {
        let Some(inviter) = self.members(channel).into_iter().next() else {
            return Seen::refused(format!(
                "There is nobody in {channel} who could invite the app."
            ));
        };
        self.invites(&inviter, channel, &self.bot_user()).await
    }

    /// Creates a public channel, with oneself in it.
    pub async fn creates_channel(&self, who: &str, name: &str) -> Seen {
        self.founds(who, name, Visibility::Public).await
    }

    /// Creates a private channel, with oneself in it.
    pub async fn creates_private_channel(&self, who: &str, name: &str) -> Seen {
        self.founds(who, name, Visibility::Private).await
    }

    async fn founds(&self, who: &str, name: &str, visibility: Visibility) -> Seen {
        self.does(who, |workspace, who| {
            let made = workspace.create_channel(who, name, visibility);
            made.map(|_| None).map_err(refusal)
        })
        .await
    }

    /// Archives a channel.
    pub async fn archives(&self, who: &str, channel: &str) -> Seen {
        self.does(who, |workspace, who| {
            let id = workspace.own_channel(who, channel)?;
            if workspace.channels[&id].is_general {
                return Err("#general cannot be archived.".to_owned());
            }
            workspace.archive_channel(&id, who);
            Ok(None)
        })
        .await
    }

    /// Brings an archived channel back. Bots are not in it again by that.
    pub async fn unarchives(&self, who: &str, channel: &str) -> Seen {
        self.does(who, |workspace, who| {
            let found = workspace.seen_channel(who, channel)?;
            if !found.is_archived {
                return Err(format!("#{} is not archived.", found.name));
            }
            let id = found.id.clone();
            workspace.unarchive_channel(&id, who);
            Ok(None)
        })
        .await
    }

    /// Gives the bookmark of a title another one, by hand.
    pub async fn rewrites_bookmark(&self, who: &str, channel: &str, titles: (&str, &str)) -> Seen {
        self.does(who, |workspace, who| {
            let (id, found) = workspace.own_channel(who, channel).map(|id| {
                let bookmarks = &workspace.channels[&id].bookmarks;
                let found = bookmarks.iter().find(|it| it.title == titles.0);
                (id, found.map(|it| it.id.clone()))
            })?;
            let found = found.ok_or_else(|| format!("There is no bookmark {}.", titles.0))?;
            let link = Link {
                title: Some(titles.1.to_owned()),
                ..Link::default()
            };
            workspace.edit_bookmark((&id, &found), who, link)?;
            Ok(None)
        })
        .await
    }

    /// Gives a channel another name.
    pub async fn renames(&self, who: &str, channel: &str, name: &str) -> Seen {
        self.does(who, |workspace, who| {
            let id = workspace.own_channel(who, channel)?;
            let done = workspace.rename_channel(&id, who, name);
            done.map(|()| None).map_err(refusal)
        })
        .await
    }

    /// Deletes a channel with all that was in it.
    pub async fn deletes_channel(&self, who: &str, channel: &str) -> Seen {
        self.does(who, |workspace, who| {
            let id = workspace.seen_channel(who, channel)?.id.clone();
            workspace.delete_channel(&id, who);
            Ok(None)
        })
        .await
    }

    /// Takes the app out of the workspace: its tokens are revoked, its events end.
    pub async fn uninstalls_app(&self) -> Seen {
        let first = self
            .shared
            .with(|workspace| workspace.people.keys().next().cloned());
        let seen = self
            .does(&first.unwrap_or_default(), |workspace, _| {
                let bot = workspace.app.bot_user.clone();
                let revoked =
                    json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}});
                workspace.event("tokens_revoked", revoked);
                workspace.event("app_uninstalled", json!({"type": "app_uninstalled"}));
                workspace.app.state = Installation::Uninstalled;
                Ok(None)
            })
            .await;
        Seen { view: None, ..seen }
    }

    /// Revokes the app's tokens without taking it out.
    pub async fn revokes_tokens(&self) -> Seen {
        let first = self
            .shared
            .with(|workspace| workspace.people.keys().next().cloned());
        self.does(&first.unwrap_or_default(), |workspace, _| {
            let bot = workspace.app.bot_user.clone();
            let revoked = json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}});
            workspace.event("tokens_revoked", revoked);
            workspace.app.state = Installation::Revoked;
            Ok(None)
        })
        .await
    }
}

/// Says why a channel cannot be called so.
fn refusal(code: &str) -> String {
    match code {
        "name_taken" => "That name is already taken.".to_owned(),
        "invalid_name_maxlength" => "A channel's name has 80 characters at most.".to_owned(),
        "invalid_name_required" => "A channel needs a name.".to_owned(),
        _ => "A channel's name has lower-case letters, digits, hyphens and underscores only."
            .to_owned(),
    }
}
