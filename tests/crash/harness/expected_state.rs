//! The expected state of the workspace and the store after all deliveries: everything once, nothing missing.

use muster_domain::people::role::{COMMANDER, COMMANDER_DESCRIPTION};
use muster_sandbox::{Message, Sandbox};

use crate::app_messages::{
    app_messages, assert_briefings, assert_private_reply, direct_messages, is_header, sorted,
    sorted_lines,
};
use crate::harness::World;

/// The name of the incident channel.
pub const CHANNEL: &str = "incident-1-checkout-is-slow";

/// The channel name after the title changed.
pub const RENAMED_CHANNEL: &str = "incident-1-checkout-is-down";

/// The fields of the declaration, except the title.
pub const DECLARE_FIELDS: [(&str, &str); 4] = [
    ("Severity Level", "SEV-2 High"),
    ("Incident Commander", "bob"),
    ("Customer impact", "Yes"),
    (
        "Signals",
        "https://example.com/graph\nhttps://example.com/monitor",
    ),
];

/// The fields of the update.
pub const UPDATE_FIELDS: [(&str, &str); 4] = [
    ("Title", "Checkout is down"),
    ("Severity Level", "SEV-1 Critical"),
    ("Status", "STABLE"),
    ("Incident Commander", "chioma"),
];

