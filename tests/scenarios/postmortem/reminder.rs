//! Reminders of a postmortem that isn't completed: when they are due, and how they end.

use muster_sandbox::Outage;
use serde_json::json;

use super::{POSTMORTEM, find_message, generate, resolve, skip_messages};
use crate::harness::prelude::*;

const DAY: i64 = 24 * 60 * 60;

const CHANNEL_TEXT: &str = "Channel: #incident-1-checkout-is-slow";
const MISSING: &str =
    "IR-1 Checkout is slow has no postmortem yet. The incident was resolved 2026-11-23 14:05 UTC.";
const BUTTONS: &str = "[Generate Postmortem] [Snooze 1 day] [Stop]";

/// Declares a SEV-1 incident as alice and resolves it, at 15:05 in her time zone. Returns its channel.
async fn declare_and_resolve(alice: &TestUser<'_>) -> String {
    let declared = alice.declares_with("Checkout is slow", &[SEV_1]).await;
    resolve(alice, &declared.channel).await;
    declared.channel
}

/// Returns the reminders in a channel that still have buttons.
fn open_reminders(world: &World, channel: &str) -> usize {
    let messages = world.slack.messages(channel);
    let texts = messages.iter().map(|it| it.rendered_text());
    texts.filter(|it| it.ends_with("[Stop]")).count()
}

/// Clicks a button of the user's last direct message.
async fn click_in_message(user: &TestUser<'_>, button: &str) {
    let direct = user.world.slack.direct_message_channel(user.name).unwrap();
    let replies = user.direct_replies();
    let ts = replies.last().map(|it| it.ts.clone());
    let ts = ts.unwrap_or_else(|| user.last_direct_message().ts);
    user.clicks(&direct, &ts, button).await;
}

#[test]
fn commander_is_reminded_three_times_of_a_missing_postmortem() {
    over_both_transports(async |world, [alice, ..]| {
        let channel = &declare_and_resolve(&alice).await;
        world.advance(3 * DAY - 60).await;
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        world.advance(60).await;
        let message = format!("{MISSING}\n{CHANNEL_TEXT}\n{BUTTONS}");
        assert_eq!(alice.reads_direct_messages(), [message.as_str()]);
        let post = format!("IR-1 was resolved 3 days ago and has no postmortem yet.\n{BUTTONS}");
        assert_eq!(alice.reads(channel), [post]);
        for (days, ago) in [(10, "1 week 3 days"), (17, "2 weeks 3 days")] {
            world.advance(7 * DAY - 60).await;
            assert_eq!(alice.reads_direct_messages(), [""; 0], "{days}");
            world.advance(60).await;
            let read = alice.reads_direct_messages();
            assert_eq!(read, [message.as_str()], "{days}");
            let posts = alice.reads(channel);
            assert!(posts[0].starts_with("Reminded again, "), "{posts:#?}");
            let post = format!("IR-1 was resolved {ago} ago and has no postmortem yet.\n{BUTTONS}");
            assert_eq!(posts[1..], [post]);
            assert_eq!(open_reminders(world, channel), 1);
        }
        world.advance(60 * DAY).await;
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        assert_eq!(alice.reads(channel), [""; 0]);
    });
}

