//! Notifications that are held back, and an outage of Slack.

use muster_sandbox::Outage;
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
