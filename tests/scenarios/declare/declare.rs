//! `/datadog incident`: from the command to the announcement.

use crate::support::message_text::{MessageText, WELCOME_TEXT};
use crate::support::scenario::{over_both_transports, scenario};
use crate::support::user::TestUser;
use crate::support::world::World;
use muster_domain::Viewer;

const CHANNEL: &str = "incident-1-checkout-is-slow";

/// The header of an incident with a severity and a commander.
const HEADER: &str = "IR-1 Checkout is slow\n\
     *Severity*\n:red_circle: SEV-2 High\n\
     *Status*\nACTIVE\n\
     *Incident Commander*\n@bob\n\
     *Customer impact*\nUnknown\n\
     *Next update due* 2026-11-23 14:35 UTC\n\
     Declared by alice 2026-11-23 14:05 UTC\n\
     [Add Chat] [Add Video Call]";

/// Its announcement. It mentions no user: the commander is mentioned in the incident channel.
const ANNOUNCEMENT: &str = "IR-1 Checkout is slow\n\
     *Severity*\n:red_circle: SEV-2 High\n\
     *Status*\nACTIVE\n\
     *Incident Commander*\nbob\n\
     *Customer impact*\nUnknown\n\
     Declared by alice 2026-11-23 14:05 UTC\n\
     [Join Channel] [Subscribe]";

