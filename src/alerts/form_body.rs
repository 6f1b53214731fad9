//! Bodies that are encoded as a form, or as the query of the address.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};

const FORM: &str = "application/x-www-form-urlencoded";

/// Returns a body as JSON: a form becomes an object of texts, and so does the query if there is no body.
pub(super) fn json_body(headers: &HeaderMap, query: Option<&str>, body: Vec<u8>) -> Vec<u8> {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let is_form =
        content_type.is_some_and(|value| value.trim().to_ascii_lowercase().starts_with(FORM));
    match query {
        Some(query) if body.is_empty() && !query.is_empty() => form_as_json(query.as_bytes()),
        // Programs such as curl announce a form by default.
        Some(_) | None if is_form && !is_json(&body) => form_as_json(&body),
        Some(_) | None => body,
    }
}

fn is_json(body: &[u8]) -> bool {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_some_and(|byte| b"{[".contains(byte))
}

fn form_as_json(form: &[u8]) -> Vec<u8> {
    let fields: BTreeMap<_, _> = form_urlencoded::parse(form).collect();
    serde_json::to_vec(&fields).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_queries_become_objects() {
        let headers = |content_type: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
            headers
        };
        let form = headers("application/x-www-form-urlencoded; charset=utf-8");
        let json = headers("application/json");
        for (headers, query, body, expected) in [
            (
                &form,
                None,
                "summary=Disk+full&action=close",
                r#"{"action":"close","summary":"Disk full"}"#,
            ),
            (&form, None, r#" {"title":"a"}"#, r#" {"title":"a"}"#),
            (&json, Some("summary=a"), "", r#"{"summary":"a"}"#),
            (&json, Some("summary=a"), "{}", "{}"),
            (&json, None, "a=b", "a=b"),
        ] {
            let body = json_body(headers, query, body.as_bytes().to_vec());
            assert_eq!(String::from_utf8(body).unwrap(), expected);
        }
    }
}
