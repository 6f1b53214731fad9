//! `/datadog incident`: from the command to the announcement.

use crate::harness::prelude::*;
use muster_domain::Viewer;

/// The header of an incident with a severity and a commander.
const HEADER: &str = "IR-1 Checkout is slow\n\
     *Severity*\n🟠 SEV-2 High\n\
     *Status*\n🔥 ACTIVE\n\
     *Incident Commander*\n@bob\n\
     *Customer impact*\nUnknown\n\
     *Next update due* 2026-11-23 14:35 UTC\n\
     Declared by alice 2026-11-23 14:05 UTC\n\
     [Update] [Severity] [Resolve] [Note] […]\n[Add Chat] [Add Video Call]";

/// Its announcement. It mentions no user: the commander is mentioned in the incident channel.
const ANNOUNCEMENT: &str = "IR-1 Checkout is slow\n\
     *Severity*\n🟠 SEV-2 High\n\
     *Status*\n🔥 ACTIVE\n\
     *Incident Commander*\nbob\n\
     *Customer impact*\nUnknown\n\
     Declared by alice 2026-11-23 14:05 UTC\n\
     [Join Channel] [Subscribe]";

#[test]
fn declaring_creates_a_channel_and_an_announcement() {
    over_both_transports(async |world, [alice, bob, ..]| {
        alice.opens_declare_modal().await;
        let fields = [SEV_2, ("Incident Commander", "bob")];
        alice.submits_and_closes(&fields).await;

        assert_eq!(alice.reads_ephemeral(), [DECLARED_REPLY]);
        assert_eq!(alice.reads(CHANNEL), [HEADER, WELCOME_TEXT]);
        assert_eq!(bob.reads_direct_messages().len(), 1);
        assert_channel_is_set_up(world);

        let announcement = world.slack.messages("incidents").pop().unwrap();
        assert_eq!(alice.reads("#incidents"), [ANNOUNCEMENT]);
        assert_eq!(alice.reads_thread("#incidents", &announcement.ts), [""; 0]);
        assert!(
            announcement
                .text
                .contains("[SEV-2 · ACTIVE] IR-1 Checkout is slow"),
            "{}",
            announcement.text
        );
    });
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

#[test]
fn declare_modal_is_prefilled() {
    scenario(async |world, [alice, ..]| {
        alice
            .types("#general", "/datadog INC “Checkout is slow”")
            .await;
        assert_modal_is_prefilled(&alice);

        alice.submits(&[]).await;
        assert_eq!(alice.reads_ephemeral(), [DECLARED_REPLY]);
        let glance = MessageText::default();
        assert_eq!(
            alice.reads("#incident-1-checkout-is-slow"),
            [&glance.header(), WELCOME_TEXT]
        );
        assert_eq!(alice.reads("#incidents"), [glance.announcement()]);
        let announcement = alice.announcement(1).unwrap();
        assert_eq!(alice.reads_thread("#incidents", &announcement.ts), [""; 0]);
        assert_eq!(
            world.timeline(1).await,
            ["alice declared it as UNKNOWN, customer impact unknown"]
        );
    });
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

#[test]
fn closed_modal_declares_nothing() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice.opens_declare_modal().await;
        let form = alice.modal();
        slack.closes("alice", &form.id).await;
        world.deliver_all().await;
        assert!(
            !slack
                .channel_names()
                .iter()
                .any(|it| it.starts_with("incident-"))
        );
    });
}

#[test]
fn declared_customer_impact_starts_at_declaration() {
    scenario(async |world, [alice, ..]| {
        let impacts = [
            ("Yes", "since 2026-11-23 14:05 UTC"),
            ("No", "No"),
            ("Unknown", "Unknown"),
        ];
        for (number, (text, rendered)) in (1..).zip(impacts) {
            alice.opens_declare_modal().await;
            alice.submits_anyway(&[("Customer impact", text)]).await;
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
    });
}

#[test]
fn redelivered_submission_declares_once() {
    incident_scenario(async |world, _, [alice, ..]| {
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
    });
}

#[test]
fn concurrent_declarations_create_one_incident_each() {
    scenario(async |world, [alice, bob, ..]| {
        alice.opens_declare_modal().await;
        bob.opens_declare_modal().await;
        let other = [("Title", "Search is down")];
        tokio::join!(alice.submits(&[]), bob.submits(&other));
        // Slack allows one post per second in the announcements channel.
        world.advance_stepwise(5).await;
        let private_replies = [alice.reads_ephemeral(), bob.reads_ephemeral()].concat();
        let expected = |checkout: i64, search: i64| {
            [
                format!("Declared IR-{checkout}. Head to #incident-{checkout}-checkout-is-slow."),
                format!("Declared IR-{search}. Head to #incident-{search}-search-is-down."),
            ]
        };
        let is_expected = private_replies == expected(1, 2) || private_replies == expected(2, 1);
        assert!(is_expected, "{private_replies:?}");
        world.expects_unread(
            6,
            "two headers, welcome, two announcements, two announcement replies, post",
        );
    });
}

#[test]
fn new_channel_gets_a_suffix_when_the_name_is_taken() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        slack
            .creates_channel("bob", "incident-1-checkout-is-slow")
            .await;
        slack
            .creates_channel("bob", "incident-1-checkout-is-slow-2")
            .await;
        slack.archives("bob", "incident-1-checkout-is-slow-2").await;
        let declared = alice.declares("Checkout is slow").await;
        assert_eq!(declared.channel, "incident-1-checkout-is-slow-3");
        assert!(bob.reads("#incident-1-checkout-is-slow").is_empty());
    });
}
