//! Storms and flapping alerts.

use super::{INCIDENTS, Monitor, firing, resolved, set_rule, suggestion, suggestions};
use crate::field::skip_messages;
use crate::harness::prelude::*;
use serde_json::json;

#[test]
fn storm_of_a_thousand_groups_posts_few_suggestions() {
    scenario(async |world, [alice, ..]| {
        set_rule(world, json!({ "group_by": ["alertname"] }));
        let monitor = Monitor::new(world).await;
        for second in 0..10 {
            let alerts: Vec<_> = (0..100)
                .map(|number| {
                    let key = format!("a{second}-{number}");
                    firing(world, &key, &format!("Disk {} is full", number % 10))
                })
                .collect();
            assert_eq!(monitor.sends(&alerts).await, 202);
            world.advance(1).await;
        }
        world.deliver_all_advancing().await;
        assert_eq!(
            suggestions(world).len(),
            6,
            "five cards and that of the storm"
        );
        world.advance(60).await;
        let storm = suggestion(world, "995 more alert groups")
            .rendered_text()
            .to_owned();
        let expected = "995 more alert groups since 2026-11-23 14:05 UTC; the most frequent: ";
        assert!(storm.starts_with(expected), "{storm}");
        let database = world.open_database();
        let listed: i64 = database
            .query_row("SELECT count(*) FROM alert_group_members", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(listed, 1_000);
        alice.reads(INCIDENTS);

        // After a quiet period of the limit, groups have cards of their own again.
        world.advance(11 * 60).await;
        monitor.reports(&[firing(world, "late", "Late")]).await;
        let read = alice.reads(INCIDENTS);
        assert!(read[0].starts_with("Late\n"), "{read:?}");
    });
}

#[test]
fn flapping_alert_does_not_count_as_resolved_until_it_is_quiet() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let incident = alice.declares("Checkout is slow").await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        let ts = suggestion(world, "21 % errors").ts;
        alice.clicks(INCIDENTS, &ts, "alert_add").await;
        for _ in 0..3 {
            world.advance(60).await;
            monitor.reports(&[resolved(world, "a")]).await;
            world.advance(60).await;
            monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        }
        let count = |world: &World| {
            let messages = world.slack.messages(&incident.channel);
            let resolved = |it: &muster_sandbox::Message| it.rendered_text().contains("resolved.");
            messages.iter().filter(|it| resolved(it)).count()
        };
        let before = count(world);
        world.advance(60).await;
        monitor.reports(&[resolved(world, "a")]).await;
        assert_eq!(count(world), before);
        let marked = suggestion(world, "21 % errors").rendered_text().to_owned();
        assert!(marked.contains("Flapping: "), "{marked}");
        world.advance(9 * 60).await;
        assert_eq!(count(world), before);
        world.advance(60).await;
        assert_eq!(count(world), before + 1);
        skip_messages(world);
    });
}

#[test]
fn silent_alert_becomes_stale_and_stays_open() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        alice.reads(INCIDENTS);
        world.advance(12 * 3_600).await;
        let read = alice.reads(INCIDENTS);
        let stale =
            "\nStale: not reported since 2026-11-23 14:05 UTC.\n[Declare Incident] [Ignore]";
        assert!(read[0].ends_with(stale), "{read:?}");
    });
}

#[test]
fn omitted_alerts_are_counted_on_the_suggestion() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let alerts = [firing(world, "a", "21 % errors")];
        assert_eq!(monitor.sends_omitting(3, &alerts).await, 202);
        world.deliver_all().await;
        let read = alice.reads(INCIDENTS);
        let counts = "1 alert and 3 more that Alertmanager left out since";
        assert!(read[0].contains(counts), "{read:?}");
        // The number of the newest body counts.
        for (omitted, text) in [(5, " and 5 more that"), (0, "reported 3 times since")] {
            world.advance(60).await;
            assert_eq!(monitor.sends_omitting(omitted, &alerts).await, 202);
            world.deliver_all().await;
            let read = alice.reads(INCIDENTS);
            assert!(read[0].contains(text), "{read:?}");
        }
    });
}
