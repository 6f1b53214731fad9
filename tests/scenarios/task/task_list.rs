//! `/datadog task list`: an ephemeral, paged list with buttons to complete and reopen tasks.

use chrono::DateTime;
use muster::store::IdempotencyKey;
use muster_domain::{
    Actor, AddTask, Change, Incident, IncidentId, TaskKind, Timestamp, UserId, Viewer,
};

use crate::harness::prelude::*;

/// Adds tasks 1 and 3 and follow-up 2, and reads the posts about them.
async fn add_tasks(user: TestUser<'_>, channel: &str) {
    user.types(channel, "/datadog task Roll back @alice").await;
    user.types(channel, "/datadog followup Add an alarm").await;
    user.types(channel, "/datadog task Tell the shops").await;
    user.reads(channel);
}

#[test]
fn task_is_completed_and_reopened_in_the_list() {
    incident_over_both_transports(async |_, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        add_tasks(alice, channel).await;
        let list = "Tasks of IR-1 · 0 of 2 done\n\
                    ☐ 1 Roll back · @alice\n[Done] [Edit] [Remove]\n\
                    ☐ 3 Tell the shops\n[Done] [Edit] [Remove]\n[Add Task]";
        for user in [alice, bob] {
            user.types(channel, "/datadog task list").await;
            assert_eq!(user.reads_ephemeral(), [list]);
        }
        let (of_alice, of_bob) = (alice.last_ephemeral().ts, bob.last_ephemeral().ts);
        alice
            .selects(channel, &of_alice, "task_done", FIRST_TASK)
            .await;
        let shorter = "Tasks of IR-1 · 1 of 2 done\n\
                       ☐ 3 Tell the shops\n[Done] [Edit] [Remove]\n\
                       ☑ 1 Roll back · @alice · done 2026-11-23 14:05 UTC\n[Reopen] [Edit] [Remove]\n\
                       [Add Task]";
        assert_eq!(alice.reads_ephemeral(), [shorter]);
        // Bob's list is outdated. Slack delivers Alice's click twice.
        alice.redelivers_last_request().await;
        bob.selects(channel, &of_bob, "task_done", FIRST_TASK).await;
        assert_eq!(bob.reads_ephemeral(), ["Task 1 is already done."]);
        alice
            .selects(channel, &of_alice, "task_reopen", FIRST_TASK)
            .await;
        assert_eq!(alice.reads_ephemeral(), [list]);
        assert_eq!(
            alice.reads(channel),
            [
                "alice finished task 1: Roll back",
                "alice reopened task 1: Roll back"
            ]
        );
    });
}

#[test]
fn task_is_added_from_the_list() {
    incident_over_both_transports(async |_, channel, [alice, ..]| {
        alice.types(channel, "/datadog task list").await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Tasks of IR-1 · none yet\n[Add Task]"]
        );
        add_tasks(alice, channel).await;
        let list = alice.opens_list(channel, "/datadog task list").await;
        alice.reads_ephemeral();
        alice.clicks(channel, &list, "task").await;
        alice.submits(&[("Task", "Look at the disk")]).await;
        assert_eq!(
            alice.reads(channel),
            ["alice added task 4: Look at the disk"]
        );
        alice.types(channel, "/datadog followup list").await;
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "Follow-ups of IR-1 · 0 of 1 done\n☐ 2 Add an alarm\n[Done] [Edit] [Remove]\n[Add Follow-up]"
            ]
        );
    });
}

#[test]
fn five_hundred_tasks_are_paged() {
    incident_over_http(async |world, channel, [alice, ..]| {
        let store = world.store().await;
        let at = Timestamp::new(DateTime::from_timestamp_millis(world.now()).unwrap());
        let actor = Actor::new(UserId::from("U0ALICE0001"), at);
        let many = move |incident: &Incident| {
            let mut incident = incident.clone();
            for number in 1..=500 {
                let new = AddTask {
                    kind: TaskKind::Task,
                    description: format!("{number} {}", "x".repeat(2_000)),
                    assignees: vec![UserId::from("U0ALICE0001"); 3],
                    due_at: None,
                };
                incident = incident.add_task(new, &actor)?.incident;
            }
            Ok(Change::new(incident, at))
        };
        let id = IncidentId(1);
        store
            .change(Viewer::Operator, id, IdempotencyKey::view("V500"), many)
            .await
            .unwrap();
        let mut listed = read_all_pages(alice, channel).await;
        assert_eq!(listed.len(), 500);
        listed.dedup();
        assert_eq!(listed.len(), 500);
    });
}

/// Opens the task list and pages to its end. Returns the open tasks of all pages.
async fn read_all_pages(user: TestUser<'_>, channel: &str) -> Vec<String> {
    let list = user.opens_list(channel, "/datadog task list").await;
    let mut listed = Vec::new();
    loop {
        let page = user.reads_ephemeral().pop().unwrap();
        let tasks = page.lines().filter(|entry| entry.starts_with('☐'));
        listed.extend(tasks.map(str::to_owned));
        if !page.ends_with("[Later]") {
            assert!(page.ends_with("[Add Task] [Earlier]"), "{page}");
            return listed;
        }
        user.clicks(channel, &list, "tasks_later").await;
    }
}