#[tokio::test]
async fn declaring_creates_a_channel_and_an_announcement() {
    over_both_transports(async |world| {
        let alice = world.user("alice");
        alice
            .types("#general", "/datadog incident Checkout is slow")
            .await;
        let fields = [
            ("Severity Level", "SEV-2 High"),
            ("Incident Commander", "bob"),
        ];
        let screen = alice.submits(&fields).await;
        assert_eq!(screen.view, None, "the modal closes");

        assert_eq!(
            alice.reads_ephemeral(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        assert_eq!(alice.reads(CHANNEL), [HEADER, WELCOME_TEXT]);
        assert_eq!(world.user("bob").reads_direct_messages().len(), 1);
        assert_channel_is_set_up(world);

        let announcement = world.slack.messages("incidents").pop().unwrap();
        assert_eq!(alice.reads("#incidents"), [ANNOUNCEMENT]);
        assert_eq!(
            alice.reads_thread("#incidents", &announcement.ts),
            ["alice declared this incident."]
        );
        assert!(
            announcement
                .text
                .contains("[SEV-2 · ACTIVE] IR-1 Checkout is slow"),
            "{}",
            announcement.text
        );
    })
    .await;
}

/// Checks the members, topic, purpose and pinned message of the new channel.
fn assert_channel_is_set_up(world: &World) {
    let slack = &world.slack;
    // The invitations are sent concurrently, so their order varies.
    let mut members = slack.members(CHANNEL);
    members.sort();
    let mut expected = [slack.bot_user(), slack.user("alice"), slack.user("bob")];
    expected.sort();
    assert_eq!(members, expected);
    assert_eq!(
        slack.topic(CHANNEL),
        format!("SEV-2 High · ACTIVE · Commander: <@{}>", slack.user("bob"))
    );
    assert_eq!(slack.purpose(CHANNEL), "IR-1: Checkout is slow");
    let header = slack
        .messages(CHANNEL)
        .into_iter()
        .find(|message| message.rendered_text() == HEADER);
    assert_eq!(slack.pins(CHANNEL), [header.unwrap().ts]);
}

const PREFILLED_FIELDS: [(&str, &str); 6] = [
    ("Title", "Checkout is slow"),
    ("Severity Level", "UNKNOWN"),
    ("Incident Commander", "U0ALICE0001"),
    ("Customer impact", "unknown"),
    ("Signals", ""),
    ("Options", ""),
];

#[tokio::test]
async fn declare_modal_is_prefilled() {
    scenario(async |world| {
        let alice = world.user("alice");
        alice
            .types("#general", "/datadog INC “Checkout is slow”")
            .await;
        assert_modal_is_prefilled(&alice);

        alice.submits(&[]).await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        let glance = MessageText::default();
        assert_eq!(
            alice.reads("#incident-1-checkout-is-slow"),
            [&glance.header(), WELCOME_TEXT]
        );
        assert_eq!(alice.reads("#incidents"), [glance.announcement()]);
        let announcement = alice.announcement(1).unwrap();
        assert_eq!(
            alice.reads_thread("#incidents", &announcement.ts),
            ["alice declared this incident."]
        );
        assert_eq!(
            world.timeline(1).await,
            ["alice declared it as UNKNOWN, customer impact unknown"]
        );
    })
    .await;
}

/// Checks the texts of the open modal and the values of its fields.
fn assert_modal_is_prefilled(user: &TestUser<'_>) {
    let form = user.modal();
    assert_eq!(form.title, "Declare Incident");
    assert_eq!(form.submit.as_deref(), Some("Declare Incident"));
    assert_eq!(form.close.as_deref(), Some("Cancel"));
    let fields = form
        .labels()
        .into_iter()
        .map(|label| {
            let filled_in = user.field_value(&label);
            (label, filled_in)
        })
        .collect::<Vec<_>>();
    assert_eq!(
        fields,
        PREFILLED_FIELDS.map(|(label, value)| (label.to_owned(), value.to_owned()))
    );
}

#[tokio::test]
async fn closed_modal_declares_nothing() {
    scenario(async |world| {
        let alice = world.user("alice");
        alice
            .types("#general", "/datadog incident Checkout is slow")
            .await;
        let form = alice.modal();
        world.slack.closes("alice", &form.id).await;
        world.deliver_all().await;
        assert!(
            !world
                .slack
                .channel_names()
                .iter()
                .any(|it| it.starts_with("incident-"))
        );
    })
    .await;
}

#[tokio::test]
async fn declared_customer_impact_starts_at_declaration() {
    scenario(async |world| {
        let alice = world.user("alice");
        let impacts = [
            ("Yes", "since 2026-11-23 14:05 UTC"),
            ("No", "No"),
            ("Unknown", "Unknown"),
        ];
        for (number, (text, rendered)) in (1..).zip(impacts) {
            alice
                .types("#general", "/datadog incident Checkout is slow")
                .await;
            alice.submits(&[("Customer impact", text)]).await;
            let title = format!("IR-{number} Checkout is slow");
            let glance = MessageText {
                title: &title,
                impact: rendered,
                ..MessageText::default()
            };
            let channel = format!("incident-{number}-checkout-is-slow");
            assert_eq!(alice.reads(&channel), [&glance.header(), WELCOME_TEXT]);
            assert_eq!(alice.reads("#incidents"), [glance.announcement()]);
            alice.reads_declaration(number);
        }
        assert_eq!(
            world.timeline(1).await,
            [
                "alice declared it as UNKNOWN, customer impact yes",
                "alice added an impact"
            ]
        );
        assert_eq!(
            world.timeline(2).await,
            ["alice declared it as UNKNOWN, customer impact no"]
        );
    })
    .await;
}

#[tokio::test]
async fn redelivered_submission_declares_once() {
    scenario(async |world| {
        let alice = world.user("alice");
        alice.declares("Checkout is slow").await;
        alice.redelivers_last_request().await;
        let store = world.store().await;
        assert_eq!(
            store.open_incidents(Viewer::Operator, 9).await.unwrap().1,
            1
        );
        assert_eq!(
            world
                .slack
                .messages("#incidents")
                .iter()
                .filter(|it| it.subtype.is_none())
                .count(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn concurrent_declarations_create_one_incident_each() {
    scenario(async |world| {
        let (alice, bob) = (world.user("alice"), world.user("bob"));
        alice
            .types("#general", "/datadog incident Checkout is slow")
            .await;
        bob.types("#general", "/datadog incident Checkout is slow")
            .await;
        tokio::join!(alice.submits(&[]), bob.submits(&[]));
        // Slack allows one post per second in the announcements channel.
        world.advance_stepwise(5).await;
        let mut private_replies = [alice.reads_ephemeral(), bob.reads_ephemeral()].concat();
        private_replies.sort();
        let private_reply = |number: i64| {
            format!(
                "IR-{number} is declared: #incident-{number}-checkout-is-slow is its channel, \
                 and you are in it."
            )
        };
        assert_eq!(private_replies, [private_reply(1), private_reply(2)]);
        world.expects_unread(
            8,
            "two headers, welcome, two announcements, two announcement replies, post",
        );
    })
    .await;
}

#[tokio::test]
async fn new_channel_gets_a_suffix_when_the_name_is_taken() {
    scenario(async |world| {
        let (alice, bob) = (world.user("alice"), world.user("bob"));
        world
            .slack
            .creates_channel("bob", "incident-1-checkout-is-slow")
            .await;
        world
            .slack
            .creates_channel("bob", "incident-1-checkout-is-slow-2")
            .await;
        world
            .slack
            .archives("bob", "incident-1-checkout-is-slow-2")
            .await;
        let declared = alice.declares("Checkout is slow").await;
        assert_eq!(declared.channel, "incident-1-checkout-is-slow-3");
        assert!(bob.reads("#incident-1-checkout-is-slow").is_empty());
    })
    .await;
}
