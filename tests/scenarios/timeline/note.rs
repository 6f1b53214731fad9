//! `/datadog incident note`: notes with a time of their own, and editing, moving and removing them.

use muster_sandbox::{Fault, Outage};

use crate::harness::prelude::*;

/// Declares an incident; fifteen minutes pass.
async fn declare_and_advance(world: &World) -> DeclaredIncident {
    let declared = world.user("alice").declares("Checkout is slow").await;
    world.advance_to_minute(15).await;
    declared
}

/// Adds a note and reads the post about it.
async fn add_note(user: TestUser<'_>, channel: &str, text: &str) {
    user.types(channel, &format!("/datadog incident note {text}"))
        .await;
    user.reads_ephemeral();
    user.reads(channel);
}

/// Opens the modal of the newest entry.
async fn open_newest_entry(user: TestUser<'_>, channel: &str) {
    let list = user.opens_list(channel, "/datadog incident timeline").await;
    user.clicks(channel, &list, "timeline_edit").await;
    user.reads_ephemeral();
}

#[test]
fn note_command_adds_a_note_and_posts_it() {
    over_both_transports(async |world, [alice, ..]| {
        let channel = &declare_and_advance(world).await.channel;
        let found_host = "/datadog incident note I found the host causing the issue.";
        alice.types(channel, found_host).await;
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        assert_eq!(
            alice.reads(channel),
            ["alice added a note: I found the host causing the issue."]
        );
        let earlier = "/datadog incident note at 14:10 UTC: saw the first error & <b>";
        alice.types(channel, earlier).await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Added your note to IR-1, at 2026-11-23 14:10 UTC."]
        );
        assert_eq!(
            alice.reads(channel),
            ["alice added a note: saw the first error & <b>"]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice noted “saw the first error & <b>”",
                "alice noted “I found the host causing the issue.”"
            ]
        );
    });
}

#[test]
fn note_time_is_parsed_in_the_time_zone_of_the_user() {
    scenario(async |world, [alice, bob, ..]| {
        let channel = &declare_and_advance(world).await.channel;
        bob.joins(channel).await;
        // 15:15 in Paris is 9:15 in New York.
        alice
            .types(channel, "/datadog incident note at 15:15 one")
            .await;
        bob.types(channel, "/datadog incident note at 9:15 two")
            .await;
        for user in [alice, bob] {
            assert_eq!(
                user.reads_ephemeral(),
                ["Added your note to IR-1, at 2026-11-23 14:15 UTC."]
            );
        }
        alice.reads(channel);
    });
}

#[test]
fn note_command_without_text_opens_a_modal() {
    scenario(async |world, [alice, ..]| {
        let channel = &declare_and_advance(world).await.channel;
        alice.types(channel, "/datadog incident note").await;
        assert_eq!(alice.field_value("When"), "now");
        let screen = alice
            .submits(&[("When", "in an hour"), ("Note", "It burns.")])
            .await;
        assert_eq!(
            screen.errors["happened"],
            "That's in the future. Enter a past time, e.g. “15 minutes ago”."
        );
        assert_eq!(alice.field_value("Note"), "It burns.");
        alice
            .submits_and_closes(&[("When", "10 minutes ago")])
            .await;
        assert_eq!(alice.reads(channel), ["alice added a note: It burns."]);
        let at = world.entries(1).await.pop().unwrap().happened_at;
        assert_eq!(at.to_string()[..16], *"2026-11-23T14:10");
    });
}

#[test]
fn rejected_note_is_returned_to_the_user() {
    scenario(async |world, [alice, ..]| {
        let declared = declare_and_advance(world).await;
        let note = "/datadog incident note at 25:99 it burns";
        alice.types(&declared.channel, note).await;
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "I can't read “25:99” as a time. Try “15 minutes ago” or “yesterday 23:10”. Nothing was \
                 saved. You typed: at 25:99 it burns"
            ]
        );
    });
}

#[test]
fn note_of_30_000_characters_is_stored_completely() {
    scenario(async |world, [alice, ..]| {
        let channel = &declare_and_advance(world).await.channel;
        let long = "x".repeat(30_000);
        let command = format!("/datadog incident note {long}");
        alice.types(channel, &command).await;
        assert_eq!(alice.reads_ephemeral().len(), 0);
        let [expected] = &alice.reads(channel)[..] else {
            panic!("expected one post");
        };
        assert!(expected.ends_with('…') && expected.len() < 400);
        let stored = world.timeline(1).await.pop().unwrap();
        assert_eq!(stored, format!("alice noted “{long}”"));

        open_newest_entry(alice, channel).await;
        alice.submits(&[("When", "10 minutes ago")]).await;
        alice.reads_ephemeral();
        let stored = world.timeline(1).await.pop().unwrap();
        assert_eq!(stored, format!("alice noted “{long}”"));
    });
}

