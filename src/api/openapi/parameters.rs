//! The parameters of operations.

use serde_json::{Value, json};

/// Returns the parameters of a path.
pub(super) fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|segment| {
        let name = segment.strip_prefix('{')?;
        name.strip_suffix('}')
    });
    let parameters = names.map(|name| {
        let description = match name {
            "incident_id" => "The UUID of the incident, or its number, such as `IR-7` or `7`.",
            _ => "The UUID of the resource.",
        };
        json!({
            "name": name,
            "in": "path",
            "required": true,
            "description": description,
            "schema": { "type": "string", "minLength": 1 },
        })
    });
    parameters.collect()
}

/// Returns a header of a request.
pub(in crate::api) fn header_parameter(name: &str, description: &str, schema: &Value) -> Value {
    parameter("header", name, description, schema)
}

/// Returns a parameter of a query.
pub(in crate::api) fn query_parameter(name: &str, description: &str, schema: &Value) -> Value {
    parameter("query", name, description, schema)
}

/// Returns a parameter with values that are separated by commas.
pub(in crate::api) fn list_parameter(name: &str, description: &str, values: &[&str]) -> Value {
    let schema = json!({ "type": "array", "items": { "type": "string", "enum": values } });
    let mut parameter = query_parameter(name, description, &schema);
    parameter["style"] = json!("form");
    parameter["explode"] = json!(false);
    parameter
}

/// Returns the parameter with the resources that an answer includes.
pub(in crate::api) fn include(values: &[&str]) -> Value {
    let description = "The resources that the answer includes, separated by commas.";
    list_parameter("include", description, values)
}

/// Returns the parameter with the order of a list.
pub(in crate::api) fn sort(orders: &[&str]) -> Value {
    let description = "The order. A hyphen means descending.";
    query_parameter(
        "sort",
        description,
        &json!({ "type": "string", "enum": orders }),
    )
}

/// Returns a parameter that is `true` or `false`.
pub(in crate::api) fn flag(name: &str, description: &str) -> Value {
    query_parameter(name, description, &json!({ "type": "boolean" }))
}

/// Returns the parameters of a page, by the position of its first item.
pub(in crate::api) fn page_by_offset() -> [Value; 2] {
    let offset = json!({ "type": "integer", "minimum": 0, "default": 0 });
    [
        query_parameter("page[offset]", "The position of the first item.", &offset),
        page_size(1, 100, 10),
    ]
}

/// Returns the parameter with the size of a page.
pub(in crate::api) fn page_size(minimum: usize, maximum: usize, default: usize) -> Value {
    let schema = json!({
        "type": "integer", "minimum": minimum, "maximum": maximum, "default": default,
    });
    query_parameter("page[size]", "The number of items.", &schema)
}

/// Returns the parameter with the number of a page, the first of which is 0.
pub(in crate::api) fn page_number() -> Value {
    let schema = json!({ "type": "integer", "minimum": 0, "default": 0 });
    query_parameter("page[number]", "The number of the page, from 0.", &schema)
}

fn parameter(location: &str, name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": location, "description": description, "schema": schema })
}
