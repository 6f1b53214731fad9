//! A posted reminder loses its buttons once it was answered, postponed or stopped, whatever happens meanwhile.

use muster_sandbox::{Fault, Outage};

use crate::harness::prelude::*;

const MINUTE: i64 = 60;
const ANSWERED: &str = "Answered by alice, 2026-11-23 14:35 UTC.";

/// Declares an incident and waits for its first reminder, at 14:35. Returns the channel and the reminder's `ts`.
async fn wait_for_reminder(world: &World) -> (String, String) {
    let alice = world.user("alice");
    let declared = alice.declares_with("Checkout is slow", &[SEV_1]).await;
    let channel = world.channel_id(&declared.channel);
    world.advance(30 * MINUTE).await;
    world.expects_unread(2, "reminder, header");
    let reminder = world.slack.messages(&channel).pop().unwrap();
    assert!(reminder.rendered_text().ends_with("[Stop]"));
    (channel, reminder.ts)
}

/// Returns the reminders that still have buttons.
fn reminders_with_buttons(world: &World, channel: &str) -> usize {
    let messages = world.slack.messages(channel);
    let reminders = messages.iter().map(|it| it.rendered_text());
    reminders.filter(|text| text.ends_with(" [Stop]")).count()
}

#[test]
fn reminder_is_rewritten_when_the_incident_is_resolved() {
    scenario(async |world, [_, bob, ..]| {
        let (channel, ts) = wait_for_reminder(world).await;
        bob.joins(&channel).await;
        bob.types(&channel, "/datadog incident resolve").await;
        bob.submits_and_closes(&[]).await;
        let reminder = world.slack.message(&channel, &ts).unwrap();
        let answered = "Answered by bob, 2026-11-23 14:35 UTC.";
        assert_eq!(reminder.rendered_text(), answered);
        assert_eq!(reminders_with_buttons(world, &channel), 0);
        world.expects_unread(5, "header, announcement, its reply, post, reminder");
        assert_eq!(world.unread_summaries(&channel).len(), 1);
    });
}

#[test]
fn reminder_of_the_severity_survives_a_status_update_and_ends_with_the_severity() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        world.advance(60 * MINUTE).await;
        world.expects_unread(1, "reminder");
        alice
            .types(channel, "/datadog incident update Looking.")
            .await;
        assert_eq!(reminders_with_buttons(world, channel), 1);
        world.expects_unread(3, "header, post, announcement reply");
        bob.joins(channel).await;
        bob.types(channel, "/datadog incident sev3").await;
        let answered = "Answered by bob, 2026-11-23 15:05 UTC.";
        assert!(bob.reads(channel).contains(&answered.to_owned()));
        world.expects_unread(2, "announcement, its reply");
    });
}

#[test]
fn reminder_answered_while_its_response_is_lost_is_rewritten() {
    scenario(async |world, [alice, ..]| {
        let declared = alice.declares_with("Checkout is slow", &[SEV_1]).await;
        let channel = world.channel_id(&declared.channel);
        let slack = &world.slack;
        // Slack posts the reminder, and the response is lost. Then Slack is down while alice answers.
        slack.fail_calls("chat.postMessage", 1, Fault::LostResponse);
        slack.fail_calls("conversations.history", 1, Fault::Status(503));
        world.advance(30 * MINUTE).await;
        slack.start_outage(Outage::Status(503));
        alice
            .types(&channel, "/datadog incident update On it.")
            .await;
        alice.reads_ephemeral();
        slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(reminders_with_buttons(world, &channel), 0);
        let posts = alice.reads(&channel);
        let answered = posts
            .iter()
            .filter(|post| post.starts_with("Answered by alice, "));
        assert_eq!(answered.count(), 1, "{posts:?}");
        world.expects_unread(1, "announcement reply");
        world.expects_warning("Slack isn't responding;");
    });
}

#[test]
fn deleted_reminder_is_not_posted_again() {
    scenario(async |world, [alice, ..]| {
        let (channel, ts) = wait_for_reminder(world).await;
        let app = world.slack.bot_user();
        world.slack.deletes(&app, &channel, &ts).await;
        alice
            .types(&channel, "/datadog incident update On it.")
            .await;
        let posts = alice.reads(&channel);
        assert!(!posts.contains(&ANSWERED.to_owned()), "{posts:?}");
        world.expects_unread(1, "announcement reply");
    });
}

#[test]
fn click_on_a_reminder_that_was_just_stopped_is_answered() {
    scenario(async |world, [alice, bob, ..]| {
        let (channel, ts) = wait_for_reminder(world).await;
        bob.joins(&channel).await;
        let call = world
            .slack
            .hold_call("chat.update", muster_sandbox::HoldPoint::Before);
        let stop = world
            .slack
            .clicks("alice", &channel, &ts, "stop_reminders", None);
        assert_eq!(stop.await.error, None);
        let snooze = world
            .slack
            .clicks("bob", &channel, &ts, "snooze_reminder", None);
        assert_eq!(snooze.await.error, None);
        call.release();
        world.deliver_all().await;
        let rejection = "These reminders of IR-1 have been stopped or are no longer needed.";
        assert_eq!(bob.reads_ephemeral(), [rejection]);
        let reminder = world.slack.message(&channel, &ts).unwrap();
        assert_eq!(reminder.rendered_text(), "Reminders stopped by alice.");
        alice.reads(&channel);
    });
}
