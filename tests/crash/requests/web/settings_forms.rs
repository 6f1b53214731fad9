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

#[tokio::test]
async fn repeated_template_form_adds_the_template_once() {
    let form = WebForm {
        route: "/settings/templates/edit",
        path: "/settings/templates/edit",
        user: "alice",
        fields: &[
            ("expected_template", ""),
            ("name", "Lawyers"),
            ("category", "Legal"),
            ("subject", "{{incident.title}}"),
            ("body", "{{incident.summary}}"),
        ],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(template_names(world)[5..], ["Lawyers"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_template_deletion_deletes_the_template_once() {
    let form = WebForm {
        route: "/settings/templates/delete",
        path: "/settings/templates/delete",
        user: "alice",
        fields: &[(
            "expected_template",
            r#"{"name":"Lawyers","category":"Legal","subject":"s","body":"b"}"#,
        )],
        prepared_by: &[],
        sent_before: Some((
            "/settings/templates/edit",
            &[
                ("key", "before"),
                ("name", "Lawyers"),
                ("category", "Legal"),
                ("subject", "s"),
                ("body", "b"),
            ],
        )),
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(template_names(world).len(), 5);
    })
    .await;
}

#[tokio::test]
async fn repeated_postmortem_template_form_adds_the_template_once() {
    let form = WebForm {
        route: "/settings/postmortem-templates/edit",
        path: "/settings/postmortem-templates/edit",
        user: "alice",
        fields: &[
            ("expected_template", ""),
            ("name", "Short"),
            ("content", "## Summary\n\n{{incident.summary}}"),
        ],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(postmortem_template_names(world), ["Postmortem", "Short"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_postmortem_template_deletion_deletes_the_template_once() {
    let form = WebForm {
        route: "/settings/postmortem-templates/delete",
        path: "/settings/postmortem-templates/delete",
        user: "alice",
        fields: &[("expected_template", SHORT_TEMPLATE)],
        prepared_by: &[],
        sent_before: Some(ADD_SHORT_TEMPLATE),
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(postmortem_template_names(world), ["Postmortem"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_choice_of_the_default_postmortem_template_reorders_once() {
    let form = WebForm {
        route: "/settings/postmortem-templates/default",
        path: "/settings/postmortem-templates/default",
        user: "alice",
        fields: &[("expected_template", SHORT_TEMPLATE)],
        prepared_by: &[],
        sent_before: Some(ADD_SHORT_TEMPLATE),
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(postmortem_template_names(world), ["Short", "Postmortem"]);
    })
    .await;
}

const SHORT_TEMPLATE: &str = r#"{"name":"Short","content":"Few words."}"#;

const ADD_SHORT_TEMPLATE: (&str, &[(&str, &str)]) = (
    "/settings/postmortem-templates/edit",
    &[
        ("key", "before"),
        ("name", "Short"),
        ("content", "Few words."),
    ],
);

/// Returns the names of the stored postmortem templates.
fn postmortem_template_names(world: &World) -> Vec<String> {
    world.database.query(
        "SELECT value ->> 'name' FROM json_each((SELECT value FROM settings WHERE key = 'postmortem_templates'))",
    )
}

/// Returns the names of the stored message templates.
fn template_names(world: &World) -> Vec<String> {
    world.database.query(
        "SELECT value ->> 'name' FROM json_each((SELECT value FROM settings WHERE key = 'message_templates'))",
    )
}

/// Returns the stored value of the setting; none if it has its default.
fn archive_after_days(world: &World) -> Vec<String> {
    world
        .database
        .query("SELECT value FROM settings WHERE key = 'archive_after_days'")
}
