//! Parses the arguments of a call: query, form, or JSON where the method accepts it.

use reqwest::Url;
use serde_json::{Map, Value};

use super::{ApiError, Bodies};

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Arguments {
    values: Map<String, Value>,
    /// Set if a JSON body had no charset; Slack adds a warning.
    pub(super) lacks_charset: bool,
}

/// The raw request.
pub(super) struct RawRequest<'a> {
    pub(super) query: &'a str,
    pub(super) content_type: Option<&'a str>,
    pub(super) body: &'a [u8],
}

impl Arguments {
    /// Parses a request. A JSON body is ignored if the method does not accept JSON, as in Slack.
    pub(super) fn parse(received: &RawRequest, bodies: Bodies) -> Result<Self, ApiError> {
        let mut arguments = Self::default();
        // A token in the query is ignored: Slack rejects it for apps created since 2021.
        for (name, value) in parse_query(received.query) {
            if name != "token" {
                arguments.values.insert(name, Value::String(value));
            }
        }
        if received.body.is_empty() {
            return Ok(arguments);
        }
        let content_type = received.content_type.ok_or("missing_post_type")?;
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        match kind {
            "application/x-www-form-urlencoded" => {
                let text = std::str::from_utf8(received.body).map_err(|_| "invalid_form_data")?;
                for (name, value) in parse_query(text) {
                    arguments.values.insert(name, Value::String(value));
                }
            }
            "application/json" if bodies == Bodies::JsonOrForm => {
                let body: Value =
                    serde_json::from_slice(received.body).map_err(|_| "invalid_json")?;
                let Value::Object(body) = body else {
                    return Err("json_not_object".into());
                };
                let fields = body.into_iter().filter(|(_, value)| !value.is_null());
                arguments.values.extend(fields);
                arguments.lacks_charset = !content_type.contains("charset");
            }
            "application/json" => {}
            _ => return Err("invalid_post_type".into()),
        }
        Ok(arguments)
    }

    /// Returns the arguments as a JSON object, without the token.
    pub(super) fn as_json(&self) -> Value {
        let mut values = self.values.clone();
        values.remove("token");
        Value::Object(values)
    }

    /// Returns a string argument. Lists and objects are rejected.
    pub(in super::super) fn string(&self, name: &str) -> Result<Option<&str>, ApiError> {
        match self.values.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ApiError::invalid_argument(&format!(
                "must provide a string [json-pointer:/{name}]"
            ))),
        }
    }

    /// Returns a string argument that must not be missing or empty.
    pub(in super::super) fn required(&self, name: &str) -> Result<&str, ApiError> {
        match self.string(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            Some(_) | None => Err(missing_argument(name)),
        }
    }

    /// Returns a boolean argument. `1`, `true` and JSON `true` are true.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.values.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) => Ok(Some(text == "1" || text == "true")),
            Some(Value::Number(number)) => Ok(Some(number.as_i64() == Some(1))),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) => {
                Err(ApiError::invalid_argument(&format!(
                    "must provide a boolean [json-pointer:/{name}]"
                )))
            }
        }
    }

    /// Returns an integer argument.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let number = match self.values.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(Value::String(text)) => text.parse().ok(),
            Some(other) => other.as_i64(),
        };
        match number {
            Some(number) => Ok(Some(number)),
            None => Err(ApiError::invalid_argument(&format!(
                "must provide an integer [json-pointer:/{name}]"
            ))),
        }
    }

    /// Returns an argument that is JSON, or a string that contains JSON.
    pub(in super::super) fn json(&self, name: &str) -> Result<Option<Value>, InvalidJson> {
        match self.values.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| InvalidJson),
            Some(value) => Ok(Some(value.clone())),
        }
    }
}

/// An argument that should contain JSON does not.
#[derive(Debug)]
pub(in super::super) struct InvalidJson;

impl From<Map<String, Value>> for Arguments {
    fn from(values: Map<String, Value>) -> Self {
        Self {
            values,
            lacks_charset: false,
        }
    }
}

/// Creates the error for a missing argument.
pub(super) fn missing_argument(name: &str) -> ApiError {
    ApiError::invalid_argument(&format!("missing required field: {name}"))
}

/// Parses a query string or form.
pub(in super::super) fn parse_query(encoded: &str) -> Vec<(String, String)> {
    let Ok(mut url) = Url::parse("http://form/") else {
        return Vec::new();
    };
    url.set_query(Some(encoded));
    url.query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn parse_body(content_type: &str, body: &str, bodies: Bodies) -> Result<Arguments, ApiError> {
        let received = RawRequest {
            query: "limit=5&token=xoxb-in-the-address",
            content_type: Some(content_type),
            body: body.as_bytes(),
        };
        Arguments::parse(&received, bodies)
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    #[test]
    fn form_and_json_bodies_are_parsed() {
        let form = parse_body(FORM, "text=a+b%26c&blocks=%5B1%5D", Bodies::FormOnly).unwrap();
        assert_eq!(form.string("text").unwrap(), Some("a b&c"));
        assert_eq!(form.json("blocks").unwrap(), Some(json!([1])));
        assert_eq!(form.number("limit").unwrap(), Some(5));
        assert_eq!(form.as_json().get("token"), None);

        let json = parse_body(
            "application/json",
            r#"{"text":"x","force":true,"user":null}"#,
            Bodies::JsonOrForm,
        )
        .unwrap();
        assert!(json.lacks_charset);
        assert_eq!(json.flag("force").unwrap(), Some(true));
        assert_eq!(json.string("user").unwrap(), None);
    }

    #[test]
    fn json_body_is_ignored_by_form_only_methods() {
        let form_only =
            parse_body("application/json", r#"{"user":"U1"}"#, Bodies::FormOnly).unwrap();
        assert_eq!(
            form_only.required("user").unwrap_err().code,
            "invalid_arguments"
        );
    }

    #[test]
    fn invalid_body_is_rejected_with_its_error_code() {
        for (content_type, body, code) in [
            ("application/json", "{", "invalid_json"),
            ("application/json", "[]", "json_not_object"),
            ("text/plain", "x", "invalid_post_type"),
        ] {
            let error = parse_body(content_type, body, Bodies::JsonOrForm).unwrap_err();
            assert_eq!(error.code, code);
        }
    }

    #[test]
    fn list_is_rejected_as_a_string_argument() {
        let arguments = parse_body(
            "application/json",
            r#"{"users":["U1"]}"#,
            Bodies::JsonOrForm,
        )
        .unwrap();
        assert_eq!(
            arguments.string("users").unwrap_err().code,
            "invalid_arguments"
        );
    }
}
