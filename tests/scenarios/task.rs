//! `/datadog task` and `/datadog followup`: given by typing and by a form, told, checked off.

use muster::sandbox::PersonKind;

use super::world::{World, by_each_door, over_http};

#[tokio::test]
async fn a_task_is_typed_and_whom_its_words_name_is_told_directly() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = &alice.declares("Checkout is slow").await.channel;
        alice
            .says(channel, "/datadog task Roll back the release @bob")
            .await;
        assert_eq!(
            alice.reads(channel),
            ["alice added task 1 for bob: Roll back the release @bob"]
        );
        assert_eq!(
            bob.reads_direct(),
            [format!(
                "alice gave you task 1 of IR-1 Checkout is slow: Roll back the release @bob\n\
                 Its channel is #{channel}."
            )]
        );
        assert!(
            world
                .slack
                .members(channel)
                .contains(&world.slack.person("bob"))
        );
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice added task 1 “Roll back the release @bob”"]
        );
        // The same command delivered twice adds once.
        alice.sends_it_again().await;
        assert_eq!(alice.reads(channel), [""; 0]);
        // Whoever takes a task themselves knows.
        bob.says(channel, "/datadog followup Write it down, @bob")
            .await;
        assert_eq!(
            bob.reads(channel),
            ["bob added follow-up 2 for bob: Write it down, @bob"]
        );
        assert_eq!(bob.reads_direct(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn the_form_gives_a_task_to_several_until_a_time_of_the_persons_own_clock() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = &alice.declares("Checkout is slow").await.channel;
        alice.says(channel, "/datadog task").await;
        assert_eq!(alice.form().title, "New Task");
        alice.fills_several("Assignees", &["alice", "bob"]).await;
        // Alice is in Paris, an hour ahead.
        let seen = alice
            .submits(&[
                ("What is to be done", "Roll back"),
                ("Due date", "2026-11-24"),
                ("Due time", "17:00"),
            ])
            .await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        let told = "alice added task 1 for alice, bob, due 2026-11-24 16:00 UTC: Roll back";
        assert_eq!(alice.reads(channel), [told]);
        assert_eq!(
            bob.reads_direct(),
            [format!(
                "alice gave you task 1 of IR-1 Checkout is slow, due 2026-11-24 16:00 UTC: Roll back\n\
                 Its channel is #{channel}."
            )]
        );
        assert_eq!(alice.reads_direct(), [""; 0]);
        alice.sends_it_again().await;
        assert_eq!(alice.reads(channel), [""; 0]);
        // It is done by then, so that nobody is told tomorrow.
        bob.says(channel, "/datadog task done 1").await;
        assert_eq!(bob.reads(channel), ["bob finished task 1: Roll back"]);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_taken_is_told_where_the_person_looks_and_nothing_is_lost() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.slack.add_person("dora", "Dora Novak", "Europe/Prague", PersonKind::Person);
        let dora = world.person("dora");
        let severity = [("Severity Level", "SEV-3 Moderate")];
        let channel = &alice.declares_with("Checkout is slow", &severity).await.channel;
        dora.joins(channel).await;
        let ts = dora.writes(channel, "I am off.").await;
        world.slack.deactivates("dora");
        // What Slack said of her is good for a day.
        world.leaps(90_000).await;
        alice.chooses(channel, &ts, "add_to_incident").await;
        alice.reads_alone();

        alice.says(channel, "/datadog task @bob").await;
        alice.says(channel, "/datadog task Roll back @zebra").await;
        assert_eq!(
            alice.reads_alone(),
            [
                "A task needs words: what is to be done? For example: /datadog task Roll back the release \
                 @ann Nothing was added. You typed: @bob",
                "I know nobody called “zebra”. Choose from the list that Slack shows as you type @. Nothing \
                 was added. You typed: Roll back @zebra",
            ]
        );

        alice.says(channel, "/datadog task").await;
        alice.fills_several("Assignees", &["dora"]).await;
        let seen = alice
            .submits(&[("What is to be done", "Roll back"), ("Due date", "2026-11-22")])
            .await;
        assert_eq!(
            seen.errors["Due date"],
            "“2026-11-22” is over. Type a time that is still to come, such as tomorrow 17:00."
        );
        assert_eq!(
            seen.errors["Assignees"],
            "The account of dora is deactivated. Choose somebody who is here."
        );
        assert_eq!(alice.field("What is to be done"), "Roll back");
        let seen = alice.submits(&[("What is to be done", "  ")]).await;
        assert_eq!(
            seen.errors["What is to be done"],
            "A task needs words: what is to be done?"
        );
        assert_eq!(alice.reads(channel), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn tasks_of_a_resolved_incident_go_on() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let channel = &alice.declares("Checkout is slow").await.channel;
        alice.says(channel, "/datadog task Roll back").await;
        alice.updates(channel, &[("Status", "RESOLVED")]).await;
        alice.reads_everything();
        alice.says(channel, "/datadog task done 1").await;
        alice.says(channel, "/datadog followup Add an alarm").await;
        assert_eq!(
            alice.reads(channel),
            [
                "alice finished task 1: Roll back",
                "alice added follow-up 2: Add an alarm"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn turning_a_task_twice_is_answered_and_turning_none_as_well() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let channel = &alice.declares("Checkout is slow").await.channel;
        alice.says(channel, "/datadog task Roll back").await;
        for (typed, told) in [
            ("done 1", ""),
            ("done 1", "Task 1 is done already."),
            ("reopen 1", ""),
            ("reopen 1", "Task 1 is open already."),
            ("done 7", "IR-1 has no task 7."),
        ] {
            alice.says(channel, &format!("/datadog task {typed}")).await;
            assert_eq!(
                alice.reads_alone().pop().unwrap_or_default(),
                told,
                "{typed}"
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
    })
    .await;
}

#[tokio::test]
async fn editing_changes_only_what_the_person_changed() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = &alice.declares("Checkout is slow").await.channel;
        bob.joins(channel).await;
        alice.says(channel, "/datadog task Roll back @alice").await;
        for person in [alice, bob] {
            person.says(channel, "/datadog task list").await;
            person
                .presses(channel, &person.last_alone().ts, "task_edit")
                .await;
            assert_eq!(person.form().title, "Edit Task 1");
        }
        // Two people edit at once, and do not undo each other.
        alice
            .submits(&[("What is to be done", "Roll back to 1.4")])
            .await;
        bob.fills_several("Assignees", &["bob", "chioma"]).await;
        bob.submits(&[]).await;
        assert_eq!(
            alice.reads(channel),
            [
                "alice added task 1 for alice: Roll back @alice",
                "alice changed task 1 to: Roll back to 1.4",
                "bob gave task 1 to bob: Roll back to 1.4\n\
                 bob gave task 1 to chioma: Roll back to 1.4\n\
                 bob took task 1 from alice: Roll back to 1.4",
            ]
        );
        let chioma = world.person("chioma");
        assert_eq!(chioma.reads_direct().len(), 1);
        reads_lists(world);

        // Submitted untouched, it changes nothing.
        alice.says(channel, "/datadog task list").await;
        alice
            .presses(channel, &alice.last_alone().ts, "task_edit")
            .await;
        alice.submits(&[]).await;
        assert_eq!(alice.reads(channel), [""; 0]);
        reads_lists(world);
    })
    .await;
}

#[tokio::test]
async fn a_due_date_is_set_moved_and_taken_off() {
    over_http(async |world| {
        let alice = world.person("alice");
        let channel = &alice.declares("Checkout is slow").await.channel;
        alice.says(channel, "/datadog task Roll back").await;
        alice.says(channel, "/datadog task list").await;
        let list = alice.last_alone().ts;
        let mut told = vec!["alice added task 1: Roll back".to_owned()];
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
            alice.presses(channel, &list, "task_edit").await;
            alice.submits(&fields).await;
            told.push(format!("alice {says}: Roll back"));
        }
        alice.presses(channel, &list, "task_edit").await;
        assert_eq!(alice.form().title, "Edit Task 1");
        alice.empties("Due date").await;
        alice.submits(&[]).await;
        told.push("alice took the due date off task 1: Roll back".to_owned());
        assert_eq!(alice.reads(channel), told);
        reads_lists(world);
    })
    .await;
}

fn reads_lists(world: &World) {
    for person in ["alice", "bob", "chioma"] {
        world.person(person).reads_alone();
    }
}
