//! Calls about channels and who is in them.

use muster_commands::{ChannelId, PersonId};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, SlackApi, Yes, or_already};
use crate::domain::Visibility;

/// How many channels one page of the list holds. Slack recommends no more than 200 but takes 1,000,
/// docs.slack.dev/reference/methods/conversations.list.
const PAGE: &str = "1000";

/// A channel that Slack made, or that we found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CreatedChannel {
    /// Its id.
    pub id: ChannelId,
    /// Its name, as Slack took it.
    pub name: String,
    /// Who created it.
    #[serde(default)]
    pub creator: String,
    /// When it was created, in seconds since 1970.
    #[serde(default)]
    pub created: i64,
    /// Whether we are in it.
    #[serde(default)]
    pub is_member: bool,
    /// Whether it is archived.
    #[serde(default)]
    pub is_archived: bool,
}

#[derive(Deserialize)]
struct Made {
    channel: CreatedChannel,
}

#[derive(Deserialize)]
struct Page {
    channels: Vec<CreatedChannel>,
    #[serde(default)]
    response_metadata: Next,
}

#[derive(Default, Deserialize)]
struct Next {
    #[serde(default)]
    next_cursor: String,
}

impl SlackApi {
    /// Creates a channel, public or private. Its creator is its only member.
    ///
    /// # Errors
    /// `name_taken`, also by an archived channel; `restricted_action` when the workspace forbids it.
    pub async fn create_channel(
        &self,
        name: &str,
        visibility: Visibility,
    ) -> Answer<CreatedChannel> {
        let body = match visibility {
            Visibility::Public => json!({ "name": name }),
            Visibility::Private => json!({ "name": name, "is_private": true }),
        };
        let made: Made = self.post("conversations.create", &body).await?;
        Ok(made.channel)
    }

    /// Gives a channel another name; that it is called so already is as good.
    ///
    /// # Errors
    /// `name_taken`, also by an archived channel; `not_authorized` for a channel that we did not create;
    /// `not_in_channel`, `is_archived`.
    pub async fn rename(&self, channel: &ChannelId, name: &str) -> Answer<CreatedChannel> {
        let body = json!({ "channel": channel, "name": name });
        let renamed: Made = self.post("conversations.rename", &body).await?;
        Ok(renamed.channel)
    }

