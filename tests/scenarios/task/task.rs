//! `/datadog task` and `/datadog followup`: adding tasks by command and by modal, assigning and completing
//! them.

use muster_sandbox::AccountKind;

use crate::harness::prelude::*;

#[test]
fn task_command_adds_a_task_and_informs_mentioned_assignees() {
    incident_over_both_transports(async |world, channel, [alice, bob, ..]| {
        let slack = &world.slack;
        alice
            .types(channel, "/datadog task Roll back the release @bob")
            .await;
        assert_eq!(
            alice.reads(channel),
            ["alice added task 1 for bob: Roll back the release"]
        );
        assert_eq!(
            bob.reads_direct_messages(),
            [format!(
                "alice assigned you task 1 of IR-1 Checkout is slow: Roll back the release\nChannel: \
                 #{channel}\n[Done]"
            )]
        );
        assert!(slack.members(channel).contains(&slack.user("bob")));
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice added task 1 “Roll back the release”"]
        );
        // The same command delivered twice adds one task.
        alice.redelivers_last_request().await;
        assert_eq!(alice.reads(channel), [""; 0]);
        // A user who assigns a task to themselves receives no direct message.
        bob.types(channel, "/datadog followup Write it down, @bob")
            .await;
        assert_eq!(
            bob.reads(channel),
            ["bob added follow-up 2 for bob: Write it down"]
        );
        assert_eq!(bob.reads_direct_messages(), [""; 0]);
    });
}

#[test]
fn task_modal_accepts_several_assignees_and_a_local_due_time() {
    incident_scenario(async |_, channel, [alice, bob, ..]| {
        alice.types(channel, "/datadog task").await;
        assert_eq!(alice.modal().title, "Add Task");
        alice.fills_several("Assignees", &["alice", "bob"]).await;
        // Alice is in Paris, an hour ahead of UTC.
        alice
            .submits_and_closes(&[
                ("Task", "Roll back"),
                ("Due date", "2026-11-24"),
                ("Due time", "17:00"),
            ])
            .await;
        let expected = "alice added task 1 for alice, bob, due 2026-11-24 16:00 UTC: Roll back";
        assert_eq!(alice.reads(channel), [expected]);
        assert_eq!(
            bob.reads_direct_messages(),
            [format!(
                "alice assigned you task 1 of IR-1 Checkout is slow, due 2026-11-24 16:00 UTC: Roll \
                 back\nChannel: #{channel}\n[Done] [Snooze 1 day]"
            )]
        );
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        alice.redelivers_last_request().await;
        assert_eq!(alice.reads(channel), [""; 0]);
        // The task is done before it is overdue, so that no notice is sent tomorrow.
        bob.types(channel, "/datadog task done 1").await;
        assert_eq!(bob.reads(channel), ["bob finished task 1: Roll back"]);
    });
}

#[test]
fn invalid_task_command_is_rejected() {
    incident_scenario(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog task @bob").await;
        alice.types(channel, "/datadog task Roll back @zebra").await;
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "What should be done? E.g. “/datadog task Roll back the release @ann”. Nothing was added. \
                 You typed: @bob",
                "I can't find “zebra”. Pick them from the list Slack shows when you type @. Nothing was \
                 added. You typed: Roll back @zebra",
            ]
        );
        assert_eq!(alice.reads(channel), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn invalid_task_modal_is_rejected_and_input_is_preserved() {
    scenario(async |world, [alice, ..]| {
        world
            .slack
            .add_user("dora", "Dora Novak", "Europe/Prague", AccountKind::Member);
        let severity = [SEV_3];
        let channel = &alice
            .declares_with("Checkout is slow", &severity)
            .await
            .channel;
        deactivate_dora(world, channel).await;
        alice.types(channel, "/datadog task").await;
        alice.fills_several("Assignees", &["dora"]).await;
        let screen = alice
            .submits(&[("Task", "Roll back"), ("Due date", "2026-11-22")])
            .await;
        assert_eq!(
            screen.errors["Due date"],
            "That's in the past. Enter a future time, e.g. “tomorrow 17:00”."
        );
        assert_eq!(
            screen.errors["Assignees"],
            "dora's account is deactivated. Pick an active member."
        );
        assert_eq!(alice.field_value("Task"), "Roll back");
        let screen = alice.submits(&[("Task", "  ")]).await;
        assert_eq!(screen.errors["Task"], "What should be done?");
        assert_eq!(alice.reads(channel), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 2);
    });
}

/// Deactivates Dora's account and has the bot fetch her user again, for a message of hers.
async fn deactivate_dora(world: &World, channel: &str) {
    let (alice, dora) = (world.user("alice"), world.user("dora"));
    dora.joins(channel).await;
    let ts = dora.posts(channel, "I am off.").await;
    world.slack.deactivate_account("dora");
    // The user cache is valid for one day.
    world.advance(90_000).await;
    alice.adds_to_incident(channel, &ts).await;
    alice.reads_ephemeral();
}

#[test]
fn tasks_of_a_resolved_incident_can_be_changed() {
    incident_scenario(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog task Roll back").await;
        alice.updates(channel, &[RESOLVED]).await;
        world.expects_unread(5, "header, announcement, its reply, two posts");
        alice.types(channel, "/datadog task done 1").await;
        alice.types(channel, "/datadog followup Add an alarm").await;
        assert_eq!(
            alice.reads(channel),
            [
                "alice finished task 1: Roll back",
                "alice added follow-up 2: Add an alarm"
            ]
        );
    });
}

