//! Channels and their members: `conversations.*`.

use serde::Deserialize;
use serde_json::json;

use super::{OkResponse, SlackApi, SlackResult, accept_codes};
use crate::domain::{ChannelId, UserId, Visibility};

/// The page size. Slack recommends at most 200 but accepts 1,000,
/// docs.slack.dev/reference/methods/conversations.list.
const PAGE_SIZE: &str = "1000";

/// A channel as Slack describes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ChannelInfo {
    /// The channel's ID.
    pub id: ChannelId,
    /// The name as accepted by Slack.
    pub name: String,
    /// The user ID of the creator.
    #[serde(default)]
    pub creator: String,
    /// The creation time, in Unix seconds.
    #[serde(default)]
    pub created: i64,
    /// Whether the bot is a member.
    #[serde(default)]
    pub is_member: bool,
    /// Whether the channel is archived.
    #[serde(default)]
    pub is_archived: bool,
}

#[derive(Deserialize)]
struct ChannelResponse {
    channel: ChannelInfo,
}

#[derive(Deserialize)]
struct ChannelPage {
    channels: Vec<ChannelInfo>,
    #[serde(default)]
    response_metadata: ResponseMetadata,
}

#[derive(Default, Deserialize)]
struct ResponseMetadata {
    #[serde(default)]
    next_cursor: String,
}

impl SlackApi {
    /// Creates a public or private channel. The bot is its only member.
    pub(crate) async fn create_channel(
        &self,
        name: &str,
        visibility: Visibility,
    ) -> SlackResult<ChannelInfo> {
        let body = match visibility {
            Visibility::Public => json!({ "name": name }),
            Visibility::Private => json!({ "name": name, "is_private": true }),
        };
        let made: ChannelResponse = self.post("conversations.create", &body).await?;
        Ok(made.channel)
    }

    /// Renames a channel. Succeeds if it already has the name.
    pub(crate) async fn rename_channel(
        &self,
        channel: &ChannelId,
        name: &str,
    ) -> SlackResult<ChannelInfo> {
        let body = json!({ "channel": channel, "name": name });
        let renamed: ChannelResponse = self.post("conversations.rename", &body).await?;
        Ok(renamed.channel)
    }

    /// Returns the channels whose names satisfy the predicate, including archived ones: all public
    /// channels, or the private ones that the bot is a member of.
    pub(crate) async fn find_channels(
        &self,
        visibility: Visibility,
        is_match: impl Fn(&str) -> bool,
    ) -> SlackResult<Vec<ChannelInfo>> {
        let types = match visibility {
            Visibility::Public => "public_channel",
            Visibility::Private => "private_channel",
        };
        let mut channels = Vec::new();
        let mut cursor = None;
        loop {
            let params = [
                ("types", Some(types.to_owned())),
                ("limit", Some(PAGE_SIZE.to_owned())),
                ("cursor", cursor),
            ];
            let page: ChannelPage = self.get("conversations.list", &params).await?;
            channels.extend(
                page.channels
                    .into_iter()
                    .filter(|channel| is_match(&channel.name)),
            );
            // A page may be short; only an empty cursor marks the last one.
            if page.response_metadata.next_cursor.is_empty() {
                return Ok(channels);
            }
            cursor = Some(page.response_metadata.next_cursor);
        }
    }

    /// Returns the public channel with the configured ID or name. One that is not archived takes
    /// precedence.
    pub(crate) async fn find_channel_by_name(
        &self,
        name: &str,
    ) -> SlackResult<Option<ChannelInfo>> {
        if is_channel_id(name) {
            return match self.channel_info(&ChannelId::from(name)).await {
                Ok(channel) => Ok(Some(channel)),
                Err(error) if error.has_code(&["channel_not_found"]) => Ok(None),
                Err(error) => Err(error),
            };
        }
        let channels = self
            .find_channels(Visibility::Public, |channel_name| channel_name == name)
            .await?;
        Ok(channels
            .into_iter()
            .min_by_key(|channel| channel.is_archived))
    }

    /// Returns a channel by ID.
    pub(crate) async fn channel_info(&self, channel: &ChannelId) -> SlackResult<ChannelInfo> {
        let params = [("channel", Some(channel.to_string()))];
        let made: ChannelResponse = self.get("conversations.info", &params).await?;
        Ok(made.channel)
    }

    /// Joins a public channel. Succeeds if the bot is already a member.
    pub(crate) async fn join_channel(&self, channel: &ChannelId) -> SlackResult<()> {
        let body = json!({ "channel": channel });
        self.post::<OkResponse>("conversations.join", &body)
            .await
            .map(drop)
    }

    /// Invites a user. Succeeds if they are already a member.
    pub(crate) async fn invite(&self, channel: &ChannelId, user: &UserId) -> SlackResult<()> {
        let body = json!({ "channel": channel, "users": user });
        let result = self.post::<OkResponse>("conversations.invite", &body).await;
        accept_codes(result, &["already_in_channel", "cant_invite_self"]).map(drop)
    }

    /// Removes a user from a channel. Succeeds if they are not a member.
    pub(crate) async fn kick(&self, channel: &ChannelId, user: &UserId) -> SlackResult<()> {
        let body = json!({ "channel": channel, "user": user });
        let result = self.post::<OkResponse>("conversations.kick", &body).await;
        accept_codes(result, &["not_in_channel", "user_not_found"]).map(drop)
    }

    /// Returns all members of a channel.
    pub(crate) async fn channel_members(&self, channel: &ChannelId) -> SlackResult<Vec<UserId>> {
        #[derive(Deserialize)]
        struct MemberPage {
            members: Vec<UserId>,
            #[serde(default)]
            response_metadata: ResponseMetadata,
        }
        let mut everybody = Vec::new();
        let mut cursor = None;
        loop {
            let params = [
                ("channel", Some(channel.to_string())),
                ("limit", Some(PAGE_SIZE.to_owned())),
                ("cursor", cursor),
            ];
            let page: MemberPage = self.get("conversations.members", &params).await?;
            everybody.extend(page.members);
            if page.response_metadata.next_cursor.is_empty() {
                return Ok(everybody);
            }
            cursor = Some(page.response_metadata.next_cursor);
        }
    }

    /// Archives a channel. Succeeds if it is already archived.
    pub(crate) async fn archive_channel(&self, channel: &ChannelId) -> SlackResult<()> {
        let body = json!({ "channel": channel });
        let result = self
            .post::<OkResponse>("conversations.archive", &body)
            .await;
        accept_codes(result, &["already_archived"]).map(drop)
    }

    /// Sets a channel's topic, at most 250 characters.
    pub(crate) async fn set_topic(&self, channel: &ChannelId, topic: &str) -> SlackResult<()> {
        let body = json!({ "channel": channel, "topic": topic });
        self.post::<OkResponse>("conversations.setTopic", &body)
            .await
            .map(drop)
    }

    /// Sets a channel's purpose, at most 250 characters.
    pub(crate) async fn set_purpose(&self, channel: &ChannelId, purpose: &str) -> SlackResult<()> {
        let body = json!({ "channel": channel, "purpose": purpose });
        self.post::<OkResponse>("conversations.setPurpose", &body)
            .await
            .map(drop)
    }
}

/// Returns whether the text is a channel ID. Slack: an ID is `C` or `G` followed by capitals and digits;
/// names have no capitals.
fn is_channel_id(name: &str) -> bool {
    name.len() >= 9
        && name.starts_with(['C', 'G'])
        && name
            .chars()
            .all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit())
}
