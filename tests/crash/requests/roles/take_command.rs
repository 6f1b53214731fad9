//! Crash tests for **Take Command**: the click is applied once, however often it is delivered.

use muster_commands::payload::button_click;

use crate::harness::prelude::*;

#[tokio::test]
async fn redelivered_take_command_click_changes_the_commander_once() {
    let finds = async |world: &World| {
        world.database.remove_commander();
        run_command(world, "/datadog incident stable").await;
        let mut messages = world.slack.messages("incidents").into_iter();
        let announcement = messages.find(|message| message.rendered_text().starts_with("IR-1 "));
        let announcement = announcement.expect("the incident is not announced");
        ("incidents".to_owned(), announcement.ts)
    };
    test_button_redelivery(button_click::TAKE_COMMAND, finds, |world| {
        let commanders = world.database.query("SELECT commander FROM incidents");
        assert_eq!(commanders, ["U0ALICE0001"]);
        assert_event_count(world, "updated", 2);
        assert_activity_posted(world, "alice changed commander none → alice");
    })
    .await;
}
