//! `/datadog incident impact`: the start, the end and the description of a customer impact.

use crate::harness::prelude::*;

/// Reads the header, the post and the announcement that show an impact, and alice's ephemeral messages.
fn assert_impact_is_posted(world: &World, impact: &str, post: &str, alone: &[&str]) {
    let alice = world.user("alice");
    let glance = MessageText {
        impact,
        ..MessageText::default()
    };
    assert_eq!(alice.reads(CHANNEL), [glance.header(), post.to_owned()]);
    assert_eq!(alice.reads("#incidents"), [glance.announcement()]);
    let announcement = alice.announcement(1).unwrap().ts;
    assert_eq!(alice.reads_thread("#incidents", &announcement), [""; 0]);
    assert_eq!(alice.reads_ephemeral(), alone);
}

/// Adds an impact that begins now.
async fn add_impact(alice: TestUser<'_>, channel: &str) {
    alice
        .types(channel, "/datadog incident impact it burns")
        .await;
    let world = alice.world;
    world.expects_unread(3, "header, announcement, post");
}

async fn assert_rejected(user: TestUser<'_>, channel: &str, text: &str, expected: &str) {
    user.types(channel, text).await;
    assert_eq!(user.reads_ephemeral(), [expected], "{text}");
    assert_eq!(user.reads(channel), [""; 0]);
}

#[test]
fn impact_command_adds_an_impact_with_start_and_ends_it() {
    incident_over_both_transports(async |world, channel, [alice, ..]| {
        world.advance_to_minute(5).await;
        let command = "/datadog incident impact since 15 minutes ago customers cannot pay";
        alice.types(channel, command).await;
        assert_impact_is_posted(
            world,
            "since 2026-11-23 13:55 UTC",
            "alice added an impact since 2026-11-23 13:55 UTC: customers cannot pay",
            &[],
        );
        world.advance_to_minute(20).await;
        alice.types(channel, "/datadog inc impact end 5m ago").await;
        assert_impact_is_posted(
            world,
            "ended after 25 min",
            "alice ended the impact at 2026-11-23 14:20 UTC.",
            &[],
        );
        assert_eq!(
            world.timeline(1).await,
            [
                "alice added an impact",
                "alice declared it as UNKNOWN, customer impact unknown",
                "alice ended the impact",
            ]
        );
    });
}

#[test]
fn impact_command_without_text_opens_a_modal() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.advance_to_minute(5).await;
        alice.types(channel, "/datadog incident impact").await;
        assert_eq!(alice.field_value("Started"), "now");
        assert_eq!(alice.field_value("Ended"), "");
        alice
            .submits_and_closes(&[("What customers notice", "Carts time out.")])
            .await;
        assert_impact_is_posted(
            world,
            "since 2026-11-23 14:10 UTC",
            "alice added an impact: Carts time out.",
            &[],
        );
    });
}

/// Moves the end of an impact, and then removes it and describes the impact.
async fn edit_impact_end(alice: TestUser<'_>, channel: &str) {
    let world = alice.world;
    world.advance_to_minute(11).await;
    alice.types(channel, "/datadog incident impact edit").await;
    alice.submits(&[("Ended", "11 minutes ago")]).await;
    assert_impact_is_posted(
        world,
        "ended after 5 min",
        "alice changed the impact's end to 2026-11-23 14:05 UTC.",
        &[],
    );
    alice.types(channel, "/datadog incident impact edit").await;
    alice.clears("Ended").await;
    alice
        .submits(&[("What customers notice", "All of it.")])
        .await;
    assert_impact_is_posted(
        world,
        "since 2026-11-23 14:00 UTC",
        "alice edited the impact\nRemoved the end: it's ongoing\nDescription: All of it.",
        &[],
    );
}

#[test]
fn impact_edit_posts_only_changed_fields() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.advance_to_minute(5).await;
        add_impact(alice, channel).await;
        alice.types(channel, "/datadog incident impact edit").await;
        alice.submits_and_closes(&[]).await;
        assert_eq!(
            alice.reads(channel),
            [""; 0],
            "an unchanged submission posts nothing"
        );

        alice
            .types(channel, "/datadog incident impact edit 1")
            .await;
        let changes = [("Started", "10 minutes ago"), ("What customers notice", "")];
        alice.submits(&changes).await;
        assert_impact_is_posted(
            world,
            "since 2026-11-23 14:00 UTC",
            "alice edited the impact\nStart → 2026-11-23 14:00 UTC\nCleared the description",
            &[],
        );
        edit_impact_end(alice, channel).await;
    });
}

/// Times that the impact modal rejects: label, text, field and error.
const INVALID_TIMES: [(&str, &str, &str, &str); 4] = [
    (
        "Started",
        "tomorrow",
        "started",
        "That's in the future. Enter a past time, e.g. “15 minutes ago”.",
    ),
    (
        "Started",
        "soon",
        "started",
        "I can't read “soon” as a time. Try “15 minutes ago” or “yesterday 23:10”.",
    ),
    (
        "Ended",
        "in 5 minutes",
        "ended",
        "That's in the future. Enter a past time, e.g. “15 minutes ago”.",
    ),
    (
        "Ended",
        "1 hour ago",
        "ended",
        "An impact can't end before it starts. Enter a later time, e.g. “now”.",
    ),
];