    /// Finds the public channels, or the private ones that we are in, whose names `wanted` accepts,
    /// archived ones too.
    ///
    /// # Errors
    /// What Slack says.
    pub async fn find_channels(
        &self,
        visibility: Visibility,
        wanted: impl Fn(&str) -> bool,
    ) -> Answer<Vec<CreatedChannel>> {
        let types = match visibility {
            Visibility::Public => "public_channel",
            Visibility::Private => "private_channel",
        };
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let params = [
                ("types", Some(types.to_owned())),
                ("limit", Some(PAGE.to_owned())),
                ("cursor", cursor),
            ];
            let page: Page = self.get("conversations.list", &params).await?;
            found.extend(
                page.channels
                    .into_iter()
                    .filter(|channel| wanted(&channel.name)),
            );
            // Pages may be short: only an empty cursor says that this was the last one.
            if page.response_metadata.next_cursor.is_empty() {
                return Ok(found);
            }
            cursor = Some(page.response_metadata.next_cursor);
        }
    }

    /// Finds the channel that somebody named in a setting, by its id or its name; one that is not
    /// archived before one that is.
    ///
    /// # Errors
    /// What Slack says; that there is no such channel is no error.
    pub async fn channel_called(&self, wanted: &str) -> Answer<Option<CreatedChannel>> {
        if is_id(wanted) {
            return match self.channel(&ChannelId::from(wanted)).await {
                Ok(channel) => Ok(Some(channel)),
                Err(trouble) if trouble.is(&["channel_not_found"]) => Ok(None),
                Err(trouble) => Err(trouble),
            };
        }
        let found = self
            .find_channels(Visibility::Public, |name| name == wanted)
            .await?;
        Ok(found.into_iter().min_by_key(|channel| channel.is_archived))
    }

    /// Gives what Slack says of a channel.
    ///
    /// # Errors
    /// `channel_not_found`, also for a private channel that we are not in.
    pub async fn channel(&self, channel: &ChannelId) -> Answer<CreatedChannel> {
        let params = [("channel", Some(channel.to_string()))];
        let made: Made = self.get("conversations.info", &params).await?;
        Ok(made.channel)
    }

    /// Joins a public channel; being in it already is as good.
    ///
    /// # Errors
    /// `is_archived`, `channel_not_found`, `method_not_supported_for_channel_type` for private ones.
    pub async fn join(&self, channel: &ChannelId) -> Answer<()> {
        let body = json!({ "channel": channel });
        self.post::<Yes>("conversations.join", &body)
            .await
            .map(drop)
    }

    /// Brings a person into a channel; their being in it already is as good.
    ///
    /// # Errors
    /// `user_not_found`, `user_is_restricted`, `not_in_channel`, `is_archived`.
    pub async fn invite(&self, channel: &ChannelId, person: &PersonId) -> Answer<()> {
        let body = json!({ "channel": channel, "users": person });
        let answer = self.post::<Yes>("conversations.invite", &body).await;
        or_already(answer, &["already_in_channel", "cant_invite_self"]).map(drop)
    }

    /// Takes a person out of a channel; nothing happens if they are not in it.
    ///
    /// # Errors
    /// What Slack says: the workspace may let nobody but its admins do this (`restricted_action`).
    pub async fn uninvite(&self, channel: &ChannelId, person: &PersonId) -> Answer<()> {
        let body = json!({ "channel": channel, "user": person });
        let answer = self.post::<Yes>("conversations.kick", &body).await;
        or_already(answer, &["not_in_channel", "user_not_found"]).map(drop)
    }

    /// Gives everybody who is in a channel.
    ///
    /// # Errors
    /// `channel_not_found`, also for a private channel that we are not in.
    pub async fn members(&self, channel: &ChannelId) -> Answer<Vec<PersonId>> {
        #[derive(Deserialize)]
        struct Members {
            members: Vec<PersonId>,
            #[serde(default)]
            response_metadata: Next,
        }
        let mut everybody = Vec::new();
        let mut cursor = None;
        loop {
            let params = [
                ("channel", Some(channel.to_string())),
                ("limit", Some(PAGE.to_owned())),
                ("cursor", cursor),
            ];
            let page: Members = self.get("conversations.members", &params).await?;
            everybody.extend(page.members);
            if page.response_metadata.next_cursor.is_empty() {
                return Ok(everybody);
            }
            cursor = Some(page.response_metadata.next_cursor);
        }
    }

    /// Archives a channel; its being archived already is as good.
    ///
    /// # Errors
    /// `restricted_action`, `channel_not_found`, `not_in_channel`.
    pub async fn archive(&self, channel: &ChannelId) -> Answer<()> {
        let body = json!({ "channel": channel });
        let answer = self.post::<Yes>("conversations.archive", &body).await;
        or_already(answer, &["already_archived"]).map(drop)
    }

    /// Sets a channel's topic, of at most 250 characters.
    ///
    /// # Errors
    /// `not_in_channel`, `is_archived`.
    pub async fn set_topic(&self, channel: &ChannelId, topic: &str) -> Answer<()> {
        let body = json!({ "channel": channel, "topic": topic });
        self.post::<Yes>("conversations.setTopic", &body)
            .await
            .map(drop)
    }

    /// Sets a channel's purpose, of at most 250 characters.
    ///
    /// # Errors
    /// `not_in_channel`, `is_archived`.
    pub async fn set_purpose(&self, channel: &ChannelId, purpose: &str) -> Answer<()> {
        let body = json!({ "channel": channel, "purpose": purpose });
        self.post::<Yes>("conversations.setPurpose", &body)
            .await
            .map(drop)
    }
}

/// Slack: ids are capitals and digits after a `C` or a `G`; names have no capitals.
fn is_id(wanted: &str) -> bool {
    wanted.len() >= 9
        && wanted.starts_with(['C', 'G'])
        && wanted
            .chars()
            .all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit())
}
