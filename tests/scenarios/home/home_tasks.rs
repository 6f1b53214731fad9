//! Tasks in the Home view: the assignees complete them there.

use muster_sandbox::Fault;

use crate::harness::prelude::*;

/// Declares an incident with one task of bob and chioma, and one of bob. Bob opens his Home view.
async fn declare_with_tasks(world: &World) {
    let alice = world.user("alice");
    alice.declares("Checkout is slow").await;
    for text in ["task Roll back @bob @chioma", "followup Write it down @bob"] {
        alice.types(CHANNEL, &format!("/datadog {text}")).await;
    }
    world.user("bob").opens_home().await;
    world.expects_unread(5, "two posts, three direct messages");
}

/// Clicks **Done** at a task of IR-1 in the Home view, on its first page.
async fn finish_at_home(user: TestUser<'_>, task: &str) {
    let value = format!("1 {task} 0");
    user.selects_at_home("home_task_done", &value).await;
}

/// Returns the tasks section of a Home view.
fn tasks_section(home: &str) -> &str {
    let (_, tasks) = home.split_once("My tasks").unwrap();
    tasks.split_once("\nOpen incidents").unwrap().0
}

#[test]
fn task_is_completed_at_home_once() {
    over_both_transports(async |world, [alice, bob, chioma]| {
        declare_with_tasks(world).await;
        let second = "Write it down\n[Done]\nIR-1 · follow-up 2";
        let both = format!(" (2)\nRoll back\n[Done]\nIR-1 · task 1\n{second}");
        assert_eq!(tasks_section(&bob.reads_home()), both);
        let chiomas = chioma.opens_home().await;
        assert!(tasks_section(&chiomas).starts_with(" (1)"), "{chiomas}");

        finish_at_home(bob, "task 1").await;
        bob.redelivers_last_request().await;
        assert_eq!(tasks_section(&bob.reads_home()), format!(" (1)\n{second}"));
        let none = "\nNo open tasks.";
        assert_eq!(tasks_section(&chioma.reads_home()), none);
        assert_eq!(alice.reads(CHANNEL), ["bob finished task 1: Roll back"]);
        finish_at_home(bob, "follow_up 2").await;
        assert_eq!(tasks_section(&bob.reads_home()), none);
        assert_eq!(
            alice.reads(CHANNEL),
            ["bob finished follow-up 2: Write it down"]
        );
        assert_eq!(bob.reads_direct_messages(), [""; 0]);
        bob.reads_ephemeral();
    });
}

#[test]
fn outdated_home_is_refreshed_on_click_of_a_done_task() {
    scenario(async |world, [alice, bob, ..]| {
        declare_with_tasks(world).await;
        world
            .slack
            .fail_calls("views.publish", 1, Fault::Error("not_enabled"));
        alice.types(CHANNEL, "/datadog task done 1").await;
        assert_eq!(alice.reads(CHANNEL), ["alice finished task 1: Roll back"]);
        assert!(tasks_section(&bob.reads_home()).starts_with(" (2)"));
        finish_at_home(bob, "task 1").await;
        assert!(tasks_section(&bob.reads_home()).starts_with(" (1)"));
        assert_eq!(alice.reads(CHANNEL), [""; 0], "the task was already done");
        assert_eq!(bob.reads_direct_messages(), [""; 0]);
        world.expects_warning(
            "The Home of U0BOB000001 couldn't be published and is retried when they open it: views.publish: not_enabled",
        );
    });
}

#[test]
fn task_of_a_private_incident_is_hidden_from_outsiders() {
    over_http(async |world, [alice, bob, ..]| {
        declare_with_tasks(world).await;
        world
            .slack
            .fail_calls("views.publish", 1, Fault::Error("not_enabled"));
        alice
            .types(CHANNEL, "/datadog incident role responder remove @bob")
            .await;
        bob.leaves(CHANNEL).await;
        alice.types(CHANNEL, "/datadog incident private").await;
        world.expects_unread(5, "header, three posts, two replies");
        assert!(
            tasks_section(&bob.reads_home()).starts_with(" (2)"),
            "Slack published no other Home view"
        );
        finish_at_home(bob, "task 1").await;
        assert_eq!(
            bob.reads_direct_messages(),
            ["This incident doesn't exist."]
        );
        let none = "\nNo open tasks.";
        assert_eq!(tasks_section(&bob.reads_home()), none);
        let timeline = world.timeline(1).await;
        assert!(
            timeline.iter().all(|it| !it.contains("finished")),
            "{timeline:?}"
        );
        world.expects_warning(
            "The Home of U0BOB000001 couldn't be published and is retried when they open it: views.publish: not_enabled",
        );
    });
}
