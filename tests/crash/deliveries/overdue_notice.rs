//! Crash tests for overdue notices: the assignee receives each notice once.

use chrono::Timelike;
use muster::clock::Clock;
use muster_domain::DeliveryKind;
use muster_sandbox::AccountKind;

use crate::app_messages::direct_messages;
use crate::exactly_once::run_command;
use crate::harness::{World, assert_accepted, wait_for};
use crate::kill_points::{DeliveryCase, kill_during};

/// Returns a time zone in which it is daytime now and for the next hour.
pub fn daytime_zone() -> &'static str {
    match Clock::system().now().to_datetime().hour() {
        0..=7 => "Asia/Tokyo",
        8..=11 => "Asia/Kolkata",
        12..=16 => "Etc/UTC",
        _ => "America/Los_Angeles",
    }
}

#[tokio::test]
async fn assignee_receives_one_overdue_notice() {
    let case = DeliveryCase::create(DeliveryKind::SendDirectMessage, "an overdue task");
    let assign = async |world: &World| {
        let (slack, zone) = (&world.slack, daytime_zone());
        slack.add_user("olga", "Olga Owner", zone, AccountKind::Member);
        run_command(world, "/datadog task Roll back with @olga due in 2 hours").await;
        let is_notified = async || messages_to_olga(world).len() == 1;
        wait_for("direct message about the task", is_notified).await;
    };
    let make_overdue = async |world: &World, (): &()| {
        world.database.make_task_overdue();
        let result = world.slack.types("chioma", "#general", "/datadog help");
        assert_accepted(&result.await);
    };
    kill_during(case, assign, make_overdue, |world, ()| {
        let messages = messages_to_olga(world);
        let [_, overdue] = messages.as_slice() else {
            panic!("expected the assignment and the overdue notice: {messages:#?}");
        };
        let notice = "Task 1 of IR-1 Checkout is slow was due ";
        assert!(overdue.starts_with(notice), "{overdue}");
        let next = "schedule WHERE kind = 'overdue_notice' AND due_at > base_at";
        let count = world.database.count(next);
        assert_eq!(count, 1, "the next notice is due tomorrow");
        assert_eq!(world.log_warnings(), [""; 0]);
    })
    .await;
}

/// Returns the direct messages to olga.
fn messages_to_olga(world: &World) -> Vec<String> {
    let messages = direct_messages(&world.slack, "olga").into_iter();
    messages.map(|it| it.rendered_text().to_owned()).collect()
}
