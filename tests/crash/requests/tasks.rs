//! Crash tests for tasks: their deliveries and their requests.

use muster_commands::task;
use muster_commands::{home, incident_picker, task_modal, task_notice};
use muster_domain::TaskKind;

use crate::harness::prelude::*;

/// Kills the bot during a delivery of a task.
pub async fn kill_during_task(kind: DeliveryKind) {
    let case = DeliveryCase::edit(kind, "a task");
    let add_task = async |world: &World| {
        let text = "/datadog task Roll back with @chioma";
        assert_accepted(&world.slack.types("alice", CHANNEL, text).await);
    };
    kill_during_action(case, add_task, assert_task_of_chioma).await;
}

/// Kills the bot while it sends a second direct message about the incident.
pub async fn kill_during_second_task(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "a second task");
    let first = async |world: &World| run_command(world, "/datadog task One @chioma").await;
    let second = async |world: &World, (): &()| {
        let command = "/datadog task Two @chioma";
        assert_accepted(&world.slack.types("alice", CHANNEL, command).await);
    };
    kill_during(case, first, second, |world, ()| {
        let direct = world.slack.direct_message_channel("chioma").unwrap();
        let messages = world.slack.messages(&direct);
        assert_eq!(messages.len(), 1, "the first messages: {messages:#?}");
        let replies = world.slack.replies(&direct, &messages[0].ts);
        assert_eq!(replies.len(), 1, "the replies: {replies:#?}");
        // The commander has a thread as well.
        assert_eq!(world.database.count("direct_message_threads"), 2);
        assert_eq!(world.log_warnings(), [""; 0]);
    })
    .await;
}

/// Assigns a task to alice as chioma. Returns the channel and `ts` of the direct message.
async fn assign_task_to_alice(world: &World) -> (String, String) {
    assert_accepted(&world.slack.joins("chioma", CHANNEL).await);
    world.deliver_all().await;
    let command = "/datadog task Roll back @alice due tomorrow";
    assert_accepted(&world.slack.types("chioma", CHANNEL, command).await);
    world.deliver_all().await;
    let direct = world.slack.direct_message_channel("alice").unwrap();
    let message = world.slack.messages(&direct).pop().unwrap();
    (direct.to_string(), message.ts)
}

/// Checks that the direct message to alice was rewritten.
fn assert_notice_begins(world: &World, begins: &str) {
    let direct = world.slack.direct_message_channel("alice").unwrap();
    let messages = world.slack.messages(&direct);
    let text = messages[0].rendered_text();
    assert!(messages.len() == 1 && text.starts_with(begins), "{text}");
}

#[tokio::test]
async fn redelivered_done_click_in_a_direct_message_completes_the_task_once() {
    test_button_redelivery(task_notice::DONE, assign_task_to_alice, |world| {
        assert_event_count(world, "task_done", 1);
        assert_activity_posted(world, "alice finished task 1: Roll back");
        assert_notice_begins(world, "Done: task 1 of IR-1 ");
    })
    .await;
}

#[tokio::test]
async fn redelivered_snooze_click_in_a_direct_message_postpones_the_notice() {
    test_button_redelivery(task_notice::SNOOZE, assign_task_to_alice, |world| {
        assert_eq!(
            world
                .database
                .count("schedule WHERE kind = 'overdue_notice'"),
            1
        );
        assert_notice_begins(world, "Snoozed until ");
    })
    .await;
}

#[tokio::test]
async fn redelivered_task_modal_adds_one_task() {
    let fields = [("Task", "Roll back with @chioma"), ("Assignees", "chioma")];
    let (command, check) = ("/datadog task", assert_task_of_chioma);
    let request_name = RequestName::Modal(TaskKind::Task.as_str());
    test_command_modal_redelivery(request_name, command, &fields, check).await;
}

#[tokio::test]
async fn redelivered_incident_picker_adds_one_task() {
    let fills = async |world: &World| {
        let (text, which) = ("/datadog task Roll back with @chioma", [("Incident", "1")]);
        world.open_modal("alice", "#general", text, &which).await
    };
    let request_name = RequestName::Modal(incident_picker::CALLBACK_ID);
    test_modal_redelivery(request_name, fills, assert_task_of_chioma).await;
}

