//! Crash tests for unresolved users: fetching them and running the deferred request.

use crate::harness::prelude::*;

const ROLE_COMMAND: &str = "/datadog incident role communications lead @chioma";

const ROLE_ACTIVITY: &str = "alice made chioma Communications Lead.";

/// Kills the bot during a delivery of a request that names an unresolved user.
pub async fn kill_during_user_resolution(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "an unresolved user");
    let assign_role = async |world: &World| {
        assert_accepted(&world.slack.types("alice", CHANNEL, ROLE_COMMAND).await);
    };
    kill_during_action(case, assign_role, assert_chioma_has_role).await;
}

/// Checks that chioma, an unresolved user before, has the role from alice.
fn assert_chioma_has_role(world: &World) {
    assert_activity_posted(world, ROLE_ACTIVITY);
    let replies = world.slack.ephemeral_messages("alice").into_iter();
    let replies =
        replies.filter(|it| it.rendered_text() == "@chioma is now Communications Lead for IR-1.");
    world.assert_repeated_by_restarts(replies.count(), "the reply to alice");
    state_with_role().assert_matches(world);
}

fn state_with_role() -> ExpectedState {
    ExpectedState::after_declaration()
        .with_member("chioma")
        .with_role("chioma", ROLE_ACTIVITY)
}

#[tokio::test]
async fn redelivered_command_with_an_unresolved_user_is_applied_once() {
    let types = async |slack: &Sandbox| slack.types("alice", CHANNEL, ROLE_COMMAND).await;
    test_action_redelivery(RequestName::Command("role"), types, |world| {
        assert_activity_posted(world, ROLE_ACTIVITY);
        state_with_role().assert_matches(world);
    })
    .await;
}
