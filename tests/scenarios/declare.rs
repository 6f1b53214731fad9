//! `/datadog incident`: from the command to the announcement.

use super::glance::{Glance, WELCOME};
use super::world::by_each_door;
use muster::domain::Viewer;

#[tokio::test]
async fn declaring_opens_a_channel_and_tells_the_global_channel() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.says("#general", "/datadog incident Checkout is slow").await;
        let seen = alice
            .submits(&[("Severity Level", "SEV-2 High"), ("Incident Commander", "bob")])
            .await;
        assert_eq!(seen.view, None, "the form closed");

        let channel = "incident-1-checkout-is-slow";
        assert_eq!(
            alice.reads_alone(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        let glance = "IR-1 Checkout is slow\n\
             *Severity*\n:red_circle: SEV-2 High\n\
             *Status*\nACTIVE\n\
             *Incident Commander*\n@bob\n\
             *Customer impact*\nUnknown";
        let declared = "Declared by alice 2026-11-23 14:05 UTC";
        let due = "*Next update due* 2026-11-23 14:35 UTC";
        let header = &format!("{glance}\n{due}\n{declared}\n[Add Chat] [Add Video Call]");
        let glance = &format!("{glance}\n{declared}");
        assert_eq!(
            alice.reads(channel),
            [
                header.as_str(),
                "alice declared this incident.\n\
                 `/datadog incident update` changes how things stand. *Add to Incident*, in the menu \
                 of a message, puts it on the timeline."
            ]
        );
        assert_eq!(world.person("bob").reads_directly().len(), 1);
        // They are brought in side by side, in whatever order Slack hears of them.
        let mut members = world.slack.members(channel);
        members.sort();
        let mut expected = [world.slack.bot_user(), world.slack.person("alice"), world.slack.person("bob")];
        expected.sort();
        assert_eq!(members, expected);
        assert_eq!(
            world.slack.topic(channel),
            format!("SEV-2 High · ACTIVE · Commander: <@{}>", world.slack.person("bob"))
        );
        assert_eq!(world.slack.purpose(channel), "IR-1: Checkout is slow");
        let header_ts = world.slack.messages(channel).into_iter().find(|message| message.as_read() == header.as_str());
        assert_eq!(world.slack.pins(channel), [header_ts.unwrap().ts]);

        let card = world.slack.messages("incidents").pop().unwrap();
        assert_eq!(
            alice.reads("#incidents"),
            // It calls nobody: whom it concerns was called in the channel.
            [format!("{}\n[Join Channel] [Subscribe]", glance.replace("@bob", "bob"))]
        );
        assert_eq!(
            alice.reads_thread("#incidents", &card.ts),
            ["alice declared this incident."]
        );
        assert!(card.text.contains("[SEV-2 · ACTIVE] IR-1 Checkout is slow"), "{}", card.text);
    })
    .await;
}

#[tokio::test]
async fn the_form_is_filled_in_with_what_is_known() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog INC “Checkout is slow”")
            .await;
        let form = alice.form();
        assert_eq!(form.title, "Declare Incident");
        assert_eq!(form.submit.as_deref(), Some("Declare Incident"));
        assert_eq!(form.close.as_deref(), Some("Cancel"));
        let fields = form
            .labels()
            .into_iter()
            .map(|label| {
                let filled_in = alice.field(&label);
                (label, filled_in)
            })
            .collect::<Vec<_>>();
        let expected = [
            ("Title", "Checkout is slow"),
            ("Severity Level", "UNKNOWN"),
            ("Incident Commander", "U0ALICE0001"),
            ("Customer impact", "unknown"),
            ("Signals", ""),
            ("Options", ""),
        ];
        assert_eq!(
            fields,
            expected.map(|(label, value)| (label.to_owned(), value.to_owned()))
        );

        alice.submits(&[]).await;
        assert_eq!(
            alice.reads_alone(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        let glance = Glance::default();
        assert_eq!(
            alice.reads("#incident-1-checkout-is-slow"),
            [&glance.header(), WELCOME]
        );
        assert_eq!(alice.reads("#incidents"), [glance.card()]);
        let card = alice.card(1).unwrap();
        assert_eq!(
            alice.reads_thread("#incidents", &card.ts),
            ["alice declared this incident."]
        );
        assert_eq!(
            world.timeline(1).await,
            ["alice declared it as UNKNOWN, customer impact unknown"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_form_that_was_closed_declares_nothing() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        let form = alice.form();
        world.slack.closes("alice", &form.id).await;
        world.settles().await;
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
async fn customers_that_are_hurt_are_hurt_from_the_declaration_on() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let impacts = [
            ("Yes", "since 2026-11-23 14:05 UTC"),
            ("No", "No"),
            ("Unknown", "Unknown"),
        ];
        for (number, (said, shown)) in (1..).zip(impacts) {
            alice
                .says("#general", "/datadog incident Checkout is slow")
                .await;
            alice.submits(&[("Customer impact", said)]).await;
            let title = format!("IR-{number} Checkout is slow");
            let glance = Glance {
                title: &title,
                impact: shown,
                ..Glance::default()
            };
            let channel = format!("incident-{number}-checkout-is-slow");
            assert_eq!(alice.reads(&channel), [&glance.header(), WELCOME]);
            assert_eq!(alice.reads("#incidents"), [glance.card()]);
            alice.reads_of_declaration(number);
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
async fn a_form_that_arrives_twice_declares_once() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        alice.sends_it_again().await;
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
async fn two_people_who_declare_at_once_get_an_incident_each() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        bob.says("#general", "/datadog incident Checkout is slow")
            .await;
        tokio::join!(alice.submits(&[]), bob.submits(&[]));
        // Slack takes one post a second in the global channel.
        world.later(5).await;
        let mut pointers = [alice.reads_alone(), bob.reads_alone()].concat();
        pointers.sort();
        let pointer = |number: i64| {
            format!(
                "IR-{number} is declared: #incident-{number}-checkout-is-slow is its channel, \
                 and you are in it."
            )
        };
        assert_eq!(pointers, [pointer(1), pointer(2)]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_channel_whose_name_is_taken_gets_a_suffix() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
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
