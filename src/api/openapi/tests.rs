//! Tests of the structure of the document.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::document;

/// Returns the operations with their paths and methods.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(|(method, operation)| (path.clone(), method.clone(), operation.clone()))
    });
    operations.collect()
}

/// Adds the references in a value.
fn collect_references(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                references.insert(reference.clone());
            }
            members
                .values()
                .for_each(|it| collect_references(it, references));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|it| collect_references(it, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn schemas(document: &Value) -> &Map<String, Value> {
    document["components"]["schemas"].as_object().unwrap()
}

#[test]
fn every_reference_names_a_schema_and_every_schema_is_used() {
    let document = document(None);
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    let names = schemas(&document).keys();
    let names = names.map(|name| format!("#/components/schemas/{name}"));
    assert_eq!(references, names.collect());
    for name in schemas(&document).keys() {
        let is_allowed = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
        assert!(name.chars().all(is_allowed), "{name}");
    }
}

#[test]
fn every_schema_is_valid() {
    let document = document(None);
    for name in schemas(&document).keys() {
        let schema = json!({
            "$ref": format!("#/components/schemas/{name}"),
            "components": document["components"],
        });
        let compiled = jsonschema::draft202012::new(&schema);
        assert!(compiled.is_ok(), "{name}: {:?}", compiled.err());
    }
}

#[test]
fn every_operation_has_a_name_and_its_parameters() {
    let document = document(None);
    let operations = operations(&document);
    let names = operations.iter().map(|(.., it)| it["operationId"].as_str());
    let names: BTreeSet<_> = names.map(Option::unwrap).collect();
    assert_eq!(names.len(), operations.len());
    for (path, method, operation) in &operations {
        let parameters = operation["parameters"].as_array().unwrap();
        let keys = parameters
            .iter()
            .map(|it| (it["in"].as_str(), it["name"].as_str()));
        let keys: BTreeSet<_> = keys.collect();
        assert_eq!(keys.len(), parameters.len(), "{method} {path}");
        let in_path = keys
            .iter()
            .filter(|(location, _)| *location == Some("path"));
        let names: BTreeSet<_> = in_path.map(|(_, name)| name.unwrap()).collect();
        let expected = path.split('/').filter_map(|it| it.strip_prefix('{'));
        let expected = expected.map(|it| it.trim_end_matches('}'));
        assert_eq!(names, expected.collect(), "{method} {path}");
        let has_body = operation.get("requestBody").is_some();
        let changes = ["post", "patch", "put"].contains(&method.as_str());
        assert_eq!(has_body, changes, "{method} {path}");
    }
}

#[test]
fn header_names_the_program_and_its_address() {
    let own = document(Some("https://muster.example.com"));
    assert_eq!(own["openapi"], "3.1.0");
    assert_eq!(own["info"]["title"], "Muster");
    assert_eq!(own["info"]["version"], env!("CARGO_PKG_VERSION"));
    let servers = json!([{ "url": "https://muster.example.com" }]);
    assert_eq!(own["servers"], servers);
    assert_eq!(document(None)["servers"], json!([{ "url": "/" }]));
}

#[test]
fn errors_have_the_shape_of_their_operation_and_status() {
    let document = document(None);
    let schema = |path: &str, method: &str, status: &str| {
        let response = &document["paths"][path][method]["responses"][status];
        response["content"]["application/json"]["schema"]["$ref"].clone()
    };
    let texts = json!("#/components/schemas/ErrorTexts");
    let objects = json!("#/components/schemas/ErrorObjects");
    let roles = "/api/v2/incidents/config/user-defined-roles";
    assert_eq!(schema(roles, "post", "400"), objects);
    assert_eq!(schema(roles, "post", "403"), objects);
    assert_eq!(schema(roles, "post", "404"), texts);
    assert_eq!(schema("/api/v2/incidents", "post", "400"), texts);
    assert_eq!(schema("/api/v2/users", "post", "409"), texts);
}
