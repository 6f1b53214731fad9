//! Incidents that a rule declares.

use super::{INCIDENTS, Monitor, firing, resolved, set_rule, suggestion, suggestions};
use crate::field::{incident, skip_messages};
use crate::harness::prelude::*;
use muster::store::IdempotencyKey;
use muster_domain::{ChangeSettings, EventId, Timestamp};
use serde_json::json;

#[test]
fn rule_declares_an_incident_if_the_alert_still_fires_after_its_hold() {
    over_both_transports(async |world, [alice, ..]| {
        set_rule(
            world,
            json!({ "action": "declare", "title": "{{labels.service}}: {{title}}" }),
        );
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "Short")]).await;
        world.advance(60).await;
        monitor.reports(&[resolved(world, "a")]).await;
        world.advance(120).await;
        assert_eq!(world.incident_channels(), [""; 0]);

        monitor.reports(&[firing(world, "b", "21 % errors")]).await;
        world.advance(119).await;
        assert_eq!(world.incident_channels(), [""; 0]);
        world.advance(1).await;
        let channels = world.incident_channels();
        let [channel] = channels.as_slice() else {
            panic!("{channels:?}");
        };
        let posts = alice.reads(channel);
        assert!(posts[0].starts_with("IR-1 checkout: "), "{posts:?}");
        assert!(posts[0].contains("SEV-2"), "{posts:?}");
        assert!(posts[0].contains("Declared by Muster"), "{posts:?}");
        let read = alice.reads(INCIDENTS);
        assert!(read[0].contains("Declared by Muster"), "{read:?}");
        let timeline = world.timeline(1).await;
        assert_eq!(timeline.len(), 3, "{timeline:?}");
        alice.reads_ephemeral();
        world.read_all_direct_messages();
    });
}

#[test]
fn private_rule_declares_a_private_incident_and_its_suggestion_does_not_name_it() {
    scenario(async |world, [alice, ..]| {
        set_rule(world, json!({ "private": true }));
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        alice.reads(INCIDENTS);
        let ts = suggestion(world, "21 % errors").ts;
        alice.clicks(INCIDENTS, &ts, "alert_declare").await;
        alice.submits_and_closes(&[]).await;
        let read = alice.reads(INCIDENTS);
        assert!(
            read[0].ends_with("\nAn incident was declared by alice."),
            "{read:?}"
        );
        assert_eq!(read.len(), 1, "it is not announced");
        let store = world.store().await;
        let incident = store.incident(
            muster_domain::Viewer::Operator,
            muster_domain::IncidentId(1),
        );
        let visibility = incident.await.unwrap().visibility;
        assert_eq!(visibility, muster_domain::Visibility::Private);
        skip_messages(world);
    });
}

#[test]
fn rules_declare_at_most_twenty_incidents_an_hour() {
    scenario(async |world, _| {
        let rule = json!({
            "action": "declare", "hold_minutes": 0, "limit": 100, "group_by": ["alertname"], "test": true,
        });
        set_rule(world, rule);
        let monitor = Monitor::new(world).await;
        let alerts: Vec<_> = (0..25)
            .map(|number| firing(world, &format!("a{number}"), &format!("Alert {number}")))
            .collect();
        assert_eq!(monitor.sends(&alerts).await, 202);
        world.deliver_all_advancing().await;
        assert_eq!(world.incident_channels().len(), 20);
        assert_eq!(suggestions(world).len(), 5);
        skip_messages(world);
    });
}

/// Adds the incident type Security, with the number 2.
fn add_incident_type(world: &World) {
    let insert = "INSERT INTO incident_types (name, is_default, configuration, created_at, modified_at)
                  VALUES ('Security', 0, '{}', '2026-11-23T14:05:00.000Z', '2026-11-23T14:05:00.000Z')";
    change_database(world, insert);
}

/// Changes the database as another process would.
fn change_database(world: &World, sql: &str) {
    let connection = rusqlite::Connection::open(world.database_path()).unwrap();
    connection.execute(sql, []).unwrap();
}

#[test]
fn rule_with_an_unknown_incident_type_is_rejected() {
    scenario(async |world, _| {
        add_incident_type(world);
        let rule = json!([{ "name": "Checkout", "type": "Outage" }]);
        let request = ChangeSettings::from(vec![("alert_rules".to_owned(), rule)]);
        let key = IdempotencyKey::event(&EventId("Ev0RULE".to_owned()));
        let now = Timestamp::from_epoch_millis(world.now());
        let store = world.store().await;
        let errors = store.change_settings(key, request, now).await.unwrap();
        let expected = "alert_rules must be corrected. Checkout: there's no incident type Outage. The types are: \
                        Incident, Security.";
        assert_eq!(errors.unwrap_err()[0].to_string(), expected);
    });
}

/// Declares an incident from the card of a new alert. Returns the number of its incident type.
async fn type_of_declared(world: &World, monitor: &Monitor<'_>, title: &str, number: i64) -> i64 {
    monitor.reports(&[firing(world, title, title)]).await;
    let ts = suggestion(world, title).ts;
    let alice = world.user("alice");
    alice.clicks(INCIDENTS, &ts, "alert_declare").await;
    alice.submits_and_closes(&[]).await;
    incident(world, number).await.incident_type
}

#[test]
fn incidents_of_a_rule_have_its_type_while_it_exists() {
    scenario(async |world, _| {
        add_incident_type(world);
        let rule = json!({ "type": "security", "action": "declare", "group_by": ["alertname"] });
        set_rule(world, rule);
        let monitor = Monitor::new(world).await;
        monitor.reports(&[firing(world, "a", "21 % errors")]).await;
        world.advance(120).await;
        assert_eq!(incident(world, 1).await.incident_type, 2);
        let rule = json!({ "type": "Security", "group_by": ["alertname"] });
        set_rule(world, rule);
        assert_eq!(type_of_declared(world, &monitor, "No orders", 2).await, 2);
        // The default type applies since the type was deleted.
        let delete = "UPDATE incident_types SET deleted_at = modified_at WHERE number = 2";
        change_database(world, delete);
        assert_eq!(type_of_declared(world, &monitor, "No logins", 3).await, 1);
        skip_messages(world);
    });
}
