//! The settings that are imported from Datadog.

use serde_json::{Value, json};

use super::stand_in::Datadog;
use super::{imports, run};
use crate::support::binary::muster;

fn list(resources: &[(&str, Value)]) -> Value {
    let resource = |(id, attributes): &(&str, Value)| json!({ "id": id, "attributes": attributes });
    json!({ "data": resources.iter().map(resource).collect::<Vec<_>>() })
}

/// Adds settings, among them some that Muster cannot have.
fn add_settings(datadog: &Datadog) {
    let mut contents = datadog.contents();
    for (name, document) in [
        ("user-defined-fields", fields()),
        ("user-defined-roles", roles()),
        ("notification-templates", templates()),
        ("notification-rules", rules()),
    ] {
        let path = format!("incidents/config/{name}");
        contents.documents.insert(path, document);
    }
}

fn fields() -> Value {
    let values = json!([{ "value": "eu", "display_name": "Europe" }, { "value": "us" }]);
    list(&[
        (
            "f1",
            json!({ "name": "severity", "type": 1, "reserved": true }),
        ),
        (
            "f2",
            json!({ "name": "region", "type": 1, "valid_values": values, "collected": "resolved" }),
        ),
        ("f3", json!({ "name": "bad.name", "type": 3 })),
        (
            "f5",
            json!({ "name": "customers", "type": 7, "collected": "active" }),
        ),
        (
            "f4",
            json!({ "name": "gone", "type": 3, "deleted": "2025-01-01T00:00:00Z" }),
        ),
    ])
}

fn roles() -> Value {
    let role = json!({ "name": "Scribe", "description": "You take notes.", "policy": { "is_single": true } });
    list(&[("r1", role)])
}

fn templates() -> Value {
    list(&[
        (
            "t1",
            json!({ "name": "Opened", "category": "alert", "subject": "{{incident.title}}", "content": "Join." }),
        ),
        (
            "t2",
            json!({ "name": "Broken", "category": "alert", "subject": "{{incident.colour}}", "content": "x" }),
        ),
    ])
}

fn rules() -> Value {
    let mut rules = list(&[(
        "1a2b3c4d-0000",
        json!({
            "enabled": true,
            "trigger": "incident_saved_trigger",
            "visibility": "organization",
            "handles": ["@ann@example.org", "@slack-ops", "!"],
            "conditions": [{ "field": "severity", "values": ["SEV-1"] }],
            "renotify_on": ["state"],
        }),
    )]);
    rules["data"][0]["relationships"] =
        json!({ "notification_template": { "data": { "id": "t1" } } });
    rules
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_added_once_and_rules_are_off() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let datadog = Datadog::start().await;
    add_settings(&datadog);
    datadog.contents().add(
        1,
        json!({ "fields": { "region": { "type": "dropdown", "value": "eu" } } }),
    );
    let text = imports(folder, &datadog, &[]).await;
    for part in [
        "Settings added:\n  Field: region\n  Field: customers\n  Role: Scribe\n  Message template: Opened\n  \
         Notification rule (off): Datadog 1a2b3c4d\n",
        "Field bad.name: ",
        "Message template Broken: ",
        "Recipient ! of the notification rule Datadog 1a2b3c4d: Muster can't notify it",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let mut show = muster(folder);
    show.args(["settings", "export"]);
    let (code, settings, _) = run(show).await;
    assert_eq!(code, 0);
    for part in [
        "region",
        "Scribe",
        "Opened",
        "enabled = false",
        "ann@example.org",
        "#ops",
    ] {
        assert!(settings.contains(part), "{settings}");
    }
    assert!(!settings.contains("gone"), "{settings}");
    // A field that is collected while an incident is active is in the form, and is not required.
    assert!(!settings.contains("\"declaration\""), "{settings}");
    let value = "SELECT value FROM field_values WHERE field = 'region'";
    assert_eq!(super::rows(folder, value), ["eu"]);
    let again = imports(folder, &datadog, &[]).await;
    assert!(!again.contains("Settings added"), "{again}");
}
