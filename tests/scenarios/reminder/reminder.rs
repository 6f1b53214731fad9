//! Reminders in the channel of an active incident without status updates.

use muster_sandbox::Outage;
use serde_json::json;

use crate::harness::prelude::*;

const MINUTE: i64 = 60;
const REMINDER_BUTTONS: &str = "[Post update] [Snooze 30 min] [Stop]";
const SEVERITY_BUTTONS: &str = "[Set severity] [Snooze 30 min] [Stop]";

fn reminder_text(long: &str) -> String {
    format!("@alice, no update for {long}. What's the latest?\n{REMINDER_BUTTONS}")
}

/// Returns a reminder after the next one was posted.
fn reminded_again(time: &str) -> String {
    format!("Reminded again, 2026-11-23 {time} UTC.")
}

/// Declares an incident of the highest severity as alice.
async fn declare_critical(alice: TestUser<'_>) -> DeclaredIncident {
    let severity = SEV_1;
    alice.declares_with("Checkout is slow", &[severity]).await
}

/// Reads new posts in a channel, without the header, which shows when the next update is due.
fn read_posts(user: &TestUser<'_>, channel: &str) -> Vec<String> {
    let mut read = user.reads(channel);
    read.retain(|it| !it.starts_with("IR-1 "));
    read
}

/// Returns the `ts` of the last reminder in a channel.
fn last_reminder_ts(world: &World, channel: &str) -> String {
    let messages = world.slack.messages(channel);
    let mut reminders = messages
        .iter()
        .filter(|message| message.rendered_text().ends_with(" [Snooze 30 min] [Stop]"));
    reminders.next_back().unwrap().ts.clone()
}

#[test]
fn update_reminder_is_posted_when_an_active_incident_has_no_update() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let channel = declare_critical(alice).await.channel;
        world.advance(29 * MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [""; 0]);
        world.advance(MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [reminder_text("30 min")]);
        world.advance(30 * MINUTE).await;
        assert_eq!(
            read_posts(&alice, &channel),
            [reminded_again("15:05"), reminder_text("1 hour")]
        );

        // Posting a status update moves the due time.
        bob.joins(&channel).await;
        let ts = last_reminder_ts(world, &channel);
        bob.clicks(&channel, &ts, "post_update").await;
        bob.submits(&[("What's the latest?", "A cable was cut.")])
            .await;
        let answered = "Answered by bob, 2026-11-23 15:05 UTC.".to_owned();
        let update = "Update from bob\nA cable was cut.\nNext update due 2026-11-23 15:35 UTC";
        assert_eq!(read_posts(&alice, &channel), [answered, update.to_owned()]);
        world.expects_unread(1, "announcement reply");
        world.advance(29 * MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [""; 0]);
        world.advance(MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [reminder_text("30 min")]);

        // Adding a message to the timeline tells no user outside, so it does not move the due time.
        let ts = bob.posts(&channel, "I am working on a fix.").await;
        bob.adds_to_incident(&channel, &ts).await;
        assert_eq!(bob.reads_ephemeral(), ["Added to the timeline of IR-1."]);
        world.advance(30 * MINUTE).await;
        assert_eq!(
            read_posts(&alice, &channel),
            [reminded_again("16:05"), reminder_text("1 hour")]
        );

        bob.updates(&channel, &[RESOLVED]).await;
        world.expects_unread(
            5,
            "header, announcement, its reply, post, answered reminder",
        );
        world.advance(24 * 60 * MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [""; 0]);
    });
}

#[test]
fn reminders_are_posted_only_for_configured_severities() {
    scenario(async |world, [alice, ..]| {
        let severity = SEV_3;
        let channel = alice
            .declares_with("Search is slow", &[severity])
            .await
            .channel;
        let channel = world.channel_id(&channel);
        world.advance(24 * 60 * MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [""; 0]);

        world.change_settings(&[("reminder_minutes", json!({ "SEV-3": 90 }))]);
        alice
            .updates(&channel, &[("Title", "Search is slower")])
            .await;
        world.expects_unread(3, "header, announcement, post");
        world.advance(90 * MINUTE).await;
        assert_eq!(
            read_posts(&alice, &channel),
            [reminder_text("1 day 1 hour")]
        );
        world.change_settings(&[("reminder_minutes", json!({}))]);
        world.advance(90 * MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [""; 0]);
    });
}

