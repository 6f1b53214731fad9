//! People whom the bot never met, while Slack says who they are, late or not at all.

use std::time::Duration;

use muster::sandbox::{PersonKind, Trouble, Visibility};
use serde_json::json;

use super::world::{World, by_each_door, over_http};

/// Starts the bot anew as one that waits for Slack for a moment only.
async fn waits_a_moment(world: &World) {
    world.stops().await;
    world.patience.set(Some(Duration::from_millis(300)));
    world.starts().await;
}

#[tokio::test]
async fn a_guest_whom_the_bot_never_met_is_asked_after_before_they_declare() {
    by_each_door(async |world| {
        let zone = "Europe/Paris";
        world
            .slack
            .add_person("gus", "Gus Guest", zone, PersonKind::Guest);
        world
            .slack
            .add_channel("partners", Visibility::Public, &["gus"]);
        world.sets(&[("who_declares", json!("no_guests"))]);
        let gus = world.person("gus");
        let seen = gus.says("#partners", "/datadog incident Checkout is slow").await;
        assert_eq!(seen.view, None);
        assert_eq!(
            gus.reads_alone(),
            ["Your team has members declare incidents, and you are here as a guest. Tell a member what you \
              saw: they can declare it in seconds, and bring you into its channel."]
        );
        // A member whom it never met declares as ever.
        world.person("alice").declares("Checkout is slow").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_slack_does_not_tell_of_in_time_declares_all_the_same() {
    over_http(async |world| {
        world.sets(&[("who_declares", json!("no_guests"))]);
        waits_a_moment(world).await;
        let alice = world.person("alice");
        world.slack.fails("users.info", 4, Trouble::Hang);
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        let seen = alice.submits(&[]).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        world.slack.comes_back();
        world.catches_up().await;
        assert!(alice.card(1).is_some());
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn somebody_of_whom_slack_says_nothing_leads_all_the_same() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let channel = alice.declares("Checkout is slow").await.channel;
        let zone = "Europe/Paris";
        world
            .slack
            .add_person("dora", "Dora Diaz", zone, PersonKind::Person);
        waits_a_moment(world).await;
        world.slack.fails("users.info", 2, Trouble::Hang);
        let dora = world.slack.person("dora");
        alice
            .says(&channel, "/datadog incident commander @dora")
            .await;
        assert_eq!(
            alice.reads_alone(),
            ["You changed the commander of IR-1 from @alice to @dora."]
        );
        world.slack.comes_back();
        world.catches_up().await;
        assert!(world.slack.members(&channel).contains(&dora));
        alice.reads_everything();
        world.log.take();
    })
    .await;
}
