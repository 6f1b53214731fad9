//! The duplicate guard: a declaration from the same message, or with a title like that of an open incident.

use crate::harness::prelude::*;
use crate::privacy::outsiders::{PRIVATE_OPTION, declare_private};

const DECLARE_FROM_MESSAGE: &str = "declare_incident";

/// The text of the guard above the fields, if IR-1 may be meant.
const GUARD: &str = "This may already be an open incident. Nothing is declared yet.\n\
     ⚪ IR-1 Checkout is slow\n🔥 ACTIVE · UNKNOWN · @alice · 2 min ago\n[Join] [Open it]\n---\n\
     Something else? *Declare another* declares it as you entered it:\n";

/// Enters a declaration and submits it. Returns the text of the modal that takes its place; `None` if the
/// modal closes.
async fn declares(user: &TestUser<'_>, title: &str, fields: &[(&str, &str)]) -> Option<String> {
    let command = format!("/datadog incident new {title}");
    user.types("#general", &command).await;
    let screen = user.submits(fields).await;
    assert!(screen.errors.is_empty(), "{:?}", screen.errors);
    let view = user.world.slack.top_modal(user.name)?;
    assert_eq!(view.title, "Already declared?");
    Some(user.world.slack.render_view(&view))
}

/// Declares an incident, whatever the guard says.
async fn declares_anyway(user: &TestUser<'_>, title: &str) {
    if declares(user, title, &[]).await.is_some() {
        user.submits_and_closes(&[]).await;
    }
}

#[test]
fn second_declaration_from_a_message_names_the_first() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let ts = alice.posts("#incidents", "Checkout is slow").await;
        bob.uses_message_action("#incidents", &ts, DECLARE_FROM_MESSAGE)
            .await;
        bob.submits_and_closes(&[]).await;
        world.expects_unread(4, "header, welcome, two announcements");
        world.advance_to_minute(2).await;
        let screen = alice
            .uses_message_action("#incidents", &ts, DECLARE_FROM_MESSAGE)
            .await;
        assert_eq!(screen.view, None, "no modal opens");
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "@bob declared IR-1 Checkout is slow from this message 2 min ago.\n\
              [Join] [Open it] [Declare another]"
            ]
        );

        let guard = alice.last_ephemeral().ts;
        alice.clicks("#incidents", &guard, "join_incident").await;
        alice.redelivers_last_request().await;
        let joined =
            "You joined IR-1. I'm adding you to its channel. Nothing was declared.\n[Open it]";
        assert_eq!(alice.reads_ephemeral().last().unwrap(), joined);
        let members = world.slack.members(CHANNEL);
        assert!(members.contains(&world.slack.user("alice")));
        let timeline = world.timeline(1).await;
        assert_eq!(timeline.last().unwrap(), "alice added alice");
        assert_eq!(world.incident_channels(), [CHANNEL]);

        // A responder needs not join.
        bob.uses_message_action("#incidents", &ts, DECLARE_FROM_MESSAGE)
            .await;
        let read = bob.reads_ephemeral().pop().unwrap();
        assert!(
            read.ends_with("2 min ago.\n[Open it] [Declare another]"),
            "{read}"
        );
    });
}

#[test]
fn another_incident_is_declared_from_a_message_with_one_click() {
    scenario(async |world, [alice, bob, ..]| {
        let ts = alice.posts("#incidents", "Checkout is slow").await;
        bob.uses_message_action("#incidents", &ts, DECLARE_FROM_MESSAGE)
            .await;
        bob.submits_and_closes(&[]).await;
        bob.updates(CHANNEL, &[RESOLVED]).await;
        world.expects_unread(
            6,
            "header, welcome, two announcements, announcement reply, post",
        );
        world.advance_to_minute(60).await;
        alice
            .uses_message_action("#incidents", &ts, DECLARE_FROM_MESSAGE)
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "@bob declared IR-1 Checkout is slow from this message 1 hour ago. It's ✅ RESOLVED.\n\
              [Join] [Open it] [Declare another]"
            ]
        );
        let guard = alice.last_ephemeral().ts;
        alice.clicks("#incidents", &guard, "declare_another").await;
        assert_eq!(alice.modal().title, "Declare Incident");
        assert_eq!(alice.field_value("Title"), "Checkout is slow");
        alice.submits_and_closes(&[]).await;
        assert_eq!(
            world.timeline(2).await,
            [
                "alice wrote “Checkout is slow”",
                "alice declared it as UNKNOWN, customer impact unknown",
            ]
        );
        world.expects_unread(4, "header, welcome, two announcements");
    });
}

