//! Channels and direct messages: creation, renaming, archiving, deletion, and lookup by ID or name.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::guide::Observation;
use crate::ids;
use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;
use crate::workspace::bookmarks::Bookmark;
use crate::workspace::channel_names;
use crate::workspace::messages::Message;
use crate::workspace::pins::Pin;
use crate::workspace::users::{AccountKind, merge};

/// Whether a channel is public or private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// All users can find and join it.
    Public,
    /// Only its members can find it.
    Private,
}

/// The kind of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ChannelKind {
    Public,
    Private,
    /// A direct message between two users.
    Im([UserId; 2]),
}

/// A conversation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Channel {
    pub(crate) id: ChannelId,
    /// Empty in a direct message.
    pub(crate) name: String,
    pub(crate) kind: ChannelKind,
    pub(crate) creator: UserId,
    /// Epoch seconds.
    pub(crate) created: i64,
    pub(crate) topic: ChannelTextValue,
    pub(crate) purpose: ChannelTextValue,
    pub(crate) is_archived: bool,
    pub(crate) is_general: bool,
    pub(crate) members: Vec<UserId>,
    /// Ordered by `ts`. Includes deleted messages.
    pub(crate) messages: Vec<Message>,
    pub(crate) pins: Vec<Pin>,
    pub(crate) bookmarks: Vec<Bookmark>,
    pub(crate) previous_names: Vec<String>,
    /// The last `ts` that each user has read.
    pub(crate) last_read: HashMap<UserId, String>,
}

/// A topic or purpose: text, author and time (epoch seconds).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ChannelTextValue {
    pub(crate) value: String,
    pub(crate) creator: String,
    pub(crate) last_set: i64,
}

/// A channel that exists when the workspace is created.
pub(crate) struct InitialChannel<'a> {
    pub(crate) name: &'a str,
    pub(crate) creator: &'a UserId,
    pub(crate) is_general: bool,
}

impl Channel {
    /// Returns `public`, `private` or `im`.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self.kind {
            ChannelKind::Public => "public",
            ChannelKind::Private => "private",
            ChannelKind::Im(_) => "im",
        }
    }

    /// Returns whether the user is a member.
    pub(crate) fn has_member(&self, who: &str) -> bool {
        self.members.iter().any(|member| *member == *who)
    }

    /// Returns whether the user can read the channel.
    pub(crate) fn is_visible_to(&self, who: &str) -> bool {
        self.kind == ChannelKind::Public || self.has_member(who)
    }

    pub(crate) fn is_im(&self) -> bool {
        matches!(self.kind, ChannelKind::Im(_))
    }

    /// Returns the other member of a direct message.
    pub(crate) fn other_member(&self, who: &str) -> Option<&UserId> {
        match &self.kind {
            ChannelKind::Im([one, other]) => Some(if *one == *who { other } else { one }),
            ChannelKind::Public | ChannelKind::Private => None,
        }
    }
}

impl Workspace {
    /// Returns the channel with this ID or name (with or without `#`).
    pub(crate) fn find_channel(&self, channel: &str) -> Option<&Channel> {
        let name = channel.trim_start_matches('#');
        self.channels.get(channel).or_else(|| {
            self.channels
                .values()
                .find(|channel| !channel.is_im() && channel.name == name)
        })
    }

    /// Adds a channel without sending events.
    pub(crate) fn add_initial_channel(&mut self, founding: InitialChannel) -> ChannelId {
        let id = ChannelId(ids::from_name('C', founding.name));
        let mut channel = self.empty_channel(id.clone(), founding.creator);
        channel.name = founding.name.to_owned();
        channel.is_general = founding.is_general;
        self.channels.insert(id.clone(), channel);
        id
    }

