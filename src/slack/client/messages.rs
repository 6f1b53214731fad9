//! Calls about messages: posting, editing, finding again, pinning, reacting, answering one person.

use muster_commands::{ChannelId, MessageTs, PersonId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use slack_morphism::prelude::SlackBlock;

use super::{Answer, SlackApi, Trouble, Yes, or_already};
use crate::domain::Moment;

/// The name of the metadata on our messages.
const EVENT_TYPE: &str = "muster_delivery";

/// What we look at for a message of ours: Slack gives 1,000 at most, and 15 to some apps.
const PAGE: &str = "200";

/// A message as we write it: Block Kit, and the text that notifications and screen readers get.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// What stands for the message where blocks are not shown. mrkdwn, escaped.
    pub text: String,
    /// The message.
    pub blocks: Vec<SlackBlock>,
}

impl Message {
    /// Gives the message as the answer to a slash command: only the person sees it.
    pub fn as_answer(&self) -> Value {
        json!({ "response_type": "ephemeral", "text": self.text, "blocks": self.blocks })
    }
}

/// What marks a message as the delivery of something, so that it is found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The store that owes it.
    pub store: String,
    /// The deliveries that it settles, the first one first.
    pub deliveries: Vec<i64>,
}

/// A message of ours that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Its identity in its channel.
    pub ts: MessageTs,
    /// The deliveries that it settles.
    pub deliveries: Vec<i64>,
}

#[derive(Deserialize)]
struct Stands {
    ts: MessageTs,
}

#[derive(Deserialize)]
struct History {
    messages: Vec<Value>,
    #[serde(default)]
    response_metadata: Option<Value>,
}

impl SlackApi {
    /// Posts a message, at the top of a channel or in a thread.
    ///
    /// # Errors
    /// `is_archived`, `not_in_channel`, `channel_not_found`, `restricted_action`.
    pub async fn tell(
        &self,
        channel: &ChannelId,
        thread: Option<&MessageTs>,
        message: &Message,
        mark: &Mark,
    ) -> Answer<MessageTs> {
        let mut body = json!({
            "channel": channel,
            "text": message.text,
            "blocks": message.blocks,
            "metadata": mark.to_metadata(),
            "unfurl_links": false,
            "unfurl_media": false,
        });
        if let Some(thread) = thread {
            body["thread_ts"] = json!(thread);
        }
        let posted: Stands = self.post("chat.postMessage", &body).await?;
        Ok(posted.ts)
    }

    /// Rewrites a message of ours.
    ///
    /// # Errors
    /// `message_not_found` when somebody deleted it, `is_inactive` in an archived channel.
    pub async fn edit(&self, channel: &ChannelId, ts: &MessageTs, message: &Message) -> Answer<()> {
        let body = json!({
            "channel": channel, "ts": ts, "text": message.text, "blocks": message.blocks,
        });
        self.post::<Yes>("chat.update", &body).await.map(drop)
    }

