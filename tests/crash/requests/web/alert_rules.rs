//! Crash tests for the forms of alert rules.

use crate::harness::prelude::*;
use crate::web_form::{WebForm, test_form_redelivery};

/// The rule of a new workspace, as the pages display it.
const RULE: &str = r#"{"name":"All alerts","action":"suggest"}"#;

/// A form of alice. Each test sets its route, path and fields.
const FORM: WebForm = WebForm {
    route: "",
    path: "",
    user: "alice",
    fields: &[],
    prepared_by: &[],
    sent_before: None,
};

fn rule_names(world: &World) -> Vec<String> {
    world.database.query(
        "SELECT value ->> 'name' FROM json_each((SELECT value FROM settings WHERE key = 'alert_rules'))",
    )
}

#[tokio::test]
async fn repeated_form_adds_one_alert_rule() {
    let fields = &[
        ("expected_rule", ""),
        ("name", "Checkout"),
        ("enabled", "yes"),
        ("match", "service=checkout"),
        ("action", "declare"),
    ];
    let form = WebForm {
        route: "/settings/alert-rules/edit",
        path: "/settings/alert-rules/edit",
        fields,
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(rule_names(world), ["Checkout", "All alerts"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_moves_an_alert_rule_once() {
    let added: (&str, &[(&str, &str)]) = (
        "/settings/alert-rules/edit",
        &[
            ("key", "before"),
            ("name", "Checkout"),
            ("enabled", "yes"),
            ("position", "All alerts"),
            ("action", "ignore"),
        ],
    );
    let form = WebForm {
        route: "/settings/alert-rules/change",
        path: "/settings/alert-rules/change",
        fields: &[("expected_rule", RULE), ("action", "down")],
        sent_before: Some(added),
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(rule_names(world), ["Checkout", "All alerts"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_snoozes_an_alert_rule_once() {
    let fields = &[
        ("expected_rule", RULE),
        ("action", "snooze"),
        ("until", "2 hours"),
    ];
    let form = WebForm {
        route: "/settings/alert-rules/change",
        path: "/settings/alert-rules/change",
        fields,
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        let until = "SELECT value -> 0 ->> 'snoozed_until' FROM settings WHERE key = 'alert_rules'";
        assert_eq!(world.database.query(until).len(), 1);
    })
    .await;
}