#[test]
fn owner_is_reminded_of_a_draft_in_their_daytime_until_it_is_completed() {
    over_http(async |world, [alice, _, chioma]| {
        let channel = &declare_and_resolve(&alice).await;
        generate(&alice, channel, &[("Owner", "chioma")]).await;
        world.advance(3 * DAY).await;
        assert_eq!(chioma.reads_direct_messages(), [""; 0], "23:05 in Tokyo");
        world.advance(10 * 60 * 60).await;
        let draft = "The postmortem of IR-1 Checkout is slow is still in Draft. The incident was resolved \
                     2026-11-23 14:05 UTC.";
        let buttons = "[Edit Postmortem] [Snooze 1 day] [Stop]";
        let message = format!("{draft}\n{CHANNEL_TEXT}\n{buttons}");
        assert_eq!(chioma.reads_direct_messages(), [message]);
        let post = format!(
            "IR-1 was resolved 3 days 10 hours ago, and its postmortem is still in Draft. Its owner is \
             chioma.\n{buttons}"
        );
        assert_eq!(alice.reads(channel), [post]);
        click_in_message(&chioma, "post_update").await;
        chioma.submits_and_closes(&[("Status", "Completed")]).await;
        let posts = alice.reads(channel).join("\n");
        assert!(posts.contains("Answered by chioma, "), "{posts}");
        assert_eq!(open_reminders(world, channel), 0);
        skip_messages(world);
        world.advance(30 * DAY).await;
        assert_eq!(chioma.reads_direct_messages(), [""; 0]);
        assert_eq!(alice.reads(channel), [""; 0]);
    });
}

#[test]
fn reminder_is_snoozed_and_stopped_in_the_direct_message() {
    over_http(async |world, [alice, ..]| {
        let channel = &declare_and_resolve(&alice).await;
        world.advance(3 * DAY).await;
        skip_messages(world);
        click_in_message(&alice, "snooze_reminder").await;
        // Slack limits the replies to one message.
        world.advance(2).await;
        alice.redelivers_last_request().await;
        let until = "2026-11-27 14:05 UTC";
        let snoozed = format!(
            "Snoozed until {until}: the postmortem of IR-1 Checkout is slow.\n{CHANNEL_TEXT}\n[Generate Postmortem]"
        );
        assert_eq!(alice.reads_direct_messages(), [snoozed]);
        let closed = format!("Snoozed by alice until {until}.");
        assert_eq!(alice.reads(channel), [closed]);
        world.advance(DAY).await;
        let message = format!("{MISSING}\n{CHANNEL_TEXT}\n{BUTTONS}");
        assert_eq!(alice.reads_direct_messages(), [message]);
        skip_messages(world);
        click_in_message(&alice, "stop_reminders").await;
        let stopped = format!(
            "You stopped the reminders of the postmortem of IR-1 Checkout is slow.\n{CHANNEL_TEXT}\n\
             [Generate Postmortem]"
        );
        assert_eq!(alice.reads_direct_messages(), [stopped]);
        assert_eq!(alice.reads(channel), ["Reminders stopped by alice."]);
        world.advance(30 * DAY).await;
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        let timeline = world.timeline(1).await;
        assert_eq!(
            timeline.last().unwrap(),
            "alice stopped the reminders of postmortem"
        );
    });
}

#[test]
fn generating_from_the_reminder_answers_it() {
    over_http(async |world, [alice, bob, ..]| {
        let channel = &declare_and_resolve(&alice).await;
        world.advance(3 * DAY).await;
        skip_messages(world);
        let reminder = find_message(world, channel, "has no postmortem yet");
        bob.clicks(channel, &reminder.ts, "post_update").await;
        assert_eq!(bob.modal().title, "Postmortem of IR-1");
        bob.submits_and_closes(&[]).await;
        let answered = world.slack.message(channel, &reminder.ts).unwrap();
        let expected = "Answered by bob, 2026-11-26 14:05 UTC.";
        assert_eq!(answered.rendered_text(), expected);
        assert_eq!(open_reminders(world, channel), 0);
        skip_messages(world);
    });
}

