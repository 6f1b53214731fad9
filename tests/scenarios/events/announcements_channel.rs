//! The announcements channel: the bot joins it if it can. Without it, incidents work, the operator gets one
//! log message, and missed announcements are posted later.

use muster_sandbox::Visibility;

use crate::harness::prelude::*;

/// The maximum time until a missing channel is found, in seconds.
const CHANNEL_LOOKUP_INTERVAL_SECONDS: i64 = 5 * 60;

const CHANNEL_NOT_FOUND: &str =
    "There's no channel #war-room. Create it, or set INCIDENTS_CHANNEL to another channel.";

#[test]
fn app_joins_the_announcements_channel() {
    over_both_transports(async |world, _| {
        let slack = &world.slack;
        slack.add_channel("war-room", Visibility::Public, &["bob"]);
        world
            .restart_with_announcements_channel(Some("war-room"))
            .await;
        assert!(slack.members("war-room").contains(&slack.bot_user()));
        assert_announced_in(world, "war-room", 1).await;
        assert_eq!(world.get_page("/readyz").await.0, 200);
    });
}

#[test]
fn announcements_channel_can_be_configured_by_id() {
    scenario(async |world, _| {
        let slack = &world.slack;
        let id = slack.add_channel("war-room", Visibility::Public, &["bob"]);
        world.restart_with_announcements_channel(Some(&id)).await;
        assert_announced_in(world, "war-room", 1).await;
        slack.renames_channel("bob", "war-room", "peace-room").await;
        assert_announced_in(world, "peace-room", 2).await;
    });
}

#[test]
fn announcements_channel_is_found_when_renamed() {
    scenario(async |world, _| {
        let slack = &world.slack;
        slack.renames_channel("bob", "incidents", "war-room").await;
        assert_announced_in(world, "war-room", 1).await;
        // Another user takes the old name.
        slack.creates_channel("bob", "incidents").await;
        world.stop().await;
        world.start().await;
        assert_announced_in(world, "war-room", 2).await;
        assert_eq!(slack.messages("#incidents").len(), 1, "bob created it");
        assert_eq!(world.get_page("/readyz").await.0, 200);
    });
}

#[test]
fn new_channel_of_the_same_name_replaces_an_archived_one() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        slack.renames_channel("bob", "incidents", "old-room").await;
        slack.archives("bob", "old-room").await;
        slack.creates_channel("bob", "incidents").await;
        world.advance(CHANNEL_LOOKUP_INTERVAL_SECONDS).await;
        assert_announced_in(world, "incidents", 1).await;
        assert_eq!(alice.reads("#old-room"), [""; 0]);
    });
}

#[test]
fn nothing_is_announced_when_no_channel_is_configured() {
    scenario(async |world, _| {
        world.restart_with_announcements_channel(None).await;
        declare_unannounced(&world.user("alice"), 1).await;
        let (status, page) = world.get_page("/readyz").await;
        assert_eq!(status, 200);
        assert!(
            page.contains("Not configured (INCIDENTS_CHANNEL isn't set)."),
            "{page}"
        );
    });
}

#[test]
fn announcements_are_posted_later_when_the_channel_is_missing() {
    scenario(async |world, [alice, ..]| {
        world
            .restart_with_announcements_channel(Some("war-room"))
            .await;
        for number in 1..=2 {
            declare_unannounced(&alice, number).await;
        }
        assert_channel_is_missing(world, CHANNEL_NOT_FOUND).await;

        world.slack.creates_channel("bob", "war-room").await;
        world.advance(CHANNEL_LOOKUP_INTERVAL_SECONDS).await;
        assert_eq!(
            read_announcements(&alice, "#war-room").len(),
            2,
            "both announcements are posted later"
        );
        assert_announced_in(world, "war-room", 3).await;
        assert_eq!(world.get_page("/readyz").await.0, 200);
    });
}

#[test]
fn private_announcements_channel_is_rejected_until_reconfigured() {
    scenario(async |world, [alice, ..]| {
        let id = world
            .slack
            .add_channel("war-room", Visibility::Private, &["bob"]);
        world
            .restart_with_announcements_channel(Some("war-room"))
            .await;
        declare_unannounced(&alice, 1).await;
        assert_channel_is_missing(world, CHANNEL_NOT_FOUND).await;
        world.restart_with_announcements_channel(Some(&id)).await;
        declare_unannounced(&alice, 2).await;
        let why = CHANNEL_NOT_FOUND.replace("war-room", &id);
        assert_channel_is_missing(world, &why).await;
        world
            .restart_with_announcements_channel(Some("incidents"))
            .await;
        world.deliver_all_advancing().await;
        assert_eq!(
            read_announcements(&alice, "#incidents").len(),
            2,
            "both announcements are posted later"
        );
    });
}

