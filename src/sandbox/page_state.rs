//! The page state: all users, channels, messages and modals that the page shows to one user.

use serde_json::{Value, json};

use crate::Sandbox;
use crate::guide::Observation;
use crate::ids::{ChannelId, UserId};
use crate::manifest::Installation;
use crate::workspace::Workspace;
use crate::workspace::bookmarks::Bookmark;
use crate::workspace::channels::{Channel, ChannelKind};
use crate::workspace::messages::Message;
use crate::workspace::time_zones;
use crate::workspace::users::{AccountKind, User};
use crate::workspace::views::{View, ViewKind};

/// The user and the location that the page shows.
pub(crate) struct PageSelection<'a> {
    pub(crate) who: Option<&'a str>,
    pub(crate) channel: Option<&'a str>,
    pub(crate) thread: Option<&'a str>,
}

/// The maximum number of messages shown per channel.
const MAX_MESSAGES: usize = 200;

impl Sandbox {
    /// Returns the page state of the selected user, or of the first user if none is selected.
    pub(crate) fn page_state(&self, selection: &PageSelection) -> Value {
        let has_socket = self.socket_connections() > 0;
        let (can_advance, warning) = (self.can_advance(), self.storage_warning());
        let mut has_completed_step = false;
        let state = self.shared.with(|workspace| {
            let who = selection.who.and_then(|who| workspace.find_user(who));
            let who = who.or_else(|| {
                let mut users = workspace.users.values();
                users.find(|user| user.kind.is_full_member())
            });
            let Some(me) = who.map(|user| user.id.clone()) else {
                return json!({"ok": false, "error": "This workspace has no users."});
            };
            if let Some(id) = selection.channel.map(ChannelId::from) {
                has_completed_step = workspace.observe(&Observation::ChannelOpened(&id, &me));
            }
            let mut state = workspace.page_state(&me, selection);
            state["app"]["connected"] = json!(has_socket || workspace.app_url.is_some());
            state["sandbox"] = json!({
                "guide": workspace.guide_json(), "can_advance": can_advance, "warning": warning,
            });
            state
        });
        if has_completed_step {
            self.shared.announce_change();
        }
        state
    }

    fn storage_warning(&self) -> Option<String> {
        self.shared.storage.as_ref()?.warning()
    }
}

impl Workspace {
    fn page_state(&self, me: &UserId, selection: &PageSelection) -> Value {
        let channels = self
            .channels
            .values()
            .filter(|channel| self.is_channel_listed(me, channel));
        let open_channel = selection.channel.and_then(|id| self.channels.get(id));
        let open_channel = open_channel.filter(|channel| self.is_channel_listed(me, channel));
        let stack = self.modal_stack(me);
        json!({
            "team": {"id": self.team.id, "name": self.team.name}, "me": me, "now": self.now().timestamp(),
            "users": self.users.values().map(|user| self.page_user_json(user)).collect::<Vec<_>>(),
            "app": self.app_json(),
            "channels": channels.map(|channel| self.channel_list_item(me, channel)).collect::<Vec<_>>(),
            "channel": open_channel.map(|channel| self.open_channel_json(me, channel)),
            "thread": open_channel.and_then(|channel| thread_json(me, channel, selection.thread?)),
            "home": self.home_view(me).map(view_json), "modal": stack.last().map(|view| view_json(view)),
            "modal_depth": stack.len(), "mails": self.mailbox_json(),
            "notice": self.notices.get(me).map(|notice| json!({"id": notice.id, "text": notice.text})),
        })
    }

    /// Returns whether the channel is in the user's list. Guests see only the channels that they
    /// are members of.
    fn is_channel_listed(&self, me: &UserId, channel: &Channel) -> bool {
        let is_guest = self
            .users
            .get(me)
            .is_some_and(|user| user.kind == AccountKind::Guest);
        channel.has_member(me) || (!is_guest && channel.is_visible_to(me))
    }

    fn page_user_json(&self, user: &User) -> Value {
        let zone = time_zones::find_zone(&user.tz);
        json!({
            "id": user.id, "name": user.name, "real_name": user.real_name, "tz": user.tz,
            "tz_offset": zone.offset(self.now()), "is_bot": user.kind == AccountKind::Bot,
            "deleted": user.kind == AccountKind::Deactivated, "color": user.color,
        })
    }

    fn app_json(&self) -> Value {
        let installed = self.app.state != Installation::Uninstalled;
        let commands = self
            .app
            .commands
            .iter()
            .filter(|_| installed)
            .map(|command| {
                json!({
                    "command": command.command, "description": command.description,
                    "usage_hint": command.usage_hint,
                })
            });
        let shortcuts = self
            .app
            .shortcuts
            .iter()
            .filter(|_| installed)
            .map(|shortcut| {
                json!({
                    "callback_id": shortcut.callback_id, "name": shortcut.name,
                    "description": shortcut.description, "type": shortcut.kind.as_str(),
                })
            });
        json!({
            "name": self.app.name, "user_id": self.app.bot_user, "home_tab": self.app.home_tab,
            "commands": commands.collect::<Vec<_>>(), "shortcuts": shortcuts.collect::<Vec<_>>(),
        })
    }

