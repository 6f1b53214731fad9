//! An operation of the API as the document describes it.

use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::api::error::ErrorShape;
use crate::api::openapi::components::Components;
use crate::api::openapi::parameters::{header_parameter, path_parameters};
use crate::api::operations;
use crate::api::request::RequestBody;

/// The path that most operations start with.
const BASE: &str = "/api/v2";

/// Returns the schema of a type, and adds those that it names to a generator.
type SchemaSource = fn(&mut SchemaGenerator) -> Schema;

/// An operation of the API.
pub(in crate::api) struct Endpoint {
    method: &'static str,
    path: String,
    /// The name of Datadog's clients, if they know the operation.
    name: &'static str,
    summary: &'static str,
    scope: &'static str,
    security: Value,
    parameters: Vec<Value>,
    body: Option<RequestSchema>,
    status: u16,
    response: Option<SchemaSource>,
    has_entity_tag: bool,
    /// The statuses of errors besides those that all operations with the same inputs have.
    errors: Vec<u16>,
}

/// The schema of a body, and the accepted values of `data.type`.
struct RequestSchema {
    source: SchemaSource,
    types: &'static [&'static str],
}

impl Endpoint {
    /// Returns an operation that reads.
    pub(in crate::api) fn get(path: &str, name: &'static str, summary: &'static str) -> Self {
        Self::new("GET", path, name, summary)
    }

    /// Returns an operation that adds a resource.
    pub(in crate::api) fn post(path: &str, name: &'static str, summary: &'static str) -> Self {
        Self::new("POST", path, name, summary).with_status(201)
    }

    /// Returns an operation that changes members of a resource.
    pub(in crate::api) fn patch(path: &str, name: &'static str, summary: &'static str) -> Self {
        Self::new("PATCH", path, name, summary)
    }

    /// Returns an operation that replaces a resource.
    pub(in crate::api) fn put(path: &str, name: &'static str, summary: &'static str) -> Self {
        Self::new("PUT", path, name, summary)
    }

    /// Returns an operation that deletes a resource. Its answer has no body.
    pub(in crate::api) fn delete(path: &str, name: &'static str, summary: &'static str) -> Self {
        let endpoint = Self::new("DELETE", path, name, summary).with_status(204);
        endpoint.with_errors(&[400])
    }

    fn new(method: &'static str, path: &str, name: &'static str, summary: &'static str) -> Self {
        let path = match path.starts_with("/api/") {
            true => path.to_owned(),
            false => format!("{BASE}{path}"),
        };
        Self {
            parameters: path_parameters(&path),
            method,
            path,
            name,
            summary,
            scope: match method {
                "GET" => "The key needs the scope `read`.",
                _ => "The key needs the scope `write`.",
            },
            security: json!([{ "apiKey": [], "applicationKey": [] }, { "bearer": [] }]),
            body: None,
            status: 200,
            response: None,
            has_entity_tag: false,
            errors: Vec::new(),
        }
    }

    fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Returns the operation as one about settings.
    pub(in crate::api) fn about_settings(self) -> Self {
        let scope = match self.method {
            "GET" => "The key needs the scope `read` or `settings`.",
            _ => "The key needs the scope `settings`.",
        };
        Self { scope, ..self }
    }

    /// Returns the operation with other requirements of a key.
    pub(in crate::api) fn with_key(self, scope: &'static str, security: Value) -> Self {
        Self {
            scope,
            security,
            ..self
        }
    }

    /// Returns the operation with more parameters.
    pub(in crate::api) fn with(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// Returns the operation with a body.
    pub(in crate::api) fn accepts<T: RequestBody>(mut self) -> Self {
        let key = "A request that is repeated with the same key receives the first answer. \
            It has 1 to 255 characters of ASCII.";
        let schema =
            json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" });
        let parameter = header_parameter("Idempotency-Key", key, &schema);
        self.parameters.push(parameter);
        self.body = Some(RequestSchema {
            source: SchemaGenerator::subschema_for::<T>,
            types: T::TYPES,
        });
        self.with_errors(&[404, 413, 422])
    }

    /// Returns the operation with the type of its answer.
    pub(in crate::api) fn responds_with<T: JsonSchema>(self) -> Self {
        Self {
            response: Some(SchemaGenerator::subschema_for::<T>),
            ..self
        }
    }

    /// Returns the operation with the header `ETag` in its answer.
    pub(in crate::api) fn with_entity_tag(self) -> Self {
        Self {
            has_entity_tag: true,
            ..self
        }
    }

    /// Returns the operation with more statuses of errors.
    pub(in crate::api) fn with_errors(mut self, statuses: &[u16]) -> Self {
        self.errors.extend(statuses);
        self
    }

    /// Adds the operation to the paths of the document.
    pub(super) fn add_to(&self, paths: &mut Map<String, Value>, components: &mut Components) {
        let mut operation = json!({
            "operationId": self.name,
            "summary": self.summary,
            "description": self.scope,
            "tags": [self.tag()],
            "security": self.security,
            "parameters": self.parameters,
            "responses": self.responses(components),
        });
        if let Some(body) = &self.body {
            let schema = components.request(body.source);
            let types = json!({ "properties": {
                "data": { "properties": { "type": { "enum": body.types } } },
            } });
            operation["requestBody"] = json!({
                "required": true,
                "content": { "application/json": { "schema": { "allOf": [schema, types] } } },
            });
        }
        let path = paths.entry(self.path.clone()).or_insert_with(|| json!({}));
        path[self.method.to_lowercase()] = operation;
    }

    fn tag(&self) -> &'static str {
        let path = self.path.strip_prefix("/api/v2/incidents");
        match path {
            Some(path) if path.starts_with("/config") => "Settings",
            Some(path) if path.starts_with("/{incident_id}/") => "Parts of incidents",
            Some(_) => "Incidents",
            None => "Users and keys",
        }
    }

    fn responses(&self, components: &mut Components) -> Value {
        let mut responses = json!({ self.status.to_string(): self.success(components) });
        let operation = self.method.parse().ok();
        let operation = operation.and_then(|method| operations::find(&method, &self.path));
        for status in self.error_statuses() {
            let code = StatusCode::from_u16(status).unwrap_or_default();
            let shape = operation.map_or(ErrorShape::Texts, |it| it.error_shape(code));
            let schema = match shape {
                ErrorShape::Texts => "ErrorTexts",
                ErrorShape::Objects => "ErrorObjects",
            };
            let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
            responses[status.to_string()] = json!({
                "description": code.canonical_reason(),
                "content": { "application/json": { "schema": schema } },
            });
        }
        responses
    }

    fn success(&self, components: &mut Components) -> Value {
        let code = StatusCode::from_u16(self.status).unwrap_or_default();
        let mut response = json!({ "description": code.canonical_reason() });
        if let Some(source) = self.response {
            let schema = components.response(source);
            response["content"] = json!({ "application/json": { "schema": schema } });
        }
        let text = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
        if self.has_entity_tag {
            response["headers"]["ETag"] = text("The revision, for `If-Match`.");
        }
        if self.body.is_some() {
            let description = "The members of the body that Muster doesn't know.";
            response["headers"]["Muster-Ignored"] = text(description);
        }
        response
    }

    fn error_statuses(&self) -> Vec<u16> {
        let mut statuses = vec![403, 429, 500, 503];
        if !self.parameters.is_empty() {
            statuses.push(404);
        }
        let has_input = self.parameters.iter().any(|it| it["in"] != "path");
        if has_input || self.body.is_some() {
            statuses.push(400);
        }
        statuses.extend(&self.errors);
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }
}
