//! Kills the bot at each kill point of a request on a declared incident, redelivers the request, and checks
//! that it was processed once.

use muster_sandbox::{ActionResult, Sandbox};

use crate::deliveries::declare_and_prepare;
use crate::expected_state::CHANNEL;
use crate::harness::{World, assert_accepted, no_preparation};
use crate::matrix::run_matrix;
use crate::redelivery::{RequestKillPoint, kill_and_redeliver};
use crate::request_kinds::RequestName;

/// Sends a request on a declared incident, at each kill point and over each transport, then checks the
/// result. The output of `prepare` is passed to the user action.
pub async fn test_redelivery<Prepared>(
    request_name: RequestName,
    prepare: impl AsyncFn(&World) -> Prepared,
    gesture: impl AsyncFn(&Sandbox, &Prepared) -> ActionResult,
    check: impl Fn(&World, &Prepared),
) {
    let name = request_name.to_string();
    run_matrix(
        &name,
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            let prepared = declare_and_prepare(&world, &prepare).await;
            let slack = world.slack.clone();
            let gesture = gesture(&slack, &prepared);
            kill_and_redeliver(&mut world, kill_point, request_name, gesture).await;
            check(&world, &prepared);
            world.assert_all_is_done();
        },
    )
    .await;
}

/// Sends a request like `test_redelivery`, without a preparation.
pub async fn test_action_redelivery(
    request_name: RequestName,
    gesture: impl AsyncFn(&Sandbox) -> ActionResult,
    check: impl Fn(&World),
) {
    let gesture = async |slack: &Sandbox, (): &()| gesture(slack).await;
    test_redelivery(request_name, no_preparation, gesture, |world, ()| {
        check(world);
    })
    .await;
}

/// Types a command as alice in the incident channel.
pub async fn test_command_redelivery(
    request_name: RequestName,
    command: &str,
    check: impl Fn(&World),
) {
    let types = async |slack: &Sandbox| slack.types("alice", CHANNEL, command).await;
    test_action_redelivery(request_name, types, check).await;
}

/// Submits a modal as alice that a command opened.
pub async fn test_command_modal_redelivery(
    request_name: RequestName,
    command: &str,
    fields: &[(&str, &str)],
    check: impl Fn(&World),
) {
    let fills = async |world: &World| world.open_modal("alice", CHANNEL, command, fields).await;
    test_modal_redelivery(request_name, fills, check).await;
}

/// Submits a modal as alice that `fills` opened and filled in.
pub async fn test_modal_redelivery(
    request_name: RequestName,
    fills: impl AsyncFn(&World) -> String,
    check: impl Fn(&World),
) {
    let sends = async |slack: &Sandbox, form: &String| slack.submits("alice", form).await;
    test_redelivery(request_name, fills, sends, |world, _| {
        assert_eq!(world.slack.top_modal("alice"), None, "the modal is closed");
        check(world);
    })
    .await;
}

/// Clicks the first button with this action ID in a message, as alice.
pub async fn test_button_redelivery(
    button: &'static str,
    finds: impl AsyncFn(&World) -> (String, String),
    check: impl Fn(&World),
) {
    let presses = async |slack: &Sandbox, (channel, ts): &(String, String)| {
        slack.clicks("alice", channel, ts, button, None).await
    };
    test_redelivery(RequestName::Button(button), finds, presses, |world, _| {
        check(world);
    })
    .await;
}

/// Types a command as alice. Returns the ephemeral message that replies to it.
pub async fn open_ephemeral(world: &World, command: &str) -> (String, String) {
    run_command(world, command).await;
    let message = world.slack.ephemeral_messages("alice").pop();
    let message = message.expect("alice received no ephemeral message");
    (CHANNEL.to_owned(), message.ts)
}

/// Types a command as alice that opens no modal, in the incident channel.
pub async fn run_command(world: &World, command: &str) {
    assert_accepted(&world.slack.types("alice", CHANNEL, command).await);
    world.deliver_all().await;
}

/// Checks how many timeline entries have this event.
pub fn assert_event_count(world: &World, event: &str, times: i64) {
    let lines = format!("timeline WHERE event ->> 'event' = '{event}'");
    assert_eq!(
        world.database.count(&lines),
        times,
        "{event} on the timeline"
    );
}

/// Checks that the incident channel contains a line exactly once.
pub fn assert_activity_posted(world: &World, text: &str) {
    let posts = world.slack.messages(CHANNEL);
    let lines = posts.iter().flat_map(|post| post.rendered_text().lines());
    let lines: Vec<&str> = lines.collect();
    let matching = lines.iter().filter(|it| it.replace('@', "") == text);
    assert_eq!(matching.count(), 1, "“{text}” in {lines:#?}");
}
