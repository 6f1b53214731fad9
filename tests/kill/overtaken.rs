//! Deliveries that are overtaken: the incident changes while nobody knows whether they arrived. What is
//! found again after the restart says how things stood; it must not be taken for how they stand.

use muster::domain::Owed;
use muster::sandbox::Moment;

use super::blow::{Blow, Turn, hold, kill, reached, strike};
use super::cases::each;
use super::deliveries::{changes, declares};
use super::standing::{CHANGED, CHANNEL, RENAMED, Standing};
use super::world::{World, eventually, is_fine};

/// The moments after which something is found again.
const ARRIVED: [Blow; 2] = [Blow::Unanswered, Blow::Unstored];

/// Changes the incident while a delivery of its declaration is under way, and kills the bot then.
async fn overtaken(owed: Owed) {
    let name = format!("{} overtaken by a change", owed.as_str());
    each(&name, &ARRIVED, async move |mut world: World, blow| {
        let held = hold(&world.slack, owed, Turn::First, blow.moment());
        declares(&world).await;
        reached(&held, owed).await;
        // Alice is to be in the channel, and Slack to note each topic for itself.
        let others = format!(
            "outbox WHERE state = 'waiting' AND kind <> '{}'
                AND kind IN ('invite', 'set_topic', 'set_purpose')",
            owed.as_str()
        );
        let furnished = async || world.records.count(&others) == 0;
        eventually("channel that is furnished", furnished).await;
        changes(&world).await;
        let twice = format!("outbox WHERE kind = '{}'", owed.as_str());
        assert_eq!(world.records.count(&twice), 2, "the change owes it anew");
        kill(&mut world, held, (owed, blow)).await;
        world.starts().await;
        world.settles().await;
        Standing::changed().is_found(&world);
    })
    .await;
}

#[tokio::test]
async fn a_header_that_is_found_again_is_brought_up_to_date() {
    overtaken(Owed::ShowHeader).await;
}

#[tokio::test]
async fn a_card_that_is_found_again_is_brought_up_to_date() {
    overtaken(Owed::ShowCard).await;
}

#[tokio::test]
async fn a_topic_that_may_be_set_is_set_to_how_things_stand() {
    overtaken(Owed::SetTopic).await;
}

#[tokio::test]
async fn a_purpose_that_may_be_set_is_set_to_how_things_stand() {
    overtaken(Owed::SetPurpose).await;
}

#[tokio::test]
async fn a_post_that_is_found_again_does_not_take_the_next_one_for_itself() {
    overtaken(Owed::Tell).await;
}

#[tokio::test]
async fn a_reply_that_is_found_again_does_not_take_the_next_one_for_itself() {
    overtaken(Owed::Reply).await;
}

#[tokio::test]
async fn a_channel_is_found_again_though_its_incident_is_called_otherwise_by_now() {
    let name = "open_channel overtaken by a change";
    each(name, &ARRIVED, async |mut world: World, blow: Blow| {
        let owed = Owed::OpenChannel;
        let held = hold(&world.slack, owed, Turn::First, blow.moment());
        declares(&world).await;
        reached(&held, owed).await;
        let asked = world.opens(
            ("alice", "#general"),
            "/datadog incident update",
            &[("Incident", "1")],
        );
        let form = asked.await;
        let seen = world.slack.submits("alice", &form).await;
        assert!(seen.view.is_some(), "the form to change it: {seen:?}");
        let form = world.fills("alice", &CHANGED).await;
        world.submits("alice", &form).await;
        kill(&mut world, held, (owed, blow)).await;
        world.starts().await;
        world.settles().await;
        Standing::changed_early().is_found(&world);
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_overtaken_by_the_next_is_known_for_our_own() {
    let name = "rename_channel overtaken by a change";
    each(name, &Blow::ALL, async |mut world: World, blow: Blow| {
        declares(&world).await;
        world.settles().await;
        let owed = Owed::RenameChannel;
        let held = hold(&world.slack, owed, Turn::Later, blow.moment());
        let here = world.slack.channel(CHANNEL).unwrap();
        let title = async |world: &World, title: &str| {
            let text = format!("/datadog incident title {title}");
            is_fine(&world.slack.types("alice", &here, &text).await);
        };
        title(&world, "Checkout is lost").await;
        reached(&held, owed).await;
        title(&world, "Checkout is down").await;
        kill(&mut world, held, (owed, blow)).await;
        world.starts().await;
        world.settles().await;
        let slack = &world.slack;
        assert!(
            slack.channel(RENAMED).is_some(),
            "{:?}",
            slack.channel_names()
        );
        let by_hand = "timeline WHERE json_extract(what, '$.what') = 'channel_renamed'";
        assert_eq!(world.records.count(by_hand), 0, "nobody named it by hand");
        assert_eq!(world.complaints(), [""; 0], "the log of the last life");
    })
    .await;
}

/// Kills the bot a second time, while it looks whether something arrived before it died.
async fn looked_for(owed: Owed, method: &str) {
    let name = format!("{} looked for by {method}", owed.as_str());
    each(
        &name,
        &[Blow::Unanswered],
        async move |mut world: World, blow| {
            strike(&mut world, (owed, Turn::First, blow), declares).await;
            let held = world.slack.hold(method, Moment::After);
            world.starts().await;
            reached(&held, owed).await;
            // Other posts of that life may be looked for in the same manner: any look will do.
            world.kills().await;
            held.cut();
            world.starts().await;
            world.settles().await;
            Standing::declared().is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_bot_that_dies_again_while_it_looks_for_its_post_finds_it_the_next_time() {
    looked_for(Owed::ShowHeader, "conversations.history").await;
}

#[tokio::test]
async fn a_bot_that_dies_again_while_it_looks_for_its_reply_finds_it_the_next_time() {
    looked_for(Owed::Reply, "conversations.replies").await;
}

#[tokio::test]
async fn a_bot_that_dies_again_while_it_looks_for_its_bookmark_finds_it_the_next_time() {
    looked_for(Owed::Bookmark, "bookmarks.list").await;
}

#[tokio::test]
async fn a_bot_that_dies_again_while_it_looks_for_its_channels_finds_them_the_next_time() {
    looked_for(Owed::OpenChannel, "conversations.list").await;
}
