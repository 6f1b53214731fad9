//! `/datadog incident impact`: since when customers are hurt, until when, and what they notice.

use super::glance::Glance;
use super::person::{Declared, Person};
use super::world::{World, by_each_door};

/// Declares an incident of which nobody knows yet whom it hurts; five minutes pass.
async fn declared(world: &World) -> Declared {
    let declared = world.person("alice").declares("Checkout is slow").await;
    world.comes_to(5).await;
    declared
}

/// Reads the header, the post and the card that tell of an impact, and what only alice is told.
fn is_told(world: &World, declared: &Declared, impact: &str, post: &str, alone: &[&str]) {
    let alice = world.person("alice");
    let glance = Glance {
        impact,
        ..Glance::default()
    };
    assert_eq!(
        alice.reads(&declared.channel),
        [glance.header(), post.to_owned()]
    );
    assert_eq!(alice.reads("#incidents"), [glance.card()]);
    assert_eq!(alice.reads_thread("#incidents", &declared.card), [""; 0]);
    assert_eq!(alice.reads_alone(), alone);
}

async fn refuses(person: Person<'_>, channel: &str, text: &str, told: &str) {
    person.says(channel, text).await;
    assert_eq!(person.reads_alone(), [told], "{text}");
    assert_eq!(person.reads(channel), [""; 0]);
}

#[tokio::test]
async fn an_impact_is_typed_with_its_start_and_ended_later() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        let typed = "/datadog incident impact since 15 minutes ago customers cannot pay";
        alice.says(channel, typed).await;
        is_told(
            world,
            &declared,
            "since 2026-11-23 13:55 UTC",
            "alice added an impact since 2026-11-23 13:55 UTC: customers cannot pay",
            &["The impact is on IR-1, since 2026-11-23 13:55 UTC."],
        );
        world.comes_to(20).await;
        alice.says(channel, "/datadog inc impact end 5m ago").await;
        is_told(
            world,
            &declared,
            "ended after 25 minutes",
            "alice ended the impact at 2026-11-23 14:20 UTC.",
            &["The impact of IR-1 ended 2026-11-23 14:20 UTC."],
        );
        assert_eq!(
            world.timeline(1).await,
            [
                "alice added an impact",
                "alice declared it as UNKNOWN, customer impact unknown",
                "alice ended the impact",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn without_words_a_form_asks_for_the_impact() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        alice
            .says(&declared.channel, "/datadog incident impact")
            .await;
        assert_eq!(alice.field("Started"), "now");
        assert_eq!(alice.field("Ended"), "");
        let seen = alice
            .submits(&[("What customers notice", "Carts time out.")])
            .await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        is_told(
            world,
            &declared,
            "since 2026-11-23 14:10 UTC",
            "alice added an impact: Carts time out.",
            &[],
        );
    })
    .await;
}

#[tokio::test]
async fn an_impact_is_edited_and_only_what_was_changed_is_told() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        alice
            .says(channel, "/datadog incident impact it burns")
            .await;
        alice.reads_everything();
        alice.says(channel, "/datadog incident impact edit").await;
        let seen = alice.submits(&[]).await;
        assert_eq!(seen.view, None);
        assert_eq!(alice.reads(channel), [""; 0], "untouched, it tells nobody");

        alice.says(channel, "/datadog incident impact edit 1").await;
        let changes = [("Started", "10 minutes ago"), ("What customers notice", "")];
        alice.submits(&changes).await;
        is_told(
            world,
            &declared,
            "since 2026-11-23 14:00 UTC",
            "alice moved the start of the impact to 2026-11-23 14:00 UTC.\n\
             alice emptied the description of the impact.",
            &[],
        );
        world.comes_to(11).await;
        alice.says(channel, "/datadog incident impact edit").await;
        alice.submits(&[("Ended", "11 minutes ago")]).await;
        is_told(
            world,
            &declared,
            "ended after 5 minutes",
            "alice moved the end of the impact to 2026-11-23 14:05 UTC.",
            &[],
        );
        alice.says(channel, "/datadog incident impact edit").await;
        alice.empties("Ended").await;
        alice
            .submits(&[("What customers notice", "All of it.")])
            .await;
        is_told(
            world,
            &declared,
            "since 2026-11-23 14:00 UTC",
            "alice took the end of the impact away: it goes on.\n\
             alice described the impact: All of it.",
            &[],
        );
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_said_under_the_field_and_nothing_typed_is_lost() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        alice.says(channel, "/datadog incident impact").await;
        let wrong = [
            ("Started", "tomorrow", "started", "“tomorrow” is still to come. Type a time that is over, such as 15 minutes ago."),
            ("Started", "soon", "started", "“soon” is no time that I can read. Type one such as 15 minutes ago, or yesterday 23:10."),
            ("Ended", "in 5 minutes", "ended", "“in 5 minutes” is still to come. Type a time that is over, such as 15 minutes ago."),
            ("Ended", "1 hour ago", "ended", "An impact cannot end before it started. Type a later time, such as now."),
        ];
        for (field, said, name, told) in wrong {
            alice.fills(&[("Started", "10 minutes ago"), ("Ended", "")]).await;
            let seen = alice
                .submits(&[(field, said), ("What customers notice", "It burns.")])
                .await;
            assert_eq!(seen.errors[name], told);
            assert_eq!(alice.field(field), said);
            assert_eq!(alice.field("What customers notice"), "It burns.");
        }
        alice.submits(&[("Ended", "now")]).await;
        is_told(
            world,
            &declared,
            "ended after 10 minutes",
            "alice added an impact since 2026-11-23 14:00 UTC until 2026-11-23 14:10 UTC: It burns.",
            &[],
        );
    })
    .await;
}

