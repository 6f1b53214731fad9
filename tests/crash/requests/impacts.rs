//! Crash tests for the modals that add, end and edit an impact.

use muster_commands::{impact, impact_buttons};

use crate::harness::prelude::*;

#[tokio::test]
async fn redelivered_impact_modal_adds_one_impact() {
    let fills = async |world: &World| {
        run_command(world, "/datadog incident impact end").await;
        let fields = [("What customers notice", "Carts fail.")];
        let text = "/datadog incident impact";
        world.open_modal("alice", CHANNEL, text, &fields).await
    };
    test_modal_redelivery(RequestName::Modal(impact::CALLBACK_ID), fills, |world| {
        assert_eq!(world.database.count("impacts"), 2);
        assert_event_count(world, "impact_started", 2);
        assert_activity_posted(world, "alice added an impact: Carts fail.");
    })
    .await;
}

#[tokio::test]
async fn redelivered_impact_modal_edits_the_impact_once() {
    let command = "/datadog incident impact edit";
    let fields = [("What customers notice", "Carts fail.")];
    test_command_modal_redelivery(
        RequestName::Modal(impact::EDIT_CALLBACK_ID),
        command,
        &fields,
        |world| {
            let description = world.database.query("SELECT description FROM impacts");
            assert_eq!(description, ["Carts fail."]);
            assert_event_count(world, "impact_edited", 1);
            assert_activity_posted(world, "alice described the impact: Carts fail.");
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_impact_modal_ends_the_impact_once() {
    let command = "/datadog incident impact edit";
    let fields = [("Ended", "now")];
    test_command_modal_redelivery(
        RequestName::Modal(impact::EDIT_CALLBACK_ID),
        command,
        &fields,
        |world| {
            let open = "impacts WHERE ended_at IS NULL";
            assert_eq!(world.database.count(open), 0);
            assert_event_count(world, "impact_edited", 1);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_remove_click_removes_one_impact() {
    let finds = async |world: &World| {
        run_command(world, "/datadog incident impact fixed").await;
        run_command(world, "/datadog incident impact Carts fail.").await;
        open_ephemeral(world, "/datadog incident impact remove").await
    };
    test_button_redelivery(impact_buttons::REMOVE, finds, |world| {
        let left = world.database.query("SELECT number || '' FROM impacts");
        assert_eq!(left, ["1"]);
        assert_event_count(world, "impact_removed", 1);
    })
    .await;
}

#[tokio::test]
async fn redelivered_add_anyway_click_adds_one_impact() {
    let finds = async |world: &World| {
        run_command(world, "/datadog incident impact fixed").await;
        let command = "/datadog incident impact since 3 weeks ago Carts fail.";
        open_ephemeral(world, command).await
    };
    test_button_redelivery(impact_buttons::ADD_ANYWAY, finds, |world| {
        assert_eq!(world.database.count("impacts"), 2);
        assert_event_count(world, "impact_started", 2);
    })
    .await;
}
