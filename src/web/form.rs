//! Submitted forms.
//!
//! A form carries a random key in a hidden field, its idempotency key: submitted twice, it is processed once.
//! With each field it sends the value that it displayed, in a hidden field with the prefix `expected_`, so
//! that a change that another user made meanwhile is not overwritten.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use futures_util::StreamExt;

use crate::app::App;
use crate::domain::UserId;
use crate::error::Error;
use crate::store::IdempotencyKey;
use crate::web::error_page::ErrorPage;
use crate::web::multipart;

/// The largest body.
const MAX_BODY_SIZE: usize = 256 * 1024;

/// The largest body of a form with a long text: 200,000 characters of any script, percent-encoded, and its other fields.
const MAX_LONG_BODY_SIZE: usize = 4 * 1024 * 1024;

/// How many bytes of a body that is too large are read and discarded, so that the browser shows the response
/// instead of a broken connection.
const MAX_DISCARDED_SIZE: usize = 8 * 1024 * 1024;

/// The timeout for receiving a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest idempotency key.
const MAX_KEY_LENGTH: usize = 64;

/// The fields of a submitted form, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Returns the value of a field, trimmed, with `\n` between lines; empty if it is missing.
    pub(crate) fn value<'f>(&'f self, name: &'f str) -> &'f str {
        self.values(name).next().unwrap_or_default()
    }

    /// Returns the values of a field that may occur more than once, such as checkboxes.
    pub(crate) fn values<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        let fields = self.0.iter().filter(move |(known, _)| known == name);
        fields.map(|(_, value)| value.trim())
    }

    /// Returns the value of a field as it was entered, with `\n` between lines; empty if it is missing.
    pub(crate) fn text<'f>(&'f self, name: &str) -> &'f str {
        let mut fields = self.0.iter();
        let field = fields.find(|(known, _)| known == name);
        field.map_or("", |(_, value)| value.as_str())
    }

    /// Returns the value that the form displayed in a field; `None` if it sends none.
    pub(crate) fn expected(&self, name: &str) -> Option<&str> {
        let fields = self.0.iter();
        fields
            .filter_map(|(known, value)| Some((known.strip_prefix("expected_")?, value)))
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.trim())
    }

    /// Returns the idempotency key of the form.
    pub(crate) fn key(&self, user: &UserId) -> Result<IdempotencyKey, Error> {
        let key = self.value("key");
        let is_valid = !key.is_empty()
            && key.len() <= MAX_KEY_LENGTH
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match is_valid {
            true => Ok(IdempotencyKey::web(user, key)),
            false => Err(Error::Rejected(
                "This form has no valid key. Reload the page and send it again.".to_owned(),
            )),
        }
    }

    /// Returns the fields of the query of an address.
    pub(crate) fn of_query(query: Option<&str>) -> Self {
        Self::parse(query.unwrap_or_default().as_bytes())
    }

    /// Returns all names and values, trimmed.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.0.iter();
        fields.map(|(name, value)| (name.as_str(), value.trim()))
    }

    fn parse(body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body);
        Self::of_fields(fields.map(|(name, value)| (name.into_owned(), value.into_owned())))
    }

    /// Creates a form with these fields.
    pub(crate) fn of_fields(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        // Browsers send `\r\n` between the lines of a text.
        let fields = fields.into_iter();
        Self(
            fields
                .map(|(name, value)| (name, value.replace("\r\n", "\n")))
                .collect(),
        )
    }
}

/// Returns a random idempotency key for a form.
pub(crate) fn new_key() -> String {
    format!("{:032x}", rand::random::<u128>())
}

impl FromRequest<App> for Form {
    type Rejection = ErrorPage;

    async fn from_request(request: Request, _: &App) -> Result<Self, ErrorPage> {
        read_form(request, MAX_BODY_SIZE).await
    }
}

/// A submitted form with a long text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LongForm(pub(crate) Form);

impl FromRequest<App> for LongForm {
    type Rejection = ErrorPage;

    async fn from_request(request: Request, _: &App) -> Result<Self, ErrorPage> {
        read_form(request, MAX_LONG_BODY_SIZE).await.map(Self)
    }
}

async fn read_form(request: Request, max_size: usize) -> Result<Form, ErrorPage> {
    let content_type = request.headers().get(header::CONTENT_TYPE).cloned();
    let reading = read_body(request.into_body(), max_size);
    let Ok(body) = tokio::time::timeout(BODY_TIMEOUT, reading).await else {
        return Err(ErrorPage::incomplete());
    };
    let content_type = content_type.as_ref().and_then(|it| it.to_str().ok());
    Ok(match content_type.and_then(multipart::boundary) {
        Some(boundary) => Form::of_fields(multipart::parse(&body?, boundary)),
        None => Form::parse(&body?),
    })
}

async fn read_body(body: Body, max_size: usize) -> Result<Vec<u8>, ErrorPage> {
    let mut chunks = body.into_data_stream();
    let (mut content, mut length) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ErrorPage::incomplete())?;
        length += chunk.len();
        if length > MAX_DISCARDED_SIZE {
            break;
        }
        if length <= max_size {
            content.extend_from_slice(&chunk);
        }
    }
    match length <= max_size {
        true => Ok(content),
        false => Err(ErrorPage::too_large(max_size)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_trimmed_and_lines_normalized() {
        let form = Form::parse(b"title=+Checkout+&text=a%0D%0Ab&to=x&to=y&expected_title=Old");
        assert_eq!(form.value("title"), "Checkout");
        assert_eq!(form.value("text"), "a\nb");
        assert_eq!(form.values("to").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(form.expected("title"), Some("Old"));
        assert_eq!(form.expected("text"), None);
        assert_eq!(form.value("missing"), "");
    }

    #[test]
    fn key_is_required_and_belongs_to_the_user() {
        let [alice, bob] = ["U0ALICE0001", "U0BOB000001"].map(UserId::from);
        let form = Form::parse(format!("key={}", new_key()).as_bytes());
        assert_ne!(form.key(&alice).unwrap(), form.key(&bob).unwrap());
        for body in ["", "key=", "key=a-b", &format!("key={}", "a".repeat(65))] {
            assert!(Form::parse(body.as_bytes()).key(&alice).is_err(), "{body}");
        }
    }
}
