//! Calls that take messages of ours away.

use muster_commands::{ChannelId, MessageTs};
use serde_json::json;

use super::messages::{History, PAGE};
use super::{Answer, SlackApi, Yes, or_already};

impl SlackApi {
    /// Deletes a message of ours; its being gone already is as good.
    ///
    /// # Errors
    /// `channel_not_found`, `compliance_exports_prevent_deletion`.
    pub async fn delete(&self, channel: &ChannelId, ts: &MessageTs) -> Answer<()> {
        let body = json!({ "channel": channel, "ts": ts });
        let answer = self.post::<Yes>("chat.delete", &body).await;
        or_already(answer, &["message_not_found"]).map(drop)
    }

    /// Gives the messages of a store's among the replies to a message.
    ///
    /// # Errors
    /// What Slack says; that there is no such thread is no error.
    pub async fn replies_of_ours(
        &self,
        channel: &ChannelId,
        thread: &MessageTs,
        store: &str,
    ) -> Answer<Vec<MessageTs>> {
        let mut ours = Vec::new();
        let mut cursor = None;
        loop {
            let params = [
                ("channel", Some(channel.to_string())),
                ("ts", Some(thread.to_string())),
                ("include_all_metadata", Some("true".to_owned())),
                ("limit", Some(PAGE.to_owned())),
                ("cursor", cursor),
            ];
            let page: History = match self.get("conversations.replies", &params).await {
                Err(trouble) if trouble.is(&["thread_not_found", "message_not_found"]) => {
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
            match page.next() {
                Some(next) => cursor = Some(next),
                None => return Ok(ours),
            }
        }
    }
}
