//! The schemas of the document. A type can differ in a body and in an answer: an answer has every member.

use schemars::generate::{Contract, SchemaSettings};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

/// The path of schemas in the document.
const SCHEMAS: &str = "#/components/schemas/";

/// The path of the schemas of bodies, until the document is complete.
const REQUESTS: &str = "#/components/requests/";

/// The end of the names of schemas that differ in bodies and in answers.
const SUFFIX: &str = "Input";

/// The schemas of bodies and of answers.
pub(super) struct Components {
    requests: SchemaGenerator,
    responses: SchemaGenerator,
}

impl Components {
    pub(super) fn new() -> Self {
        Self {
            requests: generator(REQUESTS, Contract::Deserialize),
            responses: generator(SCHEMAS, Contract::Serialize),
        }
    }

    /// Returns the schema of a body.
    pub(super) fn request(&mut self, source: fn(&mut SchemaGenerator) -> Schema) -> Value {
        source(&mut self.requests).to_value()
    }

    /// Returns the schema of an answer.
    pub(super) fn response(&mut self, source: fn(&mut SchemaGenerator) -> Schema) -> Value {
        source(&mut self.responses).to_value()
    }

    /// Adds the schemas to the document.
    pub(super) fn add_to(mut self, document: &mut Value) {
        let mut schemas = self.responses.take_definitions(true);
        let requests = self.requests.take_definitions(true);
        // A schema without references is the same in both, or it differs.
        let is_other = |name: &str| {
            schemas
                .get(name)
                .is_some_and(|it| requests.get(name) != Some(it))
        };
        let renamed = requests.keys().filter(|name| is_other(name));
        let renamed: Vec<String> = renamed.cloned().collect();
        let requests: Map<String, Value> = requests
            .into_iter()
            .map(|(name, schema)| (renamed_schema(&name, &renamed), schema))
            .collect();
        schemas.extend(requests);
        document["components"]["schemas"] = Value::Object(schemas);
        rename_references(document, &renamed);
    }
}

fn generator(path: &str, contract: Contract) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        let path = path.trim_start_matches('#').trim_end_matches('/');
        settings.definitions_path = path.to_owned().into();
        settings.meta_schema = None;
        settings.contract = contract;
    });
    settings.into_generator()
}

fn renamed_schema(name: &str, renamed: &[String]) -> String {
    match renamed.iter().any(|it| it == name) {
        true => format!("{name}{SUFFIX}"),
        false => name.to_owned(),
    }
}

/// Replaces the references to schemas of bodies.
fn rename_references(value: &mut Value, renamed: &[String]) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref")
                && let Some(name) = reference.strip_prefix(REQUESTS)
            {
                *reference = format!("{SCHEMAS}{}", renamed_schema(name, renamed));
            }
            members
                .values_mut()
                .for_each(|it| rename_references(it, renamed));
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|it| rename_references(it, renamed)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