#[test]
fn similar_title_is_shown_before_another_is_declared_as_entered() {
    over_both_transports(async |world, [alice, bob, ..]| {
        alice.declares("Checkout is slow").await;
        world.advance_to_minute(2).await;
        let fields = [
            SEV_2,
            ("Incident Commander", "chioma"),
            ("Customer impact", "Yes"),
            (
                "Signals",
                "https://graphs.example.com/a\nhttps://graphs.example.com/b",
            ),
        ];
        let guard = declares(&bob, "Checkout is down", &fields).await.unwrap();
        assert!(guard.starts_with(GUARD), "{guard}");
        assert_eq!(world.incident_channels(), [CHANNEL], "nothing is declared");
        assert_eq!(bob.field_value("Title"), "Checkout is down");

        bob.redelivers_last_request().await;
        bob.submits_and_closes(&[]).await;
        bob.redelivers_last_request().await;
        let second = "incident-2-checkout-is-down";
        assert_eq!(world.incident_channels(), [CHANNEL, second]);
        let header = bob.reads(second).remove(0);
        for part in [
            "IR-2 Checkout is down",
            "🟠 SEV-2 High",
            "@chioma",
            "https://graphs.example.com/a",
            "https://graphs.example.com/b",
        ] {
            assert!(header.contains(part), "{part}: {header}");
        }
        world.expects_unread(3, "announcement, reply, direct message");
    });
}

#[test]
fn user_joins_a_similar_incident_instead_of_declaring_one() {
    scenario(async |world, [alice, bob, ..]| {
        alice.declares("Checkout is slow").await;
        declares(&bob, "chekout slow!", &[]).await.unwrap();
        bob.selects_in_modal("join_incident", "1").await;
        let view = bob.modal();
        assert_eq!(view.title, "Joined IR-1");
        assert_eq!(
            world.slack.render_view(&view),
            "You joined IR-1. I'm adding you to its channel. Nothing was declared.\n\
             ⚪ IR-1 Checkout is slow\n🔥 ACTIVE · UNKNOWN · @alice · just now\n[Open it]"
        );
        assert!(
            world
                .slack
                .members(CHANNEL)
                .contains(&world.slack.user("bob"))
        );
        assert_eq!(world.incident_channels(), [CHANNEL]);
        bob.closes_modal().await;
    });
}

#[test]
fn guard_shows_the_three_nearest_of_many_similar_titles() {
    scenario(async |world, [alice, bob, ..]| {
        for region in ["Oslo", "Rome", "Paris", "Lima", "Accra"] {
            declares_anyway(
                &alice,
                &format!("Checkout page of the shop is slow in {region}"),
            )
            .await;
        }
        world.expects_unread(
            20,
            "five headers, five welcomes, five announcements, five replies",
        );
        let guard = declares(&bob, "checkout page of shop down in Rome", &[])
            .await
            .unwrap();
        let named: Vec<_> = guard.lines().filter(|it| it.contains(" IR-")).collect();
        assert_eq!(
            named,
            [
                "⚪ IR-2 Checkout page of the shop is slow in Rome",
                "⚪ IR-5 Checkout page of the shop is slow in Accra",
                "⚪ IR-4 Checkout page of the shop is slow in Lima",
            ]
        );
        bob.closes_modal().await;
    });
}

#[test]
fn declaration_without_a_recent_open_similar_incident_opens_no_guard() {
    scenario(async |world, [alice, bob, ..]| {
        alice
            .types("#general", "/datadog incident test Checkout is slow")
            .await;
        alice.submits_and_closes(&[]).await;
        for title in [
            "Search is slow",
            "Checkout is slow",
            "db-1 is down",
            "db-2 is down",
        ] {
            assert_eq!(declares(&bob, title, &[]).await, None, "{title}");
        }
        // A test is declared without a question.
        bob.types("#general", "/datadog incident test Checkout is slow")
            .await;
        bob.submits_and_closes(&[]).await;
        // The incident is resolved, or too old.
        bob.updates("incident-3-checkout-is-slow", &[RESOLVED])
            .await;
        assert_eq!(declares(&bob, "Checkout is slow", &[]).await, None);
        world.expects_unread(28, "seven headers, seven welcomes, five announcements, announcement reply, post, seven replies");
        world.advance_to_minute(31).await;
        assert_eq!(declares(&bob, "Checkout is slow", &[]).await, None);
        world.expects_unread(4, "header, welcome, announcement, reply");
    });
}

#[test]
fn private_incidents_of_others_are_never_named() {
    over_http(async |world, [alice, bob, ..]| {
        declare_private(&alice, &[]).await;
        let ts = alice.posts("#incidents", "Payroll leaked").await;
        alice
            .uses_message_action("#incidents", &ts, DECLARE_FROM_MESSAGE)
            .await;
        alice.fills_several("Options", &[PRIVATE_OPTION]).await;
        alice.submits(&[]).await;
        assert_eq!(
            alice.modal().title,
            "Already declared?",
            "alice is a responder"
        );
        alice.submits_and_closes(&[]).await;
        world.expects_unread(6, "two headers, two welcomes, two replies");

        bob.uses_message_action("#incidents", &ts, DECLARE_FROM_MESSAGE)
            .await;
        assert_eq!(bob.modal().title, "Declare Incident");
        bob.submits_and_closes(&[]).await;
        world.expects_unread(4, "header, welcome, two announcements");
    });
}