#[test]
fn archived_announcements_channel_is_logged_until_unarchived() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        slack.archives("bob", "incidents").await;
        world
            .restart_with_announcements_channel(Some("incidents"))
            .await;
        declare_unannounced(&alice, 1).await;
        assert_channel_is_missing(
            world,
            "#incidents is archived. Unarchive it, or set INCIDENTS_CHANNEL to another channel.",
        )
        .await;

        slack.unarchives("bob", "incidents").await;
        world.advance(CHANNEL_LOOKUP_INTERVAL_SECONDS).await;
        assert_eq!(read_announcements(&alice, "#incidents").len(), 1);
        assert_announced_in(world, "incidents", 2).await;
    });
}

#[test]
fn incidents_are_unaffected_when_the_channel_is_archived_at_runtime() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        let declared = alice.declares("Outage 1").await;
        slack.archives("bob", "incidents").await;
        alice
            .types(&declared.channel, "/datadog incident update")
            .await;
        alice.submits(&[SEV_1]).await;
        world.advance_stepwise(10).await;
        let read = alice.reads(&declared.channel);
        assert_eq!(
            read.len(),
            2,
            "the header and the change, and no error: {read:?}"
        );
        declare_unannounced(&alice, 2).await;
        assert_channel_is_missing(
            world,
            "#incidents is archived. Unarchive it, or set INCIDENTS_CHANNEL to another channel.",
        )
        .await;

        slack.unarchives("bob", "incidents").await;
        world.advance_stepwise(10).await;
        let read = read_announcements(&alice, "#incidents");
        assert_eq!(read.len(), 2, "{read:?}");
        assert!(
            read[0].contains("SEV-1 Critical"),
            "the current state: {read:?}"
        );
        assert!(read[1].starts_with("IR-2 Outage 2"), "{read:?}");
    });
}

#[test]
fn app_rejoins_the_announcements_channel_when_removed() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        let declared = alice.declares("Outage 1").await;
        slack.leaves(&slack.bot_user(), "incidents").await;
        alice
            .types(&declared.channel, "/datadog incident update")
            .await;
        alice.submits(&[SEV_1]).await;
        world.advance(CHANNEL_LOOKUP_INTERVAL_SECONDS).await;
        assert_eq!(
            alice.reads(&declared.channel).len(),
            2,
            "no error in the incident's channel"
        );
        assert_announced_in(world, "incidents", 2).await;
        alice.reads_thread("#incidents", &declared.announcement_ts);
    });
}

#[test]
fn invitation_posts_announcements_immediately() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        world
            .restart_with_announcements_channel(Some("war-room"))
            .await;
        declare_unannounced(&alice, 1).await;
        world.expects_warning(
            "Incidents are not announced. There's no channel #war-room. Create it, or \
            set INCIDENTS_CHANNEL to another channel.",
        );
        slack.creates_channel("bob", "war-room").await;
        slack.invite_bot("war-room").await;
        world.advance_stepwise(5).await;
        assert_eq!(read_announcements(&alice, "#war-room").len(), 1);
    });
}

/// Declares an incident and checks that it is announced once in `channel`.
async fn assert_announced_in(world: &World, channel: &str, number: i64) {
    let alice = world.user("alice");
    declare_outage(&alice, number).await;
    let read = read_announcements(&alice, channel);
    assert!(
        read.iter()
            .any(|announcement| announcement.starts_with(&format!("IR-{number} "))),
        "{read:?}"
    );
}

/// Reads the announcements of a channel and their threads.
fn read_announcements(alice: &TestUser<'_>, channel: &str) -> Vec<String> {
    for message in alice.world.slack.messages(channel) {
        alice.reads_thread(channel, &message.ts);
    }
    alice.reads(channel)
}

/// Declares an incident that is not announced but is otherwise complete.
async fn declare_unannounced(alice: &TestUser<'_>, number: i64) {
    declare_outage(alice, number).await;
    assert_eq!(alice.reads("#incidents"), [""; 0]);
    assert_eq!(alice.reads("#war-room"), [""; 0]);
}

async fn declare_outage(alice: &TestUser<'_>, number: i64) {
    alice
        .types("#general", &format!("/datadog incident Outage {number}"))
        .await;
    alice.submits(&[]).await;
    alice.world.deliver_all_advancing().await;
    let channel = format!("incident-{number}-outage-{number}");
    assert_eq!(alice.reads(&channel).len(), 2);
    assert_eq!(
        alice.reads_ephemeral(),
        [format!("Declared IR-{number}. Head to #{channel}.")]
    );
}

/// Checks that the missing channel is logged once and reported by `/readyz`.
async fn assert_channel_is_missing(world: &World, why: &str) {
    assert_eq!(
        world.log.take_warnings(),
        [format!("Incidents are not announced. {why}")]
    );
    let (status, page) = world.get_page("/readyz").await;
    assert_eq!(status, 503);
    assert!(page.contains(why), "{page}");
}
