//! The body of a request that changes something, and its idempotency key.
//!
//! The type of a body is also its schema: in the OpenAPI document, and for finding all mistakes of a body at once.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::api::error::{ApiError, Mistake};
use crate::api::schema;

/// The header with the idempotency key.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The longest idempotency key, in bytes.
const LONGEST_KEY: usize = 255;

/// The most values in a body: objects, lists and everything that they contain. The largest list of Datadog, the values
/// of a field, has half of them.
const MAX_VALUES: usize = 10_000;

/// A body that a handler accepts: `{"data": {"type": …, "attributes": …}}`.
pub(super) trait RequestBody: DeserializeOwned + JsonSchema + 'static {
    /// The accepted values of `data.type`.
    const TYPES: &'static [&'static str];
}

/// A received body whose `data.type` is accepted. The other mistakes are reported by [`Body::parse`], after the
/// handler has found the resources of the path, as Datadog's test suite requires.
pub(super) struct Body<T> {
    json: Value,
    /// The idempotency key and the digest, which identify a repeated request.
    pub(super) key: RequestKey,
    parsed: std::marker::PhantomData<T>,
}

/// The idempotency key of a request, if it has one, and a digest of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RequestKey {
    pub(super) key: Option<String>,
    pub(super) digest: String,
}

impl<T: RequestBody> Body<T> {
    /// Returns the body, or all its mistakes.
    pub(super) fn parse(&self) -> Result<T, ApiError> {
        let mistakes = schema::mistakes::<T>(&self.json);
        if !mistakes.is_empty() {
            return Err(ApiError::invalid(mistakes));
        }
        serde_json::from_value(self.json.clone()).map_err(|error| {
            ApiError::invalid(vec![Mistake::new(format!(
                "The body can't be read: {error}"
            ))])
        })
    }

    /// Returns the members that Muster does not know, such as `data.attributes.foo`.
    pub(super) fn ignored(&self) -> Vec<String> {
        let mut ignored = Vec::new();
        let note = |path: serde_ignored::Path<'_>| {
            ignored.push(path.to_string().replace("?.", ""));
        };
        drop(serde_ignored::deserialize::<_, _, T>(&self.json, note));
        ignored
    }

    /// Returns `data.id`; `None` if the body has none.
    pub(super) fn id(&self) -> Option<&str> {
        self.json["data"]["id"].as_str()
    }

    /// Returns the ID of the resource that a relationship names; `None` if the body names none.
    pub(super) fn related_id(&self, relationship: &str) -> Option<&str> {
        self.json["data"]["relationships"][relationship]["data"]["id"].as_str()
    }

    /// Checks that `data.id`, if the body has one, is the ID of the path.
    pub(super) fn check_id(&self, id: &str) -> Result<(), ApiError> {
        match self.id() {
            Some(other) if !other.eq_ignore_ascii_case(id) => {
                let detail = "isn't the ID in the path";
                Err(ApiError::invalid(vec![Mistake::in_member(
                    "/data/id", detail,
                )]))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl RequestKey {
    /// Reads the idempotency key of a request.
    pub(super) fn read(
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, ApiError> {
        let mut digest = Sha256::new();
        digest.update(format!("{method} {uri}\n"));
        digest.update(body);
        let digest = digest.finalize();
        let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let Some(key) = headers.get(IDEMPOTENCY_KEY) else {
            return Ok(Self { key: None, digest });
        };
        let key = key.to_str().unwrap_or_default().trim();
        if key.is_empty() || key.len() > LONGEST_KEY {
            let detail = format!("must have 1 to {LONGEST_KEY} characters of ASCII");
            let mistake = Mistake::in_header("Idempotency-Key", detail);
            return Err(ApiError::invalid(vec![mistake]));
        }
        Ok(Self {
            key: Some(key.to_owned()),
            digest,
        })
    }
}

impl<T: RequestBody, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let headers = request.headers().clone();
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|rejection| ApiError::of_status(rejection.status()))?;
        let json: Value = serde_json::from_slice(&bytes).map_err(|error| {
            ApiError::new(
                StatusCode::BAD_REQUEST,
                format!("The body isn't JSON: {error}"),
            )
        })?;
        check_number_of_values(&json)?;
        check_type(&json, T::TYPES)?;
        Ok(Self {
            key: RequestKey::read(&method, &uri, &headers, &bytes)?,
            json,
            parsed: std::marker::PhantomData,
        })
    }
}

/// Rejects a body with too many values, which would be checked for long while other requests wait for the store.
fn check_number_of_values(json: &Value) -> Result<(), ApiError> {
    match number_of_values(json) {
        ..=MAX_VALUES => Ok(()),
        _ => Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            format!("The body has more than {MAX_VALUES} values."),
        )),
    }
}

fn number_of_values(json: &Value) -> usize {
    let inner: usize = match json {
        Value::Array(items) => items.iter().map(number_of_values).sum(),
        Value::Object(members) => members.values().map(number_of_values).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    };
    inner + 1
}

/// Checks `data.type`. The words about a wrong type are Datadog's.
fn check_type(json: &Value, types: &[&str]) -> Result<(), ApiError> {
    let Some(data) = json.get("data").filter(|data| data.is_object()) else {
        let mistake = Mistake::in_member("/data", "must be an object");
        return Err(ApiError::invalid(vec![mistake]));
    };
    let expected = types.join("\", \"");
    let detail = match data.get("type") {
        Some(Value::String(name)) if types.contains(&name.as_str()) => return Ok(()),
        Some(Value::String(name)) => {
            format!("got type \"{name}\" expected one of \"{expected}\"")
        }
        Some(_) => "must be a string".to_owned(),
        None => "is missing".to_owned(),
    };
    Err(ApiError::invalid(vec![Mistake::in_member(
        "/data/type",
        detail,
    )]))
}