    fn channel_list_item(&self, me: &UserId, channel: &Channel) -> Value {
        let read = channel.last_read.get(me).map_or("", String::as_str);
        let unread: Vec<&Message> = channel
            .messages
            .iter()
            .filter(|message| message.is_in_channel_for(Some(me)) && *message.ts > *read)
            .filter(|message| message.user != *me && channel.has_member(me))
            .collect();
        let mention = format!("<@{me}>");
        let calls_me = |message: &&&Message| {
            let text = &message.text;
            let broadcasts = ["<!channel>", "<!here>", "<!everyone>"];
            channel.is_im()
                || text.contains(&mention)
                || broadcasts.iter().any(|mention| text.contains(mention))
        };
        json!({
            "id": channel.id, "name": self.channel_display_name(me, channel), "kind": channel.kind_name(),
            "user": channel.other_member(me), "is_archived": channel.is_archived,
            "is_member": channel.has_member(me), "unread": unread.len(),
            "mentions": unread.iter().filter(calls_me).count(), "canvases": self.canvas_ids(&channel.id),
        })
    }

    fn open_channel_json(&self, me: &UserId, channel: &Channel) -> Value {
        let messages: Vec<&Message> = channel
            .messages
            .iter()
            .filter(|message| message.is_in_channel_for(Some(me)))
            .collect();
        let last = &messages[messages.len().saturating_sub(MAX_MESSAGES)..];
        json!({
            "id": channel.id, "name": self.channel_display_name(me, channel), "kind": channel.kind_name(),
            "user": channel.other_member(me), "topic": channel.topic.value,
            "purpose": channel.purpose.value, "is_archived": channel.is_archived,
            "is_general": channel.is_general,
            "is_member": channel.has_member(me), "members": channel.members,
            "pins": channel.pins.iter().map(|pin| &pin.ts).collect::<Vec<_>>(),
            "bookmarks": channel.bookmarks.iter().map(bookmark_json).collect::<Vec<_>>(),
            "canvases": self.canvases_json(&channel.id),
            "messages": last.iter().map(|message| message_json(me, channel, message)).collect::<Vec<_>>(),
        })
    }

    /// Returns the name of a channel. A direct message has the name of the other user.
    fn channel_display_name(&self, me: &UserId, channel: &Channel) -> String {
        match channel.kind {
            ChannelKind::Public | ChannelKind::Private => channel.name.clone(),
            ChannelKind::Im(_) => {
                let other = channel
                    .other_member(me)
                    .and_then(|other| self.users.get(other));
                other.map(|user| user.real_name.clone()).unwrap_or_default()
            }
        }
    }
}

fn thread_json(me: &UserId, channel: &Channel, ts: &str) -> Option<Value> {
    let parent = channel.message_for(ts, Some(me))?;
    let replies = channel
        .messages
        .iter()
        .filter(|message| message.thread_ts.as_deref() == Some(ts))
        .filter(|message| !message.deleted && message.is_visible_to(Some(me)))
        .map(|message| message_json(me, channel, message));
    Some(json!({
        "parent": message_json(me, channel, parent), "replies": replies.collect::<Vec<_>>(),
    }))
}

fn message_json(me: &UserId, channel: &Channel, message: &Message) -> Value {
    let replies: Vec<&Message> = channel
        .replies(&message.ts)
        .filter(|reply| reply.is_visible_to(Some(me)))
        .collect();
    let mut users: Vec<&UserId> = replies.iter().map(|reply| &reply.user).collect();
    users.sort();
    users.dedup();
    let reactions = message
        .reactions
        .iter()
        .map(|reaction| json!({"name": reaction.name, "users": reaction.users}));
    json!({
        "ts": message.ts, "user": message.user, "bot": message.bot_id.is_some(),
        "username": message.username, "text": message.text, "blocks": message.blocks,
        "attachments": message.attachments, "edited": message.edited.is_some(),
        "ephemeral": message.only_for.is_some(), "thread_ts": message.thread_ts,
        "broadcast": message.broadcast, "reply_count": replies.len(), "reply_users": users,
        "latest_reply": replies.last().map(|reply| &reply.ts),
        "reactions": reactions.collect::<Vec<_>>(),
        "pinned": channel.pins.iter().any(|pin| pin.ts == message.ts), "subtype": message.subtype,
    })
}

fn bookmark_json(bookmark: &Bookmark) -> Value {
    json!({
        "id": bookmark.id, "title": bookmark.title, "link": bookmark.link, "emoji": bookmark.emoji,
    })
}

fn view_json(view: &View) -> Value {
    let kind = match view.kind {
        ViewKind::Modal => "modal",
        ViewKind::Home => "home",
    };
    json!({
        "id": view.id, "type": kind, "callback_id": view.callback_id, "title": view.title,
        "submit": view.submit, "close": view.close, "blocks": view.blocks, "hash": view.hash,
        "values": view.values, "errors": view.errors,
    })
}
