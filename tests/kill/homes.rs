//! A Home of the app, killed while it is published: whatever the bot knew of it, it says how things stand.

use muster::sandbox::{Held, Sandbox};

use super::blow::Blow;
use super::cases::each;
use super::deliveries::declares;
use super::world::{PATIENCE, World, eventually, is_fine};

const METHOD: &str = "views.publish";

#[tokio::test]
async fn a_home_that_is_opened_is_shown() {
    each("a Home", &Blow::ALL, async |mut world: World, blow| {
        let slack = world.slack.clone();
        let held = slack.hold(METHOD, blow.moment());
        is_fine(&slack.opens_home("chioma").await);
        dies(&mut world, held, blow).await;
        world.starts().await;
        shows(&slack, "No incident is open.").await;
    })
    .await;
}

#[tokio::test]
async fn a_home_follows_a_change_that_was_undone_while_the_bot_was_dead() {
    each("a Home", &Blow::ALL, async |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        let slack = world.slack.clone();
        is_fine(&slack.opens_home("chioma").await);
        shows(&slack, "Checkout is slow").await;

        let held = slack.hold(METHOD, blow.moment());
        renames(&world, "Checkout: is slow").await;
        dies(&mut world, held, blow).await;
        world.starts().await;
        renames(&world, "Checkout is slow").await;
        world.settles().await;
        shows(&slack, "Checkout is slow").await;
    })
    .await;
}

/// Kills the bot while it publishes a Home.
async fn dies(world: &mut World, held: Held, blow: Blow) {
    let reached = tokio::time::timeout(PATIENCE, held.reached()).await;
    assert!(reached.is_ok(), "no Home was ever published");
    if blow == Blow::Unstored {
        let records = world.records.clone();
        let lock = tokio::task::spawn_blocking(move || records.lock());
        let lock = lock.await.unwrap();
        let made = world.attempts("publish_home", "done").await;
        held.release();
        let answered = async || world.attempts("publish_home", "done").await > made;
        eventually("answer", answered).await;
        world.kills().await;
        lock.give_back();
    } else {
        world.kills().await;
    }
    // Whoever is dead does not call: what was not done yet never is.
    held.cut();
}

/// Gives the incident another title, by which its channel is called the same.
async fn renames(world: &World, title: &str) {
    let place = ("alice", super::standing::CHANNEL);
    let form = world
        .opens(place, "/datadog incident update", &[("Title", title)])
        .await;
    world.submits("alice", &form).await;
}

/// Waits until chioma's Home says something.
async fn shows(slack: &Sandbox, said: &str) {
    let says = async || {
        let home = slack.home("chioma").map(|home| slack.read_view(&home));
        home.is_some_and(|home| home.contains(said))
    };
    eventually("Home that says how things stand", says).await;
}
