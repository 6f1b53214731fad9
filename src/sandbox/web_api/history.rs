//! `conversations.history` and `conversations.replies`.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{ApiError, Method, MethodResult};
use crate::rate_limits::Tier;
use crate::web_api::pagination;
use crate::web_api::pagination::Page;
use crate::workspace::Workspace;
use crate::workspace::channels::{Channel, ChannelKind};
use crate::workspace::message_json::Metadata;
use crate::workspace::messages::Message;

const HISTORY: &[&str] = &[
    "groups:history",
    "im:history",
    "mpim:history",
    "channels:history",
];

/// The Web API methods of this module.
pub(super) const METHODS: &[Method] = &[
    Method::json("conversations.history", Tier::Three, HISTORY, history),
    Method::form("conversations.replies", Tier::Three, HISTORY, replies),
];

fn history(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.readable_channel(arguments)?;
    let span = TimeRange::parse(arguments)?;
    let mut messages: Vec<&Message> = channel
        .messages
        .iter()
        .filter(|message| message.is_in_channel_for(None) && span.contains(&message.ts))
        .collect();
    messages.reverse();
    let page = Page::parse(arguments, 100, 999)?;
    let (messages, next) = page.slice(&messages);
    let mut response = json!({
        "messages": messages_json(workspace, channel, messages, arguments)?,
        "has_more": !next.is_empty(), "pin_count": channel.pins.len(),
        "channel_actions_ts": null, "channel_actions_count": 0,
    });
    if !next.is_empty() {
        response["response_metadata"] = pagination::next_cursor(&next);
    }
    Ok(response)
}

fn replies(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.readable_channel(arguments)?;
    let ts = arguments.required("ts")?;
    let named = channel.message(ts).ok_or("thread_not_found")?;
    let parent_ts = named.thread_ts.as_deref().unwrap_or(ts);
    let span = TimeRange::parse(arguments)?;
    // The parent always comes first. The time range applies to the replies only.
    let messages: Vec<&Message> = channel
        .message(parent_ts)
        .into_iter()
        .chain(
            channel
                .replies(parent_ts)
                .filter(|reply| span.contains(&reply.ts)),
        )
        .collect();
    let page = Page::parse(arguments, 1000, 1000)?;
    let (messages, next) = page.slice(&messages);
    let mut response = json!({
        "messages": messages_json(workspace, channel, messages, arguments)?, "has_more": !next.is_empty(),
    });
    if !next.is_empty() {
        response["response_metadata"] = pagination::next_cursor(&next);
    }
    Ok(response)
}

fn messages_json(
    workspace: &Workspace,
    channel: &Channel,
    messages: &[&Message],
    arguments: &Arguments,
) -> Result<Vec<Value>, ApiError> {
    let metadata = match arguments.flag("include_all_metadata")? {
        Some(true) => Metadata::Included,
        Some(false) | None => Metadata::Omitted,
    };
    Ok(messages
        .iter()
        .map(|message| workspace.message_json(channel, message, metadata))
        .collect())
}

/// The time range of the requested messages.
struct TimeRange {
    oldest: Option<String>,
    latest: Option<String>,
    inclusive: bool,
}

impl TimeRange {
    fn parse(arguments: &Arguments) -> Result<Self, ApiError> {
        Ok(Self {
            oldest: parse_ts(arguments, "oldest", "invalid_ts_oldest")?,
            latest: parse_ts(arguments, "latest", "invalid_ts_latest")?,
            inclusive: arguments.flag("inclusive")? == Some(true),
        })
    }

    fn contains(&self, ts: &str) -> bool {
        let ts = micros(ts);
        let bound = |bound: &Option<String>| bound.as_deref().map(micros);
        let after = bound(&self.oldest)
            .is_none_or(|oldest| oldest < ts || (self.inclusive && oldest == ts));
        let before = bound(&self.latest)
            .is_none_or(|latest| ts < latest || (self.inclusive && latest == ts));
        after && before
    }
}

fn parse_ts(
    arguments: &Arguments,
    name: &str,
    error_code: &str,
) -> Result<Option<String>, ApiError> {
    let ts = match arguments.number(name) {
        Ok(Some(seconds)) => Some(seconds.to_string()),
        Ok(None) | Err(_) => arguments
            .string(name)?
            .filter(|ts| !ts.is_empty())
            .map(str::to_owned),
    };
    if ts.as_deref().is_some_and(|ts| ts.parse::<f64>().is_err()) {
        return Err(error_code.into());
    }
    Ok(ts)
}

/// Converts a message timestamp to microseconds.
fn micros(ts: &str) -> i64 {
    let (seconds, fraction) = ts.split_once('.').unwrap_or((ts, ""));
    let seconds: i64 = seconds.parse().unwrap_or(0);
    let fraction: i64 = format!("{fraction:0<6.6}").parse().unwrap_or(0);
    seconds * 1_000_000 + fraction
}

impl Workspace {
    fn readable_channel(&self, arguments: &Arguments) -> Result<&Channel, ApiError> {
        let id = arguments.required("channel")?;
        let channel = self.channel_visible_to_bot(id)?;
        let scope = match channel.kind {
            ChannelKind::Public => "channels:history",
            ChannelKind::Private => "groups:history",
            ChannelKind::Im(_) => "im:history",
        };
        self.require_any_scope(&[scope])?;
        self.channel_joined_by_bot(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_range_excludes_its_bounds_unless_inclusive() {
        let span = |inclusive| TimeRange {
            oldest: Some("10.000001".to_owned()),
            latest: Some("20".to_owned()),
            inclusive,
        };
        assert!(!span(false).contains("10.000001") && span(true).contains("10.000001"));
        assert!(span(false).contains("10.000002") && span(false).contains("19.999999"));
        assert!(!span(false).contains("20.000000") && span(true).contains("20.000000"));
        assert!(!span(true).contains("20.000001"));
    }
}
