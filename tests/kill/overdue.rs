//! The word that a task is overdue, killed at each of its moments: whoever has the task is told once.

use chrono::Timelike;
use muster::clock::Clock;
use muster::domain::Owed;
use muster::sandbox::PersonKind;

use super::blow::{Blow, Turn, strike};
use super::cases::each;
use super::deliveries::declares;
use super::once::is_typed;
use super::world::{World, eventually, is_fine};

/// Gives a zone in which it is daytime now, and stays so for an hour.
fn zone_of_daytime() -> &'static str {
    match Clock::system().now().time().hour() {
        0..=7 => "Asia/Tokyo",
        8..=11 => "Asia/Kolkata",
        12..=16 => "Etc/UTC",
        _ => "America/Los_Angeles",
    }
}

#[tokio::test]
async fn whoever_has_a_task_is_told_once_that_it_is_overdue() {
    each(
        "the word that a task is overdue",
        &Blow::ALL,
        async |mut world: World, blow| {
            let zone = zone_of_daytime();
            world
                .slack
                .add_person("olga", "Olga Owner", zone, PersonKind::Person);
            declares(&world).await;
            world.settles().await;
            is_typed(&world, "/datadog task Roll back @olga due in 2 hours").await;
            let given = async || told(&world).len() == 1;
            eventually("the word of the task", given).await;
            strike(
                &mut world,
                (Owed::Direct, Turn::First, blow),
                async |world| {
                    world.records.is_overdue_now();
                    let seen = world.slack.types("chioma", "#general", "/datadog help");
                    is_fine(&seen.await);
                },
            )
            .await;
            world.starts().await;
            world.settles().await;
            let told = told(&world);
            let [_, overdue] = told.as_slice() else {
                panic!("the word of the task, and that it is overdue: {told:#?}");
            };
            assert!(
                overdue.starts_with("Task 1 of IR-1 Checkout is slow is overdue since "),
                "{overdue}"
            );
            let waits = "task_assignees WHERE told_at IS NOT NULL AND tell_at > told_at";
            assert_eq!(world.records.count(waits), 1, "the next word, tomorrow");
            assert_eq!(world.complaints(), [""; 0]);
        },
    )
    .await;
}

/// Gives what olga is told directly.
fn told(world: &World) -> Vec<String> {
    let direct = world.slack.direct_message("olga").unwrap_or_default();
    let messages = world.slack.messages(&direct).into_iter();
    messages.map(|it| it.as_read().to_owned()).collect()
}
