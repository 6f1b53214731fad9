//! Notifications that are held back, and outages of Slack and of the mail relay.

use std::ops::RangeInclusive;

use muster_sandbox::{Fault, Mail, Outage};
use serde_json::json;

use super::{ends, notified, reads_exec, set_rule};
use crate::harness::prelude::*;

const MINUTE: i64 = 60;

#[test]
fn false_alarm_is_not_notified_and_a_lasting_incident_is() {
    scenario(async |world, [alice, bob, _]| {
        set_rule(world, json!({ "delay_minutes": 10 }));
        let channel = alice
            .declares_with("Checkout is down", &[SEV_1])
            .await
            .channel;
        world.advance(5 * MINUTE).await;
        alice.updates(&channel, &[SEV_4]).await;
        world.advance(60 * MINUTE).await;
        assert_eq!(reads_exec(&bob), [""; 0]);
        alice.updates(&channel, &[SEV_1]).await;
        world.advance(9 * MINUTE).await;
        assert_eq!(reads_exec(&bob), [""; 0]);
        world.stop().await;
        world.start().await;
        world.advance(MINUTE).await;
        let posts = reads_exec(&bob);
        assert_eq!(posts.len(), 1, "{posts:#?}");
        assert!(
            posts[0].contains("changed severity SEV-4 → SEV-1"),
            "{posts:#?}"
        );
        world.advance(60 * MINUTE).await;
        assert_eq!(notified(world).len(), 1);
        ends(world);
    });
}

#[test]
fn pending_changes_are_sent_together_and_resolving_at_once() {
    scenario(async |world, [alice, bob, _]| {
        let more = json!({
            "conditions": [], "renotify_on": ["status", "severity", "title"], "at_most_every_minutes": 30,
        });
        set_rule(world, more);
        let channel = alice
            .declares_with("Checkout is slow", &[SEV_3])
            .await
            .channel;
        assert_eq!(reads_exec(&bob).len(), 1);
        world.advance(5 * MINUTE).await;
        alice.updates(&channel, &[STABLE]).await;
        alice.updates(&channel, &[SEV_2]).await;
        assert_eq!(reads_exec(&bob), [""; 0]);
        world.advance(25 * MINUTE).await;
        let posts = reads_exec(&bob);
        assert_eq!(posts.len(), 1, "{posts:#?}");
        for change in ["status ACTIVE → STABLE", "severity SEV-3 → SEV-2"] {
            assert!(posts[0].contains(change), "{posts:#?}");
        }
        world.advance(5 * MINUTE).await;
        alice.updates(&channel, &[RESOLVED]).await;
        let posts = reads_exec(&bob);
        assert_eq!(posts.len(), 1, "{posts:#?}");
        assert!(posts[0].contains("STABLE → RESOLVED"), "{posts:#?}");
        world.advance(60 * MINUTE).await;
        assert_eq!(reads_exec(&bob), [""; 0]);
        assert_eq!(notified(world).len(), 3);
        ends(world);
    });
}

#[test]
fn notifications_of_two_hours_without_slack_arrive_once_and_in_order() {
    scenario(async |world, [alice, bob, _]| {
        set_rule(world, json!({ "renotify_on": ["status_update"] }));
        let channel = alice
            .declares_with("Checkout is down", &[SEV_1])
            .await
            .channel;
        assert_eq!(reads_exec(&bob).len(), 1);
        let slack = &world.slack;
        slack.start_outage(Outage::Status(503));
        alice
            .types(&channel, "/datadog incident update Rolling back.")
            .await;
        for _ in 0..4 {
            world.advance(30 * MINUTE).await;
        }
        alice
            .types(&channel, "/datadog incident update Rolled back.")
            .await;
        slack.end_outage();
        world.deliver_all_advancing().await;
        let posts = bob.reads("#exec");
        assert_eq!(posts.len(), 2, "{posts:#?} {:?}", notified(world));
        for (post, change) in posts.iter().zip(["Rolling back.", "Rolled back."]) {
            let change = format!("alice posted an update: {change}");
            assert!(post.contains(&change), "{posts:#?}");
        }
        world.expects_warning("Slack isn't responding;");
        ends(world);
    });
}

/// The address of the executives.
const ADDRESS: &str = "exec@acme.example";

/// Posts 40 updates within two hours, and sends a notification by hand after half of them.
async fn posts_forty_updates(world: &World, alice: &TestUser<'_>, channel: &str) {
    for number in 1..=40 {
        let update = format!("/datadog incident update Step {number} is done.");
        alice.types(channel, &update).await;
        if number == 20 {
            let notify = format!("/datadog incident notify {ADDRESS}");
            alice.types(channel, &notify).await;
            let fields = [("Subject", "By hand"), ("Body", "Call me.")];
            alice.submits_and_closes(&fields).await;
        }
        let is_pause = number % 5 == 0;
        world.advance(if is_pause { 15 * MINUTE } else { 1 }).await;
    }
}

/// Checks that a mail lists each of these updates once, and another one none of them.
fn assert_only_in(mail: &Mail, other: &Mail, updates: RangeInclusive<i32>) {
    let text = mail.text();
    let (_, listed) = text.split_once("Changes since the last mail:").unwrap();
    for number in updates {
        let change = format!("alice posted an update: Step {number} is done.");
        assert_eq!(listed.matches(&change).count(), 1, "{number}: {text}");
        assert!(!other.text().contains(&change), "{number}");
    }
}

#[test]
fn changes_of_two_hours_without_the_relay_are_one_mail_and_a_written_one_is_sent_by_itself() {
    scenario(async |world, [alice, ..]| {
        let more = json!({ "recipients": [ADDRESS], "renotify_on": ["status_update"] });
        set_rule(world, more);
        let down = Fault::Error("421 4.3.2 Down");
        world.slack.fail_calls("smtp.connect", 20, down);
        let declared = alice.declares_with("Checkout is down", &[SEV_1]).await;
        posts_forty_updates(world, &alice, &declared.channel).await;
        assert_eq!(world.slack.mails_to(ADDRESS), []);
        for _ in 0..20 {
            world.advance(10 * MINUTE).await;
        }
        let mails = world.slack.mails_to(ADDRESS);
        let [before, written, after] = mails.try_into().unwrap();
        assert_only_in(&before, &after, 1..=20);
        assert_only_in(&after, &before, 21..=40);
        assert!(before.text().contains("alice declared this incident."));
        assert_eq!(written.subject(), "By hand");
        assert_eq!(after.thread_root(), before.message_id());
        let states = "SELECT COUNT(*) FROM notification_targets WHERE state = 'sent'";
        let sent = world
            .open_database()
            .query_row(states, [], |row| row.get(0));
        assert_eq!(sent, Ok(42));
        ends(world);
    });
}