#[test]
fn note_can_be_edited_and_its_old_version_is_stored() {
    scenario(async |world, [alice, ..]| {
        let channel = &declare_and_advance(world).await.channel;
        add_note(alice, channel, "I found the hots.").await;
        open_newest_entry(alice, channel).await;
        assert_eq!(alice.field_value("Note"), "I found the hots.");
        assert_eq!(alice.field_value("When"), "2026-11-23 15:20");
        let screen = alice.submits(&[]).await;
        assert_eq!((screen.view, alice.reads_ephemeral().len()), (None, 0));

        open_newest_entry(alice, channel).await;
        alice
            .submits(&[("Note", "I found the host."), ("When", "10 minutes ago")])
            .await;
        assert_eq!(alice.reads_ephemeral().len(), 1, "the updated list");
        assert_eq!(
            world.timeline(1).await[1],
            "alice noted “I found the host.”"
        );
        assert_eq!(world.previous_texts(), ["I found the hots."]);
        let at = world.entries(1).await[1].happened_at;
        assert_eq!(at.to_string()[..16], *"2026-11-23T14:10");
        assert_eq!(
            alice.reads(channel),
            ["alice added a note: I found the host. (edited)"]
        );
    });
}

#[test]
fn note_can_be_removed_only_by_its_author() {
    scenario(async |world, [alice, bob, ..]| {
        let channel = &declare_and_advance(world).await.channel;
        bob.joins(channel).await;
        add_note(alice, channel, "I found the host.").await;
        bob.types(channel, "/datadog incident timeline").await;
        let [list] = &bob.reads_ephemeral()[..] else {
            panic!("expected one list");
        };
        assert!(
            !list.contains("[Remove]") && !list.contains("[Edit]"),
            "{list}"
        );

        let list = alice
            .opens_list(channel, "/datadog incident timeline")
            .await;
        assert!(alice.reads_ephemeral()[0].contains("[Flag] [Edit] [Remove]"));
        alice.clicks(channel, &list, "timeline_remove").await;
        let [list] = &alice.reads_ephemeral()[..] else {
            panic!("expected one list");
        };
        assert!(!list.contains("I found the host."), "{list}");
        let post = "alice added a note: I found the host. Removed by alice.";
        assert_eq!(alice.reads(channel), [post]);
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn redelivered_note_command_is_applied_once() {
    scenario(async |world, [alice, ..]| {
        let declared = declare_and_advance(world).await;
        add_note(alice, &declared.channel, "I found the host.").await;
        alice.redelivers_last_request().await;
        assert_eq!(alice.reads_ephemeral().len(), 0);
        assert_eq!(alice.reads(&declared.channel), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 2);
    });
}

#[test]
fn note_time_is_parsed_as_utc_when_the_time_zone_is_unknown() {
    scenario(async |world, [_, bob, ..]| {
        let channel = &declare_and_advance(world).await.channel;
        let unknown = Fault::Error("user_not_found");
        world.slack.fail_calls("users.info", 4, unknown);
        bob.joins(channel).await;
        bob.types(channel, "/datadog incident note at 14:10 it burns")
            .await;
        assert_eq!(
            bob.reads_ephemeral(),
            [
                "Added your note to IR-1, at 2026-11-23 14:10 UTC. I don't know your time zone yet, so I \
                 used UTC."
            ]
        );
        bob.reads(channel);
    });
}

/// Opens the impact modal as Bob, the note modal as Chioma and the update modal as Alice.
async fn open_modals(world: &World, channel: &str) {
    for (name, subcommand) in [("bob", "impact"), ("chioma", "note"), ("alice", "update")] {
        let user = world.user(name);
        if name != "alice" {
            user.joins(channel).await;
        }
        let command = format!("/datadog incident {subcommand}");
        user.types(channel, &command).await;
    }
}

/// Returns the text of a modal that was submitted while Slack is down.
fn outage_text(stored: &str, expected: &str) -> String {
    format!(
        "{stored} Slack isn't responding right now: {expected} when it's back. You don't need to do \
         anything else."
    )
}

#[test]
fn modal_confirms_stored_request_while_slack_is_down() {
    scenario(async |world, [alice, bob, chioma]| {
        let slack = &world.slack;
        let channel = &declare_and_advance(world).await.channel;
        open_modals(world, channel).await;
        slack.start_outage(Outage::Status(503));
        alice.submits(&[("What happened", "A full disk.")]).await;
        let warned = world.log.take_warnings();
        assert!(
            warned[0].starts_with("Slack isn't responding;"),
            "{warned:?}"
        );
        let screen = bob.submits(&[]).await;
        assert_eq!(
            slack.render_view(&screen.view.unwrap()),
            outage_text(
                "The impact of IR-1 is saved.",
                "its channel and announcement will be updated"
            )
        );
        let screen = chioma.submits(&[("Note", "It burns.")]).await;
        assert_eq!(
            slack.render_view(&screen.view.unwrap()),
            outage_text(
                "Your note on IR-1 is saved.",
                "it will be posted in the channel"
            )
        );
        slack.end_outage();
        world.deliver_all_advancing().await;
        let read = alice.reads(channel);
        assert_eq!(
            read.last().unwrap(),
            "alice wrote What happened: A full disk.\nbob added an impact.\n\
             chioma added a note: It burns."
        );
        world.expects_unread(1, "announcement");
    });
}
