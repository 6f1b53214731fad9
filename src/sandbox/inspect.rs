//! Reads the workspace without changing it: messages, topics, members, modals, requests to the app.

use crate::Sandbox;
use crate::app_requests::Request;
use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;
use crate::workspace::bookmarks::Bookmark;
use crate::workspace::channels::ChannelKind;
use crate::workspace::channels::{Channel, InitialChannel, Visibility};
use crate::workspace::messages::Message;
use crate::workspace::reactions::Reaction;
use crate::workspace::views::View;

/// Users are named by handle or ID, channels by name (with or without `#`) or ID.
impl Sandbox {
    /// Returns the ID of a user. For an unknown user, the ID is one that no user has.
    #[must_use]
    pub fn user(&self, name: &str) -> UserId {
        let id = self
            .shared
            .with(|workspace| workspace.find_user(name).map(|user| user.id.clone()));
        id.unwrap_or_else(|| UserId::from("U0000000000"))
    }

    /// Returns the ID of a channel.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<ChannelId> {
        self.inspect_channel(name, |_, channel| channel.id.clone())
    }

    /// Adds a channel with these members, without sending events.
    pub fn add_channel(&self, name: &str, visibility: Visibility, members: &[&str]) -> ChannelId {
        self.shared.change(|workspace| {
            let members: Vec<UserId> = members
                .iter()
                .filter_map(|who| workspace.find_user(who))
                .map(|user| user.id.clone())
                .collect();
            let creator = members.first().cloned().unwrap_or_default();
            let id = workspace.add_initial_channel(InitialChannel {
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

    /// Returns the messages of a channel that all members see, oldest first. Includes replies
    /// only if they were broadcast.
    #[must_use]
    pub fn messages(&self, channel: &str) -> Vec<Message> {
        self.select_messages(channel, |message| message.is_in_channel_for(None))
    }

    /// Returns the names of all channels that are not deleted, without direct messages.
    #[must_use]
    pub fn channel_names(&self) -> Vec<String> {
        self.shared.with(|workspace| {
            let channels = workspace.channels.values();
            let named = channels.filter(|channel| !channel.is_im());
            named.map(|channel| channel.name.clone()).collect()
        })
    }

    /// Returns a message, including deleted and ephemeral ones.
    #[must_use]
    pub fn message(&self, channel: &str, ts: &str) -> Option<Message> {
        self.select_messages(channel, |message| message.ts == ts)
            .pop()
    }

    /// Returns the replies to a message, oldest first.
    #[must_use]
    pub fn replies(&self, channel: &str, ts: &str) -> Vec<Message> {
        self.inspect_channel(channel, |workspace, channel| {
            let replies = channel.replies(ts);
            replies
                .map(|message| workspace.with_rendered_text(message))
                .collect()
        })
        .unwrap_or_default()
    }

    /// Returns the ephemeral messages of a user in all channels, oldest first.
    #[must_use]
    pub fn ephemeral_messages(&self, who: &str) -> Vec<Message> {
        let who = self.user(who);
        let mut messages = self.shared.with(|workspace| {
            let messages = workspace
                .channels
                .values()
                .flat_map(|channel| &channel.messages);
            messages
                .filter(|message| !message.deleted && message.only_for.as_ref() == Some(&who))
                .map(|message| workspace.with_rendered_text(message))
                .collect::<Vec<Message>>()
        });
        messages.sort_by(|a, b| a.ts.cmp(&b.ts));
        messages
    }

    /// Returns the reactions to a message.
    #[must_use]
    pub fn reactions(&self, channel: &str, ts: &str) -> Vec<Reaction> {
        self.message(channel, ts)
            .map(|message| message.reactions)
            .unwrap_or_default()
    }

    /// Returns the topic of a channel, or an empty string.
    #[must_use]
    pub fn topic(&self, channel: &str) -> String {
        self.inspect_channel(channel, |_, channel| channel.topic.value.clone())
            .unwrap_or_default()
    }

    /// Returns the purpose of a channel, or an empty string.
    #[must_use]
    pub fn purpose(&self, channel: &str) -> String {
        self.inspect_channel(channel, |_, channel| channel.purpose.value.clone())
            .unwrap_or_default()
    }

    /// Returns whether a channel is archived. Returns false for a deleted channel.
    #[must_use]
    pub fn is_archived(&self, channel: &str) -> bool {
        self.inspect_channel(channel, |_, channel| channel.is_archived) == Some(true)
    }

    /// Returns the members of a channel, in the order in which they joined.
    #[must_use]
    pub fn members(&self, channel: &str) -> Vec<UserId> {
        self.inspect_channel(channel, |_, channel| channel.members.clone())
            .unwrap_or_default()
    }

    /// Returns the `ts` of the pinned messages of a channel.
    #[must_use]
    pub fn pins(&self, channel: &str) -> Vec<String> {
        self.inspect_channel(channel, |_, channel| {
            channel.pins.iter().map(|pin| pin.ts.clone()).collect()
        })
        .unwrap_or_default()
    }

    /// Returns the bookmarks of a channel.
    #[must_use]
    pub fn bookmarks(&self, channel: &str) -> Vec<Bookmark> {
        self.inspect_channel(channel, |_, channel| channel.bookmarks.clone())
            .unwrap_or_default()
    }

    /// Returns the direct message between a user and the bot, if there is one.
    #[must_use]
    pub fn direct_message_channel(&self, who: &str) -> Option<ChannelId> {
        let who = self.user(who);
        self.shared.with(|workspace| {
            let bot = workspace.app.bot_user.clone();
            let mut channels = workspace.channels.values();
            let channel = channels.find(|channel| {
                channel.is_im() && channel.has_member(&who) && channel.has_member(&bot)
            });
            channel.map(|channel| channel.id.clone())
        })
    }

    /// Disables the app's Messages tab, like the App Home settings. The app can then send no
    /// direct messages.
    pub fn disable_messages_tab(&self) {
        self.shared
            .change(|workspace| workspace.app.messages_tab = false);
    }

    /// Opens the direct message between two users, or a user and the bot. Returns `None` if one
    /// of them does not exist.
    pub fn opens_direct_message(&self, who: &str, other_user: &str) -> Option<ChannelId> {
        self.shared.change(|workspace| {
            let one = workspace.find_user(who)?.id.clone();
            let other = workspace.find_user(other_user)?.id.clone();
            Some(workspace.open_im(&one, &other))
        })
    }

    /// Returns the user's top modal.
    #[must_use]
    pub fn top_modal(&self, who: &str) -> Option<View> {
        let who = self.user(who);
        self.shared.with(|workspace| {
            workspace
                .modal_stack(&who)
                .last()
                .map(|view| (*view).clone())
        })
    }

    /// Returns the number of modals in the user's stack.
    #[must_use]
    pub fn modal_count(&self, who: &str) -> usize {
        let who = self.user(who);
        self.shared
            .with(|workspace| workspace.modal_stack(&who).len())
    }

    /// Returns the user's Home view, if it was published.
    #[must_use]
    pub fn home_view(&self, who: &str) -> Option<View> {
        let who = self.user(who);
        self.shared
            .with(|workspace| workspace.home_view(&who).cloned())
    }

    /// Renders the blocks of a view as plain text.
    #[must_use]
    pub fn render_view(&self, view: &View) -> String {
        let blocks = view.blocks.as_array().map_or(&[][..], Vec::as_slice);
        self.shared
            .with(|workspace| workspace.render_blocks(blocks))
    }

    /// Returns the last request that an action of this user sent to the app.
    #[must_use]
    pub fn last_request(&self, who: &str) -> Option<Request> {
        let who = self.user(who);
        self.shared
            .with(|workspace| workspace.last_requests.get(&who).cloned())
    }

    /// Returns the last event of a type that was sent to the app and not caused by the app itself.
    #[must_use]
    pub fn last_event(&self, kind: &str) -> Option<Request> {
        self.shared
            .with(|workspace| workspace.last_events.get(kind).cloned())
    }

    /// Returns the permalink of a message.
    #[must_use]
    pub fn permalink(&self, channel: &str, ts: &str) -> Option<String> {
        self.inspect_channel(channel, |workspace, channel| {
            channel
                .message(ts)
                .map(|message| workspace.permalink(message))
        })?
    }

    fn select_messages(&self, channel: &str, matches: impl Fn(&Message) -> bool) -> Vec<Message> {
        self.inspect_channel(channel, |workspace, channel| {
            let messages = channel.messages.iter().filter(|message| matches(message));
            messages
                .map(|message| workspace.with_rendered_text(message))
                .collect()
        })
        .unwrap_or_default()
    }

    fn inspect_channel<T>(
        &self,
        name: &str,
        inspect: impl FnOnce(&Workspace, &Channel) -> T,
    ) -> Option<T> {
        self.shared.with(|workspace| {
            let channel = workspace.find_channel(name)?;
            Some(inspect(workspace, channel))
        })
    }
}
