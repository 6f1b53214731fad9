//! Crash tests for the forms of API keys.

use crate::harness::prelude::*;
use crate::web_form::{WebForm, test_form_redelivery, test_prepared_form_redelivery};

const KEY_ID: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn repeated_form_creates_one_key() {
    let form = WebForm {
        route: "/settings/api-keys",
        path: "/settings/api-keys",
        user: "alice",
        fields: &[
            ("name", "CI"),
            ("scope", "read"),
            ("acts_as", "muster"),
            ("key_id", KEY_ID),
            ("secret", "0123456789abcdef0123456789abcdef01234567"),
        ],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        let keys = world.database.query("SELECT key_id FROM api_keys");
        assert_eq!(keys, [KEY_ID]);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_creates_one_key_of_a_member() {
    let form = WebForm {
        route: "/me/api-keys",
        path: "/me/api-keys",
        user: "alice",
        fields: &[
            ("name", "Notebook"),
            ("scope", "read"),
            ("key_id", KEY_ID),
            ("secret", "0123456789abcdef0123456789abcdef01234567"),
        ],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        let keys = world.database.query("SELECT key_id FROM api_keys");
        assert_eq!(keys, [KEY_ID]);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_revokes_the_key_of_a_member() {
    let form = WebForm {
        route: "/me/api-keys/{id}/revoke",
        path: "/me/api-keys/1/revoke",
        user: "alice",
        fields: &[],
        prepared_by: &[],
        sent_before: None,
    };
    let insert = |world: &World| world.database.insert_api_key_with_secret(KEY_ID, "");
    test_prepared_form_redelivery(&form, insert, |world| {
        let revoked = "api_keys WHERE revoked_at IS NOT NULL";
        assert_eq!(world.database.count(revoked), 1);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_revokes_the_key() {
    let form = WebForm {
        route: "/settings/api-keys/{id}/revoke",
        path: "/settings/api-keys/1/revoke",
        user: "alice",
        fields: &[],
        prepared_by: &[],
        sent_before: None,
    };
    let insert = |world: &World| world.database.insert_api_key(KEY_ID);
    test_prepared_form_redelivery(&form, insert, |world| {
        let revoked = "api_keys WHERE revoked_at IS NOT NULL";
        assert_eq!(world.database.count(revoked), 1);
    })
    .await;
}
