//! Calls about reactions, and what the message says that has them.

use muster_commands::add_to_incident::{self, AddMessage};
use muster_commands::{ChannelId, MessageTs};
use serde_json::{Value, json};

use super::{Answer, SlackApi, Trouble, Yes, or_already};

impl SlackApi {
    /// Puts a reaction on a message; our having put it already is as good.
    ///
    /// # Errors
    /// `message_not_found`, `not_in_channel`, `is_archived`.
    pub async fn react(&self, channel: &ChannelId, ts: &MessageTs, name: &str) -> Answer<()> {
        let body = json!({ "channel": channel, "timestamp": ts, "name": name });
        or_already(
            self.post::<Yes>("reactions.add", &body).await,
            &["already_reacted"],
        )
        .map(drop)
    }

    /// Takes our reaction off a message; its being gone already is as good.
    ///
    /// # Errors
    /// `message_not_found`, `not_in_channel`.
    pub async fn unreact(&self, channel: &ChannelId, ts: &MessageTs, name: &str) -> Answer<()> {
        let body = json!({ "channel": channel, "timestamp": ts, "name": name });
        or_already(
            self.post::<Yes>("reactions.remove", &body).await,
            &["no_reaction"],
        )
        .map(drop)
    }

    /// Gives what a message says, wherever in its channel it stands. Slack: the one method that finds a
    /// reply by itself, docs.slack.dev/reference/methods/reactions.get.
    ///
    /// # Errors
    /// `message_not_found`, `not_in_channel`, `channel_not_found`.
    pub async fn message(&self, channel: &ChannelId, ts: &MessageTs) -> Answer<AddMessage> {
        let method = "reactions.get";
        let params = [
            ("channel", Some(channel.to_string())),
            ("timestamp", Some(ts.to_string())),
            ("full", Some("true".to_owned())),
        ];
        let found: Value = self.get(method, &params).await?;
        let payload = json!({
            "channel": { "id": channel }, "message_ts": ts, "message": found["message"],
        });
        add_to_incident::read(&payload).map_err(|unreadable| Trouble::Unsure {
            method,
            what: unreadable.to_string(),
        })
    }
}
