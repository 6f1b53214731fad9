//! Which calls a delivery takes, so that it only goes out when Slack lets all of them through.

use muster_commands::ChannelId;

use super::limits::Counted;
use crate::bot::GlobalChannel;
use crate::domain::{Effect, Naming};
use crate::store::{Doubt, Ready, Standing};

/// Gives the calls that a delivery takes; that it first looks for itself when in doubt is among them.
pub fn calls(ready: &Ready, global: &GlobalChannel) -> Vec<Counted> {
    let (looking, doing) = match &ready.delivery.effect {
        Effect::OpenChannel { .. } => ("conversations.list", method("conversations.create")),
        Effect::ShowHeader if ready.header == Standing::Stands => return method("chat.update"),
        Effect::ShowHeader | Effect::Tell { .. } | Effect::Remind { .. } => {
            ("conversations.history", post_to(ready.channel.as_ref()))
        }
        Effect::ShowCard if ready.card == Standing::Stands => return method("chat.update"),
        Effect::ShowCard => ("conversations.history", post_to(ready_channel(global))),
        Effect::Farewell { channel } => ("conversations.history", post_to(Some(channel))),
        Effect::Gather { .. } => return method("conversations.members"),
        Effect::Withdraw => {
            return [method("conversations.replies"), method("chat.delete")].concat();
        }
        Effect::ArchiveFormer { .. } => return method("conversations.archive"),
        Effect::Reply { .. } => ("conversations.replies", post_to(ready_channel(global))),
        Effect::Direct { person, .. } => {
            // Slack: who writes to a person by their id writes to one channel, as anywhere.
            let direct = ChannelId(person.to_string());
            ("conversations.history", post_to(Some(&direct)))
        }
        Effect::Bookmark => return BOOKMARKS.map(Counted::Method).to_vec(),
        Effect::OfferCall { .. } => return method("chat.postEphemeral"),
        Effect::Invite { .. } => return method("conversations.invite"),
        Effect::Uninvite { .. } => return method("conversations.kick"),
        Effect::Point { place, .. } if place.thread.is_some() => {
            ("conversations.replies", post_to(place.channel.as_ref()))
        }
        Effect::Point { .. } | Effect::Brief { .. } => return method("chat.postEphemeral"),
        Effect::PinHeader { .. } => return method("pins.add"),
        Effect::SetTopic => return method("conversations.setTopic"),
        Effect::SetPurpose => return method("conversations.setPurpose"),
        Effect::RenameChannel { naming, .. } => return looks_at_name(*naming, ready),
        Effect::Mark { .. } => return method("reactions.add"),
        Effect::Unmark { .. } => return method("reactions.remove"),
        Effect::ReadMessage { .. } => return method("reactions.get"),
        Effect::FindPermalink { .. } => return method("chat.getPermalink"),
        Effect::ArchiveChannel => (
            "conversations.info",
            [
                method("conversations.history"),
                method("conversations.archive"),
            ]
            .concat(),
        ),
        Effect::Repair { .. } => {
            let all = [
                "conversations.info",
                "conversations.history",
                "bookmarks.list",
            ];
            return all.map(Counted::Method).to_vec();
        }
        Effect::LearnPerson { .. } | Effect::Meet { .. } => return method("users.info"),
        // The address that it goes to first is good for five answers, whatever is said elsewhere.
        Effect::Answer { .. } => return Vec::new(),
    };
    match ready.delivery.doubt {
        Doubt::None => doing,
        Doubt::Since(_) => [method(looking), doing].concat(),
    }
}

/// Gives what it takes to look at a channel's name; what follows from a change waits until the channel may be
/// given another, so that of several changes it is given the last.
fn looks_at_name(naming: Naming, ready: &Ready) -> Vec<Counted> {
    let mut calls = method("conversations.info");
    match naming {
        Naming::Changed => calls.extend(ready.channel.clone().map(Counted::Renames)),
        Naming::Chosen => calls.extend(method("conversations.rename")),
        Naming::Heard => {}
    }
    calls
}

/// What a step of the bookmarks takes: it looks, and then does one of the three.
const BOOKMARKS: [&str; 4] = [
    "bookmarks.list",
    "bookmarks.add",
    "bookmarks.edit",
    "bookmarks.remove",
];

fn method(name: &'static str) -> Vec<Counted> {
    vec![Counted::Method(name)]
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