    /// Looks for a message that settles one of our deliveries, among those written since a moment.
    ///
    /// # Errors
    /// What Slack says.
    pub async fn find(
        &self,
        channel: &ChannelId,
        thread: Option<&MessageTs>,
        wanted: &Mark,
        since: Moment,
    ) -> Answer<Option<Posted>> {
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
                ("limit", Some(PAGE.to_owned())),
                ("cursor", cursor),
            ];
            let page: History = self.get(method, &params).await?;
            let found = page
                .messages
                .iter()
                .find_map(|message| wanted.found_on(message));
            if found.is_some() {
                return Ok(found);
            }
            let next = page
                .response_metadata
                .as_ref()
                .and_then(|metadata| metadata.get("next_cursor")?.as_str());
            match next {
                Some(next) if !next.is_empty() => cursor = Some(next.to_owned()),
                _ => return Ok(None),
            }
        }
    }

    /// Gives the channel of a person's direct messages with us.
    ///
    /// # Errors
    /// `user_not_found`, `user_disabled`.
    pub async fn direct_channel(&self, person: &PersonId) -> Answer<ChannelId> {
        #[derive(Deserialize)]
        struct Opened {
            channel: Direct,
        }
        #[derive(Deserialize)]
        struct Direct {
            id: ChannelId,
        }
        let body = json!({ "users": person });
        let opened: Opened = self.post("conversations.open", &body).await?;
        Ok(opened.channel.id)
    }

    /// Tells a person something directly that they can do without; it is not looked for again.
    ///
    /// # Errors
    /// What Slack says.
    pub async fn say(&self, person: &PersonId, message: &Message) -> Answer<()> {
        let body = json!({
            "channel": person, "text": message.text, "blocks": message.blocks,
        });
        self.post::<Yes>("chat.postMessage", &body).await.map(drop)
    }

    /// Says whether a message stands in a channel.
    ///
    /// # Errors
    /// `not_in_channel`, `channel_not_found`.
    pub async fn stands(&self, channel: &ChannelId, ts: &MessageTs) -> Answer<bool> {
        let at = Some(ts.to_string());
        let params = [
            ("channel", Some(channel.to_string())),
            ("oldest", at.clone()),
            ("latest", at),
            ("inclusive", Some("true".to_owned())),
            ("limit", Some("1".to_owned())),
        ];
        let page: History = self.get("conversations.history", &params).await?;
        // A deleted message that has replies leaves a tombstone.
        let is_it =
            |message: &Value| message["ts"] == ts.as_str() && message["subtype"] != "tombstone";
        Ok(page.messages.iter().any(is_it))
    }

    /// Shows a message to one person in a channel.
    ///
    /// # Errors
    /// `user_not_in_channel`, `not_in_channel`, `channel_not_found`.
    pub async fn show(
        &self,
        channel: &ChannelId,
        person: &PersonId,
        message: &Message,
    ) -> Answer<()> {
        let body = json!({
            "channel": channel, "user": person, "text": message.text, "blocks": message.blocks,
        });
        self.post::<Yes>("chat.postEphemeral", &body)
            .await
            .map(drop)
    }

    /// Answers a person where they asked; only they see it. Works where we are not a member.
    ///
    /// Slack: 5 answers within 30 minutes, docs.slack.dev/interactivity/handling-user-interaction.
    ///
    /// # Errors
    /// [`Trouble::Refused`] when the address is used up.
    pub async fn answer(&self, response_url: &str, message: &Message) -> Answer<()> {
        self.respond(response_url, message, false).await
    }

    /// Puts a message in the place of the one on which a person pressed a button, if only they see that.
    ///
    /// # Errors
    /// [`Trouble::Refused`] when the address is used up.
    pub async fn replace(&self, response_url: &str, message: &Message) -> Answer<()> {
        self.respond(response_url, message, true).await
    }

    async fn respond(&self, response_url: &str, message: &Message, in_place: bool) -> Answer<()> {
        let method = "response_url";
        let mut body = message.as_answer();
        body["replace_original"] = json!(in_place);
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

    /// Pins a message; its being pinned already is as good.
    ///
    /// # Errors
    /// `too_many_pins`, `message_not_found`, `is_archived`.
    pub async fn pin(&self, channel: &ChannelId, ts: &MessageTs) -> Answer<()> {
        let body = json!({ "channel": channel, "timestamp": ts });
        or_already(
            self.post::<Yes>("pins.add", &body).await,
            &["already_pinned"],
        )
        .map(drop)
    }

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

    /// Gives the link to a message.
    ///
    /// # Errors
    /// `message_not_found`, `channel_not_found`.
    pub async fn permalink(&self, channel: &ChannelId, ts: &MessageTs) -> Answer<String> {
        #[derive(Deserialize)]
        struct Link {
            permalink: String,
        }
        let params = [
            ("channel", Some(channel.to_string())),
            ("message_ts", Some(ts.to_string())),
        ];
        let link: Link = self.get("chat.getPermalink", &params).await?;
        Ok(link.permalink)
    }
}

impl Mark {
    /// Gives the metadata of a message. Slack: everybody in the workspace can read it, so ids only;
    /// the client library reads strings only.
    fn to_metadata(&self) -> Value {
        let deliveries: Vec<_> = self.deliveries.iter().map(ToString::to_string).collect();
        json!({
            "event_type": EVENT_TYPE,
            "event_payload": { "store": self.store, "deliveries": deliveries.join(",") },
        })
    }

    /// Gives the message that this stands on, if it settles the first of our deliveries.
    fn found_on(&self, message: &Value) -> Option<Posted> {
        let payload = message.pointer("/metadata/event_payload")?;
        let is_ours = message.pointer("/metadata/event_type")?.as_str()? == EVENT_TYPE
            && payload.get("store")?.as_str()? == self.store;
        let deliveries: Vec<i64> = payload
            .get("deliveries")?
            .as_str()?
            .split(',')
            .filter_map(|number| number.parse().ok())
            .collect();
        let is_it = is_ours && deliveries.contains(self.deliveries.first()?);
        is_it.then_some(Posted {
            ts: MessageTs(message.get("ts")?.as_str()?.to_owned()),
            deliveries,
        })
    }
}
