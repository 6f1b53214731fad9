//! Tests of the bodies of requests about incidents, their parts and users: the schema of each compiles, accepts an
//! example, and names every mistake. Bodies about settings have their tests next to their types.

use serde_json::{Value, json};

use crate::api::incidents::timeline_write::{CreateCell, PatchCell};
use crate::api::incidents::{CreateIncident, ImportRequest, UpdateIncident};
use crate::api::parts::attachments::{CreateAttachment, PatchAttachment};
use crate::api::parts::body::Envelope;
use crate::api::parts::impacts::{CreateImpact, PatchImpact};
use crate::api::parts::metadata::PutMetadata;
use crate::api::parts::postmortems::CreatePostmortem;
use crate::api::parts::responders::CreateResponder;
use crate::api::parts::todos::{CreateTodo, PatchTodo};
use crate::api::request::RequestBody;
use crate::api::schema::mistakes;
use crate::api::users::{CreateUser, UpdateUser};

const UUID: &str = "01234567-89ab-8100-a000-000000000007";

/// Checks the type of a body with an example of its attributes, and with wrong ones and the members that are named.
fn check<T: RequestBody>(attributes: &Value, wrong: &Value, named: &[&str]) {
    check_related::<T>(attributes, wrong, named, &json!({}));
}

fn check_related<T: RequestBody>(
    attributes: &Value,
    wrong: &Value,
    named: &[&str],
    relationships: &Value,
) {
    let body = |attributes: &Value| {
        json!({ "data": {
            "type": T::TYPES[0], "id": UUID, "attributes": attributes, "relationships": relationships,
        } })
    };
    let name = std::any::type_name::<T>();
    let example = body(attributes);
    assert_eq!(mistakes::<T>(&example), [], "{name}");
    let parsed = serde_json::from_value::<T>(example);
    assert!(parsed.is_ok(), "{name}: {:?}", parsed.err());
    // A schema that does not compile finds nothing.
    assert!(!mistakes::<T>(&json!(null)).is_empty(), "{name}");
    let listed = mistakes::<T>(&body(wrong));
    let listed: Vec<_> = listed.iter().map(|it| format!("{it:?}")).collect();
    assert_eq!(listed.len(), named.len(), "{name}: {listed:?}");
    for member in named {
        let path = format!("/data/attributes/{member}");
        let is_named = listed.iter().any(|it| it.contains(&path));
        assert!(is_named, "{name}: {member} isn't in {listed:?}");
    }
}

#[test]
fn bodies_about_incidents_match_their_schemas() {
    let severity = json!({ "severity": { "type": "dropdown", "value": "SEV-2" } });
    check::<CreateIncident>(
        &json!({
            "title": "Checkout fails", "customer_impacted": true, "customer_impact_scope": "Payments",
            "fields": severity, "incident_type_uuid": UUID, "is_test": false, "visibility": "private",
            "initial_cells": [{ "cell_type": "markdown", "content": { "content": "21 %" } }],
            "notification_handles": [{ "display_name": "Ops", "handle": "@slack-ops" }],
        }),
        &json!({ "title": 7, "fields": [], "visibility": "secret" }),
        &["title", "customer_impacted", "fields", "visibility"],
    );
    check::<ImportRequest>(
        &json!({ "title": "Checkout", "declared": "2025-01-02T03:04:05Z", "incident_type_uuid": UUID }),
        &json!({ "declared": "yesterday" }),
        &["title", "declared"],
    );
    let reference = |kind: &str| json!({ "type": kind, "id": UUID });
    check_related::<UpdateIncident>(
        &json!({ "title": "Checkout", "fields": severity, "detected": null }),
        &json!({ "title": 7, "detected": 8 }),
        &["title", "detected"],
        &json!({
            "commander_user": { "data": null },
            "integrations": { "data": [reference("incident_integrations")] },
            "postmortem": { "data": reference("incident_postmortems") },
        }),
    );
}

#[test]
fn bodies_about_the_timeline_match_their_schemas() {
    let time = "2026-11-23T14:05:09Z";
    check::<Envelope<CreateCell>>(
        &json!({
            "cell_type": "markdown", "content": { "content": "A note" }, "important": true,
            "display_timestamp": time,
        }),
        &json!({ "cell_type": "graph", "important": "yes" }),
        &["cell_type", "content", "important"],
    );
    check::<Envelope<PatchCell>>(
        &json!({ "cell_type": "markdown", "important": false }),
        &json!({ "important": 1, "display_timestamp": "soon" }),
        &["important", "display_timestamp"],
    );
}

#[test]
fn bodies_about_documents_match_their_schemas() {
    let document = json!({ "documentUrl": "https://wiki.example.com/1", "title": "Runbook" });
    check::<Envelope<CreateAttachment>>(
        &json!({ "attachment_type": "link", "attachment": document }),
        &json!({ "attachment_type": "file", "attachment": { "title": 7 } }),
        &[
            "attachment_type",
            "attachment/documentUrl",
            "attachment/title",
        ],
    );
    check::<Envelope<PatchAttachment>>(
        &json!({ "attachment": document }),
        &json!({ "attachment": { "documentUrl": 7 } }),
        &["attachment/documentUrl"],
    );
    let cell = json!({ "definition": { "content": "## Timeline" } });
    check::<Envelope<CreatePostmortem>>(
        &json!({
            "title": "Slow carts", "postmortem_template_id": UUID,
            "cells": [{ "id": "a", "type": "markdown", "attributes": cell }],
        }),
        &json!({ "content": 7, "cells": [{ "type": "graph" }] }),
        &["content", "cells/0/type", "cells/0/attributes"],
    );
    let channel = json!({
        "channel_id": "C0123456789", "channel_name": "#ops", "redirect_url": "https://slack.com/a",
    });
    check::<Envelope<PutMetadata>>(
        &json!({ "integration_type": 1, "metadata": { "channels": [channel] } }),
        &json!({ "integration_type": "slack" }),
        &["integration_type", "metadata"],
    );
}

#[test]
fn bodies_about_work_and_users_match_their_schemas() {
    let time = "2026-11-23T14:05:09Z";
    check::<Envelope<CreateImpact>>(
        &json!({ "description": "Orders fail", "start_at": time, "end_at": null }),
        &json!({ "description": 7, "end_at": "later" }),
        &["description", "start_at", "end_at"],
    );
    check::<Envelope<PatchImpact>>(
        &json!({ "end_at": time }),
        &json!({ "start_at": 7 }),
        &["start_at"],
    );
    let assignee =
        json!({ "source": "slack", "id": "U1", "name": "ann", "icon": "https://a/b.png" });
    check::<Envelope<CreateTodo>>(
        &json!({ "content": "Roll back", "assignees": ["@ann@example.org", assignee], "due_date": time }),
        &json!({ "assignees": "ann", "completed": "soon" }),
        &["content", "assignees", "completed"],
    );
    check::<Envelope<PatchTodo>>(
        &json!({ "completed": time, "due_date": null }),
        &json!({ "content": 7 }),
        &["content"],
    );
    let user = json!({ "user": { "data": { "type": "users", "id": UUID } } });
    check_related::<CreateResponder>(
        &json!({ "roles": ["Scribe"] }),
        &json!({ "roles": "Scribe" }),
        &["roles"],
        &user,
    );
    check::<CreateUser>(
        &json!({ "email": "ann@example.org", "name": "Ann" }),
        &json!({ "name": 7 }),
        &["email", "name"],
    );
    check::<UpdateUser>(
        &json!({ "name": "Ann", "disabled": true }),
        &json!({ "disabled": "yes" }),
        &["disabled"],
    );
}
