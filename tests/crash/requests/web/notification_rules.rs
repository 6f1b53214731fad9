//! Crash tests for the forms of notification rules, and for a change that makes a rule fire.

use crate::harness::prelude::*;
use crate::web_form::{WebForm, test_form_redelivery, test_prepared_form_redelivery};

/// The form that adds the rule *Everyone*, sent before the form of a test.
const ADDED_RULE: (&str, &[(&str, &str)]) = (
    "/settings/rules/edit",
    &[
        ("key", "before"),
        ("name", "Everyone"),
        ("enabled", "yes"),
        ("when", "declared_or_updated"),
        ("condition_severity", "SEV-1"),
        ("recipients", "#general"),
    ],
);

/// The rule *Everyone* as the pages display it.
const RULE: &str = r##"{"name":"Everyone","when":"declared_or_updated","conditions":[{"field":"severity","values":["SEV-1"]}],"recipients":["#general"]}"##;

/// A form that is sent after the rule is added. Each test sets its route, path and fields.
const FORM: WebForm = WebForm {
    route: "",
    path: "",
    user: "alice",
    fields: &[],
    prepared_by: &[],
    sent_before: Some(ADDED_RULE),
};

fn rule_names(world: &World) -> Vec<String> {
    world.database.query(
        "SELECT value ->> 'name' FROM json_each((SELECT value FROM settings WHERE key = 'notification_rules'))",
    )
}

/// Returns the number of posts about IR-1 in #general.
fn notified(world: &World) -> usize {
    let posts = world.slack.messages("general").into_iter();
    let posts = posts.filter(|it| it.rendered_text().starts_with("[IR-1] "));
    posts.count()
}

#[tokio::test]
async fn repeated_rule_form_adds_the_rule_once() {
    let fields = &[
        ("expected_rule", ""),
        ("name", "Executives"),
        ("enabled", "yes"),
        ("recipients", "@commander"),
    ];
    let form = WebForm {
        route: "/settings/rules/edit",
        path: "/settings/rules/edit",
        fields,
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(rule_names(world), ["Everyone", "Executives"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_rule_deletion_deletes_the_rule_once() {
    let fields = &[("expected_rule", RULE), ("action", "delete")];
    let form = WebForm {
        route: "/settings/rules/change",
        path: "/settings/rules/change",
        fields,
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(rule_names(world), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn repeated_notification_of_matching_incidents_is_sent_once() {
    let fields = &[("expected_rule", RULE), ("incident", "IR-1")];
    let form = WebForm {
        prepared_by: &["/datadog severity SEV-1"],
        route: "/settings/rules/notify",
        path: "/settings/rules/notify",
        fields,
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(world.database.count("notifications"), 1);
        assert_eq!(notified(world), 1);
    })
    .await;
}

#[tokio::test]
async fn repeated_subscription_form_subscribes_once() {
    let fields = &[("rule", "Everyone"), ("id", "1")];
    let form = WebForm {
        route: "/settings/rules/subscribe",
        path: "/settings/rules/subscribe",
        fields,
        ..FORM
    };
    let unsubscribe = |world: &World| {
        world
            .database
            .insert_unsubscribed("Everyone", "exec@acme.example");
    };
    test_prepared_form_redelivery(&form, unsubscribe, |world| {
        assert_eq!(world.database.count("unsubscribed_addresses"), 0);
    })
    .await;
}

#[tokio::test]
async fn repeated_sample_form_sends_at_most_one_sample() {
    let fields = &[("rule", "Everyone"), ("template", "")];
    let form = WebForm {
        route: "/settings/samples",
        path: "/settings/samples",
        fields,
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        let direct = world.slack.direct_message_channel("alice");
        let messages = direct.map(|channel| world.slack.messages(&channel));
        let messages = messages.unwrap_or_default();
        let samples = messages
            .iter()
            .filter(|it| it.rendered_text().starts_with("Sample: "));
        assert!(samples.count() <= 1);
    })
    .await;
}

#[tokio::test]
async fn change_that_makes_a_rule_fire_is_notified_once() {
    let form = WebForm {
        route: "/incidents/{id}/fields/{name}",
        path: "/incidents/1/fields/severity",
        fields: &[("severity", "SEV-1")],
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(world.database.count("notifications"), 1);
        assert_event_count(world, "notification_sent", 1);
        assert_eq!(notified(world), 1);
    })
    .await;
}
