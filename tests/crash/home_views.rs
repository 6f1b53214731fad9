//! Crash tests for `views.publish`: after a restart, the Home view shows the current state.

use muster_sandbox::{HeldCall, Sandbox};

use crate::deliveries::declare_incident;
use crate::harness::{WAIT_TIMEOUT, World, assert_accepted, wait_for};
use crate::kill_points::KillPoint;
use crate::matrix::run_matrix;

const METHOD: &str = "views.publish";

#[tokio::test]
async fn opened_home_is_published() {
    run_matrix(
        "a Home view",
        &KillPoint::ALL,
        async |mut world: World, blow| {
            let slack = world.slack.clone();
            let held = slack.hold_call(METHOD, blow.hold_point());
            assert_accepted(&slack.opens_home("chioma").await);
            kill_during_publish(&mut world, held, blow).await;
            world.start_app().await;
            wait_for_home(&slack, "No incident is open.").await;
        },
    )
    .await;
}

#[tokio::test]
async fn home_is_current_when_a_change_is_reverted_after_a_kill() {
    run_matrix(
        "a Home view",
        &KillPoint::ALL,
        async |mut world: World, blow| {
            declare_incident(&world).await;
            world.deliver_all().await;
            let slack = world.slack.clone();
            assert_accepted(&slack.opens_home("chioma").await);
            wait_for_home(&slack, "Checkout is slow").await;

            let held = slack.hold_call(METHOD, blow.hold_point());
            set_title(&world, "Checkout: is slow").await;
            kill_during_publish(&mut world, held, blow).await;
            world.start_app().await;
            set_title(&world, "Checkout is slow").await;
            world.deliver_all().await;
            wait_for_home(&slack, "Checkout is slow").await;
        },
    )
    .await;
}

/// Kills the bot while it publishes a Home view.
async fn kill_during_publish(world: &mut World, held: HeldCall, blow: KillPoint) {
    let reached = tokio::time::timeout(WAIT_TIMEOUT, held.wait_for_call()).await;
    assert!(reached.is_ok(), "no Home view was published");
    if blow == KillPoint::BeforeCommit {
        let records = world.database.clone();
        let lock = tokio::task::spawn_blocking(move || records.lock());
        let lock = lock.await.unwrap();
        let made = world.delivery_attempts("publish_home", "done").await;
        held.release();
        let answered = async || world.delivery_attempts("publish_home", "done").await > made;
        wait_for("response", answered).await;
        world.kill_app().await;
        lock.release();
    } else {
        world.kill_app().await;
    }
    // A dead process sends no calls: a call that has not been executed is discarded.
    held.drop_connection();
}

/// Changes the title in a way that leaves the channel name unchanged.
async fn set_title(world: &World, title: &str) {
    let place = ("alice", crate::expected_state::CHANNEL);
    let form = world
        .open_modal(place, "/datadog incident update", &[("Title", title)])
        .await;
    world.submit_modal("alice", &form).await;
}

/// Waits until chioma's Home view contains a text.
async fn wait_for_home(slack: &Sandbox, said: &str) {
    let says = async || {
        let home = slack
            .home_view("chioma")
            .map(|home| slack.render_view(&home));
        home.is_some_and(|home| home.contains(said))
    };
    wait_for("Home view with the current state", says).await;
}
