//! Crash tests for the forms of a postmortem.

use crate::harness::prelude::*;
use crate::web_form::{WebForm, test_form_redelivery};

const RESOLVE: &[&str] = &["/datadog incident resolve Freed the disk"];

/// The form that generates the postmortem, sent before the form of a test.
const GENERATED: (&str, &[(&str, &str)]) = (
    "/incidents/1/postmortem/generate",
    &[("key", "before"), ("timeline", "all")],
);

/// A form that is sent after the postmortem is generated. Each test sets its route, path and fields.
const FORM: WebForm = WebForm {
    route: "",
    path: "",
    user: "alice",
    fields: &[],
    prepared_by: RESOLVE,
    sent_before: Some(GENERATED),
};

#[tokio::test]
async fn repeated_form_generates_one_postmortem() {
    let form = WebForm {
        route: "/incidents/{id}/postmortem/generate",
        path: "/incidents/1/postmortem/generate",
        fields: &[("timeline", "all")],
        sent_before: None,
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        assert_event_count(world, "postmortem_generated", 1);
        assert_eq!(world.database.count("postmortems"), 1);
        assert_eq!(world.database.count("postmortem_sections"), 11);
        assert_eq!(world.database.count("postmortem_revisions"), 11);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_attaches_one_document() {
    let form = WebForm {
        route: "/incidents/{id}/postmortem/attach",
        path: "/incidents/1/postmortem/attach",
        fields: &[("url", "https://wiki.example.com/ir-1")],
        sent_before: None,
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        assert_event_count(world, "postmortem_attached", 1);
        assert_eq!(world.database.count("postmortems"), 1);
    })
    .await;
}

#[tokio::test]
async fn repeated_field_form_of_a_postmortem_changes_it_once() {
    let form = WebForm {
        route: "/incidents/{id}/postmortem/fields/{name}",
        path: "/incidents/1/postmortem/fields/status",
        fields: &[("status", "completed"), ("expected_status", "draft")],
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        assert_event_count(world, "postmortem_status_changed", 1);
        let frozen = "postmortem_sections WHERE frozen IS NOT NULL";
        assert_eq!(world.database.count(frozen), 11);
    })
    .await;
}

#[tokio::test]
async fn repeated_section_form_saves_one_revision() {
    let form = WebForm {
        route: "/incidents/{id}/postmortem/sections/{number}",
        path: "/incidents/1/postmortem/sections/1",
        fields: &[
            ("heading", "Summary"),
            ("body", "Disk full."),
            ("expected_revision", "1"),
        ],
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        let of_section = "postmortem_revisions WHERE section = 1";
        assert_eq!(world.database.count(of_section), 2);
    })
    .await;
}

#[tokio::test]
async fn repeated_form_adds_one_section() {
    let form = WebForm {
        route: "/incidents/{id}/postmortem/sections/{number}",
        path: "/incidents/1/postmortem/sections/new",
        fields: &[
            ("heading", "Rollback"),
            ("body", "It took an hour."),
            ("expected_revision", "0"),
        ],
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(world.database.count("postmortem_sections"), 12);
    })
    .await;
}

#[tokio::test]
async fn repeated_button_moves_a_section_once() {
    let form = WebForm {
        route: "/incidents/{id}/postmortem/sections/{number}/{action}",
        path: "/incidents/1/postmortem/sections/1/move-down",
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        let first = "SELECT number FROM postmortem_sections ORDER BY position LIMIT 3";
        let order = "SELECT group_concat(number) FROM (".to_owned() + first + ")";
        assert_eq!(world.database.query(&order), ["2,1,3"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_button_removes_one_section() {
    let form = WebForm {
        route: "/incidents/{id}/postmortem/sections/{number}/{action}",
        path: "/incidents/1/postmortem/sections/1/remove",
        fields: &[("expected_revision", "1")],
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        let removed = "postmortem_sections WHERE removed_at IS NOT NULL";
        assert_eq!(world.database.count(removed), 1);
        assert_eq!(world.database.count("postmortem_revisions"), 11);
    })
    .await;
}

#[tokio::test]
async fn repeated_button_exports_the_postmortem_once() {
    let form = WebForm {
        route: "/incidents/{id}/postmortem/exports/{name}",
        path: "/incidents/1/postmortem/exports/canvas",
        ..FORM
    };
    test_form_redelivery(&form, |world| {
        assert_eq!(world.database.count("postmortem_exports"), 1);
        let requests = "outbox WHERE kind = 'export_postmortem'";
        assert_eq!(world.database.count(requests), 1);
    })
    .await;
}
