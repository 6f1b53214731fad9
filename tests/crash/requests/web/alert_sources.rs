//! Crash tests for the forms of the sources of alerts.

use crate::harness::prelude::*;
use crate::web_form::{WebForm, test_form_redelivery, test_prepared_form_redelivery};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const TOPIC: &str = "arn:aws:sns:eu-west-1:000000000000:alarms";

fn insert_source(world: &World) {
    world.database.insert_alert_source("sns", TOKEN);
}

#[tokio::test]
async fn repeated_form_adds_one_source() {
    let form = WebForm {
        route: "/settings/alert-sources",
        path: "/settings/alert-sources",
        user: "alice",
        fields: &[
            ("name", "prom-eu"),
            ("kind", "alertmanager"),
            ("token", TOKEN),
        ],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        let sources = world.database.query("SELECT name FROM alert_sources");
        assert_eq!(sources, ["prom-eu"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_revokes_the_source() {
    let form = WebForm {
        route: "/settings/alert-sources/{id}/revoke",
        path: "/settings/alert-sources/1/revoke",
        user: "alice",
        fields: &[],
        prepared_by: &[],
        sent_before: None,
    };
    test_prepared_form_redelivery(&form, insert_source, |world| {
        let revoked = "alert_sources WHERE revoked_at IS NOT NULL";
        assert_eq!(world.database.count(revoked), 1);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_sets_the_secret() {
    let form = WebForm {
        route: "/settings/alert-sources/{id}/secret",
        path: "/settings/alert-sources/1/secret",
        user: "alice",
        fields: &[("secret", "s3cret")],
        prepared_by: &[],
        sent_before: None,
    };
    let insert = |world: &World| world.database.insert_alert_source("sentry", TOKEN);
    test_prepared_form_redelivery(&form, insert, |world| {
        let signed = "alert_sources WHERE secret = 's3cret'";
        assert_eq!(world.database.count(signed), 1);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_saves_the_mapping() {
    let form = WebForm {
        route: "/settings/alert-sources/{id}/mapping",
        path: "/settings/alert-sources/1/mapping",
        user: "alice",
        fields: &[("action", "save"), ("mapping", "title = [\"/name\"]")],
        prepared_by: &[],
        sent_before: None,
    };
    test_prepared_form_redelivery(&form, insert_source, |world| {
        let mapped = "alert_sources WHERE json_extract(mapping, '$.title[0]') = '/name'";
        assert_eq!(world.database.count(mapped), 1);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_removes_the_request_of_a_topic() {
    let form = WebForm {
        route: "/settings/alert-sources/{id}/topics",
        path: "/settings/alert-sources/1/topics",
        user: "alice",
        fields: &[("action", "remove"), ("topic", TOPIC)],
        prepared_by: &[],
        sent_before: None,
    };
    let insert = |world: &World| {
        insert_source(world);
        world.database.insert_sns_confirmation(TOPIC);
    };
    test_prepared_form_redelivery(&form, insert, |world| {
        assert_eq!(world.database.count("sns_confirmations"), 0);
    })
    .await;
}