#[test]
fn repeated_status_change_of_a_task_is_answered() {
    incident_scenario(async |_, channel, [alice, ..]| {
        alice.types(channel, "/datadog task Roll back").await;
        for (command, expected) in [
            ("done 1", ""),
            ("done 1", "Task 1 is already done."),
            ("reopen 1", ""),
            ("reopen 1", "Task 1 is already open."),
            ("done 7", "IR-1 has no task 7."),
        ] {
            alice
                .types(channel, &format!("/datadog task {command}"))
                .await;
            assert_eq!(
                alice.reads_ephemeral().pop().unwrap_or_default(),
                expected,
                "{command}"
            );
        }
        assert_eq!(
            alice.reads(channel),
            [
                "alice added task 1: Roll back",
                "alice finished task 1: Roll back",
                "alice reopened task 1: Roll back"
            ]
        );
    });
}

#[test]
fn task_edit_changes_only_edited_fields() {
    incident_scenario(async |world, channel, [alice, bob, chioma]| {
        bob.joins(channel).await;
        alice.types(channel, "/datadog task Roll back @alice").await;
        for user in [alice, bob] {
            user.types(channel, "/datadog task list").await;
            user.clicks(channel, &user.last_ephemeral().ts, "task_edit")
                .await;
            assert_eq!(user.modal().title, "Edit Task 1");
        }
        // Concurrent edits of different fields are both kept.
        alice.submits(&[("Task", "Roll back to 1.4")]).await;
        bob.fills_several("Assignees", &["bob", "chioma"]).await;
        bob.submits(&[]).await;
        assert_eq!(
            alice.reads(channel),
            [
                "alice added task 1 for alice: Roll back",
                "alice edited task 1: Roll back to 1.4",
                "bob assigned task 1 to bob, assigned it to chioma, unassigned alice from it: Roll back to 1.4",
            ]
        );
        assert_eq!(chioma.reads_direct_messages().len(), 1);
        read_ephemerals(world);

        // An unchanged submission changes nothing.
        alice.types(channel, "/datadog task list").await;
        alice
            .clicks(channel, &alice.last_ephemeral().ts, "task_edit")
            .await;
        alice.submits(&[]).await;
        assert_eq!(alice.reads(channel), [""; 0]);
        read_ephemerals(world);
    });
}

#[test]
fn due_date_can_be_set_changed_and_removed() {
    incident_over_http(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog task Roll back").await;
        let list = alice.opens_list(channel, "/datadog task list").await;
        let mut expected = vec!["alice added task 1: Roll back".to_owned()];
        for (fields, says) in [
            (
                vec![("Due date", "2026-11-24")],
                "set task 1 due 2026-11-24 22:59 UTC",
            ),
            (
                vec![("Due time", "09:00")],
                "set task 1 due 2026-11-24 08:00 UTC",
            ),
        ] {
            alice.clicks(channel, &list, "task_edit").await;
            alice.submits(&fields).await;
            expected.push(format!("alice {says}: Roll back"));
        }
        alice.clicks(channel, &list, "task_edit").await;
        assert_eq!(alice.modal().title, "Edit Task 1");
        alice.clears("Due date").await;
        alice.submits(&[]).await;
        expected.push("alice removed the due date of task 1: Roll back".to_owned());
        assert_eq!(alice.reads(channel), expected);
        read_ephemerals(world);
    });
}

fn read_ephemerals(world: &World) {
    for user in ["alice", "bob", "chioma"] {
        world.user(user).reads_ephemeral();
    }
}
