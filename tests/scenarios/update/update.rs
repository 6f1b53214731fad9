//! `/datadog incident update`: each field alone and all together, and the messages that follow.

use crate::support::message_text::MessageText;
use crate::support::scenario::{over_both_transports, scenario};
use crate::support::user::DeclaredIncident;
use crate::support::world::World;

/// A change of one field and its effects.
struct FieldUpdate<'a> {
    /// The label of the field.
    field: &'a str,
    /// The value that is filled in.
    value: &'a str,
    /// The header and the announcement after the change.
    expected: MessageText<'a>,
    /// The post in the channel.
    activity: &'a str,
    /// Whether the thread of the announcement gets the post as well.
    is_announced: bool,
    /// The topic after the change.
    topic: &'a str,
    /// The new timeline entry.
    entry_text: &'a str,
}

impl FieldUpdate<'_> {
    /// Makes the change and checks all its effects.
    async fn apply_and_check(
        &self,
        world: &World,
        declared: &DeclaredIncident,
        before: &MessageText<'_>,
    ) {
        let (alice, channel) = (world.user("alice"), declared.channel.as_str());
        let screen = alice.updates(channel, &[(self.field, self.value)]).await;
        assert_eq!(screen.view, None, "the modal closes: {:?}", screen.errors);

        let header = self.expected.header();
        let mut expected = vec![self.activity.to_owned()];
        if header != before.header() {
            expected.insert(0, header);
        }
        assert_eq!(alice.reads(channel), expected);
        let is_announced = self.expected.announcement() != before.announcement();
        let announcement = is_announced.then(|| self.expected.announcement());
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

#[tokio::test]
async fn each_field_update_is_posted_separately() {
    over_both_transports(async |world| {
        let mut declared = world.user("alice").declares("Checkout is slow").await;
        declared.channel = world.channel_id(&declared.channel);
        let mut before = MessageText::default();
        for change in field_updates() {
            change.apply_and_check(world, &declared, &before).await;
            before = change.expected;
        }
        assert_eq!(
            world.slack.purpose(&declared.channel),
            "IR-1: Checkout is down"
        );
        assert_eq!(world.user("bob").reads_direct_messages().len(), 1);
        let bob = world.slack.user("bob");
        assert!(world.slack.members(&declared.channel).contains(&bob));
    })
    .await;
}

/// The changes of all fields. Each starts from the result of the previous one.
fn field_updates() -> Vec<FieldUpdate<'static>> {
    let title = MessageText {
        title: "IR-1 Checkout is down",
        ..MessageText::default()
    };
    let severity = MessageText {
        severity: ":red_circle: SEV-1 Critical",
        next_update: "2026-11-23 14:35 UTC",
        ..title
    };
    let status = MessageText {
        status: "STABLE",
        next_update: "",
        ..severity
    };
    let commander = MessageText {
        commander: "bob",
        ..status
    };
    let summary = MessageText {
        details: "What happened\nCarts time out.\n",
        ..commander
    };
    let cause = MessageText {
        details: "What happened\nCarts time out.\nWhy it happened\nA disk is full.\nTwice.\n",
        ..commander
    };
    let change = |field, value, glance, reply_text, announced, topic, entry| FieldUpdate {
        field,
        value,
        expected: glance,
        activity: reply_text,
        is_announced: announced,
        topic,
        entry_text: entry,
    };
    vec![
        change(
            "Title",
            "Checkout is down",
            title,
            "alice changed the title from “Checkout is slow” to “Checkout is down”.",
            false,
            "UNKNOWN · ACTIVE · Commander: <@U0ALICE0001>",
            "alice changed title “Checkout is slow” to “Checkout is down”",
        ),
        change(
            "Severity Level",
            "SEV-1 Critical",
            severity,
            "alice changed the severity from UNKNOWN to SEV-1.",
            true,
            "SEV-1 Critical · ACTIVE · Commander: <@U0ALICE0001>",
            "alice changed severity “UNKNOWN” to “SEV-1”",
        ),
        change(
            "Status",
            "STABLE",
            status,
            "alice changed the status from ACTIVE to STABLE.",
            true,
            "SEV-1 Critical · STABLE · Commander: <@U0ALICE0001>",
            "alice changed status “active” to “stable”",
        ),
        change(
            "Incident Commander",
            "bob",
            commander,
            "alice changed the commander from alice to @bob.",
            true,
            "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
            "alice changed commander “alice” to “bob”",
        ),
        change(
            "Detection Method",
            "Monitor",
            commander,
            "alice changed the detection method from Unknown to Monitor.",
            false,
            "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
            "alice changed detection method “unknown” to “monitor”",
        ),
        change(
            "What happened",
            "Carts time out.",
            summary,
            "alice wrote What happened: Carts time out.",
            false,
            "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
            "alice changed summary “” to “Carts time out.”",
        ),
        change(
            "Why it happened",
            "A disk is full.\nTwice.",
            cause,
            "alice wrote Why it happened: A disk is full.\nTwice.",
            false,
            "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
            "alice changed root cause “” to “A disk is full.\nTwice.”",
        ),
        change(
            "What happened",
            "",
            MessageText {
                details: "Why it happened\nA disk is full.\nTwice.\n",
                ..commander
            },
            "alice emptied What happened.",
            false,
            "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
            "alice changed summary “Carts time out.” to “”",
        ),
        change(
            "Why it happened",
            "",
            commander,
            "alice emptied Why it happened.",
            false,
            "SEV-1 Critical · STABLE · Commander: <@U0BOB000001>",
            "alice changed root cause “A disk is full.\nTwice.” to “”",
        ),
    ]
}

const FIELD_CHANGES: [(&str, &str); 7] = [
    ("Title", "Checkout is down"),
    ("Severity Level", "SEV-4 Low"),
    ("Status", "STABLE"),
    ("Detection Method", "Customer"),
    ("What happened", "Carts time out."),
    ("Why it happened", "A disk is full."),
    ("Incident Commander", "chioma"),
];

#[tokio::test]
async fn all_field_updates_together_are_one_post_and_one_reply() {
    scenario(async |world| {
        let alice = world.user("alice");
        let declared = alice.declares("Checkout is slow").await;
        alice.updates(&declared.channel, &FIELD_CHANGES).await;
        let channel = "incident-1-checkout-is-down";
        let glance = MessageText {
            title: "IR-1 Checkout is down",
            severity: ":large_yellow_circle: SEV-4 Low",
            status: "STABLE",
            commander: "chioma",
            details: "What happened\nCarts time out.\nWhy it happened\nA disk is full.\n",
            ..MessageText::default()
        };
        let expected = "alice changed the title from “Checkout is slow” to “Checkout is down”.\n\
            alice changed the severity from UNKNOWN to SEV-4.\n\
            alice changed the status from ACTIVE to STABLE.\n\
            alice changed the commander from alice to @chioma.\n\
            alice changed the detection method from Unknown to Customer.\n\
            alice wrote What happened: Carts time out.\n\
            alice wrote Why it happened: A disk is full.";
        assert_eq!(alice.reads(channel), [&glance.header(), expected]);
        assert_eq!(alice.reads("#incidents"), [glance.announcement()]);
        world.read_all_direct_messages();
        assert_eq!(
            alice.reads_thread("#incidents", &declared.announcement_ts),
            ["alice changed the severity from UNKNOWN to SEV-4.\n\
              alice changed the status from ACTIVE to STABLE.\n\
              alice changed the commander from alice to chioma."]
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
    })
    .await;
}
