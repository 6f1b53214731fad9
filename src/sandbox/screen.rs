//! Everything that the page draws for one person: people, channels, messages, forms.

use serde_json::{Value, json};

use super::Sandbox;
use super::bookmarks::Bookmark;
use super::channels::{Channel, ChannelKind};
use super::ids::PersonId;
use super::manifest::Installation;
use super::messages::Message;
use super::people::{Person, PersonKind};
use super::time_zones;
use super::views::{View, ViewKind};
use super::workspace::Workspace;

/// Who looks, and where.
pub(super) struct Place<'a> {
    pub(super) who: Option<&'a str>,
    pub(super) channel: Option<&'a str>,
    pub(super) thread: Option<&'a str>,
}

/// How many messages of a channel are drawn.
const MOST_MESSAGES: usize = 200;

impl Sandbox {
    /// Gives the screen of the person who looks; of the first person if it is nobody.
    pub(super) fn screen(&self, place: &Place) -> Value {
        let has_socket = self.socket_connections() > 0;
        self.shared.with(|workspace| {
            let who = place.who.and_then(|who| workspace.find_person(who));
            let who = who.or_else(|| {
                let mut people = workspace.people.values();
                people.find(|person| person.kind.is_member())
            });
            let Some(me) = who.map(|person| person.id.clone()) else {
                return json!({"ok": false, "error": "There is nobody in this workspace."});
            };
            let mut screen = workspace.screen(&me, place);
            screen["app"]["connected"] = json!(has_socket || workspace.app_url.is_some());
            screen
        })
    }
}

impl Workspace {
    fn screen(&self, me: &PersonId, place: &Place) -> Value {
        let channels = self
            .channels
            .values()
            .filter(|channel| self.sees(me, channel));
        let shown = place.channel.and_then(|id| self.channels.get(id));
        let shown = shown.filter(|channel| self.sees(me, channel));
        let stack = self.screen_of(me);
        json!({
            "team": {"id": self.team.id, "name": self.team.name}, "me": me, "now": self.now().timestamp(),
            "people": self.people.values().map(|person| self.person_json(person)).collect::<Vec<_>>(),
            "app": self.app_json(),
            "channels": channels.map(|channel| self.listed(me, channel)).collect::<Vec<_>>(),
            "channel": shown.map(|channel| self.shown(me, channel)),
            "thread": shown.and_then(|channel| thread(me, channel, place.thread?)),
            "home": self.home_of(me).map(view_json), "modal": stack.last().map(|view| view_json(view)),
            "modal_depth": stack.len(),
            "notice": self.notices.get(me).map(|notice| json!({"id": notice.id, "text": notice.text})),
        })
    }

    /// Tells whether somebody finds a channel in their list. Guests see only what they are in.
    fn sees(&self, me: &PersonId, channel: &Channel) -> bool {
        let is_guest = self
            .people
            .get(me)
            .is_some_and(|person| person.kind == PersonKind::Guest);
        channel.has(me) || (!is_guest && channel.is_visible_to(me))
    }

    fn person_json(&self, person: &Person) -> Value {
        let zone = time_zones::named(&person.tz);
        json!({
            "id": person.id, "name": person.name, "real_name": person.real_name, "tz": person.tz,
            "tz_offset": zone.offset(self.now()), "is_bot": person.kind == PersonKind::Bot,
            "deleted": person.kind == PersonKind::Deactivated, "color": person.color,
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
                    "description": shortcut.description, "type": shortcut.place.as_str(),
                })
            });
        json!({
            "name": self.app.name, "user_id": self.app.bot_user, "home_tab": self.app.home_tab,
            "commands": commands.collect::<Vec<_>>(), "shortcuts": shortcuts.collect::<Vec<_>>(),
        })
    }

    fn listed(&self, me: &PersonId, channel: &Channel) -> Value {
        let read = channel.read.get(me).map_or("", String::as_str);
        let unread: Vec<&Message> = channel
            .messages
            .iter()
            .filter(|message| message.is_in_channel_for(Some(me)) && *message.ts > *read)
            .filter(|message| message.user != *me && channel.has(me))
            .collect();
        let mention = format!("<@{me}>");
        let calls_me = |message: &&&Message| {
            let text = &message.text;
            let everybody = ["<!channel>", "<!here>", "<!everyone>"];
            channel.is_im()
                || text.contains(&mention)
                || everybody.iter().any(|all| text.contains(all))
        };
        json!({
            "id": channel.id, "name": self.shown_name(me, channel), "kind": channel.kind_word(),
            "person": channel.other_side(me), "is_archived": channel.is_archived,
            "is_member": channel.has(me), "unread": unread.len(),
            "mentions": unread.iter().filter(calls_me).count(),
        })
    }

    fn shown(&self, me: &PersonId, channel: &Channel) -> Value {
        let messages: Vec<&Message> = channel
            .messages
            .iter()
            .filter(|message| message.is_in_channel_for(Some(me)))
            .collect();
        let last = &messages[messages.len().saturating_sub(MOST_MESSAGES)..];
        json!({
            "id": channel.id, "name": self.shown_name(me, channel), "kind": channel.kind_word(),
            "person": channel.other_side(me), "topic": channel.topic.value,
            "purpose": channel.purpose.value, "is_archived": channel.is_archived,
            "is_member": channel.has(me), "members": channel.members,
            "pins": channel.pins.iter().map(|pin| &pin.ts).collect::<Vec<_>>(),
            "bookmarks": channel.bookmarks.iter().map(bookmark_json).collect::<Vec<_>>(),
            "messages": last.iter().map(|message| message_json(me, channel, message)).collect::<Vec<_>>(),
        })
    }

    /// A direct message is called after the other side.
    fn shown_name(&self, me: &PersonId, channel: &Channel) -> String {
        match channel.kind {
            ChannelKind::Public | ChannelKind::Private => channel.name.clone(),
            ChannelKind::Im(_) => {
                let other = channel
                    .other_side(me)
                    .and_then(|other| self.people.get(other));
                other
                    .map(|person| person.real_name.clone())
                    .unwrap_or_default()
            }
        }
    }
}

fn thread(me: &PersonId, channel: &Channel, ts: &str) -> Option<Value> {
    let parent = channel.message_for(ts, Some(me))?;
    let replies = channel
        .messages
        .iter()
        .filter(|message| message.thread_ts.as_deref() == Some(ts))
        .filter(|message| !message.deleted && message.is_shown_to(Some(me)))
        .map(|message| message_json(me, channel, message));
    Some(json!({
        "parent": message_json(me, channel, parent), "replies": replies.collect::<Vec<_>>(),
    }))
}

fn message_json(me: &PersonId, channel: &Channel, message: &Message) -> Value {
    let replies: Vec<&Message> = channel
        .replies(&message.ts)
        .filter(|reply| reply.is_shown_to(Some(me)))
        .collect();
    let mut users: Vec<&PersonId> = replies.iter().map(|reply| &reply.user).collect();
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
