//! Answers at the addresses that Slack hands out for what a person did: `response_url`.

use muster_commands::MessageTs;
use serde_json::{Value, json};

use super::messages::Message;
use super::{Answer, SlackApi, Trouble};

impl SlackApi {
    /// Answers a person where they asked; only they see it. Works where we are not a member.
    ///
    /// Slack: 5 answers within 30 minutes, docs.slack.dev/interactivity/handling-user-interaction.
    ///
    /// # Errors
    /// [`Trouble::Refused`] when the address is used up.
    pub async fn answer(&self, response_url: &str, message: &Message) -> Answer<()> {
        self.respond(response_url, message, json!({ "replace_original": false }))
            .await
    }

    /// Answers in the thread of a message that a person acted on; everybody there sees it. Works where we
    /// are not a member.
    ///
    /// # Errors
    /// [`Trouble::Refused`] when the address is used up.
    pub async fn answer_thread(
        &self,
        response_url: &str,
        thread: &MessageTs,
        message: &Message,
    ) -> Answer<()> {
        let place = json!({
            "replace_original": false, "response_type": "in_channel", "thread_ts": thread,
        });
        self.respond(response_url, message, place).await
    }

    /// Puts a message in the place of the one on which a person pressed a button, if only they see that.
    ///
    /// # Errors
    /// [`Trouble::Refused`] when the address is used up.
    pub async fn replace(&self, response_url: &str, message: &Message) -> Answer<()> {
        self.respond(response_url, message, json!({ "replace_original": true }))
            .await
    }

    /// Answers at an address; `place` says where the answer is to stand.
    async fn respond(&self, response_url: &str, message: &Message, place: Value) -> Answer<()> {
        let method = "response_url";
        let mut body = message.as_answer();
        for (key, value) in place.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        let answer = self.web.post(response_url).json(&body).send().await;
        let answer = answer.map_err(|error| {
            let what = "the answer's address cannot be reached".to_owned();
            if error.is_connect() {
                Trouble::Unreached { method, what }
            } else {
                Trouble::Unsure { method, what }
            }
        })?;
        let status = answer.status().as_u16();
        let refused = |code: &str| Trouble::of_code(method, code, None);
        match status {
            // Slack may say no with a good status, as everywhere.
            200..300 => match answer.json::<Value>().await.unwrap_or_default() {
                said if said["ok"] == false => {
                    Err(refused(said["error"].as_str().unwrap_or_default()))
                }
                _ => Ok(()),
            },
            429 => Err(Trouble::Limited {
                method,
                wait: std::time::Duration::from_secs(1),
            }),
            400..500 => Err(refused(&format!("http_{status}"))),
            _ => Err(Trouble::Unsure {
                method,
                what: format!("Slack answered {status}"),
            }),
        }
    }
}
