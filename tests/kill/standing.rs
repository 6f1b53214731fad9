//! How things must stand once all is delivered: everything once, nothing missing.

use muster::domain::role::{COMMANDER, COMMANDER_IS};
use muster::sandbox::{Message, Sandbox};

use super::world::World;

/// The channel of the incident.
pub const CHANNEL: &str = "incident-1-checkout-is-slow";

/// What it is called once alice has changed the title.
pub const RENAMED: &str = "incident-1-checkout-is-down";

/// What alice declares, beside the title.
pub const DECLARED: [(&str, &str); 4] = [
    ("Severity Level", "SEV-2 High"),
    ("Incident Commander", "bob"),
    ("Customer impact", "Yes"),
    (
        "Signals",
        "https://example.com/graph\nhttps://example.com/monitor",
    ),
];

/// What alice changes.
pub const CHANGED: [(&str, &str); 4] = [
    ("Title", "Checkout is down"),
    ("Severity Level", "SEV-1 Critical"),
    ("Status", "STABLE"),
    ("Incident Commander", "chioma"),
];

/// How far the incident has come.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What the incident's channel is called, and how often Slack has told it of a new name.
    channel: (&'static str, usize),
    /// The lines that the header and the card must hold.
    glance: Vec<&'static str>,
    /// Everybody in the channel beside the bot.
    people: Vec<&'static str>,
    topic: (&'static str, &'static str),
    purpose: &'static str,
    /// How often Slack has told the channel of its topic and of its purpose.
    set: (usize, usize),
    /// The bookmarks of the channel beside the signals.
    bookmarks: Vec<(&'static str, &'static str)>,
    /// What was told in the channel, and under the card, a line each.
    told: Vec<&'static str>,
    replied: Vec<&'static str>,
    /// Who was told directly of which role, and what the incident was called then.
    given: Vec<(&'static str, &'static str, &'static str)>,
    /// Whether they were told while the incident had no channel.
    before_the_channel: bool,
    /// What is on the timeline, in the order in which it was recorded.
    timeline: Vec<&'static str>,
}

impl Standing {
    /// Gives how things stand once the incident is declared.
    pub fn declared() -> Self {
        Self {
            channel: (CHANNEL, 0),
            glance: vec![
                "IR-1 Checkout is slow",
                "SEV-2 High",
                "ACTIVE",
                "bob",
                "since ",
            ],
            people: vec!["alice", "bob"],
            topic: ("SEV-2 High · ACTIVE · Commander: ", "bob"),
            purpose: "IR-1: Checkout is slow",
            set: (1, 1),
            bookmarks: Vec::new(),
            told: vec!["alice declared this incident."],
            replied: vec!["alice declared this incident."],
            given: vec![("bob", "Incident Commander", "Checkout is slow")],
            before_the_channel: false,
            timeline: vec!["declared", "impact_started"],
        }
    }

    /// Gives how things stand once the incident is changed as well.
    pub fn changed() -> Self {
        let mut standing = Self::declared();
        standing.channel = (RENAMED, 1);
        standing.glance = vec![
            "IR-1 Checkout is down",
            "SEV-1 Critical",
            "STABLE",
            "chioma",
            "since ",
        ];
        standing.people.push("chioma");
        standing.topic = ("SEV-1 Critical · STABLE · Commander: ", "chioma");
        standing.purpose = "IR-1: Checkout is down";
        standing.set = (2, 2);
        let announced = [
            "alice changed the severity from SEV-2 to SEV-1.",
            "alice changed the status from ACTIVE to STABLE.",
            "alice changed the commander from bob to chioma.",
        ];
        standing.replied.extend(announced);
        standing.told.extend(announced);
        standing
            .told
            .push("alice changed the title from “Checkout is slow” to “Checkout is down”.");
        let leads = ("chioma", "Incident Commander", "Checkout is down");
        standing.given.push(leads);
        standing.timeline.extend(["changed", "channel_followed"]);
        standing
    }

    /// Gives how things stand once the incident is declared, and changed before it has a channel: the
    /// channel and the announcement begin with how it stands then.
    pub fn changed_early() -> Self {
        let mut standing = Self::changed();
        standing.set = (1, 1);
        standing.replied = Self::declared().replied;
        // Who no longer leads once there is a channel was never told that they do.
        standing.given.remove(0);
        standing
    }

    /// Adds that alice made somebody the communications lead, and how that is told.
    #[must_use]
    pub fn gives_a_role(mut self, person: &'static str, told: &'static str) -> Self {
        self.told.push(told);
        self.timeline.push("responders");
        let role = (person, "Communications Lead", "Checkout is slow");
        self.given.push(role);
        self
    }

    /// Says that the channel came about later: who leads was told that there is none.
    #[must_use]
    pub fn with_a_later_channel(mut self) -> Self {
        self.before_the_channel = true;
        self
    }

    /// Says that the channel was given another name.
    #[must_use]
    pub fn renamed(mut self, name: &'static str) -> Self {
        self.channel = (name, self.channel.1 + 1);
        self
    }

    /// Adds a line that must be on the timeline once.
    #[must_use]
    pub fn with(mut self, what: &'static str) -> Self {
        self.timeline.push(what);
        self
    }

    /// Adds a line that must be told in the channel once.
    #[must_use]
    pub fn telling(mut self, line: &'static str) -> Self {
        self.told.push(line);
        self
    }

    /// Adds a bookmark that the channel must have once.
    #[must_use]
    pub fn bookmarked(mut self, title: &'static str, url: &'static str) -> Self {
        self.bookmarks.push((title, url));
        self
    }

    /// Adds somebody who is in the channel.
    #[must_use]
    pub fn and(mut self, person: &'static str) -> Self {
        self.people.push(person);
        self
    }

    /// Looks at everything in the workspace and in the store.
    pub fn is_found(&self, world: &World) {
        let channel = self.channel.0;
        let slack = &world.slack;
        let mut channels = slack.channel_names();
        channels.sort();
        let mut expected = ["general", "incidents", "random", channel];
        expected.sort_unstable();
        assert_eq!(channels, expected, "the channels");
        self.channel_is_right(slack, channel);
        self.announcement_is_right(slack);
        self.roles_are_told(slack, channel);
        pointer_is_right(world, channel);
        briefing_is_right(world);
        self.records_are_right(world);
        assert_eq!(
            world.complaints(),
            Vec::<String>::new(),
            "the log of the last life"
        );
    }

    /// Looks at everything but the incident's channel, of which the card says this.
    pub fn is_found_but_the_channel(&self, world: &World, says: &str) {
        let card = self.announcement_is_right(&world.slack);
        assert!(
            card.as_read().contains(says),
            "the card: {}",
            card.as_read()
        );
        self.records_are_right(world);
        let complaints = world.complaints();
        assert_eq!(complaints, Vec::<String>::new(), "the log of the last life");
    }

    fn channel_is_right(&self, slack: &Sandbox, channel: &str) {
        let mut members = slack.members(channel);
        members.sort();
        let mut people = vec![slack.bot_user()];
        people.extend(self.people.iter().map(|person| slack.person(person)));
        people.sort();
        assert_eq!(members, people, "the people in the channel");

        let posts = ours(slack, slack.messages(channel));
        let (headers, posts): (Vec<Message>, Vec<Message>) = posts.into_iter().partition(is_titled);
        let [header] = headers.as_slice() else {
            panic!("one header, not {headers:#?}");
        };
        self.says_how_things_stand(header);
        assert_eq!(slack.pins(channel), [header.ts.as_str()], "the pins");
        assert_eq!(lines(&posts), sorted(&self.told), "the posts");

        let (begins, commander) = self.topic;
        let topic = format!("{begins}<@{}>", slack.person(commander));
        assert_eq!(slack.topic(channel), topic, "the topic");
        assert_eq!(slack.purpose(channel), self.purpose, "the purpose");
        let notes = |subtype: &str| {
            let messages = slack.messages(channel).into_iter();
            messages
                .filter(|it| it.subtype.as_deref() == Some(subtype))
                .count()
        };
        let (topics, purposes) = self.set;
        assert_eq!(notes("channel_topic"), topics, "Slack's notes of the topic");
        assert_eq!(
            notes("channel_purpose"),
            purposes,
            "Slack's notes of the purpose"
        );

        assert_eq!(
            notes("channel_name"),
            self.channel.1,
            "Slack's notes of the name"
        );

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

    fn announcement_is_right(&self, slack: &Sandbox) -> Message {
        let cards = ours(slack, slack.messages("incidents"));
        let [card] = cards.as_slice() else {
            panic!("one card, not {cards:#?}");
        };
        self.says_how_things_stand(card);
        let replies = ours(slack, slack.replies("incidents", &card.ts));
        assert_eq!(
            lines(&replies),
            sorted(&self.replied),
            "the replies under the card"
        );
        card.clone()
    }

    fn roles_are_told(&self, slack: &Sandbox, channel: &str) {
        for person in ["bob", "chioma"] {
            let direct = slack.direct_message(person);
            let direct = direct.map(|direct| ours(slack, slack.messages(&direct)));
            let read = direct.unwrap_or_default();
            let read: Vec<String> = read
                .iter()
                .map(|it| it.as_read().replace('@', ""))
                .filter(|read| read.contains(" gave you the role "))
                .collect();
            let given = self.given.iter().filter(|(given, ..)| *given == person);
            let told = given.map(|(_, role, title)| {
                let about = match *role {
                    COMMANDER => COMMANDER_IS,
                    _ => "Tells customers and colleagues how things stand.",
                };
                let place = if self.before_the_channel {
                    "It has no channel.".to_owned()
                } else {
                    format!("Its channel is #{channel}.")
                };
                format!("alice gave you the role {role} in IR-1 {title}.\n{about}\n{place}")
            });
            assert_eq!(read, told.collect::<Vec<_>>(), "what {person} was told");
        }
    }

    fn says_how_things_stand(&self, message: &Message) {
        for line in &self.glance {
            let read = message.as_read();
            assert!(read.contains(line), "no “{line}” in what stands:\n{read}");
        }
    }

    fn records_are_right(&self, world: &World) {
        let records = &world.records;
        let timeline = records.ask("SELECT json_extract(what, '$.what') FROM timeline ORDER BY id");
        assert_eq!(timeline, self.timeline, "the timeline");
        let left = records.ask("SELECT kind || ' ' || state FROM outbox WHERE state <> 'done'");
        assert_eq!(left, Vec::<String>::new(), "what was not delivered");
        assert_eq!(records.count("incidents"), 1, "the incidents");
        assert_eq!(records.count("impacts"), 1, "the impacts");
        let missing = "responders WHERE person NOT IN (SELECT id FROM people)";
        assert_eq!(records.count(missing), 0, "people whom nobody asked after");
    }
}

/// What only one person sees leaves no trace at Slack by which it could be found again, so a pointer
/// whose answer we never had is shown again: to that one person, and better twice than never. With each
/// death of the bot it may come once more.
fn pointer_is_right(world: &World, channel: &str) {
    let pointers = world.slack.ephemerals("alice").into_iter().filter(|it| {
        let read = it.as_read();
        read.starts_with("IR-1 is declared: ")
            && read.contains(&format!("#{channel} is its channel"))
    });
    let shown = pointers.count();
    assert!(
        (1..=world.lives).contains(&shown),
        "the pointer was shown {shown} times"
    );
}

/// A briefing is shown to one person as a pointer is: with each death of the bot it may come once more, and
/// not at all if the bot was dead when Slack told that somebody joined. The declarer, whom the bot brings
/// into the channel, knows.
fn briefing_is_right(world: &World) {
    let alices = briefings(world, "alice");
    assert_eq!(alices, 0, "the briefings of whoever declared");
    let bobs = briefings(world, "bob");
    assert!(bobs <= world.lives, "bob was briefed {bobs} times");
}

/// Gives how often somebody was shown how things stand.
pub fn briefings(world: &World, person: &str) -> usize {
    let seen = world.slack.ephemerals(person).into_iter();
    seen.filter(|it| it.as_read().starts_with("You are in the channel of IR-1. "))
        .count()
}

/// Gives what the bot itself wrote among some messages.
fn ours(slack: &Sandbox, messages: Vec<Message>) -> Vec<Message> {
    let bot = slack.bot_user();
    let is_ours = |it: &Message| it.user == bot && it.subtype.is_none() && !it.deleted;
    messages.into_iter().filter(is_ours).collect()
}

fn is_titled(message: &Message) -> bool {
    message.as_read().starts_with("IR-1 ")
}

/// Gives what messages tell, sorted; lines that wait together may share a message. What can be done
/// here stands in the first post only if nothing else does, and somebody is mentioned only as long as
/// their name is not known.
fn lines(messages: &[Message]) -> Vec<String> {
    let lines = messages.iter().flat_map(|it| it.as_read().lines());
    let told = lines.filter(|line| !line.starts_with("`/datadog"));
    let mut told: Vec<String> = told.map(|line| line.replace('@', "")).collect();
    told.sort_unstable();
    told
}

fn sorted<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut lines = lines.to_vec();
    lines.sort_unstable();
    lines
}
