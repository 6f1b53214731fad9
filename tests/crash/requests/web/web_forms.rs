//! Crash tests for the forms of the pages.

use crate::app_messages::app_messages;
use crate::harness::prelude::*;
use crate::web_form::{WebForm, test_form_redelivery};

#[tokio::test]
async fn repeated_declare_form_declares_one_incident() {
    let form = WebForm {
        route: "/incidents/new",
        path: "/incidents/new",
        user: "bob",
        fields: &[("title", "Search is down"), ("severity", "SEV-2")],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(world.database.count("incidents"), 2);
        assert_event_count(world, "declared", 2);
        let names = world.slack.channel_names();
        let of_form = names.iter().filter(|name| name.contains("search"));
        assert_eq!(of_form.collect::<Vec<_>>(), ["incident-2-search-is-down"]);
        let announced = world.slack.messages("incidents");
        let of_form = announced
            .iter()
            .filter(|it| it.rendered_text().starts_with("IR-2 "));
        assert_eq!(of_form.count(), 1, "the announcements");
    })
    .await;
}

#[tokio::test]
async fn repeated_field_form_changes_the_field_once() {
    let form = WebForm {
        route: "/incidents/{id}/fields/{name}",
        path: "/incidents/1/fields/severity",
        user: "alice",
        fields: &[("severity", "SEV-1")],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        assert_event_count(world, "updated", 1);
        assert_eq!(
            world.database.query("SELECT severity FROM incidents"),
            ["SEV-1"]
        );
    })
    .await;
}

#[tokio::test]
async fn repeated_join_form_adds_the_responder_once() {
    let form = WebForm {
        route: "/incidents/{id}/join",
        path: "/incidents/1/join",
        user: "chioma",
        fields: &[],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        assert_event_count(world, "roles_changed", 1);
        let user = world.slack.user("chioma");
        assert!(world.slack.members(CHANNEL).contains(&user));
    })
    .await;
}

#[tokio::test]
async fn repeated_done_form_finishes_the_task_once() {
    let form = WebForm {
        route: "/tasks/{id}/{number}/done",
        path: "/tasks/1/1/done",
        user: "alice",
        fields: &[],
        prepared_by: &["/datadog task Roll back"],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        assert_event_count(world, "task_done", 1);
        assert_eq!(world.database.count("tasks WHERE done_at IS NOT NULL"), 1);
    })
    .await;
}

#[tokio::test]
async fn repeated_reopen_form_reopens_the_task_once() {
    let form = WebForm {
        route: "/tasks/{id}/{number}/reopen",
        path: "/tasks/1/1/reopen",
        user: "alice",
        fields: &[],
        prepared_by: &["/datadog task Roll back", "/datadog task done 1"],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        assert_event_count(world, "task_reopened", 1);
        assert_eq!(world.database.count("tasks WHERE done_at IS NULL"), 1);
    })
    .await;
}

/// Returns the form of an action on IR-1, which alice sends.
fn action_form(path: &'static str, fields: &'static [(&'static str, &'static str)]) -> WebForm {
    WebForm {
        route: "/incidents/{id}/actions/{action}",
        path,
        user: "alice",
        fields,
        prepared_by: &[],
        sent_before: None,
    }
}

#[tokio::test]
async fn repeated_note_form_adds_one_note() {
    let fields = &[("text", "The disk is full.")];
    let form = action_form("/incidents/1/actions/add-note", fields);
    test_form_redelivery(&form, |world| {
        assert_event_count(world, "note", 1);
        assert_activity_posted(world, "alice added a note: The disk is full.");
    })
    .await;
}

#[tokio::test]
async fn repeated_status_update_form_posts_one_update() {
    let fields = &[("text", "Freed the disk."), ("next_update", "30")];
    let form = action_form("/incidents/1/actions/post-update", fields);
    test_form_redelivery(&form, |world| {
        assert_event_count(world, "status_update", 1);
        assert_activity_posted(world, "Update from alice");
    })
    .await;
}

#[tokio::test]
async fn repeated_resolve_form_resolves_once() {
    let fields = &[("text", "Freed the disk."), ("root_cause", "A full disk")];
    let form = action_form("/incidents/1/actions/resolve", fields);
    test_form_redelivery(&form, |world| {
        assert_event_count(world, "updated", 1);
        assert_event_count(world, "status_update", 1);
        let status = world.database.query("SELECT status FROM incidents");
        assert_eq!(status, ["resolved"]);
        let summaries = app_messages(&world.slack, world.slack.messages(CHANNEL));
        let summaries = summaries
            .iter()
            .filter(|it| it.rendered_text().contains("Freed the disk."));
        assert_eq!(summaries.count(), 2, "the header and the closing summary");
    })
    .await;
}

#[tokio::test]
async fn repeated_task_form_adds_one_task() {
    let fields = &[("description", "Add an alert")];
    let form = action_form("/incidents/1/actions/add-task", fields);
    test_form_redelivery(&form, |world| {
        assert_eq!(world.database.count("tasks"), 1);
        assert_activity_posted(world, "alice added task 1: Add an alert");
    })
    .await;
}

#[tokio::test]
async fn repeated_restore_form_restores_the_note_once() {
    let remove: (_, &[_]) = (
        "/incidents/1/actions/remove-entry",
        &[("number", "3"), ("key", "before")],
    );
    let form = WebForm {
        prepared_by: &["/datadog note The disk is full."],
        sent_before: Some(remove),
        ..action_form("/incidents/1/actions/restore-entry", &[("number", "3")])
    };
    test_form_redelivery(&form, |world| {
        assert_event_count(world, "note", 1);
        let removed = "timeline WHERE removed_at IS NOT NULL";
        assert_eq!(world.database.count(removed), 0);
        assert_activity_posted(world, "alice added a note: The disk is full.");
    })
    .await;
}

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

/// The form that adds a link, sent before the form of a test.
const ADDED_LINK: (&str, &[(&str, &str)]) = (
    "/clipboard",
    &[
        ("url", "https://graphs.example.com/a"),
        ("title", "Error rate"),
        ("key", "before"),
    ],
);

/// Returns the titles on the clipboards.
fn clipboard_titles(world: &World) -> Vec<String> {
    world.database.query("SELECT title FROM clipboard_items")
}

#[tokio::test]
async fn repeated_clipboard_form_adds_one_link() {
    let form = WebForm {
        route: "/clipboard",
        path: "/clipboard",
        user: "alice",
        fields: &[("url", "https://graphs.example.com/a"), ("title", "Errors")],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(clipboard_titles(world), ["Errors"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_adds_the_links_to_the_incident_once() {
    let form = WebForm {
        route: "/clipboard/add-to-incident",
        path: "/clipboard/add-to-incident",
        user: "alice",
        fields: &[("item", "1"), ("incident", "1")],
        prepared_by: &[],
        sent_before: Some(ADDED_LINK),
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(
            world.database.query("SELECT title FROM documents"),
            ["Error rate"]
        );
        assert_event_count(world, "document_added", 1);
        assert_activity_posted(world, "alice added the document Error rate.");
        assert_eq!(clipboard_titles(world), ["Error rate"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_removes_the_links_once() {
    let form = WebForm {
        route: "/clipboard/remove",
        path: "/clipboard/remove",
        user: "alice",
        fields: &[("item", "1")],
        prepared_by: &[],
        sent_before: Some(ADDED_LINK),
    };
    test_form_redelivery(&form, |world| assert!(clipboard_titles(world).is_empty())).await;
}
