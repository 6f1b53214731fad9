//! Crash tests for unresolved users: fetching them and running the deferred request.

use muster_domain::DeliveryKind;
use muster_sandbox::Sandbox;

use crate::exactly_once::{assert_activity_posted, test_redelivery};
use crate::expected_state::{CHANNEL, ExpectedState};
use crate::harness::{World, assert_accepted, no_preparation};
use crate::kill_points::{DeliveryCase, kill_during};
use crate::request_kinds::RequestName;

const ROLE_COMMAND: &str = "/datadog incident role communications lead @chioma";

const ROLE_ACTIVITY: &str = "alice gave chioma the role Communications Lead.";

/// Kills the bot during a delivery of a request that names an unresolved user.
pub async fn kill_during_user_resolution(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "an unresolved user");
    let assign_role = async |world: &World, (): &()| {
        assert_accepted(&world.slack.types("alice", CHANNEL, ROLE_COMMAND).await);
    };
    kill_during(case, no_preparation, assign_role, |world, ()| {
        assert_chioma_has_role(world);
    })
    .await;
}

/// Checks that chioma, an unresolved user before, has the role from alice.
fn assert_chioma_has_role(world: &World) {
    assert_activity_posted(world, ROLE_ACTIVITY);
    let replies = world.slack.ephemeral_messages("alice").into_iter();
    let replies = replies
        .filter(|it| it.rendered_text() == "@chioma has the role Communications Lead in IR-1 now.");
    let replies = replies.count();
    // Ephemeral messages cannot be looked up: each restart may repeat the reply.
    assert!(
        (1..=world.start_count).contains(&replies),
        "alice received the reply {replies} times"
    );
    ExpectedState::after_declaration()
        .with_member("chioma")
        .with_role("chioma", ROLE_ACTIVITY)
        .assert_matches(world);
}

#[tokio::test]
async fn redelivered_command_with_an_unresolved_user_is_applied_once() {
    let types = async |slack: &Sandbox, (): &()| slack.types("alice", CHANNEL, ROLE_COMMAND).await;
    test_redelivery(
        RequestName::Command("role"),
        no_preparation,
        types,
        |world, ()| {
            assert_activity_posted(world, ROLE_ACTIVITY);
            ExpectedState::after_declaration()
                .with_member("chioma")
                .with_role("chioma", ROLE_ACTIVITY)
                .assert_matches(world);
        },
    )
    .await;
}
