//! Overdue notices: one per day, during the assignee's daytime, until the task is done.

use muster_sandbox::Outage;

use crate::harness::prelude::*;

/// A day, in minutes.
const DAY_MINUTES: i64 = 24 * 60;

/// The due time of the task, in minutes after the start of the scenario: 16:30 in Paris, where Alice is. It
/// is 10:30 in New York, where Bob is, and 00:30 in Tokyo, where Chioma is.
const DUE_MINUTE: i64 = 85;

/// Assigns a task to a user as alice and reads all messages about it. Returns the channel.
async fn declare_with_task(world: &World, to: &str) -> String {
    let alice = world.user("alice");
    // A low severity, so that there are no reminders of the channel.
    let severity = [SEV_3];
    let channel = alice
        .declares_with("Checkout is slow", &severity)
        .await
        .channel;
    alice.types(&channel, "/datadog task").await;
    alice.fills_several("Assignees", &[to]).await;
    alice
        .submits_and_closes(&[
            ("Task", "Roll back"),
            ("Due date", "2026-11-23"),
            ("Due time", "16:30"),
        ])
        .await;
    alice.reads(&channel);
    assert_eq!(
        world.user(to).reads_direct_messages().len(),
        1,
        "{to} receives a direct message"
    );
    channel
}

/// Reads the user's new direct messages. Returns the number of overdue notices.
fn count_overdue_notices(user: TestUser<'_>) -> usize {
    let messages = user.reads_direct_messages();
    for message in &messages {
        let expected = "Task 1 of IR-1 Checkout is slow was due 2026-11-23 15:30 UTC: Roll back\nChannel: \
            #incident-1-checkout-is-slow\n[Done] [Snooze 1 day]";
        assert_eq!(message, expected);
    }
    messages.len()
}

#[test]
fn overdue_notice_is_sent_daily_until_the_task_is_done() {
    over_http(async |world, [_, bob, ..]| {
        let channel = declare_with_task(world, "bob").await;
        world.advance_to_minute(DUE_MINUTE - 1).await;
        assert_eq!(count_overdue_notices(bob), 0);
        world.advance_to_minute(DUE_MINUTE).await;
        assert_eq!(count_overdue_notices(bob), 1);
        for minutes in [DUE_MINUTE + 1, DUE_MINUTE + 300, DAY_MINUTES - 6] {
            world.advance_to_minute(minutes).await;
            assert_eq!(count_overdue_notices(bob), 0, "{minutes}");
        }
        // 9:00 in New York.
        world.advance_to_minute(DAY_MINUTES - 5).await;
        assert_eq!(count_overdue_notices(bob), 1);
        bob.types(&channel, "/datadog task done 1").await;
        bob.reads(&channel);
        world.advance_to_minute(3 * DAY_MINUTES).await;
        assert_eq!(count_overdue_notices(bob), 0);
    });
}

#[test]
fn overdue_notice_waits_for_daytime() {
    over_http(async |world, [_, _, chioma]| {
        declare_with_task(world, "chioma").await;
        world.advance_to_minute(DUE_MINUTE).await;
        assert_eq!(count_overdue_notices(chioma), 0);
        // 9:00 in Tokyo.
        world.advance_to_minute(594).await;
        assert_eq!(count_overdue_notices(chioma), 0);
        world.advance_to_minute(595).await;
        assert_eq!(count_overdue_notices(chioma), 1);
    });
}

#[test]
fn restart_loses_no_overdue_notice_and_days_offline_cause_one() {
    over_http(async |world, [_, bob, ..]| {
        declare_with_task(world, "bob").await;
        world.advance_to_minute(DUE_MINUTE).await;
        assert_eq!(count_overdue_notices(bob), 1);
        world.stop().await;
        world.start().await;
        world.advance_to_minute(DUE_MINUTE + 60).await;
        assert_eq!(count_overdue_notices(bob), 0);
        world.stop().await;
        world.advance_to_minute(3 * DAY_MINUTES + 60).await;
        assert_eq!(count_overdue_notices(bob), 0);
        world.start().await;
        assert_eq!(count_overdue_notices(bob), 1);
        world.advance_to_minute(3 * DAY_MINUTES + 120).await;
        assert_eq!(count_overdue_notices(bob), 0);
    });
}

#[test]
fn outage_causes_one_overdue_notice_and_none_when_the_task_is_done() {
    for is_done in [false, true] {
        over_http(async |world, [_, bob, ..]| {
            let slack = &world.slack;
            let channel = declare_with_task(world, "bob").await;
            slack.start_outage(Outage::Error("fatal_error"));
            for days in 0..3 {
                world
                    .advance_to_minute(days * DAY_MINUTES + DUE_MINUTE + 60)
                    .await;
            }
            if is_done {
                bob.types(&channel, "/datadog task done 1").await;
                bob.reads_ephemeral();
            }
            slack.end_outage();
            world.deliver_all_advancing().await;
            assert_eq!(count_overdue_notices(bob), usize::from(!is_done));
            bob.reads(&channel);
            world.expects_warning("Slack isn't responding;");
        });
    }
}

#[test]
fn reopened_task_causes_no_second_overdue_notice_on_that_day() {
    over_http(async |world, [_, bob, ..]| {
        let channel = declare_with_task(world, "bob").await;
        world.advance_to_minute(DUE_MINUTE).await;
        assert_eq!(count_overdue_notices(bob), 1);
        for subcommand in ["done", "reopen"] {
            bob.types(&channel, &format!("/datadog task {subcommand} 1"))
                .await;
        }
        bob.reads(&channel);
        world.advance_to_minute(DUE_MINUTE + 60).await;
        assert_eq!(count_overdue_notices(bob), 0);
        world.advance_to_minute(DAY_MINUTES - 5).await;
        assert_eq!(count_overdue_notices(bob), 1);
    });
}
