//! The alerts of an incident: they are added to it, resolved, and fire again.

use super::{INCIDENTS, Monitor, firing, resolved, set_rule, suggestion, with};
use crate::harness::prelude::*;
use serde_json::json;

/// Declares IR-1 and adds the group of a first alert to it. All messages are read.
async fn add_first_alert(world: &World, monitor: &Monitor<'_>, alice: &TestUser<'_>) -> String {
    let incident = alice.declares("Checkout is slow").await;
    monitor.reports(&[firing(world, "a", "21 % errors")]).await;
    alice.reads(INCIDENTS);
    let ts = suggestion(world, "21 % errors").ts;
    alice.clicks(INCIDENTS, &ts, "alert_add").await;
    alice.reads(INCIDENTS);
    alice.reads_ephemeral();
    alice.reads(&incident.channel);
    incident.channel
}

#[test]
fn group_is_added_to_the_likeliest_incident() {
    over_both_transports(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let incident = alice.declares("Checkout is slow").await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        let read = alice.reads(INCIDENTS);
        let buttons = "[Declare Incident] [Add to IR-1] [Add to Incident…] [Ignore]";
        assert!(read[0].ends_with(buttons), "{read:?}");
        let ts = suggestion(world, "21 % errors").ts;
        alice.clicks(INCIDENTS, &ts, "alert_add").await;
        alice.redelivers_last_request().await;
        let read = alice.reads(INCIDENTS);
        assert!(read[0].ends_with("\nAdded to IR-1 by alice."), "{read:?}");
        let replies = alice.reads_ephemeral();
        assert_eq!(replies.last().unwrap(), "The alerts now belong to IR-1.");
        let posts = alice.reads(&incident.channel);
        assert!(
            posts.iter().any(|it| it.contains("*Alerts* 1, firing")),
            "{posts:?}"
        );
        let added = "alice added the alert 21 % errors (critical, from prom-eu)";
        assert!(posts.contains(&added.to_owned()), "{posts:?}");
        assert_eq!(posts.len(), 2);
        let timeline = world.timeline(1).await;
        assert_eq!(timeline.last().unwrap(), "alice alert 21 % errors");
    });
}

#[test]
fn group_is_added_to_the_incident_selected_in_the_modal() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let first = alice.declares("Checkout is slow").await;
        alice.declares("Login is down").await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        alice.reads(INCIDENTS);
        let ts = suggestion(world, "21 % errors").ts;
        alice.clicks(INCIDENTS, &ts, "alert_add_other").await;
        alice.submits_and_closes(&[("Incident", "1")]).await;
        let read = alice.reads(INCIDENTS);
        assert!(read[0].ends_with("\nAdded to IR-1 by alice."), "{read:?}");
        assert_eq!(alice.reads(&first.channel).len(), 2, "header and post");
        assert_eq!(alice.reads_ephemeral(), ["The alerts now belong to IR-1."]);
    });
}

#[test]
fn new_titles_are_posted_and_other_alerts_are_counted() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let channel = add_first_alert(world, &monitor, &alice).await;
        monitor
            .reports(&[
                firing(world, "b", "21 % errors"),
                firing(world, "c", "No orders"),
                firing(world, "d", "No orders"),
            ])
            .await;
        let posts = alice.reads(&channel);
        let new = "2 alerts: No orders (critical, from prom-eu)";
        assert!(posts.contains(&new.to_owned()), "{posts:?}");
        assert!(
            posts.iter().any(|it| it.contains("*Alerts* 4, firing")),
            "{posts:?}"
        );
        assert_eq!(posts.len(), 2, "{posts:?}");
        let worse = with(
            firing(world, "a", "21 % errors"),
            "/labels/severity",
            "page",
        );
        monitor.reports(&[worse]).await;
        let posts = alice.reads(&channel);
        // Both words suggest SEV-2.
        assert_eq!(posts, [""; 0]);
        let timeline = world.timeline(1).await;
        assert_eq!(
            timeline[2..],
            ["somebody alert 21 % errors", "somebody alert No orders"]
        );
        alice.reads(INCIDENTS);
    });
}

#[test]
fn all_resolved_offers_stable_once() {
    over_both_transports(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let channel = add_first_alert(world, &monitor, &alice).await;
        monitor.reports(&[firing(world, "b", "No orders")]).await;
        alice.reads(&channel);
        monitor.reports(&[resolved(world, "a")]).await;
        let posts = alice.reads(&channel);
        assert!(posts[0].contains("*Alerts* 2, 1 firing"), "{posts:?}");
        monitor.reports(&[resolved(world, "b")]).await;
        monitor.reports(&[resolved(world, "b")]).await;
        let posts = alice.reads(&channel);
        assert!(
            posts
                .iter()
                .any(|it| it.contains("*Alerts* 2, none firing")),
            "{posts:?}"
        );
        let question = "Both alerts are resolved.\n[Set to Stable]".to_owned();
        assert!(posts.contains(&question), "{posts:?}");
        assert_eq!(posts.len(), 2, "{posts:?}");

        let messages = world.slack.messages(&channel).into_iter();
        let mut messages = messages.filter(|it| it.rendered_text() == question);
        let ts = messages.next().unwrap().ts;
        alice.clicks(&channel, &ts, "alert_set_stable").await;
        alice.redelivers_last_request().await;
        let posts = alice.reads(&channel);
        let replaced = "The alerts are resolved. IR-1 is STABLE.".to_owned();
        assert!(posts.contains(&replaced), "{posts:?}");
        let timeline = world.timeline(1).await;
        assert!(
            timeline.last().unwrap().ends_with("to “stable”"),
            "{timeline:?}"
        );
        world.read_all_direct_messages();
        alice.reads(INCIDENTS);
        let announcement = alice.announcement(1).unwrap().ts;
        alice.reads_thread(INCIDENTS, &announcement);
    });
}