#[test]
fn archived_channel_gets_no_post_but_its_commander_a_message() {
    over_http(async |world, [alice, ..]| {
        world.change_settings(&[("archive_after_days", json!(1))]);
        let channel = &declare_and_resolve(&alice).await;
        world.advance(2 * DAY).await;
        assert!(world.slack.is_archived(channel));
        skip_messages(world);
        world.advance(DAY).await;
        let message = format!("{MISSING}\n{CHANNEL_TEXT} (archived)\n{BUTTONS}");
        assert_eq!(alice.reads_direct_messages(), [message]);
        click_in_message(&alice, "post_update").await;
        let screen = alice.submits(&[]).await;
        let blocks = screen.view.unwrap().blocks.to_string();
        assert!(
            blocks.contains("The postmortem of IR-1 is generated."),
            "{blocks}"
        );
        alice.closes_modal().await;
        let announcement = alice.announcement(1).unwrap().ts;
        let thread = alice.reads_thread("#incidents", &announcement);
        assert_eq!(thread, ["alice generated the postmortem and owns it."]);
    });
}

#[test]
fn setting_moves_and_disables_reminders() {
    over_http(async |world, [alice, ..]| {
        let days = |days| [("postmortem_reminder_days", days)];
        declare_and_resolve(&alice).await;
        world.change_settings(&days(json!({ "SEV-1": 5 })));
        world.advance(4 * DAY).await;
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        world.advance(DAY).await;
        assert_eq!(alice.reads_direct_messages().len(), 1);
        world.change_settings(&days(json!({})));
        world.advance(30 * DAY).await;
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        world.change_settings(&days(json!({ "SEV-1": 1 })));
        world.advance(30 * DAY).await;
        assert_eq!(alice.reads_direct_messages(), [""; 0], "an old incident");
        skip_messages(world);
    });
}

#[test]
fn reopened_minor_and_test_incidents_are_not_reminded_of() {
    over_http(async |world, [alice, ..]| {
        world.change_settings(&[("reminder_minutes", json!({}))]);
        let channel = &declare_and_resolve(&alice).await;
        alice.types(channel, "/datadog incident reopen").await;
        let minor = alice.declares_with("Search", &[SEV_3]).await.channel;
        resolve(&alice, &minor).await;
        let test = "/datadog incident test Drill";
        alice.types("#general", test).await;
        alice.submits_and_closes(&[SEV_1]).await;
        let mut channels = world.incident_channels().into_iter();
        let test = channels.find(|it| it.contains("drill")).unwrap();
        resolve(&alice, &test).await;
        world.advance(30 * DAY).await;
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        // Resolving again counts from then on.
        resolve(&alice, channel).await;
        world.advance(3 * DAY - 60).await;
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        world.advance(60).await;
        assert_eq!(alice.reads_direct_messages().len(), 1);
        skip_messages(world);
    });
}

#[test]
fn restart_and_outage_cause_one_reminder() {
    over_http(async |world, [alice, ..]| {
        let channel = &declare_and_resolve(&alice).await;
        world.stop().await;
        world.advance(4 * DAY).await;
        world.start().await;
        assert_eq!(alice.reads_direct_messages().len(), 1);
        skip_messages(world);
        world.slack.start_outage(Outage::Error("fatal_error"));
        for _ in 0..20 {
            world.advance(DAY).await;
        }
        world.slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(alice.reads_direct_messages().len(), 1);
        assert_eq!(open_reminders(world, channel), 1);
        skip_messages(world);
        world.expects_warning("Slack isn't responding;");
    });
}

#[test]
fn reply_shows_the_postmortem_after_the_reminder() {
    over_http(async |world, [alice, ..]| {
        let channel = &declare_and_resolve(&alice).await;
        world.advance(3 * DAY).await;
        skip_messages(world);
        click_in_message(&alice, "post_update").await;
        alice.submits(&[]).await;
        alice.closes_modal().await;
        alice.types(channel, POSTMORTEM).await;
        let summary = alice.reads_ephemeral().concat();
        let begins = "Postmortem of IR-1: Draft. Owner: @alice\n";
        assert!(summary.starts_with(begins), "{summary}");
        // The button of the old message opens the existing one.
        click_in_message(&alice, "post_update").await;
        assert_eq!(alice.field_value("Status"), "draft");
        alice.closes_modal().await;
        skip_messages(world);
    });
}
