//! Reactions: `reactions.add`, `reactions.remove`, `reactions.get`.

use muster_commands::add_to_incident;
use serde_json::{Value, json};

use super::{OkResponse, SlackApi, SlackError, SlackResult, accept_codes};
use crate::domain::{AddMessage, ChannelId, MessageTs};

impl SlackApi {
    /// Adds a reaction of the bot. Succeeds if it already exists.
    pub(crate) async fn add_reaction(
        &self,
        channel: &ChannelId,
        ts: &MessageTs,
        name: &str,
    ) -> SlackResult<()> {
        let body = json!({ "channel": channel, "timestamp": ts, "name": name });
        accept_codes(
            self.post::<OkResponse>("reactions.add", &body).await,
            &["already_reacted"],
        )
        .map(drop)
    }

    /// Removes a reaction of the bot. Succeeds if it does not exist.
    pub(crate) async fn remove_reaction(
        &self,
        channel: &ChannelId,
        ts: &MessageTs,
        name: &str,
    ) -> SlackResult<()> {
        let body = json!({ "channel": channel, "timestamp": ts, "name": name });
        accept_codes(
            self.post::<OkResponse>("reactions.remove", &body).await,
            &["no_reaction"],
        )
        .map(drop)
    }

    /// Returns a message of a channel or of one of its threads. Slack: `reactions.get` is the only method
    /// that finds a reply without its thread, docs.slack.dev/reference/methods/reactions.get.
    pub(crate) async fn fetch_message(
        &self,
        channel: &ChannelId,
        ts: &MessageTs,
    ) -> SlackResult<AddMessage> {
        let method = "reactions.get";
        let params = [
            ("channel", Some(channel.to_string())),
            ("timestamp", Some(ts.to_string())),
            ("full", Some("true".to_owned())),
        ];
        let response: Value = self.get(method, &params).await?;
        let payload = json!({
            "channel": { "id": channel }, "message_ts": ts, "message": response["message"],
        });
        add_to_incident::read(&payload).map_err(|unreadable| SlackError::Unknown {
            method,
            what: unreadable.to_string(),
        })
    }
}
