//! `/datadog incident repair`: what Slack no longer has of an incident is built again, and whoever asked is told.

use muster::sandbox::{Down, Trouble};

use super::world::{World, by_each_door};

const REPAIR: &str = "/datadog incident repair";

const LOOKING: &str = "Looking what Slack has of IR-1. What is missing is built again, and a direct message tells \
                       you what it was.";

const CHANNEL: &str = "incident-1-checkout-is-slow";

const ITS_CHANNEL: &str = "Its channel is #incident-1-checkout-is-slow.";

#[tokio::test]
async fn where_nothing_is_missing_the_asker_is_told_so_and_nobody_else() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        bob.joins(CHANNEL).await;
        bob.says(CHANNEL, REPAIR).await;
        assert_eq!(bob.reads_alone(), [LOOKING]);
        let nothing =
            format!("IR-1 Checkout is slow: nothing was missing in Slack.\n{ITS_CHANNEL}");
        assert_eq!(bob.reads_directly(), [nothing]);
        bob.sends_it_again().await;
        assert_eq!(bob.reads_alone(), [LOOKING]);
        assert_eq!(bob.reads_directly(), [""; 0], "looked at once");
        assert_eq!(alice.reads(CHANNEL), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_header_a_card_and_a_bookmark_that_somebody_removed_are_made_again() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let links = [("Signals", "https://graphs.example/1")];
        let told = alice.declares_with("Checkout is slow", &links).await;
        let bot = world.slack.bot_user();
        let header = world.slack.pins(CHANNEL).pop().unwrap();
        world.slack.deletes(&bot, CHANNEL, &header).await;
        world.slack.deletes(&bot, "incidents", &told.card).await;
        let slack = &world.slack;
        slack.removes_bookmark("alice", CHANNEL, "Signal 1").await;

        alice.says(CHANNEL, REPAIR).await;
        assert_eq!(alice.reads_alone(), [LOOKING]);
        let built = "a new header, the bookmarks that were missing, a new announcement";
        assert_eq!(
            alice.reads_directly(),
            [format!(
                "IR-1 Checkout is slow: built again {built}.\n{ITS_CHANNEL}"
            )]
        );
        let read = alice.reads(CHANNEL);
        assert_eq!(read.len(), 2, "{read:#?}");
        assert!(read[0].starts_with("IR-1 Checkout is slow"), "{read:#?}");
        assert_eq!(read[1], format!("alice had this built again: {built}."));
        assert_eq!(world.slack.pins(CHANNEL).len(), 1);
        assert_eq!(world.slack.bookmarks(CHANNEL).len(), 1);
        assert_eq!(alice.reads("#incidents").len(), 1);
        let card = alice.card(1).unwrap();
        assert_eq!(alice.reads_thread("#incidents", &card.ts).len(), 1);
        assert_eq!(
            world.timeline(1).await[1..],
            [format!("alice repaired {built}")]
        );
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_was_deleted_is_made_again_for_whoever_asks_elsewhere() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        world.slack.deletes_channel("alice", CHANNEL).await;
        world.settles().await;
        assert!(alice.reads("#incidents")[0].ends_with("Its channel was deleted."));
        alice.reads_alone();

        alice.says("#general", REPAIR).await;
        let seen = alice.submits(&[]).await;
        assert_eq!(
            seen.errors["Incident"],
            "Please complete this required field."
        );
        alice.submits(&[("Incident", "1")]).await;
        assert_eq!(alice.reads_alone().len(), 1, "that it is looked for");
        assert_eq!(
            alice.reads_directly(),
            [format!(
                "IR-1 Checkout is slow: built again a new channel.\n{ITS_CHANNEL}"
            )]
        );
        let read = alice.reads(CHANNEL);
        assert!(read[0].starts_with("IR-1 Checkout is slow"), "{read:#?}");
        assert_eq!(read[1..], ["alice had this built again: a new channel."]);
        let card = alice.reads("#incidents");
        assert_eq!(card.len(), 1, "edited in place: {card:?}");
        assert!(
            world
                .slack
                .members(CHANNEL)
                .contains(&world.slack.person("alice"))
        );
    })
    .await;
}