    /// Creates a channel. The creator is its only member.
    pub(crate) fn create_channel(
        &mut self,
        actor: &UserId,
        name: &str,
        visibility: Visibility,
    ) -> Result<ChannelId, &'static str> {
        self.check_channel_name(name)?;
        let id = ChannelId(ids::from_serial('C', self.next_serial()));
        let mut channel = self.empty_channel(id.clone(), actor);
        channel.name = name.to_owned();
        channel.kind = match visibility {
            Visibility::Public => ChannelKind::Public,
            Visibility::Private => ChannelKind::Private,
        };
        self.channels.insert(id.clone(), channel);
        self.observe(&Observation::ChannelCreated(&id));
        self.push_channel_event(&id, "created", actor);
        self.add_member(&id, actor, None);
        Ok(id)
    }

    /// Returns the direct message between two users. Opens it if necessary.
    pub(crate) fn open_im(&mut self, one: &UserId, other: &UserId) -> ChannelId {
        let between = |channel: &Channel| match &channel.kind {
            ChannelKind::Im([a, b]) => (a == one && b == other) || (a == other && b == one),
            ChannelKind::Public | ChannelKind::Private => false,
        };
        if let Some(channel) = self.channels.values().find(|channel| between(channel)) {
            return channel.id.clone();
        }
        let id = ChannelId(ids::from_serial('D', self.next_serial()));
        let mut channel = self.empty_channel(id.clone(), one);
        channel.kind = ChannelKind::Im([one.clone(), other.clone()]);
        channel.members = vec![one.clone(), other.clone()];
        channel.members.dedup();
        self.channels.insert(id.clone(), channel);
        id
    }

    /// Renames a channel. Over the Web API, only the creator may do this; the caller checks it.
    pub(crate) fn rename_channel(
        &mut self,
        channel_id: &ChannelId,
        actor: &UserId,
        name: &str,
    ) -> Result<(), &'static str> {
        let channel = self.channels.get(channel_id).ok_or("channel_not_found")?;
        let before = channel.name.clone();
        if before == name {
            return Ok(());
        }
        self.check_channel_name(name)?;
        self.with_channel(channel_id, |channel| {
            channel.previous_names.insert(0, before.clone());
            name.clone_into(&mut channel.name);
        });
        self.push_channel_event(channel_id, "rename", actor);
        let text = format!("<@{actor}> has renamed the channel from \"{before}\" to \"{name}\"");
        self.post_system_message(channel_id, actor, "channel_name", &text);
        Ok(())
    }

    /// Archives a channel. Bots are removed, so that a bot cannot unarchive it.
    pub(crate) fn archive_channel(&mut self, channel: &ChannelId, actor: &UserId) {
        let text = format!("<@{actor}> archived the channel");
        self.post_system_message(channel, actor, "channel_archive", &text);
        self.push_channel_event(channel, "archive", actor);
        let bots: Vec<UserId> = self
            .users
            .values()
            .filter(|user| user.kind == AccountKind::Bot)
            .map(|user| user.id.clone())
            .collect();
        self.with_channel(channel, |channel| {
            channel.is_archived = true;
            channel.members.retain(|member| !bots.contains(member));
        });
    }

    /// Unarchives a channel.
    pub(crate) fn unarchive_channel(&mut self, channel: &ChannelId, actor: &UserId) {
        self.with_channel(channel, |channel| channel.is_archived = false);
        self.push_channel_event(channel, "unarchive", actor);
        let text = format!("<@{actor}> un-archived the channel");
        self.post_system_message(channel, actor, "channel_unarchive", &text);
    }

    /// Deletes a channel and its messages.
    pub(crate) fn delete_channel(&mut self, channel: &ChannelId, actor: &UserId) {
        self.push_channel_event(channel, "deleted", actor);
        self.channels.remove(channel);
    }

    /// Applies `change` to the channel if it exists.
    pub(crate) fn with_channel<T>(
        &mut self,
        channel: &str,
        change: impl FnOnce(&mut Channel) -> T,
    ) -> Option<T> {
        self.channels.get_mut(channel).map(change)
    }

    /// Returns the conversation object of the Web API, without `num_members`.
    pub(crate) fn channel_json(&self, channel: &Channel, seen_by: &UserId) -> Value {
        if channel.is_im() {
            return json!({
                "id": channel.id, "created": channel.created, "is_archived": false, "is_im": true,
                "is_org_shared": false, "user": channel.other_member(seen_by), "priority": 0,
                "is_user_deleted": false, "context_team_id": self.team.id,
            });
        }
        let private = channel.kind == ChannelKind::Private;
        let mut told = json!({
            "id": channel.id, "name": channel.name, "name_normalized": channel.name,
            "is_channel": !private, "is_group": private, "is_im": false, "is_mpim": false,
            "is_private": private, "created": channel.created, "creator": channel.creator,
            "is_archived": channel.is_archived, "is_general": channel.is_general,
            "is_member": channel.has_member(seen_by), "topic": channel_text_json(&channel.topic),
        });
        let more = json!({
            "purpose": channel_text_json(&channel.purpose), "previous_names": channel.previous_names,
            "is_shared": false, "is_org_shared": false, "is_ext_shared": false, "unlinked": 0,
            "is_pending_ext_shared": false, "pending_shared": [], "shared_team_ids": [self.team.id],
            "pending_connected_team_ids": [], "context_team_id": self.team.id,
            "parent_conversation": null, "updated": channel.created * 1000,
        });
        merge(&mut told, more);
        if let Some(properties) = self.canvas_properties(&channel.id) {
            told["properties"] = properties;
        }
        told
    }

    fn check_channel_name(&self, name: &str) -> Result<(), &'static str> {
        channel_names::check(name)?;
        let is_channel = self.channels.values().any(|channel| channel.name == name);
        let is_user = self.users.values().any(|user| user.name == name);
        if is_channel || is_user {
            return Err("name_taken");
        }
        Ok(())
    }

    fn empty_channel(&self, id: ChannelId, creator: &UserId) -> Channel {
        Channel {
            id,
            name: String::new(),
            kind: ChannelKind::Public,
            creator: creator.clone(),
            created: self.now().timestamp(),
            topic: ChannelTextValue::default(),
            purpose: ChannelTextValue::default(),
            is_archived: false,
            is_general: false,
            members: Vec::new(),
            messages: Vec::new(),
            pins: Vec::new(),
            bookmarks: Vec::new(),
            previous_names: Vec::new(),
            last_read: HashMap::new(),
        }
    }
}

fn channel_text_json(written: &ChannelTextValue) -> Value {
    json!({"value": written.value, "creator": written.creator, "last_set": written.last_set})
}