#[test]
fn invalid_impact_is_rejected_under_its_field_and_input_is_preserved() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.advance_to_minute(5).await;
        alice.types(channel, "/datadog incident impact").await;
        for (field, text, name, expected) in INVALID_TIMES {
            alice
                .fills(&[("Started", "10 minutes ago"), ("Ended", "")])
                .await;
            let screen = alice
                .submits(&[(field, text), ("What customers notice", "It burns.")])
                .await;
            assert_eq!(screen.errors[name], expected);
            assert_eq!(alice.field_value(field), text);
            assert_eq!(alice.field_value("What customers notice"), "It burns.");
        }
        alice.submits(&[("Ended", "now")]).await;
        assert_impact_is_posted(
            world,
            "ended after 10 min",
            "alice added an impact since 2026-11-23 14:00 UTC until 2026-11-23 14:10 UTC: It burns.",
            &[],
        );
    });
}

/// Commands with a time that cannot be applied during an impact, and their replies.
const INVALID_IMPACT_TIMES: [(&str, &str); 3] = [
    (
        "/datadog incident impact end 1 hour ago",
        "An impact can't end before it starts. Enter a later time, e.g. “now”.",
    ),
    (
        "/datadog incident impact end someday",
        "I can't read “someday” as a time. Try “15 minutes ago” or “yesterday 23:10”. The impact is still \
         ongoing.",
    ),
    (
        "/datadog incident impact since 25:99 nobody can pay",
        "I can't read “25:99” as a time. Try “15 minutes ago” or “yesterday 23:10”. Nothing was added. You \
         typed: since 25:99 nobody can pay",
    ),
];

#[test]
fn second_ongoing_impact_and_end_without_impact_are_rejected() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.advance_to_minute(5).await;
        let end = "/datadog incident impact end";
        let none = "IR-1 has no ongoing customer impact.";
        assert_rejected(alice, channel, end, none).await;
        let edit = "/datadog incident impact edit";
        assert_rejected(alice, channel, edit, "IR-1 has no impact.").await;
        let edit = "/datadog incident impact edit 9";
        assert_rejected(alice, channel, edit, "IR-1 has no impact 9.").await;
        add_impact(alice, channel).await;
        let second = "Another impact is still ongoing. End it first, or enter when this one ended.";
        assert_rejected(alice, channel, "/datadog incident impact it smokes", second).await;
        alice.types(channel, "/datadog incident impact").await;
        let screen = alice.submits(&[]).await;
        assert_eq!(screen.errors["ended"], second);
        for (text, expected) in INVALID_IMPACT_TIMES {
            assert_rejected(alice, channel, text, expected).await;
        }
    });
}

#[test]
fn resolving_ends_the_impact_and_other_changes_do_not() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.advance_to_minute(5).await;
        add_impact(alice, channel).await;
        world.advance_to_minute(30).await;
        alice.updates(channel, &[STABLE]).await;
        let read = alice.reads(channel);
        assert_eq!(read[1], "alice changed status ACTIVE → STABLE");
        alice.updates(channel, &[RESOLVED]).await;
        let read = alice.reads(channel);
        assert_eq!(
            read[1],
            "alice changed status STABLE → RESOLVED\nalice ended the impact."
        );
        assert!(read[0].contains("impact*\nended after 2"), "{}", read[0]);
        world.expects_unread(4, "announcement, two announcement replies, reply");
    });
}

#[test]
fn redelivered_impact_command_is_applied_once() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.advance_to_minute(5).await;
        add_impact(alice, channel).await;
        alice.redelivers_last_request().await;
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        assert_eq!(alice.reads(channel), [""; 0]);
    });
}

#[test]
fn impact_can_be_edited_from_the_timeline() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.advance_to_minute(5).await;
        add_impact(alice, channel).await;
        let list = alice
            .opens_list(channel, "/datadog incident timeline")
            .await;
        let read = alice.reads_ephemeral();
        let entry = "alice added an impact: it burns\n[Flag] [Edit] [Remove]\n";
        assert!(read[0].contains(entry), "{}", read[0]);
        alice.clicks(channel, &list, "timeline_edit").await;
        assert_eq!(alice.field_value("What customers notice"), "it burns");
        alice
            .submits(&[("What customers notice", "it smokes")])
            .await;
        assert_eq!(
            alice.reads(channel),
            ["alice described the impact: it smokes"]
        );
        let [list] = &alice.reads_ephemeral()[..] else {
            panic!("the list is updated, and nothing else is said");
        };
        assert!(
            list.contains("alice described the impact: it smokes"),
            "{list}"
        );
    });
}

#[test]
fn resolve_command_ends_the_impact_and_reports_it() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.advance_to_minute(5).await;
        add_impact(alice, channel).await;
        alice
            .types(channel, "/datadog incident resolve Rolled back.")
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Customer impact marked as ended now. Wrong time? /datadog incident impact edit"]
        );
        let read = alice.reads(channel);
        assert_eq!(
            read[1],
            "alice changed status ACTIVE → RESOLVED\nalice ended the impact."
        );
        world.expects_unread(2, "announcement, its reply");
    });
}
