//! `/datadog task list`: only to the asker, paged, to check off and to open again.

use chrono::DateTime;
use muster::domain::{By, Change, Incident, Moment, NewTask, Viewer};
use muster::store::Key;
use muster_commands::task::TaskKind;
use muster_commands::{IncidentId, PersonId};

use super::world::{by_each_door, over_http};

#[tokio::test]
async fn a_task_is_checked_off_and_opened_again_in_the_list() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = &alice.declares("Checkout is slow").await.channel;
        bob.joins(channel).await;
        alice.says(channel, "/datadog task list").await;
        assert_eq!(
            alice.reads_alone(),
            ["Tasks of IR-1 · none yet\n[New Task]"]
        );
        alice.says(channel, "/datadog task Roll back @alice").await;
        alice.says(channel, "/datadog followup Add an alarm").await;
        alice.says(channel, "/datadog task Tell the shops").await;
        alice.reads(channel);
        let list = "Tasks of IR-1 · 0 of 2 done\n\
                    ☐ 1 Roll back @alice · @alice\n[Done] [Edit]\n\
                    ☐ 3 Tell the shops\n[Done] [Edit]\n[New Task]";
        for person in [alice, bob] {
            person.says(channel, "/datadog task list").await;
            assert_eq!(person.reads_alone(), [list]);
        }
        let (of_alice, of_bob) = (alice.last_alone().ts, bob.last_alone().ts);
        alice
            .picks(channel, &of_alice, "task_done", "1 task 1 0")
            .await;
        let shorter = "Tasks of IR-1 · 1 of 2 done\n\
                       ☐ 3 Tell the shops\n[Done] [Edit]\n\
                       ☑ 1 Roll back @alice · @alice · done 2026-11-23 14:05 UTC\n[Reopen] [Edit]\n\
                       [New Task]";
        assert_eq!(alice.reads_alone(), [shorter]);
        // Bob's list still shows it as it was; Slack delivers Alice's press twice.
        alice.sends_it_again().await;
        bob.picks(channel, &of_bob, "task_done", "1 task 1 0").await;
        assert_eq!(bob.reads_alone(), ["Task 1 is done already."]);
        alice
            .picks(channel, &of_alice, "task_reopen", "1 task 1 0")
            .await;
        assert_eq!(alice.reads_alone(), [list]);
        assert_eq!(
            alice.reads(channel),
            [
                "alice finished task 1: Roll back @alice",
                "alice reopened task 1: Roll back @alice"
            ]
        );
        alice.presses(channel, &of_alice, "task").await;
        alice
            .submits(&[("What is to be done", "Look at the disk")])
            .await;
        assert_eq!(
            alice.reads(channel),
            ["alice added task 4: Look at the disk"]
        );
        alice.says(channel, "/datadog followup list").await;
        assert_eq!(
            alice.reads_alone(),
            ["Follow-ups of IR-1 · 0 of 1 done\n☐ 2 Add an alarm\n[Done] [Edit]\n[Create Follow-up]"]
        );
    })
    .await;
}

#[tokio::test]
async fn five_hundred_tasks_are_paged_through() {
    over_http(async |world| {
        let alice = world.person("alice");
        let channel = &alice.declares("Checkout is slow").await.channel;
        let store = world.store().await;
        let at = Moment::new(DateTime::from_timestamp_millis(world.now()).unwrap());
        let by = By::new(PersonId::from("U0ALICE0001"), at);
        let many = move |incident: &Incident| {
            let mut incident = incident.clone();
            for number in 1..=500 {
                let new = NewTask {
                    kind: TaskKind::Task,
                    description: format!("{number} {}", "x".repeat(2_000)),
                    assignees: vec![by.person.clone(); 3],
                    due_at: None,
                };
                incident = incident.add_task(new, &by)?.incident;
            }
            Ok(Change::to(incident, at))
        };
        let id = IncidentId(1);
        store
            .change(Viewer::Operator, id, Key::view("V500"), many)
            .await
            .unwrap();
        alice.says(channel, "/datadog task list").await;
        let list = alice.last_alone().ts;
        let mut seen = Vec::new();
        loop {
            let page = alice.reads_alone().pop().unwrap();
            let tasks = page.lines().filter(|line| line.starts_with('☐'));
            seen.extend(tasks.map(str::to_owned));
            if !page.ends_with("[Later]") {
                assert!(page.ends_with("[New Task] [Earlier]"), "{page}");
                break;
            }
            alice.presses(channel, &list, "tasks_later").await;
        }
        assert_eq!(seen.len(), 500);
        seen.dedup();
        assert_eq!(seen.len(), 500);
    })
    .await;
}
