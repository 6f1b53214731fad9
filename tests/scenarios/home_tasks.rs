//! Tasks at the app's Home: checked off there by whoever has them.

use muster::sandbox::Trouble;

use super::world::{World, by_each_door, over_http};

const CHANNEL: &str = "incident-1-checkout-is-slow";

const DONE: &str = "home_task_done";

/// Declares an incident with a task that bob and chioma have, and one that bob has; bob looks at his Home.
async fn given(world: &World) {
    let alice = world.person("alice");
    alice.declares("Checkout is slow").await;
    for text in ["task Roll back @bob @chioma", "followup Write it down @bob"] {
        alice.says(CHANNEL, &format!("/datadog {text}")).await;
    }
    world.person("bob").opens_home().await;
    alice.reads_everything();
}

/// Gives what somebody's Home says of their tasks.
fn tasks(home: &str) -> &str {
    let (_, tasks) = home.split_once("My tasks").unwrap();
    tasks.split_once("\nOpen incidents").unwrap().0
}

#[tokio::test]
async fn a_task_is_checked_off_at_home_once() {
    by_each_door(async |world| {
        given(world).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let second = format!("IR-1 Write it down @bob · follow-up 2 · #{CHANNEL}\n[Done]");
        let both =
            format!(" (2)\nIR-1 Roll back @bob @chioma · task 1 · #{CHANNEL}\n[Done]\n{second}");
        assert_eq!(tasks(&bob.reads_home()), both);
        let chiomas = world.person("chioma").opens_home().await;
        assert!(tasks(&chiomas).starts_with(" (1)"), "{chiomas}");

        bob.picks_at_home(DONE, "1 task 1 0").await;
        bob.sends_it_again().await;
        assert_eq!(tasks(&bob.reads_home()), format!(" (1)\n{second}"));
        let none = "\nYou have no open task.";
        assert_eq!(tasks(&world.person("chioma").reads_home()), none);
        assert_eq!(
            alice.reads(CHANNEL),
            ["bob finished task 1: Roll back @bob @chioma"]
        );
        bob.picks_at_home(DONE, "1 follow_up 2 0").await;
        assert_eq!(tasks(&bob.reads_home()), none);
        assert_eq!(
            alice.reads(CHANNEL),
            ["bob finished follow-up 2: Write it down @bob"]
        );
        assert_eq!(bob.reads_directly(), [""; 0]);
        bob.reads_alone();
    })
    .await;
}

#[tokio::test]
async fn a_home_that_still_shows_what_is_done_says_so_after_the_second_click() {
    by_each_door(async |world| {
        given(world).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        world
            .slack
            .fails("views.publish", 1, Trouble::Error("not_enabled"));
        alice.says(CHANNEL, "/datadog task done 1").await;
        alice.reads_everything();
        assert!(tasks(&bob.reads_home()).starts_with(" (2)"));
        bob.picks_at_home(DONE, "1 task 1 0").await;
        assert!(tasks(&bob.reads_home()).starts_with(" (1)"));
        assert_eq!(alice.reads(CHANNEL), [""; 0], "it was done already");
        assert_eq!(bob.reads_directly(), [""; 0]);
        assert_eq!(world.log.take().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_task_of_a_private_incident_is_for_those_inside_alone() {
    over_http(async |world| {
        given(world).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        world
            .slack
            .fails("views.publish", 1, Trouble::Error("not_enabled"));
        alice
            .says(CHANNEL, "/datadog incident role responder remove @bob")
            .await;
        bob.leaves(CHANNEL).await;
        alice.says(CHANNEL, "/datadog incident private").await;
        alice.reads_everything();
        assert!(
            tasks(&bob.reads_home()).starts_with(" (2)"),
            "Slack did not show him another"
        );
        bob.picks_at_home(DONE, "1 task 1 0").await;
        assert_eq!(bob.reads_directly(), ["There is no such incident."]);
        let none = "\nYou have no open task.";
        assert_eq!(tasks(&bob.reads_home()), none);
        let timeline = world.timeline(1).await;
        assert!(
            timeline.iter().all(|it| !it.contains("finished")),
            "{timeline:?}"
        );
        alice.reads_everything();
        world.log.take();
    })
    .await;
}