#[test]
fn snooze_postpones_the_reminder_by_half_an_hour() {
    scenario(async |world, [alice, ..]| {
        let channel = declare_critical(alice).await.channel;
        world.advance(30 * MINUTE).await;
        read_posts(&alice, &channel);
        world.advance(10 * MINUTE).await;
        let ts = last_reminder_ts(world, &channel);
        alice.clicks(&channel, &ts, "snooze_reminder").await;
        let snoozed = "Snoozed by alice until 2026-11-23 15:15 UTC.";
        assert_eq!(read_posts(&alice, &channel), [snoozed]);
        alice.redelivers_last_request().await;
        world.advance(29 * MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [""; 0]);
        world.advance(MINUTE).await;
        assert_eq!(
            read_posts(&alice, &channel),
            [reminder_text("1 hour 10 min")]
        );
    });
}

#[test]
fn stopped_reminders_restart_when_the_incident_is_reopened() {
    scenario(async |world, [alice, ..]| {
        let channel = world.channel_id(&declare_critical(alice).await.channel);
        world.advance(30 * MINUTE).await;
        read_posts(&alice, &channel);
        let ts = last_reminder_ts(world, &channel);
        alice.clicks(&channel, &ts, "stop_reminders").await;
        let stopped = "Reminders stopped by alice.";
        assert_eq!(read_posts(&alice, &channel), [stopped]);
        alice.redelivers_last_request().await;
        assert_eq!(read_posts(&alice, &channel), [""; 0]);
        alice.updates(&channel, &[("Title", "Checkout")]).await;
        world.expects_unread(3, "header, announcement, post");
        world.advance(24 * 60 * MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [""; 0]);
        assert_eq!(
            world.timeline(1).await[1],
            "alice stopped the reminders of update"
        );

        for status in ["RESOLVED", "ACTIVE"] {
            alice.updates(&channel, &[("Status", status)]).await;
        }
        world.expects_unread(5, "header, two announcement replies, two posts");
        world.advance(30 * MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [reminder_text("30 min")]);
    });
}

#[test]
fn severity_reminder_is_posted_when_severity_remains_unknown() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.advance(60 * MINUTE).await;
        let question = "@alice, the severity has been UNKNOWN for 1 hour. How bad is it?";
        assert_eq!(
            read_posts(&alice, channel),
            [format!("{question}\n{SEVERITY_BUTTONS}")]
        );
        let ts = last_reminder_ts(world, channel);
        alice.clicks(channel, &ts, "post_update").await;
        alice.submits(&[SEV_4]).await;
        world.expects_unread(
            5,
            "header, announcement, its reply, post, answered reminder",
        );
        world.advance(24 * 60 * MINUTE).await;
        assert_eq!(read_posts(&alice, channel), [""; 0]);
    });
}

#[test]
fn restart_loses_no_reminder_and_a_day_offline_causes_one() {
    scenario(async |world, [alice, ..]| {
        let channel = declare_critical(alice).await.channel;
        world.advance(20 * MINUTE).await;
        world.stop().await;
        world.start().await;
        world.advance(10 * MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [reminder_text("30 min")]);
        world.stop().await;
        world.start().await;
        assert_eq!(read_posts(&alice, &channel), [""; 0]);

        world.stop().await;
        world.advance(24 * 60 * MINUTE - 30 * MINUTE).await;
        world.start().await;
        let again = "Reminded again, 2026-11-24 14:05 UTC.".to_owned();
        assert_eq!(
            read_posts(&alice, &channel),
            [again, reminder_text("1 day")]
        );
        world.advance(29 * MINUTE).await;
        assert_eq!(read_posts(&alice, &channel), [""; 0]);
    });
}

#[test]
fn outage_causes_at_most_one_reminder() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        let channel = declare_critical(alice).await.channel;
        slack.start_outage(Outage::Status(503));
        for _ in 0..8 {
            world.advance(30 * MINUTE).await;
        }
        slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(read_posts(&alice, &channel), [reminder_text("4 hours")]);

        slack.start_outage(Outage::Status(503));
        world.advance(31 * MINUTE).await;
        bob.joins(&channel).await;
        alice
            .types(&channel, "/datadog incident update Still on it.")
            .await;
        alice.reads_ephemeral();
        slack.end_outage();
        world.deliver_all_advancing().await;
        let update = "Update from alice\nStill on it.\nNext update due 2026-11-23 19:06 UTC";
        let answered = "Answered by alice, 2026-11-23 18:36 UTC.";
        assert_eq!(read_posts(&alice, &channel), [answered, update]);
        world.expects_unread(1, "announcement reply");
        world.expects_warning("Slack isn't responding;");
        world.expects_warning("Slack isn't responding;");
    });
}
