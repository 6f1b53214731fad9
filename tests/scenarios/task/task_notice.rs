//! The buttons of direct messages about tasks, which are rewritten in place after a click.

use muster_sandbox::Message;

use crate::harness::prelude::*;

const DONE: &str = "task_notice_done";
const SNOOZE: &str = "task_notice_snooze";
const HOUR: i64 = 60 * 60;
const ITS_CHANNEL: &str = "Channel: #incident-1-checkout-is-slow";

/// Assigns a task to bob that is due at 15:00, and reads the direct message. Returns its channel and `ts`.
async fn assign_task_to_bob(world: &World, channel: &str) -> (String, Message) {
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    alice
        .types(channel, "/datadog task Roll back @bob due today 16:00")
        .await;
    world.expects_unread(2, "post, direct message");
    let direct = world.slack.direct_message_channel("bob").unwrap();
    (direct.to_string(), bob.last_direct_message())
}

#[test]
fn task_is_finished_from_the_direct_message() {
    incident_over_both_transports(async |world, channel, [alice, bob, ..]| {
        let (direct, message) = assign_task_to_bob(world, channel).await;
        let text = message.rendered_text();
        assert!(text.ends_with("\n[Done] [Snooze 1 day]"), "{text}");
        bob.clicks(&direct, &message.ts, DONE).await;
        let done = format!("Done: task 1 of IR-1 Checkout is slow: Roll back\n{ITS_CHANNEL}");
        assert_eq!(bob.reads_direct_messages(), [done]);
        assert_eq!(alice.reads(channel), ["bob finished task 1: Roll back"]);
        bob.redelivers_last_request().await;
        assert_eq!(alice.reads(channel), [""; 0]);
        assert_eq!(bob.reads_direct_messages(), [""; 0]);
    });
}

#[test]
fn snoozed_overdue_notice_comes_again_the_next_day() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        // A low severity, so that there are no reminders.
        alice.types(channel, "/datadog incident sev4").await;
        world.expects_unread(4, "header, announcement, its reply, post");
        assign_task_to_bob(world, channel).await;
        world.advance(2 * HOUR).await;
        let overdue = "Task 1 of IR-1 Checkout is slow was due 2026-11-23 15:00 UTC: Roll back";
        let buttons = "\n[Done] [Snooze 1 day]";
        let notice = format!("{overdue}\n{ITS_CHANNEL}{buttons}");
        assert_eq!(bob.reads_direct_messages(), [notice.as_str()]);
        let direct = world.slack.direct_message_channel("bob").unwrap();
        let ts = bob.last_direct_message().ts;
        bob.clicks(&direct, &ts, SNOOZE).await;
        let snoozed =
            "Snoozed until 2026-11-24 16:05 UTC: task 1 of IR-1 Checkout is slow: Roll back";
        let snoozed = format!("{snoozed}\n{ITS_CHANNEL}{buttons}");
        assert_eq!(bob.reads_direct_messages(), [snoozed]);
        // Without the snooze it would come at nine in New York, which is 14:00 UTC.
        world.advance(23 * HOUR).await;
        assert_eq!(bob.reads_direct_messages(), [""; 0]);
        world.advance(2 * HOUR).await;
        assert_eq!(bob.reads_direct_messages(), [notice]);
    });
}

#[test]
fn click_on_a_task_that_was_done_removed_or_hidden_is_answered() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        let (direct, message) = assign_task_to_bob(world, channel).await;
        alice.types(channel, "/datadog task done 1").await;
        assert_eq!(alice.reads(channel), ["alice finished task 1: Roll back"]);
        bob.clicks(&direct, &message.ts, SNOOZE).await;
        assert_eq!(bob.reads_ephemeral(), ["In IR-1, task 1 is done already."]);
        bob.clicks(&direct, &message.ts, DONE).await;
        let done = format!("Done: task 1 of IR-1 Checkout is slow: Roll back\n{ITS_CHANNEL}");
        assert_eq!(bob.reads_direct_messages(), [done]);
        assert_eq!(alice.reads(channel), [""; 0]);

        alice.types(channel, "/datadog task Tell shops @bob").await;
        let second = bob.last_direct_message();
        assert!(second.rendered_text().ends_with("\n[Done]"), "no due date");
        world.expects_unread(2, "post, direct message");
        alice.types(channel, "/datadog task remove 2").await;
        world.expects_unread(2, "the struck post, reply");
        bob.clicks(&direct, &second.ts, DONE).await;
        let removed = "Task 2 of IR-1 has already been removed.";
        assert_eq!(bob.reads_ephemeral(), [removed]);
    });
}

#[test]
fn tasks_of_one_message_have_their_own_buttons() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        world
            .slack
            .start_outage(muster_sandbox::Outage::Status(500));
        for task in ["Roll back @bob", "Tell shops @bob"] {
            alice.types(channel, &format!("/datadog task {task}")).await;
        }
        alice.reads_ephemeral();
        world.slack.end_outage();
        world.deliver_all_advancing().await;
        world.expects_warning("Slack isn't responding;");
        let message = bob.last_direct_message();
        let text = message.rendered_text();
        assert!(text.ends_with("\n[Done: task 1]\n[Done: task 2]"), "{text}");
        world.expects_unread(2, "post, direct message");
        let direct = world.slack.direct_message_channel("bob").unwrap();
        bob.selects(&direct, &message.ts, DONE, "1 2 1 2").await;
        let rewritten = format!(
            "task 1 of IR-1 Checkout is slow: Roll back\nDone: task 2 of IR-1 Checkout is slow: \
             Tell shops\n{ITS_CHANNEL}\n[Done: task 1]"
        );
        assert_eq!(bob.reads_direct_messages(), [rewritten]);
        world.expects_unread(1, "post");
    });
}
