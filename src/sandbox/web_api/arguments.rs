//! The arguments of a call: from the query, a form, or JSON where the method reads JSON.

use reqwest::Url;
use serde_json::{Map, Value};

use super::{Bodies, Refusal};

/// The arguments of one call.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Arguments {
    values: Map<String, Value>,
    /// Set when a JSON body came without its charset: Slack warns.
    pub(super) misses_charset: bool,
}

/// What came over the wire.
pub(super) struct Received<'a> {
    pub(super) query: &'a str,
    pub(super) content_type: Option<&'a str>,
    pub(super) body: &'a [u8],
}

impl Arguments {
    /// Reads what came. A JSON body that the method does not read is passed over, as Slack does.
    pub(super) fn read(received: &Received, bodies: Bodies) -> Result<Self, Refusal> {
        let mut arguments = Self::default();
        // A token in the address is not looked at: Slack refuses it for apps made since 2021.
        for (name, value) in pairs(received.query) {
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
                for (name, value) in pairs(text) {
                    arguments.values.insert(name, Value::String(value));
                }
            }
            "application/json" if bodies == Bodies::JsonOrForm => {
                let body: Value =
                    serde_json::from_slice(received.body).map_err(|_| "invalid_json")?;
                let Value::Object(body) = body else {
                    return Err("json_not_object".into());
                };
                let given = body.into_iter().filter(|(_, value)| !value.is_null());
                arguments.values.extend(given);
                arguments.misses_charset = !content_type.contains("charset");
            }
            "application/json" => {}
            _ => return Err("invalid_post_type".into()),
        }
        Ok(arguments)
    }

    /// Gives the arguments as one JSON object, without the token.
    pub(super) fn as_json(&self) -> Value {
        let mut values = self.values.clone();
        values.remove("token");
        Value::Object(values)
    }

    /// Gives an argument that is a string. A list or object where a string belongs is refused.
    pub(in super::super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.values.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::argument(&format!(
                "must provide a string [json-pointer:/{name}]"
            ))),
        }
    }

    /// Gives a string that must be there and not be empty.
    pub(super) fn needed(&self, name: &str) -> Result<&str, Refusal> {
        match self.text(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            Some(_) | None => Err(missing(name)),
        }
    }

    /// Gives a flag; `1`, `true` and JSON's true are yes.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.values.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(word)) => Ok(Some(word == "1" || word == "true")),
            Some(Value::Number(number)) => Ok(Some(number.as_i64() == Some(1))),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) => Err(Refusal::argument(
                &format!("must provide a boolean [json-pointer:/{name}]"),
            )),
        }
    }

    /// Gives a whole number.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let number = match self.values.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(Value::String(text)) => text.parse().ok(),
            Some(other) => other.as_i64(),
        };
        match number {
            Some(number) => Ok(Some(number)),
            None => Err(Refusal::argument(&format!(
                "must provide an integer [json-pointer:/{name}]"
            ))),
        }
    }

    /// Gives an argument that is JSON, or text that holds JSON. An error says that it holds none.
    pub(in super::super) fn json(&self, name: &str) -> Result<Option<Value>, BrokenJson> {
        match self.values.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => {
                serde_json::from_str(text).map(Some).map_err(|_| BrokenJson)
            }
            Some(value) => Ok(Some(value.clone())),
        }
    }
}

/// An argument should hold JSON and does not.
#[derive(Debug)]
pub(in super::super) struct BrokenJson;

impl From<Map<String, Value>> for Arguments {
    fn from(values: Map<String, Value>) -> Self {
        Self {
            values,
            misses_charset: false,
        }
    }
}

/// Makes the refusal of a call without an argument that it needs.
pub(super) fn missing(name: &str) -> Refusal {
    Refusal::argument(&format!("missing required field: {name}"))
}

/// Reads a query or form.
pub(in super::super) fn pairs(encoded: &str) -> Vec<(String, String)> {
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

    fn read(content_type: &str, body: &str, bodies: Bodies) -> Result<Arguments, Refusal> {
        let received = Received {
            query: "limit=5&token=xoxb-in-the-address",
            content_type: Some(content_type),
            body: body.as_bytes(),
        };
        Arguments::read(&received, bodies)
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    #[test]
    fn forms_and_json_are_read() {
        let form = read(FORM, "text=a+b%26c&blocks=%5B1%5D", Bodies::FormOnly).unwrap();
        assert_eq!(form.text("text").unwrap(), Some("a b&c"));
        assert_eq!(form.json("blocks").unwrap(), Some(json!([1])));
        assert_eq!(form.number("limit").unwrap(), Some(5));
        assert_eq!(form.as_json().get("token"), None);

        let json = read(
            "application/json",
            r#"{"text":"x","force":true,"user":null}"#,
            Bodies::JsonOrForm,
        )
        .unwrap();
        assert!(json.misses_charset);
        assert_eq!(json.flag("force").unwrap(), Some(true));
        assert_eq!(json.text("user").unwrap(), None);
    }

    #[test]
    fn json_is_not_read_where_slack_does_not() {
        let form_only = read("application/json", r#"{"user":"U1"}"#, Bodies::FormOnly).unwrap();
        assert_eq!(
            form_only.needed("user").unwrap_err().code,
            "invalid_arguments"
        );
    }

    #[test]
    fn what_is_no_body_is_refused_by_its_kind() {
        for (content_type, body, code) in [
            ("application/json", "{", "invalid_json"),
            ("application/json", "[]", "json_not_object"),
            ("text/plain", "x", "invalid_post_type"),
        ] {
            let refused = read(content_type, body, Bodies::JsonOrForm).unwrap_err();
            assert_eq!(refused.code, code);
        }
    }

    #[test]
    fn a_list_is_not_a_string() {
        let given = read(
            "application/json",
            r#"{"users":["U1"]}"#,
            Bodies::JsonOrForm,
        )
        .unwrap();
        assert_eq!(given.text("users").unwrap_err().code, "invalid_arguments");
    }
}