#[tokio::test]
async fn redelivered_home_click_completes_the_task_once() {
    let ready = async |world: &World| {
        run_command(world, "/datadog task Roll back with @alice").await;
        assert_accepted(&world.slack.opens_home("alice").await);
        let shows = async || {
            let home = world.slack.home_view("alice");
            home.is_some_and(|home| world.slack.render_view(&home).contains("[Done]"))
        };
        wait_for("Home view with the task", shows).await;
        world
            .slack
            .home_view("alice")
            .expect("there is no Home view")
            .id
    };
    let presses = async |slack: &Sandbox, home: &String| {
        slack.clicks_in_view("alice", home, home::DONE, None).await
    };
    test_redelivery(
        RequestName::Button(home::DONE),
        ready,
        presses,
        |world, _| {
            assert_event_count(world, "task_done", 1);
            assert_activity_posted(world, "alice finished task 1: Roll back with alice");
        },
    )
    .await;
}

/// Checks the task that alice assigned to chioma, and all messages about it.
fn assert_task_of_chioma(world: &World) {
    let direct = world
        .slack
        .direct_message_channel("chioma")
        .unwrap_or_default();
    let texts = world.slack.messages(&direct);
    let texts: Vec<_> = texts
        .iter()
        .map(|it| it.rendered_text().replace('@', ""))
        .collect();
    let expected = format!(
        "alice assigned you task 1 of IR-1 Checkout is slow: Roll back with chioma\nChannel: #{CHANNEL}\n[Done]"
    );
    assert_eq!(texts, [expected], "the direct messages to chioma");
    ExpectedState::after_declaration()
        .with_member("chioma")
        .with_event("task_added")
        .with_post("alice added task 1 for chioma: Roll back with chioma")
        .assert_matches(world);
}

#[tokio::test]
async fn redelivered_task_command_adds_one_task() {
    let command = "/datadog task Roll back with @chioma";
    let request_name = RequestName::Command("task");
    test_command_redelivery(request_name, command, assert_task_of_chioma).await;
}

#[tokio::test]
async fn redelivered_follow_up_modal_adds_one_follow_up() {
    let fields = [("Task", "Add an alert")];
    test_command_modal_redelivery(
        RequestName::Modal(TaskKind::FollowUp.as_str()),
        "/datadog followup",
        &fields,
        |world| {
            assert_eq!(world.database.count("tasks"), 1);
            assert_event_count(world, "task_added", 1);
            assert_activity_posted(world, "alice added follow-up 1: Add an alert");
        },
    )
    .await;
}

/// Adds a task and opens the task list, as alice.
async fn open_task_list(world: &World) -> (String, String) {
    run_command(world, "/datadog task Roll back").await;
    open_ephemeral(world, "/datadog task list").await
}

#[tokio::test]
async fn redelivered_task_modal_edits_the_task_once() {
    let fills = async |world: &World| {
        let (channel, ts) = open_task_list(world).await;
        let click = world.slack.clicks("alice", &channel, &ts, task::EDIT, None);
        assert_accepted(&click.await);
        let fields = [("Task", "Roll back twice")];
        world.fill_modal("alice", &fields).await
    };
    test_modal_redelivery(
        RequestName::Modal(task_modal::EDIT_CALLBACK_ID),
        fills,
        |world| {
            assert_event_count(world, "task_edited", 1);
            assert_activity_posted(world, "alice edited task 1: Roll back twice");
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_done_click_completes_the_task_once() {
    test_button_redelivery(task::DONE, open_task_list, |world| {
        assert_eq!(world.database.count("tasks WHERE done_at IS NOT NULL"), 1);
        assert_event_count(world, "task_done", 1);
        assert_activity_posted(world, "alice finished task 1: Roll back");
    })
    .await;
}

#[tokio::test]
async fn redelivered_reopen_click_reopens_the_task_once() {
    let finds = async |world: &World| {
        run_command(world, "/datadog task Roll back").await;
        run_command(world, "/datadog task done 1").await;
        open_ephemeral(world, "/datadog task list").await
    };
    test_button_redelivery(task::REOPEN, finds, |world| {
        assert_eq!(world.database.count("tasks WHERE done_at IS NULL"), 1);
        assert_event_count(world, "task_reopened", 1);
        assert_activity_posted(world, "alice reopened task 1: Roll back");
    })
    .await;
}

#[tokio::test]
async fn redelivered_remove_click_removes_the_task_once() {
    test_button_redelivery(task::REMOVE, open_task_list, |world| {
        assert_eq!(world.database.count("tasks"), 0);
        assert_event_count(world, "task_removed", 1);
        assert_activity_posted(world, "alice added task 1: Roll back Removed by alice.");
    })
    .await;
}
