//! Messages: post, update, find, delete, pin, permalinks, direct and ephemeral messages.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use slack_morphism::prelude::SlackBlock;

use super::{OkResponse, SlackApi, SlackResult, accept_codes};
use crate::domain::{ChannelId, MessageTs, Timestamp, UserId};

/// The event type of the message metadata.
const EVENT_TYPE: &str = "muster_delivery";

/// The page size. Slack's maximum is 1,000, or 15 for some apps.
const PAGE_SIZE: &str = "200";

/// A message: Block Kit blocks, and the fallback text for notifications and screen readers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// The fallback text, as escaped mrkdwn.
    pub text: String,
    /// The blocks.
    pub blocks: Vec<SlackBlock>,
}

impl Message {
    /// Returns the message as an ephemeral response to a slash command.
    pub(crate) fn to_ephemeral_response(&self) -> Value {
        json!({ "response_type": "ephemeral", "text": self.text, "blocks": self.blocks })
    }
}

/// The metadata that links a message to its deliveries, for lookups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryMetadata {
    /// The ID of the store.
    pub store_id: String,
    /// The IDs of the deliveries sent by the message, the first one first.
    pub deliveries: Vec<i64>,
}

/// A message of the bot that exists in Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedMessage {
    /// The message's timestamp, its ID within the channel.
    pub ts: MessageTs,
    /// The IDs of the deliveries sent by the message.
    pub deliveries: Vec<i64>,
}

#[derive(Deserialize)]
struct PostResponse {
    ts: MessageTs,
}

#[derive(Deserialize)]
struct History {
    messages: Vec<Value>,
    #[serde(default)]
    response_metadata: Option<Value>,
}

impl History {
    /// Returns the cursor of the next page, if any.
    fn next_cursor(&self) -> Option<String> {
        let next = self.response_metadata.as_ref()?.get("next_cursor")?;
        let next = next.as_str().filter(|next| !next.is_empty())?;
        Some(next.to_owned())
    }
}

impl SlackApi {
    /// Posts a message in a channel or a thread.
    pub(crate) async fn post_message(
        &self,
        channel: &ChannelId,
        thread: Option<&MessageTs>,
        message: &Message,
        metadata: &DeliveryMetadata,
    ) -> SlackResult<MessageTs> {
        let mut body = json!({
            "channel": channel,
            "text": message.text,
            "blocks": message.blocks,
            "metadata": metadata.to_metadata(),
            "unfurl_links": false,
            "unfurl_media": false,
        });
        if let Some(thread) = thread {
            body["thread_ts"] = json!(thread);
        }
        let posted: PostResponse = self.post("chat.postMessage", &body).await?;
        Ok(posted.ts)
    }

    /// Updates a message of the bot.
    pub(crate) async fn update_message(
        &self,
        channel: &ChannelId,
        ts: &MessageTs,
        message: &Message,
    ) -> SlackResult<()> {
        let body = json!({
            "channel": channel, "ts": ts, "text": message.text, "blocks": message.blocks,
        });
        self.post::<OkResponse>("chat.update", &body)
            .await
            .map(drop)
    }

    /// Finds the message of a delivery among those posted since `since`.
    pub(crate) async fn find_message(
        &self,
        channel: &ChannelId,
        thread: Option<&MessageTs>,
        metadata: &DeliveryMetadata,
        since: Timestamp,
    ) -> SlackResult<Option<PostedMessage>> {
        let method = match thread {
            Some(_) => "conversations.replies",
            None => "conversations.history",
        };
        let mut cursor = None;
        loop {
            let params = [
                ("channel", Some(channel.to_string())),
                ("ts", thread.map(ToString::to_string)),
                ("oldest", Some(format!("{}.000000", since.epoch_seconds()))),
                ("include_all_metadata", Some("true".to_owned())),
                ("limit", Some(PAGE_SIZE.to_owned())),
                ("cursor", cursor),
            ];
            let page: History = self.get(method, &params).await?;
            let message = page
                .messages
                .iter()
                .find_map(|message| metadata.match_message(message));
            if message.is_some() {
                return Ok(message);
            }
            match page.next_cursor() {
                Some(next) => cursor = Some(next),
                None => return Ok(None),
            }
        }
    }

    /// Returns when a user last posted in the channel or in one of its threads, according to the most
    /// recent page. Messages of apps and Slack's own notices do not count.
    pub(crate) async fn last_human_message_at(
        &self,
        channel: &ChannelId,
    ) -> SlackResult<Option<Timestamp>> {
        let params = [
            ("channel", Some(channel.to_string())),
            ("limit", Some(PAGE_SIZE.to_owned())),
        ];
        let page: History = self.get("conversations.history", &params).await?;
        let text = |message: &Value, key: &str| {
            message.get(key).and_then(Value::as_str).map(str::to_owned)
        };
        let written = page.messages.iter().flat_map(|message| {
            let is_ours = message.get("bot_id").is_some();
            let is_note = matches!(
                message.get("subtype").and_then(Value::as_str),
                Some(subtype) if !["file_share", "me_message", "thread_broadcast"].contains(&subtype)
            );
            let itself = text(message, "ts").filter(|_| !is_ours && !is_note);
            [itself, text(message, "latest_reply")]
        });
        Ok(written
            .flatten()
            .filter_map(|ts| Timestamp::from_message_ts(&ts))
            .max())
    }

    /// Returns the ID of the direct-message channel with a user.
    pub(crate) async fn open_dm_channel(&self, user: &UserId) -> SlackResult<ChannelId> {
        #[derive(Deserialize)]
        struct OpenResponse {
            channel: DmChannel,
        }
        #[derive(Deserialize)]
        struct DmChannel {
            id: ChannelId,
        }
        let body = json!({ "users": user });
        let opened: OpenResponse = self.post("conversations.open", &body).await?;
        Ok(opened.channel.id)
    }

