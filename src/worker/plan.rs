//! Which calls a delivery takes, so that it only goes out when Slack lets all of them through.

use muster_commands::ChannelId;

use super::limits::Counted;
use crate::bot::GlobalChannel;
use crate::domain::Effect;
use crate::store::{Doubt, Ready, Standing};

/// Gives the calls that a delivery takes; that it first looks for itself when in doubt is among them.
pub fn calls(ready: &Ready, global: &GlobalChannel) -> Vec<Counted> {
    let in_doubt = ready.delivery.doubt != Doubt::None;
    let looking = |method| in_doubt.then_some(Counted::Method(method));
    let mut calls = Vec::with_capacity(3);
    match &ready.delivery.effect {
        Effect::OpenChannel { .. } => {
            calls.extend(looking("conversations.list"));
            calls.push(Counted::Method("conversations.create"));
        }
        Effect::Invite { .. } => calls.push(Counted::Method("conversations.invite")),
        Effect::ShowHeader => match ready.header {
            Standing::Stands => calls.push(Counted::Method("chat.update")),
            Standing::Missing => {
                calls.extend(looking("conversations.history"));
                calls.extend(post_to(ready.channel.as_ref()));
            }
        },
        Effect::Tell { .. } => {
            calls.extend(looking("conversations.history"));
            calls.extend(post_to(ready.channel.as_ref()));
        }
        Effect::ShowCard => match ready.card {
            Standing::Stands => calls.push(Counted::Method("chat.update")),
            Standing::Missing => {
                calls.extend(looking("conversations.history"));
                calls.extend(post_to(ready_channel(global)));
            }
        },
        Effect::Reply { .. } => {
            calls.extend(looking("conversations.replies"));
            calls.extend(post_to(ready_channel(global)));
        }
        Effect::Point { .. } => calls.push(Counted::Method("chat.postEphemeral")),
        Effect::PinHeader { .. } => calls.push(Counted::Method("pins.add")),
        Effect::SetTopic => calls.push(Counted::Method("conversations.setTopic")),
        Effect::SetPurpose => calls.push(Counted::Method("conversations.setPurpose")),
        Effect::Mark { .. } => calls.push(Counted::Method("reactions.add")),
        Effect::Bookmark { .. } => {
            calls.extend(looking("bookmarks.list"));
            calls.push(Counted::Method("bookmarks.add"));
        }
        Effect::FindPermalink { .. } => calls.push(Counted::Method("chat.getPermalink")),
        Effect::LearnPerson { .. } => calls.push(Counted::Method("users.info")),
    }
    calls
}

/// Gives what a method's refusal closes: posts are limited for each channel, all else for each method.
pub fn closed_by(method: &'static str, calls: &[Counted]) -> Counted {
    let posts = calls
        .iter()
        .find(|counted| matches!(counted, Counted::Posts(_)));
    match posts {
        Some(posts) if method == "chat.postMessage" => posts.clone(),
        Some(_) | None => Counted::Method(method),
    }
}

fn post_to(channel: Option<&ChannelId>) -> Vec<Counted> {
    let mut calls = vec![Counted::Method("chat.postMessage")];
    calls.extend(channel.cloned().map(Counted::Posts));
    calls
}

fn ready_channel(global: &GlobalChannel) -> Option<&ChannelId> {
    match global {
        GlobalChannel::Ready(channel) => Some(channel),
        GlobalChannel::Unknown | GlobalChannel::Missing(_) => None,
    }
}
