//! Objects of JSON that contain large values.

use serde_json::Value;

/// Returns an object with these members. It moves their values, while `json!` copies each value that it contains, and so
/// a document once for each level.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.into_iter();
    Value::Object(
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}
