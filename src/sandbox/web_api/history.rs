//! `conversations.history` and `conversations.replies`.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::pages::{self, Page};
use super::{Answer, Method, Refusal};
use crate::sandbox::channels::{Channel, ChannelKind};
use crate::sandbox::limits::Tier;
use crate::sandbox::message_json::Metadata;
use crate::sandbox::messages::Message;
use crate::sandbox::workspace::Workspace;

const HISTORY: &[&str] = &[
    "groups:history",
    "im:history",
    "mpim:history",
    "channels:history",
];

/// The methods of this file.
pub(super) const METHODS: &[Method] = &[
    Method::json("conversations.history", Tier::Three, HISTORY, history),
    Method::form("conversations.replies", Tier::Three, HISTORY, replies),
];

fn history(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.channel_to_read(arguments)?;
    let span = Span::read(arguments)?;
    let mut messages: Vec<&Message> = channel
        .messages
        .iter()
        .filter(|message| message.is_in_channel_for(None) && span.holds(&message.ts))
        .collect();
    messages.reverse();
    let page = Page::read(arguments, 100, 999)?;
    let (messages, next) = page.cut(&messages);
    let mut answer = json!({
        "messages": told(workspace, channel, messages, arguments)?,
        "has_more": !next.is_empty(), "pin_count": channel.pins.len(),
        "channel_actions_ts": null, "channel_actions_count": 0,
    });
    if !next.is_empty() {
        answer["response_metadata"] = pages::next(&next);
    }
    Ok(answer)
}

fn replies(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.channel_to_read(arguments)?;
    let ts = arguments.needed("ts")?;
    let named = channel.message(ts).ok_or("thread_not_found")?;
    let parent_ts = named.thread_ts.as_deref().unwrap_or(ts);
    let span = Span::read(arguments)?;
    // The parent always comes first; the span is about the replies.
    let messages: Vec<&Message> = channel
        .message(parent_ts)
        .into_iter()
        .chain(
            channel
                .replies(parent_ts)
                .filter(|reply| span.holds(&reply.ts)),
        )
        .collect();
    let page = Page::read(arguments, 1000, 1000)?;
    let (messages, next) = page.cut(&messages);
    let mut answer = json!({
        "messages": told(workspace, channel, messages, arguments)?, "has_more": !next.is_empty(),
    });
    if !next.is_empty() {
        answer["response_metadata"] = pages::next(&next);
    }
    Ok(answer)
}

fn told(
    workspace: &Workspace,
    channel: &Channel,
    messages: &[&Message],
    arguments: &Arguments,
) -> Result<Vec<Value>, Refusal> {
    let metadata = match arguments.flag("include_all_metadata")? {
        Some(true) => Metadata::Shown,
        Some(false) | None => Metadata::Hidden,
    };
    Ok(messages
        .iter()
        .map(|message| workspace.message_json(channel, message, metadata))
        .collect())
}

/// From when to when messages are asked for.
struct Span {
    oldest: Option<String>,
    latest: Option<String>,
    inclusive: bool,
}

impl Span {
    fn read(arguments: &Arguments) -> Result<Self, Refusal> {
        Ok(Self {
            oldest: timestamp(arguments, "oldest", "invalid_ts_oldest")?,
            latest: timestamp(arguments, "latest", "invalid_ts_latest")?,
            inclusive: arguments.flag("inclusive")? == Some(true),
        })
    }

    fn holds(&self, ts: &str) -> bool {
        let ts = micros(ts);
        let bound = |bound: &Option<String>| bound.as_deref().map(micros);
        let after = bound(&self.oldest)
            .is_none_or(|oldest| oldest < ts || (self.inclusive && oldest == ts));
        let before = bound(&self.latest)
            .is_none_or(|latest| ts < latest || (self.inclusive && latest == ts));
        after && before
    }
}

fn timestamp(arguments: &Arguments, name: &str, refusal: &str) -> Result<Option<String>, Refusal> {
    let given = match arguments.number(name) {
        Ok(Some(seconds)) => Some(seconds.to_string()),
        Ok(None) | Err(_) => arguments
            .text(name)?
            .filter(|ts| !ts.is_empty())
            .map(str::to_owned),
    };
    if given
        .as_deref()
        .is_some_and(|ts| ts.parse::<f64>().is_err())
    {
        return Err(refusal.into());
    }
    Ok(given)
}

/// Gives a timestamp in microseconds.
fn micros(ts: &str) -> i64 {
    let (seconds, fraction) = ts.split_once('.').unwrap_or((ts, ""));
    let seconds: i64 = seconds.parse().unwrap_or(0);
    let fraction: i64 = format!("{fraction:0<6.6}").parse().unwrap_or(0);
    seconds * 1_000_000 + fraction
}

impl Workspace {
    fn channel_to_read(&self, arguments: &Arguments) -> Result<&Channel, Refusal> {
        let id = arguments.needed("channel")?;
        let channel = self.channel_of_bot(id)?;
        let scope = match channel.kind {
            ChannelKind::Public => "channels:history",
            ChannelKind::Private => "groups:history",
            ChannelKind::Im(_) => "im:history",
        };
        self.need_one_of(&[scope])?;
        self.channel_with_bot(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_ends_before_its_bounds_unless_inclusive() {
        let span = |inclusive| Span {
            oldest: Some("10.000001".to_owned()),
            latest: Some("20".to_owned()),
            inclusive,
        };
        assert!(!span(false).holds("10.000001") && span(true).holds("10.000001"));
        assert!(span(false).holds("10.000002") && span(false).holds("19.999999"));
        assert!(!span(false).holds("20.000000") && span(true).holds("20.000000"));
        assert!(!span(true).holds("20.000001"));
    }
}
