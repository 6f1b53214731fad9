//! Crash tests for `views.publish`: after a restart, the Home view shows the current state.

use muster_sandbox::{HeldCall, Sandbox};

use crate::deliveries::declare_incident;
use crate::expected_state::CHANNEL;
use crate::harness::{WAIT_TIMEOUT, World, assert_accepted, wait_for};
use crate::kill_points::KillPoint;
use crate::matrix::run_matrix;

const METHOD: &str = "views.publish";

#[tokio::test]
async fn opened_home_is_published() {
    run_matrix(
        "a Home view",
        &KillPoint::ALL,
        async |mut world: World, kill_point| {
            let slack = world.slack.clone();
            let call = slack.hold_call(METHOD, kill_point.hold_point());
            assert_accepted(&slack.opens_home("chioma").await);
            kill_during_publish(&mut world, call, kill_point).await;
            world.start_app().await;
            wait_for_home(&slack, "No open incidents.").await;
        },
    )
    .await;
}

#[tokio::test]
async fn home_is_current_when_a_change_is_reverted_after_a_kill() {
    run_matrix(
        "a Home view",
        &KillPoint::ALL,
        async |mut world: World, kill_point| {
            declare_incident(&world).await;
            world.deliver_all().await;
            let slack = world.slack.clone();
            assert_accepted(&slack.opens_home("chioma").await);
            wait_for_home(&slack, "Checkout is slow").await;

            let call = slack.hold_call(METHOD, kill_point.hold_point());
            set_title(&world, "Checkout: is slow").await;
            kill_during_publish(&mut world, call, kill_point).await;
            world.start_app().await;
            set_title(&world, "Checkout is slow").await;
            world.deliver_all().await;
            wait_for_home(&slack, "Checkout is slow").await;
        },
    )
    .await;
}

/// Kills the bot while it publishes a Home view.
async fn kill_during_publish(world: &mut World, call: HeldCall, kill_point: KillPoint) {
    let result = tokio::time::timeout(WAIT_TIMEOUT, call.wait_for_call()).await;
    assert!(result.is_ok(), "no Home view was published");
    if kill_point == KillPoint::BeforeCommit {
        let database = world.database.clone();
        let lock = tokio::task::spawn_blocking(move || database.lock());
        let lock = lock.await.unwrap();
        let made = world.delivery_attempts("publish_home", "done").await;
        call.release();
        let answered = async || world.delivery_attempts("publish_home", "done").await > made;
        wait_for("response", answered).await;
        world.kill_app().await;
        lock.release();
    } else {
        world.kill_app().await;
    }
    // A dead process sends no calls: a call that has not been executed is discarded.
    call.drop_connection();
}

/// Changes the title in a way that leaves the channel name unchanged.
async fn set_title(world: &World, title: &str) {
    let (text, fields) = ("/datadog incident update", [("Title", title)]);
    let form = world.open_modal("alice", CHANNEL, text, &fields).await;
    world.submit_modal("alice", &form).await;
}

/// Waits until chioma's Home view contains a text.
async fn wait_for_home(slack: &Sandbox, text: &str) {
    let says = async || {
        let home = slack
            .home_view("chioma")
            .map(|home| slack.render_view(&home));
        home.is_some_and(|home| home.contains(text))
    };
    wait_for("Home view with the current state", says).await;
}