/// The expected state of the incident.
#[derive(Clone, Debug)]
pub struct ExpectedState {
    /// The channel name, and the number of Slack's rename messages.
    channel: (&'static str, usize),
    /// The lines that the header and the announcement must contain.
    summary: Vec<&'static str>,
    /// The members of the channel, without the bot.
    members: Vec<&'static str>,
    topic: (&'static str, &'static str),
    purpose: &'static str,
    /// The numbers of Slack's topic and purpose messages.
    topic_and_purpose_changes: (usize, usize),
    /// The bookmarks of the channel, without the signals.
    bookmarks: Vec<(&'static str, &'static str)>,
    /// The lines of the posts in the channel, and of the announcement replies.
    posts: Vec<&'static str>,
    announcement_replies: Vec<&'static str>,
    /// The direct messages about roles: the user, the role, and the incident's title at that time.
    role_messages: Vec<(&'static str, &'static str, &'static str)>,
    /// Whether those were sent while the incident had no channel.
    notified_before_channel: bool,
    /// The events of the timeline, in the order in which they were recorded.
    timeline: Vec<&'static str>,
}

impl ExpectedState {
    /// Returns the state after the declaration.
    pub fn after_declaration() -> Self {
        Self {
            channel: (CHANNEL, 0),
            summary: vec![
                "IR-1 Checkout is slow",
                "SEV-2 High",
                "ACTIVE",
                "bob",
                "since ",
            ],
            members: vec!["alice", "bob"],
            topic: ("SEV-2 High · ACTIVE · Commander: ", "bob"),
            purpose: "IR-1: Checkout is slow",
            topic_and_purpose_changes: (1, 1),
            bookmarks: Vec::new(),
            posts: vec!["alice declared this incident."],
            announcement_replies: Vec::new(),
            role_messages: vec![("bob", "Incident Commander", "Checkout is slow")],
            notified_before_channel: false,
            timeline: vec!["declared", "impact_started"],
        }
    }

    /// Returns the state after the declaration and the update.
    pub fn after_update() -> Self {
        let mut expected = Self::after_declaration();
        expected.channel = (RENAMED_CHANNEL, 1);
        expected.summary = vec![
            "IR-1 Checkout is down",
            "SEV-1 Critical",
            "STABLE",
            "chioma",
            "since ",
        ];
        expected.members.push("chioma");
        expected.topic = ("SEV-1 Critical · STABLE · Commander: ", "chioma");
        expected.purpose = "IR-1: Checkout is down";
        expected.topic_and_purpose_changes = (2, 2);
        let announced = [
            "alice updated the incident",
            "Severity SEV-2 → SEV-1",
            "Status ACTIVE → STABLE",
            "Commander bob → chioma",
        ];
        expected.announcement_replies.extend(announced);
        expected.posts.extend(announced);
        expected
            .posts
            .push("Title “Checkout is slow” → “Checkout is down”");
        let leads = ("chioma", "Incident Commander", "Checkout is down");
        expected.role_messages.push(leads);
        expected
            .timeline
            .extend(["updated", "channel_renamed_by_muster"]);
        expected
    }

    /// Returns the state if the update precedes the channel: the channel and the announcement start with the
    /// updated state.
    pub fn after_early_update() -> Self {
        let mut expected = Self::after_update();
        expected.topic_and_purpose_changes = (1, 1);
        expected.announcement_replies = Self::after_declaration().announcement_replies;
        // A user who is no longer the commander when the channel exists receives no message about it.
        expected.role_messages.remove(0);
        expected
    }

    /// Adds an assignment of the communications lead by alice, with its post.
    #[must_use]
    pub fn with_role(mut self, user: &'static str, text: &'static str) -> Self {
        self.posts.push(text);
        self.timeline.push("roles_changed");
        let role = (user, "Communications Lead", "Checkout is slow");
        self.role_messages.push(role);
        self
    }

    /// Expects that the channel was created later: the commander's message states that there is none.
    #[must_use]
    pub fn with_delayed_channel(mut self) -> Self {
        self.notified_before_channel = true;
        self
    }

    /// Expects another channel name.
    #[must_use]
    pub fn with_channel_name(mut self, name: &'static str) -> Self {
        self.channel = (name, self.channel.1 + 1);
        self
    }

    /// Expects one more timeline event.
    #[must_use]
    pub fn with_event(mut self, event: &'static str) -> Self {
        self.timeline.push(event);
        self
    }

    /// Expects one more line in the channel.
    #[must_use]
    pub fn with_post(mut self, text: &'static str) -> Self {
        self.posts.push(text);
        self
    }

    /// Expects one more bookmark.
    #[must_use]
    pub fn with_bookmark(mut self, title: &'static str, url: &'static str) -> Self {
        self.bookmarks.push((title, url));
        self
    }

    /// Expects one more member of the channel.
    #[must_use]
    pub fn with_member(mut self, user: &'static str) -> Self {
        self.members.push(user);
        self
    }

    /// Checks the whole workspace and the store.
    pub fn assert_matches(&self, world: &World) {
        let channel = self.channel.0;
        let slack = &world.slack;
        let mut channels = slack.channel_names();
        channels.sort();
        let mut expected = ["general", "incidents", "random", channel];
        expected.sort_unstable();
        assert_eq!(channels, expected, "the channels");
        self.assert_channel(slack, channel);
        self.assert_announcement(slack);
        self.assert_role_messages(slack, channel);
        assert_private_reply(world, channel);
        assert_briefings(world);
        self.assert_database(world);
    }

    /// Checks everything except the incident channel. The announcement must contain the given text.
    pub fn assert_matches_except_channel(&self, world: &World, says: &str) {
        let announcement = self.assert_announcement(&world.slack);
        assert!(
            announcement.rendered_text().contains(says),
            "the announcement: {}",
            announcement.rendered_text()
        );
        self.assert_database(world);
    }

    fn assert_channel(&self, slack: &Sandbox, channel: &str) {
        let mut members = slack.members(channel);
        members.sort();
        let mut users = vec![slack.bot_user()];
        users.extend(self.members.iter().map(|user| slack.user(user)));
        users.sort();
        assert_eq!(members, users, "the members of the channel");

        let posts = app_messages(slack, slack.messages(channel));
        let (headers, posts): (Vec<Message>, Vec<Message>) = posts.into_iter().partition(is_header);
        let [header] = headers.as_slice() else {
            panic!("expected one header, got {headers:#?}");
        };
        self.assert_summary(header);
        assert_eq!(slack.pins(channel), [header.ts.as_str()], "the pins");
        assert_eq!(sorted_lines(&posts), sorted(&self.posts), "the posts");

        self.assert_topic_and_purpose(slack, channel);
        self.assert_bookmarks(slack, channel);
    }

    fn assert_topic_and_purpose(&self, slack: &Sandbox, channel: &str) {
        let (begins, commander) = self.topic;
        let topic = format!("{begins}<@{}>", slack.user(commander));
        assert_eq!(slack.topic(channel), topic, "the topic");
        assert_eq!(slack.purpose(channel), self.purpose, "the purpose");
        let (topics, purposes) = self.topic_and_purpose_changes;
        for (subtype, expected) in [
            ("channel_topic", topics),
            ("channel_purpose", purposes),
            ("channel_name", self.channel.1),
        ] {
            let messages = slack.messages(channel).into_iter();
            let messages = messages.filter(|it| it.subtype.as_deref() == Some(subtype));
            assert_eq!(messages.count(), expected, "the {subtype} messages");
        }
    }

    fn assert_bookmarks(&self, slack: &Sandbox, channel: &str) {
        let bookmarks = slack.bookmarks(channel).into_iter();
        let bookmarks: Vec<_> = bookmarks.map(|it| (it.title, it.link)).collect();
        let signals = [
            ("Signal 1", "https://example.com/graph"),
            ("Signal 2", "https://example.com/monitor"),
        ];
        let expected = signals.iter().chain(&self.bookmarks);
        let expected: Vec<_> = expected
            .map(|(title, url)| ((*title).to_owned(), (*url).to_owned()))
            .collect();
        assert_eq!(bookmarks, expected, "the bookmarks");
    }

    fn assert_announcement(&self, slack: &Sandbox) -> Message {
        let announcements = app_messages(slack, slack.messages("incidents"));
        let [announcement] = announcements.as_slice() else {
            panic!("expected one announcement, got {announcements:#?}");
        };
        self.assert_summary(announcement);
        let replies = app_messages(slack, slack.replies("incidents", &announcement.ts));
        assert_eq!(
            sorted_lines(&replies),
            sorted(&self.announcement_replies),
            "the announcement replies"
        );
        announcement.clone()
    }

    fn assert_role_messages(&self, slack: &Sandbox, channel: &str) {
        for user in ["bob", "chioma"] {
            let read: Vec<String> = direct_messages(slack, user)
                .iter()
                .map(|it| it.rendered_text().replace('@', ""))
                .filter(|read| read.contains(" made you "))
                .collect();
            let assigned = self
                .role_messages
                .iter()
                .filter(|(assigned, ..)| *assigned == user);
            let expected = assigned.map(|(_, role, title)| {
                let about = match *role {
                    COMMANDER => COMMANDER_DESCRIPTION,
                    _ => "You keep customers and colleagues up to date.",
                };
                let channel_text = if self.notified_before_channel {
                    "It has no channel.".to_owned()
                } else {
                    format!("Channel: #{channel}")
                };
                format!("alice made you {role} for IR-1 {title}.\n{about}\n{channel_text}")
            });
            assert_eq!(
                read,
                expected.collect::<Vec<_>>(),
                "the direct messages to {user}"
            );
        }
    }

    fn assert_summary(&self, message: &Message) {
        for text in &self.summary {
            let read = message.rendered_text();
            assert!(read.contains(text), "“{text}” is missing in:\n{read}");
        }
    }

    fn assert_database(&self, world: &World) {
        let database = &world.database;
        let timeline =
            database.query("SELECT json_extract(event, '$.event') FROM timeline ORDER BY id");
        assert_eq!(timeline, self.timeline, "the timeline");
        world.assert_all_is_done();
        assert_eq!(database.count("incidents"), 1, "the incidents");
        assert_eq!(database.count("impacts"), 1, "the impacts");
        let missing = "responders WHERE user_id NOT IN (SELECT id FROM users)";
        assert_eq!(
            database.count(missing),
            0,
            "responders that were not fetched"
        );
    }
}
