//! Response URLs: the app may respond to an interaction five times within 30 minutes, without a token.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Map, Value, json};

use crate::ids;
use crate::ids::{ChannelId, UserId};
use crate::rate_limits::Tier;
use crate::server;
use crate::server::Shared;
use crate::web_api::{ApiError, Arguments, LoggedCall, check_content, parse_content};
use crate::workspace::Workspace;
use crate::workspace::messages::MessageUpdate;

/// A response URL.
#[derive(Clone, Debug)]
pub(crate) struct ResponseUrl {
    pub(crate) user: UserId,
    pub(crate) channel: ChannelId,
    /// The `ts` of the message that the user acted on, if any.
    pub(crate) message: Option<String>,
    created_at: DateTime<Utc>,
    uses: u32,
}

/// docs.slack.dev/interactivity/handling-user-interaction
const LIFETIME: Duration = Duration::minutes(30);
const MAX_USES: u32 = 5;

impl Workspace {
    /// Creates a response URL for an interaction. `kind` is `commands`, `actions` or `app`.
    pub(crate) fn new_response_url(
        &mut self,
        kind: &str,
        who: &UserId,
        channel: &ChannelId,
        message: Option<&str>,
    ) -> String {
        let serial = self.next_serial();
        let secret = ids::secret(&format!("response url {serial}"), 24);
        let path = format!(
            "{kind}/{}/{}/{secret}",
            self.team.id,
            3_900_000_000_000 + serial
        );
        let response_url = ResponseUrl {
            user: who.clone(),
            channel: channel.clone(),
            message: message.map(str::to_owned),
            created_at: self.now(),
            uses: 0,
        };
        self.response_urls.insert(path.clone(), response_url);
        format!("{}/hooks/{path}", self.url)
    }

    /// Posts the app's response, as an ephemeral message or in the channel.
    pub(crate) fn post_response(
        &mut self,
        who: &UserId,
        channel: &ChannelId,
        response: &Value,
    ) -> Result<String, ApiError> {
        let content = parse_content(&as_arguments(response))?;
        check_content(&content)?;
        if !self.channels.contains_key(channel) {
            return Err("channel_not_found".into());
        }
        let mut message = self.bot_message(content.text, content.blocks);
        message.attachments = content.attachments;
        message.thread_ts = response["thread_ts"].as_str().map(str::to_owned);
        if response["response_type"] != "in_channel" {
            message.only_for = Some(who.clone());
        }
        Ok(self.post(channel, message))
    }

    fn use_response_url(&mut self, path: &str, response: &Value) -> Result<(), ApiError> {
        let now = self.now();
        let url = self.response_urls.get_mut(path).ok_or("invalid_url")?;
        if now - url.created_at > LIFETIME {
            return Err("expired_url".into());
        }
        if url.uses >= MAX_USES {
            return Err("used_url".into());
        }
        let used = url.clone();
        self.apply_url_response(&used, response)?;
        if let Some(url) = self.response_urls.get_mut(path) {
            url.uses += 1;
        }
        Ok(())
    }

    fn apply_url_response(&mut self, url: &ResponseUrl, response: &Value) -> Result<(), ApiError> {
        // Only the app's own message can be replaced or deleted.
        let ResponseUrl { user, channel, .. } = url;
        let original = url.message.as_deref().filter(|ts| {
            let channel = self.channels.get(channel);
            let message = channel.and_then(|channel| channel.message_for(ts, Some(user)));
            message.is_some_and(|message| message.user == self.app.bot_user)
        });
        if response["delete_original"] == true
            && let Some(ts) = original
        {
            self.delete_message(channel, ts);
            return Ok(());
        }
        if response["replace_original"] == true
            && let Some(ts) = original
        {
            let content = parse_content(&as_arguments(response))?;
            let draft = self.bot_message(content.text, content.blocks);
            let revision = MessageUpdate {
                text: draft.text,
                blocks: draft.blocks,
                attachments: content.attachments,
                metadata: None,
            };
            let bot = self.app.bot_user.clone();
            self.update_message(channel, ts, &bot, revision);
            return Ok(());
        }
        self.post_response(user, channel, response).map(|_| ())
    }
}

/// Handles a POST to a response URL.
pub(crate) async fn handle_post(shared: &Arc<Shared>, path: &str, request: Request) -> Response {
    let Ok(body) = axum::body::to_bytes(request.into_body(), 1 << 20).await else {
        return server::drop_connection();
    };
    let response: Option<Value> = serde_json::from_slice(&body).ok().filter(Value::is_object);
    let call = LoggedCall::new(shared, "response_url", response.clone().unwrap_or_default());
    let work = || {
        let response = response.ok_or("invalid_payload")?;
        shared.change(|workspace| {
            let now = workspace.now();
            if let Err(seconds) = workspace.limiter.count_call(path, Tier::ResponseUrl, now) {
                return Err(ApiError::with_fields(
                    "ratelimited",
                    json!({"retry_after": seconds}),
                ));
            }
            workspace.use_response_url(path, &response)?;
            Ok(Response::new(Body::from("ok")))
        })
    };
    call.run_with_faults(work).await
}

/// Returns the fields that are also arguments of `chat.postMessage`. Other fields are ignored.
fn as_arguments(response: &Value) -> Arguments {
    let fields: Map<String, Value> = response.as_object().cloned().unwrap_or_default();
    Arguments::from(fields)
}