#[tokio::test]
async fn a_private_channel_that_slack_does_not_show_is_told_of_and_one_that_was_deleted_is_made_again()
 {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        alice.says(CHANNEL, "/datadog incident private").await;
        alice.reads_everything();
        let private = format!("{CHANNEL}-2");
        let bot = world.slack.bot_user().to_string();
        world.slack.removes("alice", &private, &bot).await;
        world.settles().await;
        chooses_to_repair(world).await;
        let hidden = "IR-1 Checkout is slow: nothing could be looked at in its channel.\n\
            Slack does not show its private channel to the app: it was deleted, or the app was taken out of it. \
            If it is still there, type /invite and the app’s name in it, and ask for the repair again.";
        assert_eq!(alice.reads_directly(), [hidden]);
        assert_eq!(world.incident_channels(), [CHANNEL, &private], "no other channel");

        world.slack.invites_bot(&private).await;
        world.settles().await;
        alice.says(&private, REPAIR).await;
        let nothing = "IR-1 Checkout is slow: nothing was missing in Slack.";
        assert_eq!(alice.reads_directly(), [format!("{nothing}\nIts channel is #{private}.")]);

        world.slack.deletes_channel("alice", &private).await;
        world.settles().await;
        chooses_to_repair(world).await;
        let again = "IR-1 Checkout is slow: built again a new channel.";
        assert_eq!(alice.reads_directly().pop().unwrap(), format!("{again}\nIts channel is #{private}."));
        assert_eq!(world.incident_channels(), [CHANNEL, &private]);
        let alices = world.slack.person("alice");
        assert!(world.slack.members(&private).contains(&alices));
        assert!(alice.card(1).is_none(), "nobody else hears of it");
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_ours_and_wrong_is_set_right() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        let here = &world.id(CHANNEL);
        let refused = Trouble::Error("restricted_action");
        world.slack.fails("conversations.rename", 1, refused);
        alice.updates(here, &[("Title", "Checkout is down")]).await;
        assert_eq!(world.incident_channels(), [CHANNEL]);
        assert_eq!(world.log.take().len(), 1);
        alice.reads_everything();
        alice.says(here, REPAIR).await;
        let down = "incident-1-checkout-is-down";
        assert_eq!(world.incident_channels(), [down]);
        assert_eq!(
            alice.reads_directly(),
            [format!(
                "IR-1 Checkout is down: nothing had to be built again.\n\
                 Its channel is given the name that the incident has now.\nIts channel is #{down}."
            )]
        );
        // One that somebody gave is left alone.
        world.slack.renames("alice", here, "war-room").await;
        world.settles().await;
        alice.says(here, REPAIR).await;
        assert_eq!(world.incident_channels(), ["war-room"]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn what_became_of_the_channel_while_nobody_listened_is_noted() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        world.stops().await;
        world.slack.archives("alice", CHANNEL).await;
        world.starts().await;
        chooses_to_repair(world).await;
        assert_eq!(
            alice.reads_directly(),
            ["IR-1 Checkout is slow: nothing had to be built again.\n\
              Its channel is archived, and only a person can bring it back, in Slack. It is shown how things \
              stand then.\n\
              Its channel, #incident-1-checkout-is-slow, is archived."]
        );
        assert_eq!(alice.reads("#incidents").len(), 1);

        world.stops().await;
        world.slack.unarchives("alice", CHANNEL).await;
        world.slack.renames("alice", CHANNEL, "war-room").await;
        world.starts().await;
        chooses_to_repair(world).await;
        // What was told before names the channel anew as well.
        assert_eq!(
            alice.reads_directly().pop().unwrap(),
            "IR-1 Checkout is slow: nothing had to be built again.\nIts channel is in use again.\n\
             Its channel is #war-room."
        );
        alice.reads_everything();
        chooses_to_repair(world).await;
        assert_eq!(
            alice.reads_directly(),
            ["IR-1 Checkout is slow: nothing had to be built again.\n\
              Its channel has another name, which is noted now.\nIts channel is #war-room."]
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn while_slack_is_down_a_repair_waits_and_without_an_incident_there_is_none() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.says("#general", REPAIR).await;
        assert_eq!(
            alice.reads_alone(),
            ["No incident is open. /datadog incident declares one."]
        );
        alice.declares("Checkout is slow").await;
        world.slack.goes_down(Down::Status(503));
        alice.says(CHANNEL, REPAIR).await;
        assert_eq!(alice.reads_alone(), [LOOKING]);
        assert_eq!(alice.reads_directly(), [""; 0]);
        world.slack.comes_back();
        world.catches_up().await;
        assert_eq!(alice.reads_directly().len(), 1);
        world.log.take();
    })
    .await;
}

async fn chooses_to_repair(world: &World) {
    let alice = world.person("alice");
    alice.says("#general", REPAIR).await;
    alice.submits(&[("Incident", "1")]).await;
}
