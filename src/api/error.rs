//! Converts errors into responses. Internal errors are logged here, in one place.
//!
//! Datadog has two shapes of errors, and a client decodes the one that it expects of an operation and a status. So
//! a handler returns an [`ApiError`], and `routes` renders it for the operation of the request.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::domain::text::truncate;
use crate::error::{Error, new_reference};

/// The most mistakes that a response lists.
pub(super) const MAX_MISTAKES: usize = 50;

/// The longest reason and the longest name of a member in a response. They can contain values of the request.
const LONGEST_TEXT: usize = 1_000;

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    status: StatusCode,
    mistakes: Vec<Mistake>,
}

/// One reason, and the part of the request that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    subject: Subject,
    detail: String,
}

/// The part of a request that a reason is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    /// The whole request.
    Request,
    /// A parameter of the query, by name.
    Parameter(String),
    /// A header, by name.
    Header(String),
    /// A member of the body, by its JSON Pointer.
    Member(String),
}

/// The shape of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorShape {
    /// A list of texts.
    Texts,
    /// A list of JSON:API error objects.
    Objects,
}

impl Mistake {
    /// A reason that is about the whole request.
    pub(super) fn new(detail: impl Into<String>) -> Self {
        Self::about(Subject::Request, detail)
    }

    fn about(subject: Subject, detail: impl Into<String>) -> Self {
        let detail = truncate(&detail.into(), LONGEST_TEXT);
        Self { subject, detail }
    }

    /// A reason that is about a parameter of the query.
    pub(super) fn in_parameter(name: &str, detail: impl Into<String>) -> Self {
        Self::about(Subject::Parameter(name.to_owned()), detail)
    }

    /// A reason that is about a header.
    pub(super) fn in_header(name: &str, detail: impl Into<String>) -> Self {
        Self::about(Subject::Header(name.to_owned()), detail)
    }

    /// A reason that is about a member of the body, such as `/data/attributes/title`.
    pub(super) fn in_member(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let pointer = truncate(&pointer.into(), LONGEST_TEXT);
        Self::about(Subject::Member(pointer), detail)
    }

    /// Returns it as a text that begins with its subject.
    fn text(&self) -> String {
        let detail = &self.detail;
        match &self.subject {
            Subject::Request => detail.clone(),
            Subject::Parameter(name) | Subject::Header(name) => format!("{name}: {detail}"),
            Subject::Member(pointer) => format!("{}: {detail}", member_name(pointer)),
        }
    }

    /// Returns it as an object of JSON:API.
    fn object(&self, status: StatusCode) -> Value {
        let mut object = json!({
            "status": status.as_str(),
            "title": status.canonical_reason().unwrap_or_default(),
            "detail": self.detail,
        });
        let source = match &self.subject {
            Subject::Request => return object,
            Subject::Parameter(name) => json!({ "parameter": name }),
            Subject::Header(name) => json!({ "header": name }),
            Subject::Member(pointer) => json!({ "pointer": pointer }),
        };
        object["source"] = source;
        object
    }
}

/// Returns the name of a member as in a program: `data.attributes.title`.
pub(super) fn member_name(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

impl ApiError {
    /// Creates an error with one reason.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            mistakes: vec![Mistake::new(detail)],
        }
    }

    /// The error of a request with mistakes.
    pub(super) fn invalid(mut mistakes: Vec<Mistake>) -> Self {
        mistakes.truncate(MAX_MISTAKES);
        Self {
            status: StatusCode::BAD_REQUEST,
            mistakes,
        }
    }

    /// Returns the error with another status.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The error of a request without a valid key. The words are Datadog's.
    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden")
    }

    /// The error of a resource that does not exist, or that the caller may not see.
    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// The error for a status that the router or an extractor chose.
    pub(super) fn of_status(status: StatusCode) -> Self {
        let detail = match status {
            StatusCode::METHOD_NOT_ALLOWED => {
                "This path doesn't have this method. The header Allow lists those that it has."
            }
            StatusCode::PAYLOAD_TOO_LARGE => "The body is larger than 1 MiB.",
            _ => status.canonical_reason().unwrap_or("Error"),
        };
        Self::new(status, detail)
    }

    /// Returns the response in the shape that belongs to the status. `headers` are those that the handler set.
    pub(super) fn render(
        &self,
        shape: impl FnOnce(StatusCode) -> ErrorShape,
        headers: &HeaderMap,
    ) -> Response {
        let body = Json(self.body(shape(self.status)));
        let mut response = (self.status, body).into_response();
        for (name, value) in headers {
            if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) {
                response.headers_mut().append(name, value.clone());
            }
        }
        response
    }

    fn body(&self, shape: ErrorShape) -> Value {
        let mistakes = self.mistakes.iter();
        let errors: Vec<Value> = match shape {
            ErrorShape::Texts => mistakes.map(|it| json!(it.text())).collect(),
            ErrorShape::Objects => mistakes.map(|it| it.object(self.status)).collect(),
        };
        json!({ "errors": errors })
    }
}

impl IntoResponse for ApiError {
    /// Returns a response without a body. `routes` renders it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Mistake> for ApiError {
    fn from(mistake: Mistake) -> Self {
        Self::invalid(vec![mistake])
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Rejected(reason) => Self::new(StatusCode::BAD_REQUEST, reason),
            Error::NotFound(object) => Self::not_found(format!("{object} not found")),
            Error::Conflict => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "The incident was changed meanwhile. Get it again.",
            ),
            Error::Unauthorized => Self::forbidden(),
            Error::StoreUnavailable(cause) => {
                tracing::warn!("A request of the API could not be stored: {cause}");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The database didn't accept the request, so nothing was changed. Try again in a moment.",
                )
            }
            Error::InvalidForm(_) | Error::IncidentRequired | Error::Internal(_) => {
                let reference = new_reference();
                tracing::error!(reference, "A request of the API failed: {error}");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    format!("Muster has a bug. The log has the details under {reference}."),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_listed_in_both_shapes() {
        let error = ApiError::invalid(vec![
            Mistake::in_parameter("page[size]", "must be a number from 1 to 100"),
            Mistake::new("the body is no JSON"),
        ]);
        let texts = json!({ "errors": ["page[size]: must be a number from 1 to 100", "the body is no JSON"] });
        assert_eq!(error.body(ErrorShape::Texts), texts);
        let objects = error.body(ErrorShape::Objects);
        assert_eq!(
            objects["errors"][0],
            json!({
                "status": "400",
                "title": "Bad Request",
                "detail": "must be a number from 1 to 100",
                "source": { "parameter": "page[size]" },
            })
        );
        assert_eq!(objects["errors"][1].get("source"), None);
    }
}
