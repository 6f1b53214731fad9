//! Response URLs: half an hour long, five times, the app may answer what a person did without a token.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Map, Value, json};

use super::ids;
use super::ids::{ChannelId, PersonId};
use super::limits::Tier;
use super::messages::Revision;
use super::server::{self, Shared};
use super::web_api::{Arguments, Noted, Refusal, check_content, content_of};
use super::workspace::Workspace;

/// What a response URL answers.
#[derive(Clone, Debug)]
pub(super) struct ResponseUrl {
    pub(super) person: PersonId,
    pub(super) channel: ChannelId,
    /// The message that the person acted on, if it was one.
    pub(super) message: Option<String>,
    made_at: DateTime<Utc>,
    uses: u32,
}

/// docs.slack.dev/interactivity/handling-user-interaction
const LIFE: Duration = Duration::minutes(30);
const MOST_USES: u32 = 5;

impl Workspace {
    /// Makes a response URL for what a person just did. `kind` is `commands`, `actions` or `app`.
    pub(super) fn new_response_url(
        &mut self,
        kind: &str,
        who: &PersonId,
        (channel, message): (&ChannelId, Option<&str>),
    ) -> String {
        let serial = self.next_serial();
        let secret = ids::secret(&format!("response url {serial}"), 24);
        let path = format!(
            "{kind}/{}/{}/{secret}",
            self.team.id,
            3_900_000_000_000 + serial
        );
        let answers = ResponseUrl {
            person: who.clone(),
            channel: channel.clone(),
            message: message.map(str::to_owned),
            made_at: self.now(),
            uses: 0,
        };
        self.response_urls.insert(path.clone(), answers);
        format!("{}/hooks/{path}", self.url)
    }

    /// Shows what an app answered: to the person alone, or to the channel.
    pub(super) fn show_answer(
        &mut self,
        who: &PersonId,
        channel: &ChannelId,
        answer: &Value,
    ) -> Result<String, Refusal> {
        let content = content_of(&as_arguments(answer))?;
        check_content(&content)?;
        if !self.channels.contains_key(channel) {
            return Err("channel_not_found".into());
        }
        let mut message = self.bot_message(content.text, content.blocks);
        message.attachments = content.attachments;
        message.thread_ts = answer["thread_ts"].as_str().map(str::to_owned);
        if answer["response_type"] != "in_channel" {
            message.only_for = Some(who.clone());
        }
        Ok(self.post(channel, message))
    }

    fn use_response_url(&mut self, path: &str, answer: &Value) -> Result<(), Refusal> {
        let now = self.now();
        let url = self.response_urls.get_mut(path).ok_or("invalid_url")?;
        if now - url.made_at > LIFE {
            return Err("expired_url".into());
        }
        if url.uses >= MOST_USES {
            return Err("used_url".into());
        }
        let ResponseUrl {
            person,
            channel,
            message,
            ..
        } = url.clone();
        self.answer_url((&person, &channel, message.as_deref()), answer)?;
        if let Some(url) = self.response_urls.get_mut(path) {
            url.uses += 1;
        }
        Ok(())
    }

    fn answer_url(
        &mut self,
        (person, channel, message): (&PersonId, &ChannelId, Option<&str>),
        answer: &Value,
    ) -> Result<(), Refusal> {
        // Only the app's own message can be replaced or deleted so.
        let original = message.filter(|ts| {
            let found = self.channels.get(channel);
            let message = found.and_then(|found| found.message_for(ts, Some(person)));
            message.is_some_and(|message| message.user == self.app.bot_user)
        });
        if answer["delete_original"] == true
            && let Some(ts) = original
        {
            self.delete_message(channel, ts);
            return Ok(());
        }
        if answer["replace_original"] == true
            && let Some(ts) = original
        {
            let content = content_of(&as_arguments(answer))?;
            let draft = self.bot_message(content.text, content.blocks);
            let revision = Revision {
                text: draft.text,
                blocks: draft.blocks,
                attachments: content.attachments,
                metadata: None,
            };
            let bot = self.app.bot_user.clone();
            self.revise((channel, ts), &bot, revision);
            return Ok(());
        }
        self.show_answer(person, channel, answer).map(|_| ())
    }
}

/// Answers a POST to a response URL.
pub(super) async fn receive(shared: &Arc<Shared>, path: &str, request: Request) -> Response {
    let Ok(body) = axum::body::to_bytes(request.into_body(), 1 << 20).await else {
        return server::cut();
    };
    let answer: Option<Value> = serde_json::from_slice(&body).ok().filter(Value::is_object);
    let noted = Noted::new(shared, "response_url", answer.clone().unwrap_or_default());
    let work = || {
        let answer = answer.ok_or("invalid_payload")?;
        shared.change(|workspace| {
            let now = workspace.now();
            if let Err(seconds) = workspace.limiter.pass(path, Tier::ResponseUrl, now) {
                return Err(Refusal::with(
                    "ratelimited",
                    json!({"retry_after": seconds}),
                ));
            }
            workspace.use_response_url(path, &answer)?;
            Ok(Response::new(Body::from("ok")))
        })
    };
    noted.work_with_trouble(work).await
}

/// The same fields as those of `chat.postMessage`; what else stands in the answer is not looked at there.
fn as_arguments(answer: &Value) -> Arguments {
    let fields: Map<String, Value> = answer.as_object().cloned().unwrap_or_default();
    Arguments::from(fields)
}
