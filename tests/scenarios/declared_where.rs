//! Where an incident can be declared, and how the pointer to its channel finds the person there.

use muster::sandbox::{Trouble, Visibility};

use super::person::Person;
use super::world::{World, by_each_door};

const POINTER: &str =
    "IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it.";

#[tokio::test]
async fn an_incident_can_be_declared_in_a_private_channel() {
    by_each_door(async |world| {
        world
            .slack
            .add_channel("secret", Visibility::Private, &["alice", "bob"]);
        is_declared_in(world, "#secret").await;
    })
    .await;
}

#[tokio::test]
async fn an_incident_can_be_declared_between_two_people() {
    by_each_door(async |world| {
        let direct = world.slack.opens_direct_message("alice", "bob").unwrap();
        is_declared_in(world, &direct).await;
    })
    .await;
}

#[tokio::test]
async fn an_incident_can_be_declared_in_the_direct_messages_with_the_bot() {
    by_each_door(async |world| {
        let direct = world
            .slack
            .opens_direct_message("alice", &world.slack.bot_user())
            .unwrap();
        is_declared_in(world, &direct).await;
    })
    .await;
}

#[tokio::test]
async fn an_incident_can_be_declared_where_the_bot_is_and_where_it_is_not() {
    for channel in ["#general", "#random", "#incidents"] {
        by_each_door(async |world| is_declared_in(world, channel).await).await;
    }
}

#[tokio::test]
async fn an_incident_can_be_declared_in_the_channel_of_another() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let first = alice.declares("Checkout is slow").await;
        alice
            .says(&first.channel, "/datadog incident Search is down")
            .await;
        alice.submits(&[]).await;
        let pointers = pointers_in(&alice, &first.channel);
        assert_eq!(
            pointers,
            ["IR-2 is declared: #incident-2-search-is-down is its channel, and you are in it."]
        );
        alice.reads_of_declaration(2);
        assert_eq!(alice.reads(&first.channel), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn when_the_answer_is_refused_the_pointer_comes_in_the_channel() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        declares_unanswered(&alice, "#incidents").await;
        assert_eq!(pointers_in(&alice, "#incidents"), [POINTER]);
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn when_the_bot_is_not_in_the_channel_either_the_pointer_comes_as_a_direct_message() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        declares_unanswered(&alice, "#general").await;
        assert_eq!(alice.reads_alone(), [""; 0]);
        let direct = world.slack.direct_message("alice").unwrap();
        assert_eq!(alice.reads(&direct), [POINTER]);
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_lay_open_for_an_hour_still_declares_and_points() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice
            .says("#incidents", "/datadog incident Checkout is slow")
            .await;
        world.leaps(3600).await;
        alice.submits(&[]).await;
        assert_eq!(pointers_in(&alice, "#incidents"), [POINTER]);
        alice.reads_of_declaration(1);
    })
    .await;
}

/// Declares an incident there; the pointer comes there, to alice alone, and nobody else reads anything.
async fn is_declared_in(world: &World, place: &str) {
    let alice = world.person("alice");
    alice
        .says(place, "/datadog incident Checkout is slow")
        .await;
    alice.submits(&[]).await;
    assert_eq!(pointers_in(&alice, place), [POINTER]);
    if place != "#incidents" {
        assert_eq!(alice.reads(place), [""; 0]);
    }
    alice.reads_of_declaration(1);
}

/// Declares an incident there while Slack takes no answer to the command.
async fn declares_unanswered(alice: &Person<'_>, place: &str) {
    let slack = &alice.world.slack;
    alice
        .says(place, "/datadog incident Checkout is slow")
        .await;
    slack.fails("response_url", 1, Trouble::Status(404));
    alice.submits(&[]).await;
}

/// Reads what only a person sees; the last of it must stand in this place.
fn pointers_in(person: &Person<'_>, place: &str) -> Vec<String> {
    let slack = &person.world.slack;
    let last = slack.ephemerals(person.name).pop().unwrap();
    assert_eq!(Some(last.channel), slack.channel(place));
    person.reads_alone()
}
