//! `/datadog task remove 3`, and **Remove** in the task list.

use crate::harness::prelude::*;

#[test]
fn task_is_removed_by_command_once() {
    incident_over_both_transports(async |world, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        alice.types(channel, "/datadog task Roll back").await;
        assert_eq!(alice.reads(channel), ["alice added task 1: Roll back"]);
        bob.types(channel, "/datadog task remove 1").await;
        assert_eq!(bob.reads_ephemeral(), ["Removed task 1 of IR-1."]);
        assert_eq!(
            alice.reads(channel),
            ["alice added task 1: Roll back Removed by bob."]
        );
        assert_eq!(world.timeline(1).await[1..], ["bob removed task 1"]);
        for (command, reply) in [
            ("remove 1", "Task 1 of IR-1 has already been removed."),
            ("done 1", "Task 1 of IR-1 has already been removed."),
            ("remove 9", "IR-1 has no task 9."),
        ] {
            alice
                .types(channel, &format!("/datadog task {command}"))
                .await;
            assert_eq!(alice.reads_ephemeral(), [reply]);
        }
        alice.types(channel, "/datadog task Tell the shops").await;
        assert_eq!(alice.reads(channel), ["alice added task 2: Tell the shops"]);
    });
}

#[test]
fn task_is_removed_and_edited_in_the_list_which_is_updated() {
    incident_scenario(async |_, channel, [alice, ..]| {
        alice.types(channel, "/datadog task Roll back").await;
        alice.types(channel, "/datadog task Tell the shops").await;
        alice.reads(channel);
        let list = alice.opens_list(channel, "/datadog task list").await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Tasks of IR-1 · 0 of 2 done\n\
              ☐ 1 Roll back\n[Done] [Edit] [Remove]\n\
              ☐ 2 Tell the shops\n[Done] [Edit] [Remove]\n[Add Task]"]
        );
        alice
            .selects(channel, &list, "task_remove", FIRST_TASK)
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Tasks of IR-1 · 0 of 1 done\n\
              ☐ 2 Tell the shops\n[Done] [Edit] [Remove]\n[Add Task]"]
        );
        assert_eq!(
            alice.reads(channel),
            ["alice added task 1: Roll back Removed by alice."]
        );
        alice.clicks(channel, &list, "task_edit").await;
        alice
            .submits_and_closes(&[("Task", "Tell the banks")])
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Tasks of IR-1 · 0 of 1 done\n\
              ☐ 2 Tell the banks\n[Done] [Edit] [Remove]\n[Add Task]"]
        );
        assert_eq!(
            alice.reads(channel),
            ["alice edited task 2: Tell the banks"]
        );
    });
}
