//! Authors correct their status updates: the post, the header and the timeline follow.

use muster_sandbox::Fault;

use crate::harness::prelude::*;

const MINUTE: i64 = 60;

/// Opens the timeline, and clicks a button of its newest entry.
async fn clicks_newest_entry(user: TestUser<'_>, channel: &str, button: &str) {
    let list = user.opens_list(channel, "/datadog incident timeline").await;
    user.reads_ephemeral();
    user.clicks(channel, &list, button).await;
}

/// Returns the line about the latest update in the pinned header.
fn latest_update(world: &World, channel: &str) -> Option<String> {
    let pinned = world.slack.pins(channel).pop()?;
    let header = world.slack.message(channel, &pinned)?;
    let text = header.rendered_text().to_owned();
    let (_, rest) = text.split_once("Last update ")?;
    rest.lines().nth(1).map(str::to_owned)
}

#[test]
fn author_edits_a_status_update_in_its_post_and_the_header() {
    incident_over_both_transports(async |world, channel, [alice, ..]| {
        let update = "/datadog incident update Roling back, next update in 30 min";
        alice.types(channel, update).await;
        world.expects_unread(3, "header, post, announcement reply");
        clicks_newest_entry(alice, channel, "timeline_edit").await;
        assert_eq!(alice.field_value("Update"), "Roling back");
        alice
            .submits_and_closes(&[("Update", "Rolling back")])
            .await;
        let post = "Update from alice (edited)\nRolling back\nNext update due 2026-11-23 14:35 UTC";
        assert_eq!(alice.reads(channel)[1..], [post]);
        assert_eq!(
            latest_update(world, channel).as_deref(),
            Some("Rolling back")
        );
        let entry = "alice updated “Rolling back”";
        assert_eq!(world.timeline(1).await[1], entry);
        assert_eq!(alice.reads_ephemeral().len(), 1, "the list");
    });
}

#[test]
fn removed_status_update_leaves_the_one_before_as_the_latest() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        alice
            .types(channel, "/datadog incident update First.")
            .await;
        world.advance(MINUTE).await;
        let second = "/datadog incident update Oops, next update in 10 min";
        alice.types(channel, second).await;
        world.expects_unread(5, "header, two posts, two announcement replies");
        bob.joins(channel).await;
        let list = bob.opens_list(channel, "/datadog incident timeline").await;
        let read = bob.reads_ephemeral();
        assert!(
            !read[0].contains("[Remove]"),
            "only the author may: {read:?}"
        );
        bob.clicks(channel, &list, "timeline_flag").await;
        bob.reads_ephemeral();
        clicks_newest_entry(alice, channel, "timeline_remove").await;
        let read = alice.reads(channel);
        assert_eq!(read[1..], ["Update from alice\nOops Removed by alice."]);
        assert_eq!(latest_update(world, channel).as_deref(), Some("First."));
        assert!(!read[0].contains("Next update due"), "{read:?}");
        assert_eq!(alice.reads_ephemeral().len(), 1, "the list");
        // The removed update promised nothing any more.
        world.advance(24 * 60 * MINUTE).await;
        let reminders = alice.reads(channel);
        let about_updates = reminders.iter().filter(|it| it.contains("no update for"));
        assert_eq!(about_updates.count(), 0, "{reminders:?}");
    });
}

/// Adds a note whose post Slack rejects.
async fn add_note_with_failed_post(world: &World, channel: &str) {
    let alice = world.user("alice");
    let error = Fault::Error("restricted_action");
    world.slack.fail_calls("chat.postMessage", 1, error);
    alice.types(channel, "/datadog incident note wrong").await;
    world.expects_warning("A delivery of IR-1 failed: chat.postMessage: restricted_action");
}

/// Clicks **Try again** in the message about the failed post.
async fn retries_post(alice: TestUser<'_>, channel: &str, failure: &str) {
    alice.clicks(channel, failure, "retry_delivery").await;
    assert_eq!(alice.reads_ephemeral(), ["Trying again for IR-1."]);
}

#[test]
fn retried_post_contains_the_present_text_of_the_note() {
    incident_scenario(async |world, channel, [alice, ..]| {
        add_note_with_failed_post(world, channel).await;
        let failure = alice.last_ephemeral().ts;
        assert_eq!(alice.reads_ephemeral().len(), 1);
        let list = alice
            .opens_list(channel, "/datadog incident timeline")
            .await;
        alice.reads_ephemeral();
        alice.clicks(channel, &list, "timeline_edit").await;
        alice.submits_and_closes(&[("Note", "right")]).await;
        alice.reads_ephemeral();
        assert_eq!(alice.reads(channel), [""; 0]);
        retries_post(alice, channel, &failure).await;
        assert_eq!(alice.reads(channel), ["alice added a note: right"]);
    });
}

#[test]
fn retried_post_of_a_removed_note_is_not_sent() {
    incident_scenario(async |world, channel, [alice, ..]| {
        add_note_with_failed_post(world, channel).await;
        let failure = alice.last_ephemeral().ts;
        assert_eq!(alice.reads_ephemeral().len(), 1);
        clicks_newest_entry(alice, channel, "timeline_remove").await;
        alice.reads_ephemeral();
        retries_post(alice, channel, &failure).await;
        assert_eq!(alice.reads(channel), [""; 0]);
    });
}