#[test]
fn alert_after_the_resolution_asks_to_reopen() {
    over_both_transports(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let channel = add_first_alert(world, &monitor, &alice).await;
        monitor.reports(&[resolved(world, "a")]).await;
        alice.updates(&channel, &[RESOLVED]).await;
        alice.reads(&channel);
        world.advance(20 * 60).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        monitor.reports(&[firing(world, "b", "No orders")]).await;
        let question = "The alert 21 % errors fires again, and this incident is resolved.\n\
             [Reopen] [Declare new]";
        assert_eq!(alice.reads(&channel), [question]);
        let messages = world.slack.messages(&channel).into_iter();
        let mut messages = messages.filter(|it| it.rendered_text() == question);
        let ts = messages.next().unwrap().ts;
        alice.clicks(&channel, &ts, "alert_reopen").await;
        let posts = alice.reads(&channel);
        let replaced = "An alert fired again. IR-1 is ACTIVE.".to_owned();
        assert!(posts.contains(&replaced), "{posts:?}");
        monitor.reports(&[firing(world, "c", "No payments")]).await;
        let posts = alice.reads(&channel);
        let added = "Alert: No payments (critical, from prom-eu)".to_owned();
        assert!(posts.contains(&added), "{posts:?}");
        world.read_all_direct_messages();
        alice.reads(INCIDENTS);
        let announcement = alice.announcement(1).unwrap().ts;
        alice.reads_thread(INCIDENTS, &announcement);
    });
}

#[test]
fn rule_can_set_the_incident_to_stable() {
    scenario(async |world, [alice, ..]| {
        set_rule(world, json!({ "when_resolved": "stable" }));
        let monitor = Monitor::new(world).await;
        let channel = add_first_alert(world, &monitor, &alice).await;
        monitor.reports(&[resolved(world, "a")]).await;
        let posts = alice.reads(&channel);
        assert!(
            posts.iter().any(|it| it.contains("The alert is resolved.")),
            "{posts:?}"
        );
        let timeline = world.timeline(1).await;
        assert!(
            timeline.iter().any(|it| it.ends_with("to “stable”")),
            "{timeline:?}"
        );
        world.read_all_direct_messages();
        alice.reads(INCIDENTS);
        let announcement = alice.announcement(1).unwrap().ts;
        alice.reads_thread(INCIDENTS, &announcement);
    });
}

#[test]
fn alerts_of_an_incident_are_resolved_when_those_of_all_its_groups_are() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let channel = add_first_alert(world, &monitor, &alice).await;
        let login = |alert| with(alert, "/labels/service", "login");
        monitor
            .reports(&[login(firing(world, "b", "No logins"))])
            .await;
        alice.reads(INCIDENTS);
        let ts = suggestion(world, "No logins").ts;
        alice.clicks(INCIDENTS, &ts, "alert_add").await;
        alice.reads(INCIDENTS);
        alice.reads_ephemeral();
        alice.reads(&channel);

        monitor.reports(&[resolved(world, "a")]).await;
        let posts = alice.reads(&channel);
        assert_eq!(posts.len(), 1, "{posts:?}");
        assert!(posts[0].contains("*Alerts* 2, 1 firing"), "{posts:?}");
        monitor.reports(&[login(resolved(world, "b"))]).await;
        let posts = alice.reads(&channel);
        let question = "Both alerts are resolved.\n[Set to Stable]".to_owned();
        assert!(posts.contains(&question), "{posts:?}");
        alice.reads(INCIDENTS);
    });
}

#[test]
fn ten_titles_are_named_at_a_time_and_a_hundred_alerts_in_all() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let channel = add_first_alert(world, &monitor, &alice).await;
        let flood = |name: &str, count: usize| -> Vec<_> {
            let keys = (0..count).map(|number| format!("{name}{number}"));
            keys.map(|key| firing(world, &key, &format!("Disk {key} is full")))
                .collect()
        };
        monitor.reports(&flood("a", 120)).await;
        let posts = alice.reads(&channel);
        let lines: Vec<_> = posts.iter().flat_map(|it| it.lines()).collect();
        let named = lines.iter().filter(|it| it.starts_with("Alert: Disk"));
        assert_eq!(named.count(), 10, "{posts:?}");
        assert!(lines.contains(&"110 more alerts."), "{posts:?}");
        assert_eq!(world.timeline(1).await.len(), 13);

        monitor.reports(&flood("b", 50)).await;
        let posts = alice.reads(&channel);
        assert_eq!(posts.len(), 1, "{posts:?}");
        assert!(posts[0].contains("*Alerts* 171, firing"), "{posts:?}");
        assert_eq!(world.timeline(1).await.len(), 13);
        alice.reads(INCIDENTS);
    });
}
