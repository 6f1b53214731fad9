//! Crash tests for the forms of webhooks.

use crate::harness::prelude::*;
use crate::web_form::{WebForm, test_form_redelivery, test_prepared_form_redelivery};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Another secret.
const NEW_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// Returns a form of the webhook “hook” that alice sends; its route is filled in by the caller.
fn hook_form(path: &'static str, fields: &'static [(&'static str, &'static str)]) -> WebForm {
    WebForm {
        route: path,
        path,
        user: "alice",
        fields,
        prepared_by: &[],
        sent_before: None,
    }
}

fn insert_hook(world: &World) {
    let url = "https://hooks.example.com";
    world.database.insert_webhook("webhook", url, SECRET);
}

#[tokio::test]
async fn repeated_add_form_adds_one_webhook() {
    let form = WebForm {
        route: "/settings/webhooks",
        path: "/settings/webhooks",
        user: "alice",
        fields: &[
            ("name", "deploys"),
            ("kind", "webhook"),
            ("url", "http://127.0.0.1:9/hook"),
            ("secret", SECRET),
        ],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        let secrets = world.database.query("SELECT secret FROM webhooks");
        assert_eq!(secrets, [SECRET]);
    })
    .await;
}

#[tokio::test]
async fn repeated_rotate_form_rotates_once() {
    let form = WebForm {
        route: "/settings/webhooks/{id}/rotate",
        ..hook_form("/settings/webhooks/1/rotate", &[("secret", NEW_SECRET)])
    };
    test_prepared_form_redelivery(&form, insert_hook, |world| {
        let secrets = "SELECT secret || ' ' || previous_secret FROM webhooks";
        let expected = format!("{NEW_SECRET} {SECRET}");
        assert_eq!(world.database.query(secrets), [expected]);
    })
    .await;
}

#[tokio::test]
async fn repeated_switch_form_switches_off_once() {
    let form = WebForm {
        route: "/settings/webhooks/{id}/switch",
        ..hook_form("/settings/webhooks/1/switch", &[("to", "off")])
    };
    test_prepared_form_redelivery(&form, insert_hook, |world| {
        let off = "webhooks WHERE switched_off_at IS NOT NULL";
        assert_eq!(world.database.count(off), 1);
    })
    .await;
}

#[tokio::test]
async fn repeated_remove_form_removes_the_webhook_once() {
    let form = WebForm {
        route: "/settings/webhooks/{id}/remove",
        ..hook_form("/settings/webhooks/1/remove", &[("name", "hook")])
    };
    test_prepared_form_redelivery(&form, insert_hook, |world| {
        assert_eq!(world.database.count("webhooks"), 0);
    })
    .await;
}
