//! Crash tests for the forms of the settings page.

use crate::harness::prelude::*;
use crate::web_form::{WebForm, test_form_redelivery};

#[tokio::test]
async fn repeated_settings_form_changes_the_setting_once() {
    let form = WebForm {
        route: "/settings/{group}",
        path: "/settings/archiving",
        user: "alice",
        fields: &[
            ("archive_after_days", "9"),
            ("expected_archive_after_days", "0"),
        ],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(archive_after_days(world), ["9"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_settings_import_changes_the_setting_once() {
    let form = WebForm {
        route: "/settings/import",
        path: "/settings/import",
        user: "alice",
        fields: &[
            ("text", "archive_after_days = 9"),
            ("expected_text", "archive_after_days = 9"),
            ("expected_settings", "[[\"archive_after_days\", 0]]"),
            ("apply", "yes"),
        ],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(archive_after_days(world), ["9"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_import_of_values_changes_them_once() {
    let form = WebForm {
        route: "/settings/import/values",
        path: "/settings/import/values",
        user: "alice",
        fields: &[
            ("text", "services,team\ncheckout,payments"),
            ("expected_text", "services,team\ncheckout,payments"),
            ("expected_settings", "[[\"services\", []]]"),
            ("apply", "yes"),
        ],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        let services = "SELECT value FROM settings WHERE key = 'services'";
        assert_eq!(
            world.database.query(services),
            ["[{\"name\":\"checkout\",\"team\":\"payments\"}]"]
        );
    })
    .await;
}

/// Returns the stored value of the setting; none if it has its default.
fn archive_after_days(world: &World) -> Vec<String> {
    world
        .database
        .query("SELECT value FROM settings WHERE key = 'archive_after_days'")
}