    /// Sends a direct message without delivery metadata, so it cannot be found by a lookup. Not for
    /// messages that must arrive.
    pub(crate) async fn post_dm(&self, user: &UserId, message: &Message) -> SlackResult<()> {
        let body = json!({
            "channel": user, "text": message.text, "blocks": message.blocks,
        });
        self.post::<OkResponse>("chat.postMessage", &body)
            .await
            .map(drop)
    }

    /// Returns whether a message exists in a channel.
    pub(crate) async fn message_exists(
        &self,
        channel: &ChannelId,
        ts: &MessageTs,
    ) -> SlackResult<bool> {
        let at = Some(ts.to_string());
        let params = [
            ("channel", Some(channel.to_string())),
            ("oldest", at.clone()),
            ("latest", at),
            ("inclusive", Some("true".to_owned())),
            ("limit", Some("1".to_owned())),
        ];
        let page: History = self.get("conversations.history", &params).await?;
        // A deleted message with replies leaves a tombstone.
        let is_it =
            |message: &Value| message["ts"] == ts.as_str() && message["subtype"] != "tombstone";
        Ok(page.messages.iter().any(is_it))
    }

    /// Posts an ephemeral message to a user in a channel or a thread.
    pub(crate) async fn post_ephemeral(
        &self,
        channel: &ChannelId,
        user: &UserId,
        thread: Option<&MessageTs>,
        message: &Message,
    ) -> SlackResult<()> {
        let mut body = json!({
            "channel": channel, "user": user, "text": message.text, "blocks": message.blocks,
        });
        if let Some(thread) = thread {
            body["thread_ts"] = json!(thread);
        }
        self.post::<OkResponse>("chat.postEphemeral", &body)
            .await
            .map(drop)
    }

    /// Pins a message. Succeeds if it is already pinned.
    pub(crate) async fn pin(&self, channel: &ChannelId, ts: &MessageTs) -> SlackResult<()> {
        let body = json!({ "channel": channel, "timestamp": ts });
        accept_codes(
            self.post::<OkResponse>("pins.add", &body).await,
            &["already_pinned"],
        )
        .map(drop)
    }

    /// Returns the permalink of a message.
    pub(crate) async fn permalink(
        &self,
        channel: &ChannelId,
        ts: &MessageTs,
    ) -> SlackResult<String> {
        #[derive(Deserialize)]
        struct PermalinkResponse {
            permalink: String,
        }
        let params = [
            ("channel", Some(channel.to_string())),
            ("message_ts", Some(ts.to_string())),
        ];
        let link: PermalinkResponse = self.get("chat.getPermalink", &params).await?;
        Ok(link.permalink)
    }

    /// Deletes a message of the bot. Succeeds if it no longer exists.
    pub(crate) async fn delete_message(
        &self,
        channel: &ChannelId,
        ts: &MessageTs,
    ) -> SlackResult<()> {
        let body = json!({ "channel": channel, "ts": ts });
        let result = self.post::<OkResponse>("chat.delete", &body).await;
        accept_codes(result, &["message_not_found"]).map(drop)
    }

    /// Returns the replies in a thread that were posted by a store.
    pub(crate) async fn own_thread_replies(
        &self,
        channel: &ChannelId,
        thread: &MessageTs,
        store: &str,
    ) -> SlackResult<Vec<MessageTs>> {
        let mut ours = Vec::new();
        let mut cursor = None;
        loop {
            let params = [
                ("channel", Some(channel.to_string())),
                ("ts", Some(thread.to_string())),
                ("include_all_metadata", Some("true".to_owned())),
                ("limit", Some(PAGE_SIZE.to_owned())),
                ("cursor", cursor),
            ];
            let page: History = match self.get("conversations.replies", &params).await {
                Err(error) if error.has_code(&["thread_not_found", "message_not_found"]) => {
                    return Ok(ours);
                }
                other => other?,
            };
            let replies = page.messages.iter().filter_map(|message| {
                let author = message.pointer("/metadata/event_payload/store")?.as_str()?;
                let ts = message.get("ts")?.as_str()?;
                (author == store && ts != thread.as_str()).then(|| MessageTs::from(ts))
            });
            ours.extend(replies);
            match page.next_cursor() {
                Some(next) => cursor = Some(next),
                None => return Ok(ours),
            }
        }
    }
}

impl DeliveryMetadata {
    /// Returns the message metadata. It contains IDs only, because every member of the workspace can read
    /// metadata; and strings only, because the client library reads nothing else.
    fn to_metadata(&self) -> Value {
        let deliveries: Vec<_> = self.deliveries.iter().map(ToString::to_string).collect();
        json!({
            "event_type": EVENT_TYPE,
            "event_payload": { "store": self.store_id, "deliveries": deliveries.join(",") },
        })
    }

    /// Returns the message as posted if it carries the first of these deliveries.
    fn match_message(&self, message: &Value) -> Option<PostedMessage> {
        let payload = message.pointer("/metadata/event_payload")?;
        let is_ours = message.pointer("/metadata/event_type")?.as_str()? == EVENT_TYPE
            && payload.get("store")?.as_str()? == self.store_id;
        let deliveries: Vec<i64> = payload
            .get("deliveries")?
            .as_str()?
            .split(',')
            .filter_map(|number| number.parse().ok())
            .collect();
        let is_it = is_ours && deliveries.contains(self.deliveries.first()?);
        is_it.then_some(PostedMessage {
            ts: MessageTs(message.get("ts")?.as_str()?.to_owned()),
            deliveries,
        })
    }
}
