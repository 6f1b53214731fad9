//! Alerts that look related to an incident that a user declares: they are offered in its channel.

use super::{INCIDENTS, Monitor, firing, set_rule, suggestion, with};
use crate::field::skip_messages;
use crate::harness::prelude::*;
use crate::privacy::outsiders::{Button, NO_SUCH_INCIDENT};
use serde_json::json;

/// The button of the offer.
const ATTACH: &str = "alert_attach";

/// Reports an alert with a title, and reads its card.
async fn report(world: &World, monitor: &Monitor<'_>, key: &str, title: &str) {
    monitor.reports(&[firing(world, key, title)]).await;
    world.user("alice").reads(INCIDENTS);
}

/// Declares an incident in #general. All messages are delivered, and those outside its channel are read.
async fn declare(world: &World, user: &TestUser<'_>, title: &str) -> String {
    user.types("#general", &format!("/datadog incident new {title}"))
        .await;
    user.submits_and_closes(&[]).await;
    world.deliver_all().await;
    user.reads_ephemeral();
    user.reads(INCIDENTS);
    world.read_all_direct_messages();
    world.incident_channels().pop().unwrap()
}

/// Returns the posts that offer alerts.
fn offers(posts: &[String]) -> Vec<&str> {
    let posts = posts.iter().map(String::as_str);
    posts.filter(|post| post.contains("related")).collect()
}

/// Returns the `ts` of the only offer in a channel.
fn offer(world: &World, channel: &str) -> String {
    let messages = world.slack.messages(channel).into_iter();
    let offers = messages.filter(|it| it.rendered_text().contains("related"));
    let offers: Vec<_> = offers.map(|it| it.ts).collect();
    assert_eq!(offers.len(), 1, "{offers:?}");
    offers[0].clone()
}

/// Checks that both alerts of the story belong to IR-1, once.
async fn assert_attached(world: &World, alice: &TestUser<'_>, channel: &str) {
    let posts = alice.reads(channel);
    for text in [
        "The alerts now belong to IR-1.",
        "alice added the alert Checkout has 21 % errors (critical, from prom-eu)\n\
         alice added the alert No orders (critical, from prom-eu)",
    ] {
        assert!(posts.contains(&text.to_owned()), "{posts:?}");
    }
    assert!(
        posts.iter().any(|it| it.contains("*Alerts* 2, firing")),
        "{posts:?}"
    );
    let timeline = world.timeline(1).await;
    let added = [
        "alice alert Checkout has 21 % errors",
        "alice alert No orders",
    ];
    assert_eq!(timeline[1..], added);
    let read = alice.reads(INCIDENTS);
    assert!(read[0].ends_with("\nAdded to IR-1 by alice."), "{read:?}");
}

#[test]
fn related_alerts_are_attached_once_from_the_channel() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let monitor = Monitor::new(world).await;
        let alerts = [
            firing(world, "a", "Checkout has 21 % errors"),
            firing(world, "b", "No orders"),
        ];
        monitor.reports(&alerts).await;
        alice.reads(INCIDENTS);
        let channel = declare(world, &alice, "Checkout errors").await;
        let posts = alice.reads(&channel);
        let text = "2 alerts look related: Checkout has 21 % errors.\n[Attach]";
        assert_eq!(offers(&posts), [text], "{posts:?}");
        assert_eq!(world.timeline(1).await.len(), 1, "the declaration only");

        let ts = offer(world, &channel);
        alice.clicks(&channel, &ts, ATTACH).await;
        alice.redelivers_last_request().await;
        assert_attached(world, &alice, &channel).await;

        // Bob's Slack still shows the button.
        let button = Button {
            action_id: ATTACH.to_owned(),
            value: "1".to_owned(),
        };
        let reply = bob.clicks_forged_button(&button).await;
        assert_eq!(reply, ["These alerts already belong to IR-1."]);
        skip_messages(world);
    });
}

#[test]
fn alerts_of_a_service_of_the_incident_are_related() {
    scenario(async |world, [alice, ..]| {
        world.change_settings(&[("services", json!([{ "name": "checkout" }]))]);
        let monitor = Monitor::new(world).await;
        report(world, &monitor, "a", "21 % errors").await;
        alice
            .types("#general", "/datadog incident new Nobody can pay")
            .await;
        alice.submits_and_closes(&[("Services", "checkout")]).await;
        let channel = world.incident_channels().pop().unwrap();
        let posts = alice.reads(&channel);
        let text = "1 alert looks related: 21 % errors.\n[Attach]";
        assert_eq!(offers(&posts), [text], "{posts:?}");
        skip_messages(world);
    });
}

#[test]
fn other_closed_and_hidden_groups_are_not_related() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        // Of another title and service; ignored; and of an incident.
        report(world, &monitor, "a", "Disk is full").await;
        let ignored = with(
            firing(world, "b", "Search is slow"),
            "/labels/service",
            "search",
        );
        monitor.reports(&[ignored]).await;
        alice.reads(INCIDENTS);
        let ts = suggestion(world, "Search is slow").ts;
        alice.clicks(INCIDENTS, &ts, "alert_ignore").await;
        alice.reads_ephemeral();
        let channel = declare(world, &alice, "Search times out").await;
        assert_eq!(offers(&alice.reads(&channel)), [""; 0]);

        // Its window has passed.
        world.advance(31 * 60).await;
        let channel = declare(world, &alice, "Disk is full").await;
        assert_eq!(offers(&alice.reads(&channel)), [""; 0]);

        // Groups of a rule for private incidents, and tests.
        set_rule(world, json!({ "private": true, "group_by": ["alertname"] }));
        report(world, &monitor, "c", "Payroll leaked").await;
        let channel = declare(world, &alice, "Payroll leaked").await;
        assert_eq!(offers(&alice.reads(&channel)), [""; 0]);
        skip_messages(world);
    });
}

#[test]
fn at_most_five_groups_are_offered() {
    scenario(async |world, [alice, ..]| {
        set_rule(world, json!({ "group_by": ["alertname"] }));
        let monitor = Monitor::new(world).await;
        for key in ["a", "b", "c", "d", "e", "f", "g"] {
            report(world, &monitor, key, "Checkout fails").await;
        }
        let channel = declare(world, &alice, "Checkout fails").await;
        let posts = alice.reads(&channel);
        let offers = offers(&posts);
        assert_eq!(offers.len(), 1, "{posts:?}");
        assert!(
            offers[0].starts_with("5 alerts look related: "),
            "{offers:?}"
        );
        skip_messages(world);
    });
}

#[test]
fn offer_of_a_private_incident_does_nothing_for_outsiders() {
    over_http(async |world, [alice, bob, ..]| {
        let monitor = Monitor::new(world).await;
        report(world, &monitor, "a", "Payroll export fails").await;
        crate::privacy::outsiders::declare_private(&alice, &[]).await;
        let channel = crate::privacy::outsiders::current_channel(world);
        let button = Button {
            action_id: ATTACH.to_owned(),
            value: "1".to_owned(),
        };
        let reply = bob.clicks_forged_button(&button).await;
        assert_eq!(reply, [NO_SUCH_INCIDENT]);
        let stage = "SELECT count(*) FROM alert_groups WHERE incident_id IS NULL";
        let open: i64 = world
            .open_database()
            .query_row(stage, [], |row| row.get(0))
            .unwrap();
        assert_eq!(open, 1);
        alice.reads(&channel);
        skip_messages(world);
    });
}
