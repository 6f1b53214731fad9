//! Reads the JSON of a request.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::Timestamp;
use crate::alert::{AlertError, AlertLink};

/// The maximum depth of nested objects and lists in a body.
const MAX_DEPTH: usize = 32;

/// A JSON object with accessors that treat a missing member, null and an empty text alike.
#[derive(Clone, Copy)]
pub(super) struct Object<'a>(pub(super) &'a Map<String, Value>);

/// Parses a body as JSON.
pub(super) fn parse(body: &[u8]) -> Result<Value, AlertError> {
    check_depth(body)?;
    serde_json::from_slice(body).map_err(|error| {
        AlertError(format!(
            "The body isn't valid JSON: {error}. Nothing was stored."
        ))
    })
}

/// Rejects JSON in which objects and lists are nested too deeply, before it is parsed.
fn check_depth(body: &[u8]) -> Result<(), AlertError> {
    let (mut depth, mut is_in_text, mut is_escaped) = (0_usize, false, false);
    for byte in body {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_in_text => is_escaped = true,
            b'"' => is_in_text = !is_in_text,
            b'{' | b'[' if !is_in_text => depth += 1,
            b'}' | b']' if !is_in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(AlertError(format!(
                "The body's objects and lists are nested more than {MAX_DEPTH} levels deep. Nothing was stored."
            )));
        }
    }
    Ok(())
}

/// Returns an object, or an error that names it.
pub(super) fn object<'a>(value: &'a Value, name: &str) -> Result<Object<'a>, AlertError> {
    match value.as_object() {
        Some(map) => Ok(Object(map)),
        None => Err(AlertError(format!("{name} must be a JSON object."))),
    }
}

impl<'a> Object<'a> {
    /// Returns a member as text; numbers and truth values too. `None` if it is missing or empty.
    pub(super) fn text(self, name: &str) -> Option<String> {
        self.0.get(name).and_then(as_text)
    }

    /// Returns the first of these members that is not empty.
    pub(super) fn first_text(self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    /// Returns a member that is an object.
    pub(super) fn object(self, name: &str) -> Option<Object<'a>> {
        self.0.get(name)?.as_object().map(Object)
    }

    /// Returns the elements of a member that is a list; empty if it is none.
    pub(super) fn list(self, name: &str) -> &'a [Value] {
        let list = self.0.get(name).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    /// Returns a member as a time: RFC 3339, or milliseconds or seconds since the Unix epoch. The year 1 means that
    /// there is none.
    pub(super) fn time(self, name: &str) -> Option<Timestamp> {
        parse_time(&self.text(name)?)
    }

    /// Returns the members of an object as labels.
    pub(super) fn labels(self, name: &str) -> BTreeMap<String, String> {
        let Some(labels) = self.object(name) else {
            return BTreeMap::new();
        };
        let labels = labels.0.iter();
        labels
            .filter_map(|(name, value)| Some((name.clone(), as_text(value)?)))
            .collect()
    }

    /// Returns a link, if the member is not empty.
    pub(super) fn link(self, member: &str, name: &str) -> Option<AlertLink> {
        Some(AlertLink {
            name: name.to_owned(),
            url: self.text(member)?,
        })
    }
}

/// Returns a value as text; `None` if it is empty or has parts.
pub(super) fn as_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(is_true) => is_true.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// Milliseconds since the Unix epoch have more digits than seconds, from 1973 to 5138.
const FIRST_MILLIS: i64 = 100_000_000_000;

/// The last second of the year 9999. A later time has no RFC 3339 form, so it cannot be stored.
const LAST_SECOND: i64 = 253_402_300_799;

/// Parses a time: RFC 3339, also with an offset without a colon, or a number since the Unix epoch. One that is not
/// after the epoch, or after the year 9999, counts as missing.
pub(super) fn parse_time(text: &str) -> Option<Timestamp> {
    let parsed = match whole_number(text).parse::<i64>() {
        Ok(number @ FIRST_MILLIS..) => Some(Timestamp::from_epoch_millis(number)),
        Ok(number) => Some(Timestamp::from_epoch_seconds(number)),
        Err(_) => text.parse().ok().or_else(|| {
            let time = chrono::DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z").ok()?;
            Some(Timestamp::new(time.to_utc()))
        }),
    };
    parsed.filter(|time: &Timestamp| (1..=LAST_SECOND).contains(&time.epoch_seconds()))
}

/// Returns a decimal number without its fraction, and another text as it is.
fn whole_number(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte.is_ascii_digit()) => whole,
        Some(_) | None => text,
    }
}

/// Returns a key for texts that together identify an alert.
pub(super) fn key_of<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text.len().to_be_bytes());
        digest.update(text.as_bytes());
    }
    let bytes = digest.finalize();
    bytes
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Returns a key for labels.
pub(super) fn key_of_labels(labels: &BTreeMap<String, String>) -> String {
    key_of(
        labels
            .iter()
            .flat_map(|(name, value)| [name.as_str(), value.as_str()]),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_limited_and_brackets_in_texts_do_not_count() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        for depth in [MAX_DEPTH + 1, 100_000] {
            let error = parse(nested(depth).as_bytes()).unwrap_err();
            let expected = "The body's objects and lists are nested more than 32 levels deep. Nothing was stored.";
            assert_eq!(error.0, expected);
        }
        let text = format!(r#"["\\", "\"{}"]"#, "[{".repeat(50));
        assert!(parse(text.as_bytes()).is_ok(), "{text}");
        let siblings = format!("[{}[]]", "[],".repeat(100));
        assert!(parse(siblings.as_bytes()).is_ok());
    }
}
