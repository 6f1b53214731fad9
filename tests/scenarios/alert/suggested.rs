//! A card that suggests an incident: it is edited as its alerts change, and an incident is declared from it.

use super::{INCIDENTS, Monitor, firing, resolved, set_rule, suggestion, suggestions, with};
use crate::harness::prelude::*;
use serde_json::json;

/// The card of one alert.
const ONE: &str = "21 % errors\n\
     critical · suggested severity: SEV-2 High\n\
     service checkout\n\
     1 alert since 2026-11-23 14:05 UTC from prom-eu\n\
     Query";

const BUTTONS: &str = "\n[Declare Incident] [Ignore]";

#[test]
fn suggestion_is_edited_while_its_alerts_change() {
    over_both_transports(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        assert_eq!(alice.reads(INCIDENTS), [format!("{ONE}{BUTTONS}")]);

        // The same notification again, as a cluster of Alertmanagers sends it, and another alert of the service.
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        world.advance(60).await;
        alice.reads(INCIDENTS);
        monitor.reports(&[firing(world, "b", "No orders")]).await;
        let edited = alice.reads(INCIDENTS);
        assert_eq!(edited.len(), 1, "{edited:?}");
        assert!(
            edited[0].contains("• 21 % errors\n• No orders\n2 alerts, reported 3 times"),
            "{edited:?}"
        );

        monitor.reports(&[resolved(world, "a")]).await;
        let edited = alice.reads(INCIDENTS);
        assert!(edited[0].contains("2 alerts, 1 firing"), "{edited:?}");
        world.advance(180).await;
        monitor.reports(&[resolved(world, "b")]).await;
        let edited = alice.reads(INCIDENTS);
        assert!(edited[0].ends_with("Resolved after 4 min."), "{edited:?}");
    });
}

#[test]
fn alert_that_becomes_more_severe_gets_a_reply() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let warning = with(
            firing(world, "a", "21 % errors"),
            "/labels/severity",
            "warning",
        );
        monitor.reports(&[warning]).await;
        let read = alice.reads(INCIDENTS);
        assert!(
            read[0].contains("warning · suggested severity: SEV-4"),
            "{read:?}"
        );
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        let read = alice.reads(INCIDENTS);
        assert!(
            read[0].contains("critical · suggested severity: SEV-2"),
            "{read:?}"
        );
        let ts = suggestion(world, "21 % errors").ts;
        let replies = alice.reads_thread(INCIDENTS, &ts);
        assert_eq!(replies, ["21 % errors is now critical."]);
    });
}

async fn assert_declared_from_the_alert(world: &World, alice: &TestUser<'_>) {
    let posts = alice.reads("#incident-1-21-errors");
    assert!(posts[0].contains("Services checkout"), "{posts:?}");
    assert!(posts[0].contains("*Alerts* 1, firing"), "{posts:?}");
    assert!(
        posts[1].contains("Alert: 21 % errors (critical, from prom-eu)"),
        "{posts:?}"
    );
    let read = alice.reads(INCIDENTS);
    let declared = read.iter().find(|it| it.contains("Query")).unwrap();
    assert_eq!(declared, &format!("{ONE}\nIR-1 declared by alice."));
    let timeline = world.timeline(1).await;
    assert_eq!(
        timeline,
        [
            "alice declared it as SEV-2, customer impact unknown",
            "somebody alert 21 % errors",
        ]
    );
    let store = world.store().await;
    let incident = store.incident(
        muster_domain::Viewer::Operator,
        muster_domain::IncidentId(1),
    );
    let incident = incident.await.unwrap();
    assert_eq!(
        incident.detection_method,
        muster_domain::DetectionMethod::Monitor
    );
    assert_eq!(
        incident
            .declared_at
            .duration_since(incident.detected_at)
            .num_minutes(),
        5
    );
}

#[test]
fn incident_is_declared_from_a_suggestion() {
    over_both_transports(async |world, [alice, bob, ..]| {
        world.change_settings(&[("services", json!([{ "name": "checkout" }]))]);
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        alice.reads(INCIDENTS);
        world.advance(300).await;
        let ts = suggestion(world, "21 % errors").ts;
        alice.clicks(INCIDENTS, &ts, "alert_declare").await;
        bob.clicks(INCIDENTS, &ts, "alert_declare").await;
        assert_eq!(alice.field_value("Title"), "21 % errors");
        assert_eq!(alice.field_value("Severity Level"), "SEV-2");
        assert_eq!(
            alice.field_value("Signals"),
            "21 % errors https://prom.example/a"
        );
        alice.submits_and_closes(&[]).await;

        assert_declared_from_the_alert(world, &alice).await;

        // Bob still has the form open. It first names the incident that may be meant.
        bob.submits(&[]).await;
        let screen = bob.submits(&[]).await;
        assert!(
            format!("{screen:?}").contains("already belong to IR-1"),
            "{screen:?}"
        );
        assert_eq!(world.incident_channels().len(), 1);
        alice.reads_declaration(1);
    });
}

