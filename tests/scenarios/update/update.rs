//! `/datadog incident update`: each field alone and all together, and the messages that follow.

use crate::harness::prelude::*;

/// A change of one field and its effects.
struct FieldUpdate {
    /// The label of the field.
    field: &'static str,
    /// The value that is filled in.
    value: &'static str,
    /// Updates the expected header and announcement.
    update_expected: fn(&mut MessageText<'static>),
    /// The post in the channel.
    activity: &'static str,
    /// Whether the thread of the announcement gets the post as well.
    is_announced: bool,
    /// The topic after the change.
    topic: &'static str,
    /// The new timeline entry.
    entry_text: &'static str,
}

impl FieldUpdate {
    /// Makes the change and checks all its effects. Returns the texts after it.
    async fn apply_and_check(
        &self,
        world: &World,
        declared: &DeclaredIncident,
        before: &MessageText<'static>,
    ) -> MessageText<'static> {
        let (alice, channel) = (world.user("alice"), declared.channel.as_str());
        let screen = alice.updates(channel, &[(self.field, self.value)]).await;
        assert_eq!(screen.view, None, "the modal closes: {:?}", screen.errors);

        let mut expected = *before;
        (self.update_expected)(&mut expected);
        let header = expected.header();
        let mut posts = vec![self.activity.to_owned()];
        if header != before.header() {
            posts.insert(0, header);
        }
        assert_eq!(alice.reads(channel), posts);
        let is_announced = expected.announcement() != before.announcement();
        let announcement = is_announced.then(|| expected.announcement());
        assert_eq!(alice.reads("#incidents"), Vec::from_iter(announcement));
        // Announcement replies mention no one.
        let reply = self.is_announced.then(|| self.activity.replace('@', ""));
        let replies = alice.reads_thread("#incidents", &declared.announcement_ts);
        assert_eq!(replies, Vec::from_iter(reply));
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        assert_eq!(world.slack.topic(channel), self.topic);
        let mut entries = world.timeline(1).await;
        entries.retain(|entry| !entry.contains(" saw the channel go from "));
        assert_eq!(entries.pop().unwrap(), self.entry_text);
        assert_one_announcement(world, declared);
        expected
    }
}

/// Checks that the announcements channel has exactly one message of the bot, the original one.
pub fn assert_one_announcement(world: &World, declared: &DeclaredIncident) {
    let ours = world.slack.bot_user();
    let messages = world.slack.messages("#incidents").into_iter();
    let announcements = messages.filter(|it| it.user == ours && it.subtype.is_none());
    let announcements: Vec<_> = announcements.map(|it| it.ts).collect();
    assert_eq!(announcements, [declared.announcement_ts.as_str()]);
}

#[test]
fn each_field_update_is_posted_separately() {
    over_both_transports(async |world, [alice, ..]| {
        let slack = &world.slack;
        let mut declared = alice.declares("Checkout is slow").await;
        declared.channel = world.channel_id(&declared.channel);
        let mut texts = MessageText::default();
        for change in &FIELD_UPDATES {
            texts = change.apply_and_check(world, &declared, &texts).await;
        }
        assert_eq!(slack.purpose(&declared.channel), "IR-1: Checkout is down");
        assert_eq!(world.user("bob").reads_direct_messages().len(), 1);
        let bob = slack.user("bob");
        assert!(slack.members(&declared.channel).contains(&bob));
    });
}

