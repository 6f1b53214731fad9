//! `/datadog incident update`: each field, alone and together, and whom it is told.

use super::glance::Glance;
use super::person::Declared;
use super::world::{World, by_each_door};

/// A change of one field, and all that follows from it.
struct Changed<'a> {
    /// The label of the field.
    field: &'a str,
    /// What is filled in.
    value: &'a str,
    /// How things stand then.
    glance: Glance<'a>,
    /// What the channel is told.
    told: &'a str,
    /// Whether the thread of the announcement is told as well.
    announced: bool,
    /// What the topic says then.
    topic: &'a str,
    /// What the timeline gains.
    entry: &'a str,
}

impl Changed<'_> {
    /// Makes the change, and reads all that follows.
    async fn is_told(&self, world: &World, declared: &Declared, before: &Glance<'_>) {
        let (alice, channel) = (world.person("alice"), declared.channel.as_str());
        let seen = alice.updates(channel, &[(self.field, self.value)]).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);

        let header = self.glance.header();
        let mut expected = vec![self.told.to_owned()];
        if header != before.header() {
            expected.insert(0, header);
        }
        assert_eq!(alice.reads(channel), expected);
        let is_on_card = self.glance.card() != before.card();
        let card = is_on_card.then(|| self.glance.card());
        assert_eq!(alice.reads("#incidents"), Vec::from_iter(card));
        // Under the card nobody is called.
        let reply = self.announced.then(|| self.told.replace('@', ""));
        let replies = alice.reads_thread("#incidents", &declared.card);
        assert_eq!(replies, Vec::from_iter(reply));
        assert_eq!(alice.reads_alone(), [""; 0]);
        assert_eq!(world.slack.topic(channel), self.topic);
        let mut entries = world.timeline(1).await;
        entries.retain(|entry| !entry.contains(" saw the channel go from "));
        assert_eq!(entries.pop().unwrap(), self.entry);
        has_one_card(world, declared);
    }
}

/// Makes sure that the global channel has one message of ours at its top level, the same as ever.
pub fn has_one_card(world: &World, declared: &Declared) {
    let ours = world.slack.bot_user();
    let messages = world.slack.messages("#incidents").into_iter();
    let cards = messages.filter(|it| it.user == ours && it.subtype.is_none());
    let cards: Vec<_> = cards.map(|it| it.ts).collect();
    assert_eq!(cards, [declared.card.as_str()]);
}

#[tokio::test]
async fn each_field_is_changed_and_told_by_itself() {
    by_each_door(async |world| {
        let mut declared = world.person("alice").declares("Checkout is slow").await;
        declared.channel = world.id(&declared.channel);
        let mut before = Glance::default();
        for change in changes() {
            change.is_told(world, &declared, &before).await;
            before = change.glance;
        }
        assert_eq!(
            world.slack.purpose(&declared.channel),
            "IR-1: Checkout is down"
        );
        assert_eq!(world.person("bob").reads_directly().len(), 1);
        let bob = world.slack.person("bob");
        assert!(world.slack.members(&declared.channel).contains(&bob));
    })
    .await;
}

/// One field after the other, each on what stood before.
fn changes() -> Vec<Changed<'static>> {
    let title = Glance {
        title: "IR-1 Checkout is down",
        ..Glance::default()
    };
    let severity = Glance {
        severity: ":red_circle: SEV-1 Critical",
        next_update: "2026-11-23 14:35 UTC",
        ..title
    };
    let status = Glance {
        status: "STABLE",
        next_update: "",
        ..severity
    };
    let commander = Glance {
        commander: "bob",
        ..status
    };
    let summary = Glance {
        more: "What happened\nCarts time out.\n",
        ..commander
    };
    let cause = Glance {
        more: "What happened\nCarts time out.\nWhy it happened\nA disk is full.\nTwice.\n",
        ..commander
    };
    let change = |field, value, glance, told, announced, topic, entry| Changed {
        field,
        value,
        glance,
        told,
        announced,
        topic,
        entry,
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
            Glance {
                more: "Why it happened\nA disk is full.\nTwice.\n",
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

#[tokio::test]
async fn all_fields_together_are_one_post_and_one_reply() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let fields = [
            ("Title", "Checkout is down"),
            ("Severity Level", "SEV-4 Low"),
            ("Status", "STABLE"),
            ("Detection Method", "Customer"),
            ("What happened", "Carts time out."),
            ("Why it happened", "A disk is full."),
            ("Incident Commander", "chioma"),
        ];
        alice.updates(&declared.channel, &fields).await;
        let channel = "incident-1-checkout-is-down";
        let glance = Glance {
            title: "IR-1 Checkout is down",
            severity: ":large_yellow_circle: SEV-4 Low",
            status: "STABLE",
            commander: "chioma",
            more: "What happened\nCarts time out.\nWhy it happened\nA disk is full.\n",
            ..Glance::default()
        };
        let told = "alice changed the title from “Checkout is slow” to “Checkout is down”.\n\
            alice changed the severity from UNKNOWN to SEV-4.\n\
            alice changed the status from ACTIVE to STABLE.\n\
            alice changed the commander from alice to @chioma.\n\
            alice changed the detection method from Unknown to Customer.\n\
            alice wrote What happened: Carts time out.\n\
            alice wrote Why it happened: A disk is full.";
        assert_eq!(alice.reads(channel), [&glance.header(), told]);
        assert_eq!(alice.reads("#incidents"), [glance.card()]);
        world.reads_all_direct();
        assert_eq!(
            alice.reads_thread("#incidents", &declared.card),
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
        has_one_card(world, &declared);
    })
    .await;
}
