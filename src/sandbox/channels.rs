//! Channels and direct messages: who is in them, what they are called, how they end.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::bookmarks::Bookmark;
use super::channel_names;
use super::ids;
use super::ids::{ChannelId, PersonId};
use super::messages::Message;
use super::people::{PersonKind, merge};
use super::pins::Pin;
use super::workspace::Workspace;

/// Who can find a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody may find and join it.
    Public,
    /// Only its members know of it.
    Private,
}

/// What kind of conversation it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ChannelKind {
    Public,
    Private,
    /// A direct message between two.
    Im([PersonId; 2]),
}

/// A conversation.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) id: ChannelId,
    /// Empty in a direct message.
    pub(super) name: String,
    pub(super) kind: ChannelKind,
    pub(super) creator: PersonId,
    /// Epoch seconds.
    pub(super) created: i64,
    pub(super) topic: Written,
    pub(super) purpose: Written,
    pub(super) is_archived: bool,
    pub(super) is_general: bool,
    pub(super) members: Vec<PersonId>,
    /// In the order of their `ts`; the deleted ones too.
    pub(super) messages: Vec<Message>,
    pub(super) pins: Vec<Pin>,
    pub(super) bookmarks: Vec<Bookmark>,
    pub(super) previous_names: Vec<String>,
    /// Up to which `ts` each person has read.
    pub(super) read: HashMap<PersonId, String>,
}

/// A topic or purpose: what it says, who wrote it, when (epoch seconds).
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    pub(super) value: String,
    pub(super) creator: String,
    pub(super) last_set: i64,
}

/// What a channel of a fresh workspace is founded with.
pub(super) struct Founding<'a> {
    pub(super) name: &'a str,
    pub(super) creator: &'a PersonId,
    pub(super) is_general: bool,
}

impl Channel {
    /// Gives `public`, `private` or `im`.
    pub(super) fn kind_word(&self) -> &'static str {
        match self.kind {
            ChannelKind::Public => "public",
            ChannelKind::Private => "private",
            ChannelKind::Im(_) => "im",
        }
    }

    /// Tells whether somebody is a member.
    pub(super) fn has(&self, who: &str) -> bool {
        self.members.iter().any(|member| *member == *who)
    }

    /// Tells whether somebody can see what is written there.
    pub(super) fn is_visible_to(&self, who: &str) -> bool {
        self.kind == ChannelKind::Public || self.has(who)
    }

    /// Tells whether it is a direct message.
    pub(super) fn is_im(&self) -> bool {
        matches!(self.kind, ChannelKind::Im(_))
    }

    /// Gives the other side of a direct message.
    pub(super) fn other_side(&self, who: &str) -> Option<&PersonId> {
        match &self.kind {
            ChannelKind::Im([one, other]) => Some(if *one == *who { other } else { one }),
            ChannelKind::Public | ChannelKind::Private => None,
        }
    }
}

impl Workspace {
    /// Gives the channel with this id or name (with or without `#`).
    pub(super) fn find_channel(&self, channel: &str) -> Option<&Channel> {
        let name = channel.trim_start_matches('#');
        self.channels.get(channel).or_else(|| {
            self.channels
                .values()
                .find(|found| !found.is_im() && found.name == name)
        })
    }

    /// Puts a channel there that has always been there.
    pub(super) fn found_channel(&mut self, founding: Founding) -> ChannelId {
        let id = ChannelId(ids::named('C', founding.name));
        let mut channel = self.blank_channel(id.clone(), founding.creator);
        channel.name = founding.name.to_owned();
        channel.is_general = founding.is_general;
        self.channels.insert(id.clone(), channel);
        id
    }