/// The changes of all fields. Each starts from the result of the previous one.
const FIELD_UPDATES: [FieldUpdate; 9] = [
    FieldUpdate {
        field: "Title",
        value: "Checkout is down",
        update_expected: |text| text.title = "IR-1 Checkout is down",
        activity: "alice changed the title from “Checkout is slow” to “Checkout is down”.",
        is_announced: false,
        topic: "UNKNOWN · ACTIVE · Commander: <@U0ALICE0001>",
        entry_text: "alice changed title “Checkout is slow” to “Checkout is down”",
    },
    FieldUpdate {
        field: "Severity Level",
        value: "SEV-1 Critical",
        update_expected: |text| {
            text.severity = "🔴 SEV-1 Critical";
            text.next_update = "2026-11-23 14:35 UTC";
        },
        activity: "alice changed severity UNKNOWN → SEV-1",
        is_announced: true,
        topic: "SEV-1 Critical · ACTIVE · Commander: <@U0ALICE0001>",
        entry_text: "alice changed severity “UNKNOWN” to “SEV-1”",
    },
    FieldUpdate {
        field: "Status",
        value: "STABLE",
        update_expected: |text| {
            text.status = "STABLE";
            text.next_update = "";
        },
        activity: "alice changed status ACTIVE → STABLE",
        is_announced: true,
        topic: "SEV-1 Critical · STABLE · Commander: <@U0ALICE0001>",
        entry_text: "alice changed status “active” to “stable”",
    },
    FieldUpdate {
        field: "Incident Commander",
        value: "bob",
        update_expected: |text| text.commander = "bob",
        activity: "alice changed commander alice → @bob",
        is_announced: true,
        topic: "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
        entry_text: "alice changed commander “alice” to “bob”",
    },
    FieldUpdate {
        field: "Detection Method",
        value: "Monitor",
        update_expected: |_| (),
        activity: "alice changed detection method Unknown → Monitor",
        is_announced: false,
        topic: "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
        entry_text: "alice changed detection method “unknown” to “monitor”",
    },
    FieldUpdate {
        field: "What happened",
        value: "Carts time out.",
        update_expected: |text| text.details = "What happened\nCarts time out.\n",
        activity: "alice wrote What happened: Carts time out.",
        is_announced: false,
        topic: "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
        entry_text: "alice changed summary “” to “Carts time out.”",
    },
    FieldUpdate {
        field: "Why it happened",
        value: "A disk is full.\nTwice.",
        update_expected: |text| {
            text.details =
                "What happened\nCarts time out.\nWhy it happened\nA disk is full.\nTwice.\n";
        },
        activity: "alice wrote Why it happened: A disk is full.\nTwice.",
        is_announced: false,
        topic: "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
        entry_text: "alice changed root cause “” to “A disk is full.\nTwice.”",
    },
    FieldUpdate {
        field: "What happened",
        value: "",
        update_expected: |text| text.details = "Why it happened\nA disk is full.\nTwice.\n",
        activity: "alice cleared What happened.",
        is_announced: false,
        topic: "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
        entry_text: "alice changed summary “Carts time out.” to “”",
    },
    FieldUpdate {
        field: "Why it happened",
        value: "",
        update_expected: |text| text.details = "",
        activity: "alice cleared Why it happened.",
        is_announced: false,
        topic: "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
        entry_text: "alice changed root cause “A disk is full.\nTwice.” to “”",
    },
];

const FIELD_CHANGES: [(&str, &str); 7] = [
    ("Title", "Checkout is down"),
    SEV_4,
    STABLE,
    ("Detection Method", "Customer"),
    ("What happened", "Carts time out."),
    ("Why it happened", "A disk is full."),
    ("Incident Commander", "chioma"),
];

/// The post in the channel after all fields were changed.
const ALL_FIELDS_ACTIVITY: &str = "\
     alice updated the incident\n\
     Title “Checkout is slow” → “Checkout is down”\n\
     Severity UNKNOWN → SEV-4\n\
     Status ACTIVE → STABLE\n\
     Commander alice → @chioma\n\
     Detection method Unknown → Customer\n\
     What happened: Carts time out.\n\
     Why it happened: A disk is full.";

#[test]
fn all_field_updates_together_are_one_post_and_one_reply() {
    scenario(async |world, [alice, ..]| {
        let declared = alice.declares("Checkout is slow").await;
        alice.updates(&declared.channel, &FIELD_CHANGES).await;
        let channel = "incident-1-checkout-is-down";
        let glance = MessageText {
            title: "IR-1 Checkout is down",
            severity: "🔵 SEV-4 Low",
            status: "STABLE",
            commander: "chioma",
            details: "What happened\nCarts time out.\nWhy it happened\nA disk is full.\n",
            ..MessageText::default()
        };
        assert_eq!(
            alice.reads(channel),
            [&glance.header(), ALL_FIELDS_ACTIVITY]
        );
        assert_eq!(alice.reads("#incidents"), [glance.announcement()]);
        world.read_all_direct_messages();
        assert_eq!(
            alice.reads_thread("#incidents", &declared.announcement_ts),
            ["alice updated the incident\n\
              Severity UNKNOWN → SEV-4\n\
              Status ACTIVE → STABLE\n\
              Commander alice → chioma"]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice changed title “Checkout is slow” to “Checkout is down”, \
                 severity “UNKNOWN” to “SEV-4”, status “active” to “stable”, \
                 commander “alice” to “chioma”, detection method “unknown” to “customer”, \
                 summary “” to “Carts time out.”, root cause “” to “A disk is full.”",
                "somebody saw the channel go from #incident-1-checkout-is-slow to \
                 #incident-1-checkout-is-down",
            ]
        );
        assert_one_announcement(world, &declared);
    });
}