#[tokio::test]
async fn a_second_open_end_and_an_end_of_nothing_are_refused() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        let end = "/datadog incident impact end";
        let none = "No impact of IR-1 is going on, so there is none to end.";
        refuses(alice, channel, end, none).await;
        let edit = "/datadog incident impact edit";
        refuses(alice, channel, edit, "IR-1 has no impact.").await;
        let edit = "/datadog incident impact edit 9";
        refuses(alice, channel, edit, "IR-1 has no impact 9.").await;
        alice.says(channel, "/datadog incident impact it burns").await;
        alice.reads_everything();
        let second = "Another impact is still going on. End it first, or say when this one ended.";
        refuses(alice, channel, "/datadog incident impact it smokes", second).await;
        alice.says(channel, "/datadog incident impact").await;
        let seen = alice.submits(&[]).await;
        assert_eq!(seen.errors["ended"], second);
        refuses(
            alice,
            channel,
            "/datadog incident impact end 1 hour ago",
            "An impact cannot end before it started. Type a later time, such as now.",
        )
        .await;
        refuses(
            alice,
            channel,
            "/datadog incident impact end someday",
            "“someday” is no time that I can read. Type one such as 15 minutes ago, or yesterday \
             23:10. The impact goes on.",
        )
        .await;
        refuses(
            alice,
            channel,
            "/datadog incident impact since 25:99 nobody can pay",
            "“25:99” is no time that I can read. Type one such as 15 minutes ago, or yesterday 23:10. \
             Nothing was added. You typed: since 25:99 nobody can pay",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn resolving_ends_the_impact_now_and_other_changes_do_not() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        alice
            .says(channel, "/datadog incident impact it burns")
            .await;
        alice.reads_everything();
        world.comes_to(30).await;
        alice.updates(channel, &[("Status", "STABLE")]).await;
        let read = alice.reads(channel);
        assert_eq!(read[1], "alice changed the status from ACTIVE to STABLE.");
        alice.updates(channel, &[("Status", "RESOLVED")]).await;
        let read = alice.reads(channel);
        assert_eq!(
            read[1],
            "alice changed the status from STABLE to RESOLVED.\nalice ended the impact."
        );
        assert!(read[0].contains("impact*\nended after 2"), "{}", read[0]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn an_impact_that_arrives_twice_is_added_once() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        alice
            .says(&declared.channel, "/datadog incident impact it burns")
            .await;
        alice.reads_everything();
        alice.sends_it_again().await;
        let told = "The impact is on IR-1, since 2026-11-23 14:10 UTC.";
        assert_eq!(alice.reads_alone(), [told]);
        assert_eq!(alice.reads(&declared.channel), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn an_impact_is_edited_from_the_timeline() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        alice
            .says(channel, "/datadog incident impact it burns")
            .await;
        alice.reads_everything();
        alice.says(channel, "/datadog incident timeline").await;
        let list = alice.last_alone().ts;
        let read = alice.reads_alone();
        let entry = "alice added an impact: it burns\n[Flag] [Edit]\n";
        assert!(read[0].contains(entry), "{}", read[0]);
        alice.presses(channel, &list, "timeline_edit").await;
        assert_eq!(alice.field("What customers notice"), "it burns");
        alice
            .submits(&[("What customers notice", "it smokes")])
            .await;
        assert_eq!(
            alice.reads(channel),
            ["alice described the impact: it smokes"]
        );
    })
    .await;
}

#[tokio::test]
async fn resolving_by_a_word_ends_the_impact_now_and_says_so() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        alice.says(channel, "/datadog incident impact it burns").await;
        alice.reads_everything();
        alice.says(channel, "/datadog incident resolve").await;
        assert_eq!(
            alice.reads_alone(),
            [
                "You changed the status of IR-1 from ACTIVE to RESOLVED. The impact ended now, too; if it \
                 ended earlier, /datadog incident impact edit says when."
            ]
        );
        let read = alice.reads(channel);
        assert_eq!(
            read[1],
            "alice changed the status from ACTIVE to RESOLVED.\nalice ended the impact."
        );
        alice.reads_everything();
    })
    .await;
}
