//! Crash tests for resolving an incident: its deliveries, the command and the modal.

use muster_commands::resolve;

use crate::harness::prelude::*;

const COMMAND: &str = "/datadog incident resolve Rolled back.";

/// Kills the bot during a delivery of a resolution.
pub async fn kill_during_resolution(kind: DeliveryKind) {
    let case = DeliveryCase::edit(kind, "a resolution");
    let act = async |world: &World| {
        assert_accepted(&world.slack.types("alice", CHANNEL, COMMAND).await);
    };
    kill_during_action(case, act, assert_resolved_once).await;
}

/// Checks that the incident was resolved once, with one summary.
fn assert_resolved_once(world: &World) {
    let status = world.database.query("SELECT status FROM incidents");
    assert_eq!(status, ["resolved"]);
    assert_event_count(world, "updated", 1);
    assert_event_count(world, "status_update", 1);
    assert_event_count(world, "impact_ended", 1);
    assert_activity_posted(world, "alice changed status ACTIVE → RESOLVED");
    let announcements = world.slack.messages("incidents");
    let mut announcements = announcements.iter();
    let announcement = announcements.find(|it| it.rendered_text().starts_with("IR-1 "));
    let announcement = &announcement.expect("the incident is not announced").ts;
    let replies = world.slack.replies("incidents", announcement);
    let replies: Vec<&str> = replies.iter().map(|it| it.rendered_text()).collect();
    assert_eq!(replies, ["RESOLVED by alice\nRolled back."]);
    let posts = world.slack.messages(CHANNEL);
    let summaries: Vec<&str> = posts
        .iter()
        .map(|it| it.rendered_text())
        .filter(|it| it.starts_with(":white_check_mark:"))
        .collect();
    assert_eq!(summaries.len(), 1, "the summaries: {summaries:#?}");
    assert!(
        summaries[0].contains("What fixed it\nRolled back."),
        "{summaries:?}"
    );
}

#[tokio::test]
async fn redelivered_resolve_command_resolves_once() {
    let request_name = RequestName::Command("quick_edit");
    test_command_redelivery(request_name, COMMAND, assert_resolved_once).await;
}

#[tokio::test]
async fn redelivered_resolve_modal_resolves_and_ends_the_impact_once() {
    let fields = [("Impact ended", "now"), ("What fixed it", "Rolled back.")];
    test_command_modal_redelivery(
        RequestName::Modal(resolve::CALLBACK_ID),
        "/datadog incident resolve",
        &fields,
        |world| {
            let open = "impacts WHERE ended_at IS NULL";
            assert_eq!(world.database.count(open), 0);
            assert_resolved_once(world);
        },
    )
    .await;
}
