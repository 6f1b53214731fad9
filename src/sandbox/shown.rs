//! What can be read in the workspace without doing anything: messages, topics, members, forms.

use super::bookmarks::Bookmark;
use super::channels::{Channel, Founding, Visibility};
use super::ids::{ChannelId, PersonId};
use super::messages::Message;
use super::reactions::Reaction;
use super::requests::Request;
use super::views::View;
use super::workspace::Workspace;
use super::{Sandbox, channels::ChannelKind};

/// People are named by their handle or id, channels by their name (with or without `#`) or id.
impl Sandbox {
    /// Gives the id of somebody. Somebody who does not exist gets the id that nobody has.
    #[must_use]
    pub fn person(&self, name: &str) -> PersonId {
        let found = self
            .shared
            .with(|workspace| workspace.find_person(name).map(|person| person.id.clone()));
        found.unwrap_or_else(|| PersonId::from("U0000000000"))
    }

    /// Gives the id of a channel.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<ChannelId> {
        self.in_channel(name, |_, channel| channel.id.clone())
    }

    /// Adds a channel that has always been there, with these members.
    pub fn add_channel(&self, name: &str, visibility: Visibility, members: &[&str]) -> ChannelId {
        self.shared.change(|workspace| {
            let members: Vec<PersonId> = members
                .iter()
                .filter_map(|who| workspace.find_person(who))
                .map(|person| person.id.clone())
                .collect();
            let creator = members.first().cloned().unwrap_or_default();
            let id = workspace.found_channel(Founding {
                name,
                creator: &creator,
                is_general: false,
            });
            workspace.with_channel(&id, |channel| {
                channel.members = members;
                channel.kind = match visibility {
                    Visibility::Public => ChannelKind::Public,
                    Visibility::Private => ChannelKind::Private,
                };
            });
            id
        })
    }

    /// Gives the messages that stand in a channel for everybody, oldest first; replies only if they were broadcast.
    #[must_use]
    pub fn messages(&self, channel: &str) -> Vec<Message> {
        self.select(channel, |message| message.is_in_channel_for(None))
    }

    /// Gives the names of all channels that are not deleted; direct messages have none.
    #[must_use]
    pub fn channel_names(&self) -> Vec<String> {
        self.shared.with(|workspace| {
            let channels = workspace.channels.values();
            let named = channels.filter(|channel| !channel.is_im());
            named.map(|channel| channel.name.clone()).collect()
        })
    }

    /// Gives one message, even if it was deleted or only one person sees it.
    #[must_use]
    pub fn message(&self, channel: &str, ts: &str) -> Option<Message> {
        self.select(channel, |message| message.ts == ts).pop()
    }

    /// Gives the replies to a message, oldest first.
    #[must_use]
    pub fn replies(&self, channel: &str, ts: &str) -> Vec<Message> {
        self.in_channel(channel, |workspace, found| {
            let replies = found.replies(ts);
            replies.map(|message| workspace.as_shown(message)).collect()
        })
        .unwrap_or_default()
    }

    /// Gives the ephemeral messages that somebody has on their screen, in all channels, oldest first.
    #[must_use]
    pub fn ephemerals(&self, who: &str) -> Vec<Message> {
        let who = self.person(who);
        let mut messages = self.shared.with(|workspace| {
            let all = workspace
                .channels
                .values()
                .flat_map(|channel| &channel.messages);
            all.filter(|message| !message.deleted && message.only_for.as_ref() == Some(&who))
                .map(|message| workspace.as_shown(message))
                .collect::<Vec<Message>>()
        });
        messages.sort_by(|a, b| a.ts.cmp(&b.ts));
        messages
    }

    /// Gives the reactions to a message.
    #[must_use]
    pub fn reactions(&self, channel: &str, ts: &str) -> Vec<Reaction> {
        self.message(channel, ts)
            .map(|message| message.reactions)
            .unwrap_or_default()
    }

    /// Gives the topic of a channel; empty if it has none.
    #[must_use]
    pub fn topic(&self, channel: &str) -> String {
        self.in_channel(channel, |_, found| found.topic.value.clone())
            .unwrap_or_default()
    }

    /// Gives the purpose of a channel; empty if it has none.
    #[must_use]
    pub fn purpose(&self, channel: &str) -> String {
        self.in_channel(channel, |_, found| found.purpose.value.clone())
            .unwrap_or_default()
    }

    /// Tells whether a channel is archived; a deleted one is not.
    #[must_use]
    pub fn is_archived(&self, channel: &str) -> bool {
        self.in_channel(channel, |_, found| found.is_archived) == Some(true)
    }

    /// Gives the members of a channel, in the order in which they came.
    #[must_use]
    pub fn members(&self, channel: &str) -> Vec<PersonId> {
        self.in_channel(channel, |_, found| found.members.clone())
            .unwrap_or_default()
    }

    /// Gives the `ts` of the pinned messages of a channel.
    #[must_use]
    pub fn pins(&self, channel: &str) -> Vec<String> {
        self.in_channel(channel, |_, found| {
            found.pins.iter().map(|pin| pin.ts.clone()).collect()
        })
        .unwrap_or_default()
    }

    /// Gives the bookmarks of a channel.
    #[must_use]
    pub fn bookmarks(&self, channel: &str) -> Vec<Bookmark> {
        self.in_channel(channel, |_, found| found.bookmarks.clone())
            .unwrap_or_default()
    }

    /// Gives the direct message between somebody and the bot, if there is one.
    #[must_use]
    pub fn direct_message(&self, who: &str) -> Option<ChannelId> {
        let who = self.person(who);
        self.shared.with(|workspace| {
            let bot = workspace.app.bot_user.clone();
            let mut channels = workspace.channels.values();
            let found =
                channels.find(|channel| channel.is_im() && channel.has(&who) && channel.has(&bot));
            found.map(|channel| channel.id.clone())
        })
    }

    /// Switches the app's Messages tab off, as its settings under App Home do: nobody can be written to
    /// in private any more.
    pub fn switches_messages_tab_off(&self) {
        self.shared
            .change(|workspace| workspace.app.messages_tab = false);
    }

    /// Opens the direct message between two people, or between somebody and the bot; None if one does not exist.
    pub fn opens_direct_message(&self, who: &str, whom: &str) -> Option<ChannelId> {
        self.shared.change(|workspace| {
            let one = workspace.find_person(who)?.id.clone();
            let other = workspace.find_person(whom)?.id.clone();
            Some(workspace.open_im(&one, &other))
        })
    }

    /// Gives the modal on top of somebody's screen.
    #[must_use]
    pub fn view(&self, who: &str) -> Option<View> {
        let who = self.person(who);
        self.shared
            .with(|workspace| workspace.screen_of(&who).last().map(|view| (*view).clone()))
    }

    /// Gives the number of modals that lie on each other on somebody's screen.
    #[must_use]
    pub fn modals(&self, who: &str) -> usize {
        let who = self.person(who);
        self.shared
            .with(|workspace| workspace.screen_of(&who).len())
    }

    /// Gives somebody's Home tab of the app, once it was published.
    #[must_use]
    pub fn home(&self, who: &str) -> Option<View> {
        let who = self.person(who);
        self.shared
            .with(|workspace| workspace.home_of(&who).cloned())
    }

    /// Gives a view as people read it: its blocks one after another.
    #[must_use]
    pub fn read_view(&self, view: &View) -> String {
        let blocks = view.blocks.as_array().map_or(&[][..], Vec::as_slice);
        self.shared.with(|workspace| workspace.read_blocks(blocks))
    }

    /// Gives the last request that something that this person did sent to the app.
    #[must_use]
    pub fn last_request(&self, who: &str) -> Option<Request> {
        let who = self.person(who);
        self.shared
            .with(|workspace| workspace.sent.get(&who).cloned())
    }

    /// Gives the last event of a type that was sent to the app, whoever caused it.
    #[must_use]
    pub fn last_event(&self, kind: &str) -> Option<Request> {
        self.shared
            .with(|workspace| workspace.told.get(kind).cloned())
    }

    /// Gives the address of a message, as "Copy link" does.
    #[must_use]
    pub fn permalink(&self, channel: &str, ts: &str) -> Option<String> {
        self.in_channel(channel, |workspace, found| {
            found
                .message(ts)
                .map(|message| workspace.permalink(message))
        })?
    }

    fn select(&self, channel: &str, wanted: impl Fn(&Message) -> bool) -> Vec<Message> {
        self.in_channel(channel, |workspace, found| {
            let messages = found.messages.iter().filter(|message| wanted(message));
            messages
                .map(|message| workspace.as_shown(message))
                .collect()
        })
        .unwrap_or_default()
    }

    fn in_channel<T>(
        &self,
        channel: &str,
        look: impl FnOnce(&Workspace, &Channel) -> T,
    ) -> Option<T> {
        self.shared.with(|workspace| {
            let found = workspace.find_channel(channel)?;
            Some(look(workspace, found))
        })
    }
}
