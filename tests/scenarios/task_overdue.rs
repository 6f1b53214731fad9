//! What is overdue: told once a day, in the person's daytime, until it is done.

use muster::sandbox::Down;

use super::person::Person;
use super::world::{World, over_http};

/// A day, in minutes.
const DAY: i64 = 24 * 60;

/// When the task is due, in minutes after the story began: at half past four in Paris, where Alice is.
/// Bob is in New York, where it is half past ten in the morning then, and Chioma in Tokyo, where it is
/// half past midnight.
const DUE: i64 = 85;

/// Has alice give somebody something to do; reads all that is said of it, and gives the channel.
async fn alice_gives_a_task(world: &World, to: &str) -> String {
    let alice = world.person("alice");
    let channel = alice.declares("Checkout is slow").await.channel;
    alice.says(&channel, "/datadog task").await;
    alice.fills_several("Assignees", &[to]).await;
    let seen = alice
        .submits(&[
            ("What is to be done", "Roll back"),
            ("Due date", "2026-11-23"),
            ("Due time", "16:30"),
        ])
        .await;
    assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
    alice.reads(&channel);
    assert_eq!(
        world.person(to).reads_direct().len(),
        1,
        "{to} is told of it"
    );
    channel
}

/// Reads what somebody is newly told directly; says how often that is that their task is overdue.
fn reminded(person: Person<'_>) -> usize {
    let told = person.reads_direct();
    for told in &told {
        let expected = "Task 1 of IR-1 Checkout is slow is overdue since 2026-11-23 15:30 UTC: Roll back\n\
                        Its channel is #incident-1-checkout-is-slow.";
        assert_eq!(told, expected);
    }
    told.len()
}

#[tokio::test]
async fn whoever_has_not_done_it_is_told_once_a_day_until_it_is_done() {
    over_http(async |world| {
        let bob = world.person("bob");
        let channel = alice_gives_a_task(world, "bob").await;
        world.comes_to(DUE - 1).await;
        assert_eq!(reminded(bob), 0);
        world.comes_to(DUE).await;
        assert_eq!(reminded(bob), 1);
        for minutes in [DUE + 1, DUE + 300, DAY - 6] {
            world.comes_to(minutes).await;
            assert_eq!(reminded(bob), 0, "{minutes}");
        }
        // Nine in the morning in New York.
        world.comes_to(DAY - 5).await;
        assert_eq!(reminded(bob), 1);
        bob.says(&channel, "/datadog task done 1").await;
        bob.reads(&channel);
        world.comes_to(3 * DAY).await;
        assert_eq!(reminded(bob), 0);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_told_at_night() {
    over_http(async |world| {
        let chioma = world.person("chioma");
        alice_gives_a_task(world, "chioma").await;
        world.comes_to(DUE).await;
        assert_eq!(reminded(chioma), 0);
        // Nine in the morning in Tokyo.
        world.comes_to(594).await;
        assert_eq!(reminded(chioma), 0);
        world.comes_to(595).await;
        assert_eq!(reminded(chioma), 1);
    })
    .await;
}

#[tokio::test]
async fn a_restart_loses_no_word_and_doubles_none_and_days_of_outage_bring_one() {
    over_http(async |world| {
        let bob = world.person("bob");
        alice_gives_a_task(world, "bob").await;
        world.comes_to(DUE).await;
        assert_eq!(reminded(bob), 1);
        world.stops().await;
        world.starts().await;
        world.comes_to(DUE + 60).await;
        assert_eq!(reminded(bob), 0);
        world.stops().await;
        world.comes_to(3 * DAY + 60).await;
        assert_eq!(reminded(bob), 0);
        world.starts().await;
        assert_eq!(reminded(bob), 1);
        world.comes_to(3 * DAY + 120).await;
        assert_eq!(reminded(bob), 0);
    })
    .await;
}

#[tokio::test]
async fn while_slack_is_away_for_days_one_word_waits_and_none_if_it_is_done_meanwhile() {
    for is_done in [false, true] {
        over_http(async |world| {
            let bob = world.person("bob");
            let channel = alice_gives_a_task(world, "bob").await;
            world.slack.goes_down(Down::Error("fatal_error"));
            for days in 0..3 {
                world.comes_to(days * DAY + DUE + 60).await;
            }
            if is_done {
                bob.says(&channel, "/datadog task done 1").await;
                bob.reads_alone();
            }
            world.slack.comes_back();
            world.catches_up().await;
            assert_eq!(reminded(bob), usize::from(!is_done));
            bob.reads(&channel);
            world.log.take();
        })
        .await;
    }
}

#[tokio::test]
async fn whoever_opens_a_task_again_is_not_told_twice_that_day() {
    over_http(async |world| {
        let bob = world.person("bob");
        let channel = alice_gives_a_task(world, "bob").await;
        world.comes_to(DUE).await;
        assert_eq!(reminded(bob), 1);
        for turn in ["done", "reopen"] {
            bob.says(&channel, &format!("/datadog task {turn} 1")).await;
        }
        bob.reads(&channel);
        world.comes_to(DUE + 60).await;
        assert_eq!(reminded(bob), 0);
        world.comes_to(DAY - 5).await;
        assert_eq!(reminded(bob), 1);
    })
    .await;
}
