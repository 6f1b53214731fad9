//! Replies through the `response_url` of a request.

use serde_json::{Value, json};

use crate::domain::MessageTs;
use crate::slack::client::messages::Message;
use crate::slack::client::{SlackApi, SlackError, SlackResult};

impl SlackApi {
    /// Sends an ephemeral reply. It works in channels that the bot has not joined.
    ///
    /// Slack: 5 replies within 30 minutes, docs.slack.dev/interactivity/handling-user-interaction.
    pub(crate) async fn post_to_response_url(
        &self,
        response_url: &str,
        message: &Message,
    ) -> SlackResult<()> {
        self.send_response(response_url, message, json!({ "replace_original": false }))
            .await
    }

    /// Replies in the thread of the message that the user acted on, visible to the channel. It works in
    /// channels that the bot has not joined.
    pub(crate) async fn post_to_thread(
        &self,
        response_url: &str,
        thread: &MessageTs,
        message: &Message,
    ) -> SlackResult<()> {
        let placement = json!({
            "replace_original": false, "response_type": "in_channel", "thread_ts": thread,
        });
        self.send_response(response_url, message, placement).await
    }

    /// Replaces the message whose button the user clicked, if it is ephemeral.
    pub(crate) async fn replace_original(
        &self,
        response_url: &str,
        message: &Message,
    ) -> SlackResult<()> {
        self.send_response(response_url, message, json!({ "replace_original": true }))
            .await
    }

    /// Sends a message to a response URL, with the fields that determine where it appears.
    async fn send_response(
        &self,
        response_url: &str,
        message: &Message,
        placement: Value,
    ) -> SlackResult<()> {
        let method = "response_url";
        let mut body = message.to_ephemeral_response();
        for (key, value) in placement.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        let response = self.http.post(response_url).json(&body).send().await;
        let response = response.map_err(|error| {
            let what = "the response URL is unreachable".to_owned();
            if error.is_connect() {
                SlackError::Unreachable { method, what }
            } else {
                SlackError::Unknown { method, what }
            }
        })?;
        let status = response.status().as_u16();
        let rejected = |code: &str| SlackError::from_code(method, code, None);
        match status {
            // Slack may report an error with status 200, as for Web API methods.
            200..300 => match response.json::<Value>().await.unwrap_or_default() {
                body if body["ok"] == false => {
                    Err(rejected(body["error"].as_str().unwrap_or_default()))
                }
                _ => Ok(()),
            },
            429 => Err(SlackError::RateLimited {
                method,
                wait: std::time::Duration::from_secs(1),
            }),
            400..500 => Err(rejected(&format!("http_{status}"))),
            _ => Err(SlackError::Unknown {
                method,
                what: format!("Slack answered {status}"),
            }),
        }
    }
}