    /// Creates a channel with one member: its creator.
    pub(super) fn create_channel(
        &mut self,
        by: &PersonId,
        name: &str,
        visibility: Visibility,
    ) -> Result<ChannelId, &'static str> {
        self.check_channel_name(name)?;
        let id = ChannelId(ids::numbered('C', self.next_serial()));
        let mut channel = self.blank_channel(id.clone(), by);
        channel.name = name.to_owned();
        channel.kind = match visibility {
            Visibility::Public => ChannelKind::Public,
            Visibility::Private => ChannelKind::Private,
        };
        self.channels.insert(id.clone(), channel);
        self.channel_event(&id, "created", by);
        self.put_in(&id, by, None);
        Ok(id)
    }

    /// Gives the direct message between two, opening it if need be.
    pub(super) fn open_im(&mut self, one: &PersonId, other: &PersonId) -> ChannelId {
        let between = |channel: &Channel| match &channel.kind {
            ChannelKind::Im([a, b]) => (a == one && b == other) || (a == other && b == one),
            ChannelKind::Public | ChannelKind::Private => false,
        };
        if let Some(channel) = self.channels.values().find(|channel| between(channel)) {
            return channel.id.clone();
        }
        let id = ChannelId(ids::numbered('D', self.next_serial()));
        let mut channel = self.blank_channel(id.clone(), one);
        channel.kind = ChannelKind::Im([one.clone(), other.clone()]);
        channel.members = vec![one.clone(), other.clone()];
        channel.members.dedup();
        self.channels.insert(id.clone(), channel);
        id
    }

    /// Gives another name to a channel. Its creator alone may do so by the Web API.
    pub(super) fn rename_channel(
        &mut self,
        channel: &ChannelId,
        by: &PersonId,
        name: &str,
    ) -> Result<(), &'static str> {
        let found = self.channels.get(channel).ok_or("channel_not_found")?;
        let before = found.name.clone();
        if before == name {
            return Ok(());
        }
        self.check_channel_name(name)?;
        self.with_channel(channel, |found| {
            found.previous_names.insert(0, before.clone());
            name.clone_into(&mut found.name);
        });
        self.channel_event(channel, "rename", by);
        let text = format!("<@{by}> has renamed the channel from \"{before}\" to \"{name}\"");
        self.system_message(channel, by, "channel_name", &text);
        Ok(())
    }

    /// Archives a channel. Bots leave with it: a bot cannot bring it back.
    pub(super) fn archive_channel(&mut self, channel: &ChannelId, by: &PersonId) {
        let text = format!("<@{by}> archived the channel");
        self.system_message(channel, by, "channel_archive", &text);
        self.channel_event(channel, "archive", by);
        let bots: Vec<PersonId> = self
            .people
            .values()
            .filter(|person| person.kind == PersonKind::Bot)
            .map(|person| person.id.clone())
            .collect();
        self.with_channel(channel, |found| {
            found.is_archived = true;
            found.members.retain(|member| !bots.contains(member));
        });
    }

    /// Brings an archived channel back.
    pub(super) fn unarchive_channel(&mut self, channel: &ChannelId, by: &PersonId) {
        self.with_channel(channel, |found| found.is_archived = false);
        self.channel_event(channel, "unarchive", by);
        let text = format!("<@{by}> un-archived the channel");
        self.system_message(channel, by, "channel_unarchive", &text);
    }

    /// Deletes a channel and all that was in it.
    pub(super) fn delete_channel(&mut self, channel: &ChannelId, by: &PersonId) {
        self.channel_event(channel, "deleted", by);
        self.channels.remove(channel);
    }

    /// Changes a channel, if it exists.
    pub(super) fn with_channel<T>(
        &mut self,
        channel: &str,
        change: impl FnOnce(&mut Channel) -> T,
    ) -> Option<T> {
        self.channels.get_mut(channel).map(change)
    }

    /// Gives a conversation as the Web API does, without `num_members`.
    pub(super) fn channel_json(&self, channel: &Channel, seen_by: &PersonId) -> Value {
        if channel.is_im() {
            return json!({
                "id": channel.id, "created": channel.created, "is_archived": false, "is_im": true,
                "is_org_shared": false, "user": channel.other_side(seen_by), "priority": 0,
                "is_user_deleted": false, "context_team_id": self.team.id,
            });
        }
        let private = channel.kind == ChannelKind::Private;
        let mut told = json!({
            "id": channel.id, "name": channel.name, "name_normalized": channel.name,
            "is_channel": !private, "is_group": private, "is_im": false, "is_mpim": false,
            "is_private": private, "created": channel.created, "creator": channel.creator,
            "is_archived": channel.is_archived, "is_general": channel.is_general,
            "is_member": channel.has(seen_by), "topic": written_json(&channel.topic),
        });
        let more = json!({
            "purpose": written_json(&channel.purpose), "previous_names": channel.previous_names,
            "is_shared": false, "is_org_shared": false, "is_ext_shared": false, "unlinked": 0,
            "is_pending_ext_shared": false, "pending_shared": [], "shared_team_ids": [self.team.id],
            "pending_connected_team_ids": [], "context_team_id": self.team.id,
            "parent_conversation": null, "updated": channel.created * 1000,
        });
        merge(&mut told, more);
        told
    }

    fn check_channel_name(&self, name: &str) -> Result<(), &'static str> {
        channel_names::check(name)?;
        let is_channel = self.channels.values().any(|channel| channel.name == name);
        let is_person = self.people.values().any(|person| person.name == name);
        if is_channel || is_person {
            return Err("name_taken");
        }
        Ok(())
    }

    fn blank_channel(&self, id: ChannelId, creator: &PersonId) -> Channel {
        Channel {
            id,
            name: String::new(),
            kind: ChannelKind::Public,
            creator: creator.clone(),
            created: self.now().timestamp(),
            topic: Written::default(),
            purpose: Written::default(),
            is_archived: false,
            is_general: false,
            members: Vec::new(),
            messages: Vec::new(),
            pins: Vec::new(),
            bookmarks: Vec::new(),
            previous_names: Vec::new(),
            read: HashMap::new(),
        }
    }
}

fn written_json(written: &Written) -> Value {
    json!({"value": written.value, "creator": written.creator, "last_set": written.last_set})
}
