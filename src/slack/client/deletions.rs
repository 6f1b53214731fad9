//! Deletion of the bot's messages: `chat.delete`, `conversations.replies`.

use muster_commands::{ChannelId, MessageTs};
use serde_json::json;

use super::messages::{History, PAGE_SIZE};
use super::{OkResponse, SlackApi, SlackResult, accept_codes};

impl SlackApi {
    /// Deletes a message of the bot. Succeeds if it no longer exists.
    pub async fn delete_message(&self, channel: &ChannelId, ts: &MessageTs) -> SlackResult<()> {
        let body = json!({ "channel": channel, "ts": ts });
        let answer = self.post::<OkResponse>("chat.delete", &body).await;
        accept_codes(answer, &["message_not_found"]).map(drop)
    }

    /// Returns the replies in a thread that were posted by a store.
    pub async fn own_thread_replies(
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
                Err(trouble) if trouble.has_code(&["thread_not_found", "message_not_found"]) => {
                    return Ok(ours);
                }
                other => other?,
            };
            let replies = page.messages.iter().filter_map(|message| {
                let by = message.pointer("/metadata/event_payload/store")?.as_str()?;
                let ts = message.get("ts")?.as_str()?;
                (by == store && ts != thread.as_str()).then(|| MessageTs::from(ts))
            });
            ours.extend(replies);
            match page.next_cursor() {
                Some(next) => cursor = Some(next),
                None => return Ok(ours),
            }
        }
    }
}
