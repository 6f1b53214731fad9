//! Everything that a person can ask for, killed at each of its moments and asked again.

use muster::sandbox::Trouble;

use super::again::{Blow, OF_ALICE, comes_again, killed_during};
use super::cases::each;
use super::deliveries::{
    adds, chioma_writes, declares, fills_in, fills_in_changes, message_is_on_the_timeline,
};
use super::standing::{CHANGED, CHANNEL, Standing};
use super::world::{World, eventually, is_fine};

#[tokio::test]
async fn a_declaration_that_comes_again_declares_once() {
    each(
        "the form to declare",
        &Blow::ALL,
        async |mut world: World, blow| {
            let form = fills_in(&world).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            comes_again(&mut world, (blow, OF_ALICE), gesture).await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            Standing::declared().is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_change_that_comes_again_changes_once() {
    each(
        "the form to change",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let form = fills_in_changes(&world).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            comes_again(&mut world, (blow, OF_ALICE), gesture).await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            Standing::changed().is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn one_thing_that_is_typed_and_comes_again_is_changed_once() {
    each(
        "the command that changes one thing",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let slack = world.slack.clone();
            let text = "/datadog incident role comm @bob";
            let gesture = slack.types("alice", CHANNEL, text);
            comes_again(&mut world, (blow, OF_ALICE), gesture).await;
            Standing::declared().gives_bob_a_role().is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_form_that_gives_a_role_and_comes_again_gives_it_once() {
    each(
        "the form of responders",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let (place, text) = (("alice", CHANNEL), "/datadog incident responders");
            let fields = [("Communications Lead", "bob")];
            let form = world.opens(place, text, &fields).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            comes_again(&mut world, (blow, OF_ALICE), gesture).await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            Standing::declared().gives_bob_a_role().is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_choice_that_comes_again_leads_to_the_form_to_change() {
    each(
        "the choice of an incident",
        &["killed"],
        async |mut world: World, _| {
            declares(&world).await;
            world.settles().await;
            let (place, text) = (("alice", "#general"), "/datadog incident update");
            let form = world.opens(place, text, &[("Incident", "1")]).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            // It stores nothing, so it can only be asked again.
            let request = killed_during(&mut world, OF_ALICE, gesture).await.unwrap();
            world.starts().await;
            for retry in [1, 2] {
                is_fine(&slack.redelivers(&request, retry).await);
            }
            let form = world.fills("alice", &CHANGED).await;
            world.submits("alice", &form).await;
            world.settles().await;
            Standing::changed().is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_click_that_comes_again_adds_its_message_once() {
    each(
        "the click that adds a message",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let ts = chioma_writes(&world).await;
            let slack = world.slack.clone();
            let gesture = slack.message_action("alice", CHANNEL, &ts, "add_to_incident");
            comes_again(&mut world, (blow, OF_ALICE), gesture).await;
            is_told(&world, "Added to the timeline of IR-1.").await;
            message_is_on_the_timeline(&world, CHANNEL, &ts);
            Standing::declared()
                .and("chioma")
                .with("message")
                .is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_form_that_comes_again_adds_its_message_once() {
    each(
        "the form that adds a message",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let slack = world.slack.clone();
            let text = "Payments time out as well.";
            let ts = slack.types("chioma", "#incidents", text).await.ts.unwrap();
            adds(&world, "#incidents", &ts).await;
            let form = world.fills("alice", &[("Incident", "1")]).await;
            let gesture = slack.submits("alice", &form);
            comes_again(&mut world, (blow, OF_ALICE), gesture).await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            is_told(&world, "Added to the timeline of IR-1.").await;
            message_is_on_the_timeline(&world, "#incidents", &ts);
            Standing::declared().with("message").is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_click_that_comes_again_tries_again_once() {
    each(
        "the button to try again",
        &Blow::ALL,
        async |mut world: World, blow| {
            let slack = world.slack.clone();
            slack.fails(
                "conversations.create",
                1,
                Trouble::Error("restricted_action"),
            );
            declares(&world).await;
            world.settles().await;
            let complaint = slack
                .ephemerals("alice")
                .pop()
                .expect("there is no channel");
            let gesture = slack.clicks("alice", "#general", &complaint.ts, "try_again", None);
            comes_again(&mut world, (blow, OF_ALICE), gesture).await;
            is_told(&world, "Trying again for IR-1.").await;
            Standing::declared()
                .with("undelivered")
                .with_a_later_channel()
                .is_found(&world);
        },
    )
    .await;
}

/// Waits until alice was told something that only she sees. It comes beside the answer, and is not kept:
/// it may come as often as the request came.
async fn is_told(world: &World, words: &str) {
    let told = async || {
        let ephemerals = world.slack.ephemerals("alice");
        ephemerals.iter().any(|it| it.as_read() == words)
    };
    eventually("word to alice", told).await;
}
