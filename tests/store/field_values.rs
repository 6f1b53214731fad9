//! Tests of the values of fields.

use muster::store::OfflineSettings;
use muster_domain::{FieldEdits, FieldValue, IncidentId, Severity, Timestamp, Update, Viewer};
use serde_json::json;

use crate::support::{TestStore, at};

/// Defines a field of each type, and lists two services.
fn define_fields(store: &TestStore) {
    let kinds = ["text", "text_array", "number", "datetime"];
    let mut fields = vec![
        json!({ "name": "services", "type": "multi_select" }),
        json!({ "name": "region", "type": "single_select", "values": ["eu", "us"] }),
    ];
    fields.extend(kinds.map(|kind| json!({ "name": format!("a_{kind}"), "type": kind })));
    let settings = [
        ("fields".to_owned(), json!(fields)),
        ("services".to_owned(), json!(["checkout", "search"])),
    ];
    change_settings(store, settings);
}

fn change_settings<const N: usize>(store: &TestStore, settings: [(String, serde_json::Value); N]) {
    let mut offline = OfflineSettings::open(&store.path()).unwrap();
    let changed = offline.change(|before| before.with_values(settings), at(0));
    assert_eq!(changed.unwrap().unwrap().len(), N);
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn values() -> Vec<(&'static str, FieldValue)> {
    let began: Timestamp = "2026-11-23T14:05:09.120Z".parse().unwrap();
    vec![
        (
            "services",
            FieldValue::MultiSelect(texts(&["search", "checkout"])),
        ),
        ("region", FieldValue::SingleSelect("eu".to_owned())),
        (
            "a_text",
            FieldValue::Text("It's\n<b>slow</b> 🔥".to_owned()),
        ),
        ("a_text_array", FieldValue::TextArray(texts(&["b", "a"]))),
        ("a_number", FieldValue::Number("-3.5".parse().unwrap())),
        ("a_datetime", FieldValue::Datetime(began)),
    ]
}

fn update(values: &[(&str, Option<FieldValue>)]) -> Update {
    let edits = values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    Update {
        fields: edits.collect::<FieldEdits>(),
        ..Update::default()
    }
}

#[tokio::test]
async fn values_of_all_types_are_read_back_in_their_order() {
    let store = TestStore::new();
    define_fields(&store);
    store.declare_incident("V1", Severity::Sev3).await;
    let requested: Vec<_> = values()
        .into_iter()
        .map(|(name, value)| (name, Some(value)))
        .collect();
    let stored = store
        .update_incident(IncidentId(1), "V2", update(&requested))
        .await;
    let expected = values()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    assert_eq!(stored.fields, expected.collect());
    let store = store.restart();
    let read = store
        .incident(Viewer::Operator, IncidentId(1))
        .await
        .unwrap();
    assert_eq!(read.fields, stored.fields);
}

#[tokio::test]
async fn changed_and_emptied_values_leave_no_rows() {
    let store = TestStore::new();
    define_fields(&store);
    store.declare_incident("V1", Severity::Sev3).await;
    let requested: Vec<_> = values()
        .into_iter()
        .map(|(name, value)| (name, Some(value)))
        .collect();
    store
        .update_incident(IncidentId(1), "V2", update(&requested))
        .await;
    let fewer = FieldValue::MultiSelect(texts(&["checkout"]));
    let edits = [("services", Some(fewer.clone())), ("a_text_array", None)];
    store
        .update_incident(IncidentId(1), "V3", update(&edits))
        .await;
    let read = store
        .incident(Viewer::Operator, IncidentId(1))
        .await
        .unwrap();
    assert_eq!(read.fields.get("services"), Some(&fewer));
    assert_eq!(read.fields.get("a_text_array"), None);
    assert_eq!(read.fields.len(), 5);
}

#[tokio::test]
async fn values_of_a_removed_field_are_preserved() {
    let store = TestStore::new();
    define_fields(&store);
    store.declare_incident("V1", Severity::Sev3).await;
    let region = FieldValue::SingleSelect("eu".to_owned());
    let edits = [("region", Some(region.clone()))];
    store
        .update_incident(IncidentId(1), "V2", update(&edits))
        .await;
    change_settings(&store, [("fields".to_owned(), json!([]))]);
    let title = Update {
        title: Some("Search is slow".to_owned()),
        ..Update::default()
    };
    let after = store.update_incident(IncidentId(1), "V3", title).await;
    assert_eq!(after.fields.get("region"), Some(&region));
}
