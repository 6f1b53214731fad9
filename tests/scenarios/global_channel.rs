//! The global channel: joined if it can be; without it incidents go on, whoever runs the bot is told once,
//! and what was missed is made up for.

use muster::sandbox::Visibility;

use super::person::Person;
use super::world::{World, by_each_door};

/// How long it takes at the most until a channel that was missing is found, in seconds.
const FOUND_AFTER: i64 = 5 * 60;

const MISSING: &str =
    "There is no channel #war-room: create it, or set INCIDENTS_CHANNEL to another.";

#[tokio::test]
async fn a_channel_that_the_bot_is_not_in_is_joined() {
    by_each_door(async |world| {
        world
            .slack
            .add_channel("war-room", Visibility::Public, &["bob"]);
        world.announces_in(Some("war-room")).await;
        assert!(
            world
                .slack
                .members("war-room")
                .contains(&world.slack.bot_user())
        );
        is_announced_in(world, "war-room", 1).await;
        assert_eq!(world.gets("/readyz").await.0, 200);
    })
    .await;
}

#[tokio::test]
async fn a_channel_can_be_named_by_its_id() {
    by_each_door(async |world| {
        let id = world
            .slack
            .add_channel("war-room", Visibility::Public, &["bob"]);
        world.announces_in(Some(&id)).await;
        is_announced_in(world, "war-room", 1).await;
        world.slack.renames("bob", "war-room", "peace-room").await;
        is_announced_in(world, "peace-room", 2).await;
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_is_named_by_its_name_is_known_by_its_new_one() {
    by_each_door(async |world| {
        world.slack.renames("bob", "incidents", "war-room").await;
        is_announced_in(world, "war-room", 1).await;
        // Somebody else takes the old name.
        world.slack.creates_channel("bob", "incidents").await;
        world.stops().await;
        world.starts().await;
        is_announced_in(world, "war-room", 2).await;
        assert_eq!(world.slack.messages("#incidents").len(), 1, "bob made it");
        assert_eq!(world.gets("/readyz").await.0, 200);
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_is_archived_for_good_is_followed_by_another_of_its_name() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.slack.renames("bob", "incidents", "old-room").await;
        world.slack.archives("bob", "old-room").await;
        world.slack.creates_channel("bob", "incidents").await;
        world.leaps(FOUND_AFTER).await;
        is_announced_in(world, "incidents", 1).await;
        assert_eq!(alice.reads("#old-room"), [""; 0]);
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn without_a_global_channel_nothing_is_announced_and_nothing_is_wrong() {
    by_each_door(async |world| {
        world.announces_in(None).await;
        goes_on_without(&world.person("alice"), 1).await;
        let (status, page) = world.gets("/readyz").await;
        assert_eq!(status, 200);
        assert!(
            page.contains("There is none: INCIDENTS_CHANNEL is not set."),
            "{page}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_does_not_exist_is_missed_once_in_the_log_and_made_up_for_when_it_comes() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.announces_in(Some("war-room")).await;
        for number in 1..=2 {
            goes_on_without(&alice, number).await;
        }
        is_missed(world, MISSING).await;

        world.slack.creates_channel("bob", "war-room").await;
        world.leaps(FOUND_AFTER).await;
        assert_eq!(
            reads_all(&alice, "#war-room").len(),
            2,
            "both cards are made up for"
        );
        is_announced_in(world, "war-room", 3).await;
        assert_eq!(world.gets("/readyz").await.0, 200);
    })
    .await;
}

#[tokio::test]
async fn a_private_channel_is_out_of_reach_until_another_is_named() {
    by_each_door(async |world| {
        let id = world
            .slack
            .add_channel("war-room", Visibility::Private, &["bob"]);
        let alice = world.person("alice");
        world.announces_in(Some("war-room")).await;
        goes_on_without(&alice, 1).await;
        is_missed(world, MISSING).await;
        world.announces_in(Some(&id)).await;
        goes_on_without(&alice, 2).await;
        let why = MISSING.replace("war-room", &id);
        is_missed(world, &why).await;
        world.announces_in(Some("incidents")).await;
        world.catches_up().await;
        assert_eq!(
            reads_all(&alice, "#incidents").len(),
            2,
            "both cards are made up for"
        );
    })
    .await;
}

#[tokio::test]
async fn an_archived_channel_is_missed_until_somebody_brings_it_back() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.slack.archives("bob", "incidents").await;
        world.announces_in(Some("incidents")).await;
        goes_on_without(&alice, 1).await;
        is_missed(
            world,
            "#incidents is archived: bring it back, or set INCIDENTS_CHANNEL to another channel.",
        )
        .await;

        world.slack.unarchives("bob", "incidents").await;
        world.leaps(FOUND_AFTER).await;
        assert_eq!(reads_all(&alice, "#incidents").len(), 1);
        is_announced_in(world, "incidents", 2).await;
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_is_archived_while_the_bot_runs_costs_no_incident_anything() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let told = alice.declares("Outage 1").await;
        world.slack.archives("bob", "incidents").await;
        alice.says(&told.channel, "/datadog incident update").await;
        alice.submits(&[("Severity Level", "SEV-1 Critical")]).await;
        world.later(10).await;
        let read = alice.reads(&told.channel);
        assert_eq!(
            read.len(),
            2,
            "the header and the change, and no complaint: {read:?}"
        );
        goes_on_without(&alice, 2).await;
        is_missed(
            world,
            "#incidents is archived: bring it back, or set INCIDENTS_CHANNEL to another channel.",
        )
        .await;

        world.slack.unarchives("bob", "incidents").await;
        world.later(10).await;
        let read = reads_all(&alice, "#incidents");
        assert_eq!(read.len(), 2, "{read:?}");
        assert!(
            read[0].contains("SEV-1 Critical"),
            "how things stand now: {read:?}"
        );
        assert!(read[1].starts_with("IR-2 Outage 2"), "{read:?}");
    })
    .await;
}

#[tokio::test]
async fn a_bot_that_is_removed_from_the_channel_comes_back_to_it() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let told = alice.declares("Outage 1").await;
        world
            .slack
            .leaves(&world.slack.bot_user(), "incidents")
            .await;
        alice.says(&told.channel, "/datadog incident update").await;
        alice.submits(&[("Severity Level", "SEV-1 Critical")]).await;
        world.leaps(FOUND_AFTER).await;
        assert_eq!(
            alice.reads(&told.channel).len(),
            2,
            "no complaint in the incident's channel"
        );
        is_announced_in(world, "incidents", 2).await;
        alice.reads_thread("#incidents", &told.card);
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn an_invitation_ends_the_waiting_at_once() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.announces_in(Some("war-room")).await;
        goes_on_without(&alice, 1).await;
        world.log.take();
        world.slack.creates_channel("bob", "war-room").await;
        world.slack.invites_bot("war-room").await;
        world.later(5).await;
        assert_eq!(reads_all(&alice, "#war-room").len(), 1);
    })
    .await;
}

/// Declares an incident that is announced in a channel, once.
async fn is_announced_in(world: &World, channel: &str, number: i64) {
    let alice = world.person("alice");
    declares(&alice, number).await;
    let read = reads_all(&alice, channel);
    assert!(
        read.iter()
            .any(|card| card.starts_with(&format!("IR-{number} "))),
        "{read:?}"
    );
}

/// Reads the cards of a channel and what is said under them.
fn reads_all(alice: &Person<'_>, channel: &str) -> Vec<String> {
    for message in alice.world.slack.messages(channel) {
        alice.reads_thread(channel, &message.ts);
    }
    alice.reads(channel)
}

/// Declares an incident that is announced nowhere and is otherwise whole.
async fn goes_on_without(alice: &Person<'_>, number: i64) {
    declares(alice, number).await;
    assert_eq!(alice.reads("#incidents"), [""; 0]);
    assert_eq!(alice.reads("#war-room"), [""; 0]);
}

async fn declares(alice: &Person<'_>, number: i64) {
    alice
        .says("#general", &format!("/datadog incident Outage {number}"))
        .await;
    alice.submits(&[]).await;
    alice.world.catches_up().await;
    let channel = format!("incident-{number}-outage-{number}");
    assert_eq!(alice.reads(&channel).len(), 2);
    assert_eq!(
        alice.reads_alone(),
        [format!(
            "IR-{number} is declared: #{channel} is its channel, and you are in it."
        )]
    );
}

/// Sees that the log said once that the channel is missing, and that /readyz says it.
async fn is_missed(world: &World, why: &str) {
    assert_eq!(
        world.log.take(),
        [format!("Incidents are not announced. {why}")]
    );
    let (status, page) = world.gets("/readyz").await;
    assert_eq!(status, 503);
    assert!(page.contains(why), "{page}");
}
