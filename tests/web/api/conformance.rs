//! Every response that a test receives is as the OpenAPI document describes it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use muster::api::openapi_document;
use reqwest::Method;
use serde_json::{Value, json};

/// The document.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| openapi_document(None));

/// The validators of responses, by the text of their schemas.
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// Returns the operation of a request and its path in the document. Of several paths, it is the one with the fewest
/// parameters.
fn operation(method: &Method, path: &str) -> Option<(&'static String, &'static Value)> {
    let method = method.as_str().to_lowercase();
    let paths = DOCUMENT["paths"].as_object().unwrap().iter();
    let matching = paths.filter(|(template, _)| {
        let mut segments = template.split('/').zip(path.split('/'));
        let is_match =
            |(own, it): (&str, &str)| own == it || own.starts_with('{') && !it.is_empty();
        template.split('/').count() == path.split('/').count() && segments.all(is_match)
    });
    let (template, item) = matching.min_by_key(|(template, _)| template.matches('{').count())?;
    Some((template, item.get(&method)?))
}

fn validator(schema: &Value) -> Arc<Validator> {
    let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    let compile = || {
        let root = json!({ "allOf": [schema], "components": DOCUMENT["components"] });
        let options = jsonschema::options().should_validate_formats(true);
        Arc::new(options.build(&root).unwrap())
    };
    let validator = validators.entry(schema.to_string()).or_insert_with(compile);
    validator.clone()
}

/// Checks that a response is described. Operations that are not in the document are skipped.
pub fn check_response(method: &Method, path: &str, status: u16, body: &Value) {
    let Some((template, operation)) = operation(method, path) else {
        return;
    };
    let response = &operation["responses"][status.to_string()];
    assert!(
        response.is_object(),
        "{method} {template} doesn't document {status}: {body}"
    );
    let schema = &response["content"]["application/json"]["schema"];
    if schema.is_null() {
        assert!(body.is_null(), "{method} {template} {status}: {body}");
        return;
    }
    let validator = validator(schema);
    let mistakes = validator.iter_errors(body);
    let mistakes = mistakes.map(|it| format!("{}: {it}", it.instance_path()));
    let mistakes: Vec<_> = mistakes.take(5).collect();
    assert!(
        mistakes.is_empty(),
        "{method} {template} {status}: {mistakes:#?}"
    );
}