#[test]
fn group_is_ignored_for_its_window_or_longer() {
    over_both_transports(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        alice.reads(INCIDENTS);
        let ts = suggestion(world, "21 % errors").ts;
        alice.clicks(INCIDENTS, &ts, "alert_ignore").await;
        world.advance(2).await;
        alice.redelivers_last_request().await;
        let ignored = "\nIgnored until 2026-11-23 14:35 UTC by alice.";
        assert_eq!(alice.reads(INCIDENTS), [format!("{ONE}{ignored}")]);
        let question_texts = alice.reads_ephemeral();
        let question = "Ignored until 2026-11-23 14:35 UTC. Ignore these alerts for longer?\n\
             [1 hour] [24 hours] [Always]";
        assert_eq!(question_texts.last().unwrap(), question);

        let ephemeral = alice.last_ephemeral().ts;
        alice
            .clicks(INCIDENTS, &ephemeral, "alert_ignore_hour")
            .await;
        let reply = "Ignored until 2026-11-23 15:05 UTC.";
        assert_eq!(alice.reads_ephemeral().last().unwrap(), reply);
        assert_eq!(alice.reads(INCIDENTS).len(), 1, "the card");
        world.advance(45 * 60).await;
        monitor.reports(&[firing(world, "b", "No orders")]).await;
        assert_eq!(alice.reads(INCIDENTS), [""; 0]);
        world.advance(16 * 60).await;
        monitor.reports(&[firing(world, "c", "No payments")]).await;
        let read = alice.reads(INCIDENTS);
        assert!(read[0].starts_with("No payments\n"), "{read:?}");
    });
}

#[test]
fn admin_ignores_alerts_always_and_others_cannot() {
    scenario(async |world, [alice, bob, ..]| {
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        alice.reads(INCIDENTS);
        let login = with(firing(world, "b", "No logins"), "/labels/service", "login");
        monitor.reports(&[login]).await;
        alice.reads(INCIDENTS);
        for (user, title) in [(&bob, "No logins"), (&alice, "21 % errors")] {
            let ts = suggestion(world, title).ts;
            user.clicks(INCIDENTS, &ts, "alert_ignore").await;
            let ephemeral = user.last_ephemeral().ts;
            user.reads_ephemeral();
            let always = "alert_ignore_always";
            user.clicks(INCIDENTS, &ephemeral, always).await;
        }
        alice.reads(INCIDENTS);
        let read = bob.reads_ephemeral();
        let rejected =
            "Only workspace admins can add alert rules. Ask one of them, or choose 24 hours.";
        assert_eq!(read, [rejected]);
        let read = alice.reads_ephemeral();
        let added = "Added the alert rule Ignore 21 % errors, which ignores them. Admins can change it in the \
             settings.";
        assert_eq!(read, [added]);
        world.advance(3_600).await;
        monitor.reports(&[firing(world, "z", "21 % errors")]).await;
        assert_eq!(alice.reads(INCIDENTS), [""; 0]);
    });
}

#[test]
fn deleted_suggestion_is_not_posted_again() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        alice.reads(INCIDENTS);
        let ts = suggestion(world, "21 % errors").ts;
        let bot = world.slack.bot_user();
        world.slack.deletes(&bot, INCIDENTS, &ts).await;
        monitor.reports(&[firing(world, "b", "No orders")]).await;
        assert_eq!(alice.reads(INCIDENTS), [""; 0]);
        assert_eq!(suggestions(world), [""; 0]);
    });
}

#[test]
fn without_an_announcements_channel_alerts_are_only_listed() {
    scenario(async |world, [alice, ..]| {
        world.restart_with_announcements_channel(None).await;
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        assert_eq!(alice.reads(INCIDENTS), [""; 0]);
        let rule = json!({ "channel": "#random" });
        set_rule(world, rule);
        monitor.reports(&[firing(world, "b", "No orders")]).await;
        let read = alice.reads("#random");
        assert!(read[0].starts_with("No orders\n"), "{read:?}");
    });
}

#[test]
fn suggestion_offers_an_incident_that_is_declared_after_it() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let mut alert = firing(world, "a", "21 % errors");
        alert["annotations"]["description"] = json!("Errors of checkout\nsince the deploy.");
        monitor.reports(&[alert]).await;
        let read = alice.reads(INCIDENTS);
        let description = "\nErrors of checkout since the deploy.\nservice checkout\n";
        assert!(read[0].contains(description), "{read:?}");
        let edited = || {
            let message = suggestion(world, "21 % errors");
            message.rendered_text().to_owned()
        };
        let incident = alice.declares("Checkout is slow").await;
        let buttons = "\n[Declare Incident] [Add to IR-1] [Add to Incident…] [Ignore]";
        assert!(edited().ends_with(buttons), "{}", edited());
        alice.updates(&incident.channel, &[RESOLVED]).await;
        assert!(edited().ends_with(BUTTONS), "{}", edited());
        crate::field::skip_messages(world);
    });
}

#[test]
fn rule_that_is_added_later_suggests_alerts_that_still_fire() {
    scenario(async |world, [alice, ..]| {
        set_rule(world, json!({ "match": ["service=other"] }));
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        assert_eq!(alice.reads(INCIDENTS), [""; 0]);
        set_rule(world, json!({}));
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        let read = alice.reads(INCIDENTS);
        assert!(read[0].starts_with("21 % errors\n"), "{read:?}");
        assert!(read[0].contains("1 alert, reported 2 times"), "{read:?}");
    });
}

#[test]
fn snoozed_rule_acts_when_its_snooze_ends() {
    scenario(async |world, [alice, ..]| {
        let until = "2026-11-23T15:05:00.000Z";
        set_rule(world, json!({ "hold_minutes": 5 }));
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        set_rule(world, json!({ "hold_minutes": 5, "snoozed_until": until }));
        world.advance(59 * 60).await;
        assert_eq!(alice.reads(INCIDENTS), [""; 0]);
        world.advance(60).await;
        let read = alice.reads(INCIDENTS);
        assert!(read[0].starts_with("21 % errors\n"), "{read:?}");
    });
}
