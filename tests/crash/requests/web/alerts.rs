//! Crash tests for the forms of the page of alerts.

use crate::harness::prelude::*;
use crate::web_form::{WebForm, test_prepared_form_redelivery};

/// Stores a group of alerts that a rule suggests.
fn save_group(world: &World) {
    world.database.insert_alert_group();
}

fn groups(world: &World) -> Vec<String> {
    let sql = "SELECT stage || ' ' || ifnull(incident_id, '-') FROM alert_groups";
    world.database.query(sql)
}

#[tokio::test]
async fn repeated_add_form_adds_the_alerts_once() {
    let form = WebForm {
        route: "/alert-groups/{id}/add",
        path: "/alert-groups/1/add",
        user: "alice",
        fields: &[("incident", "1")],
        prepared_by: &[],
        sent_before: None,
    };
    test_prepared_form_redelivery(&form, save_group, |world| {
        assert_eq!(groups(world), ["attached 1"]);
        assert_event_count(world, "alert", 1);
    })
    .await;
}

#[tokio::test]
async fn repeated_ignore_form_ignores_the_alerts() {
    let form = WebForm {
        route: "/alert-groups/{id}/ignore",
        path: "/alert-groups/1/ignore",
        user: "alice",
        fields: &[("hours", "1")],
        prepared_by: &[],
        sent_before: None,
    };
    test_prepared_form_redelivery(&form, save_group, |world| {
        assert_eq!(groups(world), ["ignored -"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_that_ignores_always_adds_one_rule() {
    let form = WebForm {
        route: "/alert-groups/{id}/ignore",
        path: "/alert-groups/1/ignore",
        user: "alice",
        fields: &[("hours", "always")],
        prepared_by: &[],
        sent_before: None,
    };
    test_prepared_form_redelivery(&form, save_group, |world| {
        assert_eq!(groups(world), ["ignored -"]);
        let rules = "SELECT value ->> 'name'
                       FROM json_each((SELECT value FROM settings WHERE key = 'alert_rules'))";
        let expected = ["Ignore No orders", "All alerts"];
        assert_eq!(world.database.query(rules), expected);
    })
    .await;
}

#[tokio::test]
async fn repeated_attach_form_adds_the_alerts_once() {
    let form = WebForm {
        route: "/incidents/{id}/attach-alerts",
        path: "/incidents/1/attach-alerts",
        user: "alice",
        fields: &[],
        prepared_by: &[],
        sent_before: None,
    };
    let prepare = |world: &World| {
        save_group(world);
        world.database.relate_alert_group();
    };
    test_prepared_form_redelivery(&form, prepare, |world| {
        assert_eq!(groups(world), ["attached 1"]);
        assert_event_count(world, "alert", 1);
    })
    .await;
}
