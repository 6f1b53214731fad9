//! Sends JSON requests to a service that the operator configured, such as Confluence: with a timeout, without
//! redirects, and with each failure in words.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

use crate::secret::Secret;

/// How long a service may take to answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The longest text of an answer that is displayed, in characters.
const LONGEST_TEXT: usize = 200;

/// How much of an answer is read, in bytes.
const MAX_READ: usize = 16 * 1024 * 1024;

/// The seconds until a rate limit opens, in the answers of Datadog.
const RATE_LIMIT_RESET: &str = "x-ratelimit-reset";

/// A client of one service. It connects to it at the first request.
#[derive(Debug)]
pub(crate) struct RestClient {
    /// The name of the service, which begins the reasons of errors.
    service: &'static str,
    /// The base URL, without a trailing `/`.
    base_url: String,
    /// The headers that authenticate requests.
    credentials: Vec<(&'static str, Secret)>,
    timeout: Duration,
    client: OnceLock<Client>,
}

/// An answer of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RestResponse {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body; null if it is not JSON.
    pub(crate) body: Value,
    /// The words of the service about an error; may be empty.
    pub(crate) text: String,
    /// How long the service accepts no more requests, if it says so in seconds.
    retry_after: Option<Duration>,
}

/// Why a service did not do what was requested. The reason is displayed to users; it contains no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct ServiceError {
    /// The meaning for the next attempt.
    pub(crate) kind: ServiceErrorKind,
    /// The cause and the service's words, as sentences.
    pub(crate) reason: String,
}

/// The meaning of an error for the next attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ServiceErrorKind {
    /// The service did nothing. Later it may.
    Temporary,
    /// The service accepts nothing for this long.
    Limited(Duration),
    /// The service may have done it, or may still do it.
    Uncertain,
    /// The service refuses it.
    Rejected,
}

impl ServiceError {
    /// Returns an error that a repetition does not fix.
    pub(crate) fn rejected(reason: impl Into<String>) -> Self {
        Self::new(ServiceErrorKind::Rejected, reason)
    }

    /// Returns an error of an attempt that is repeated.
    pub(crate) fn temporary(reason: impl Into<String>) -> Self {
        Self::new(ServiceErrorKind::Temporary, reason)
    }

    fn new(kind: ServiceErrorKind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.into(),
        }
    }

    /// Returns the error for a service that recognizes a repetition: what is uncertain can be repeated.
    pub(crate) fn repeatable(self) -> Self {
        match self.kind {
            ServiceErrorKind::Uncertain => Self::temporary(self.reason),
            ServiceErrorKind::Temporary
            | ServiceErrorKind::Limited(_)
            | ServiceErrorKind::Rejected => self,
        }
    }
}

impl RestClient {
    /// Creates a client. The credentials are names and values of headers.
    pub(crate) fn new(
        service: &'static str,
        base_url: &str,
        credentials: Vec<(&'static str, Secret)>,
    ) -> Self {
        Self {
            service,
            base_url: base_url.trim_end_matches('/').to_owned(),
            credentials,
            timeout: TIMEOUT,
            client: OnceLock::new(),
        }
    }

    /// Sets the timeout of a request; the default is 20 s.
    pub(crate) fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// Returns the base URL, without a trailing `/`.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Reads something.
    pub(crate) async fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<RestResponse, ServiceError> {
        let request = self.request(Method::GET, path)?.query(query);
        self.send(request).await.map_err(ServiceError::repeatable)
    }

    /// Writes something.
    pub(crate) async fn write(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<RestResponse, ServiceError> {
        let request = self.request(method, path)?.body(body.to_string());
        self.send(request).await
    }

    /// Returns what an answer other than 2xx means, if the service gives it no meaning of its own.
    pub(crate) fn error(&self, response: &RestResponse) -> ServiceError {
        let service = self.service;
        let kind = match response.status {
            408 | 425 | 429 | 500.. => match response.retry_after {
                Some(wait) if !wait.is_zero() => ServiceErrorKind::Limited(wait),
                Some(_) | None => ServiceErrorKind::Temporary,
            },
            _ => ServiceErrorKind::Rejected,
        };
        let reason = match response.status {
            300..400 => format!(
                "{service} redirects ({}), and redirects aren't followed. Check its address in the configuration.",
                response.status
            ),
            _ => format!("{service} answered {}.", response.summary()),
        };
        ServiceError::new(kind, reason)
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, ServiceError> {
        let url = format!("{}{path}", self.base_url);
        Ok(self.client()?.request(method, url))
    }

    async fn send(&self, request: RequestBuilder) -> Result<RestResponse, ServiceError> {
        match request.send().await {
            Ok(response) => RestResponse::read(response)
                .await
                .map(|response| self.without_secrets(response))
                .map_err(|error| self.no_answer(&error)),
            Err(error) => Err(self.no_answer(&error)),
        }
    }

    fn client(&self) -> Result<&Client, ServiceError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = Client::builder()
            .timeout(self.timeout)
            .redirect(Policy::none())
            .default_headers(self.headers()?)
            .user_agent(concat!("Muster/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| ServiceError::rejected("Couldn't set up TLS on this machine."))?;
        Ok(self.client.get_or_init(|| client))
    }

    fn headers(&self) -> Result<HeaderMap, ServiceError> {
        let json = HeaderValue::from_static("application/json");
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, json.clone());
        // Some versions of Confluence Data Center reject a GET without it.
        headers.insert(header::CONTENT_TYPE, json);
        for (name, value) in &self.credentials {
            let mut value = HeaderValue::from_str(value.reveal()).map_err(|_| {
                let service = self.service;
                ServiceError::rejected(format!("The credentials of {service} aren't valid."))
            })?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        Ok(headers)
    }

    fn no_answer(&self, error: &reqwest::Error) -> ServiceError {
        let service = self.service;
        if error.is_connect() {
            return ServiceError::temporary(format!("Couldn't connect to {service}."));
        }
        let reason = match error.is_timeout() {
            true => format!(
                "{service} didn't answer within {} s.",
                self.timeout.as_secs().max(1)
            ),
            false => format!("The connection to {service} broke before it answered."),
        };
        ServiceError::new(ServiceErrorKind::Uncertain, reason)
    }

    /// Removes a secret that the service repeats.
    fn without_secrets(&self, response: RestResponse) -> RestResponse {
        let secrets = self.credentials.iter().map(|(_, secret)| secret.reveal());
        let text = secrets.fold(response.text, |text, secret| text.replace(secret, "…"));
        RestResponse { text, ..response }
    }
}

impl RestResponse {
    async fn read(mut response: Response) -> Result<Self, reqwest::Error> {
        let status = response.status().as_u16();
        let seconds = |name: &str| {
            let value = response.headers().get(name)?.to_str().ok()?;
            value.trim().parse().ok()
        };
        let limit = (status == 429).then_some(RATE_LIMIT_RESET);
        let wait = seconds(header::RETRY_AFTER.as_str()).or_else(|| limit.and_then(seconds));
        let mut read = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            read.extend_from_slice(&chunk);
            if read.len() > MAX_READ {
                break;
            }
        }
        let body: Value = serde_json::from_slice(&read).unwrap_or_default();
        Ok(Self {
            status,
            text: error_text(&body),
            body,
            retry_after: wait.map(Duration::from_secs),
        })
    }

    /// Returns whether the service did what was requested.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the answer in a few words: `400: “Error parsing xhtml”`.
    pub(crate) fn summary(&self) -> String {
        match self.text.is_empty() {
            true => self.status.to_string(),
            false => format!("{}: “{}”", self.status, self.text),
        }
    }
}

/// Returns the first words about an error in a body: of Confluence Cloud (`errors[].title`), of its gateway and of Data
/// Center (`message`), or of Datadog (`errors[]`).
fn error_text(body: &Value) -> String {
    let first = &body["errors"][0];
    let texts = [&first["title"], first, &body["message"]];
    let text = texts.iter().find_map(|text| text.as_str());
    let text = text.unwrap_or_default();
    let parts = text.split(|sign: char| sign.is_whitespace() || sign.is_control());
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" ").chars().take(LONGEST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_of_each_service_are_found() {
        for (body, text) in [
            (
                json!({ "errors": [{ "status": 400, "title": "No\n title" }] }),
                "No title",
            ),
            (
                json!({ "statusCode": 404, "message": "No space" }),
                "No space",
            ),
            (json!({ "errors": ["Forbidden"] }), "Forbidden"),
            (json!({ "results": [] }), ""),
            (Value::Null, ""),
        ] {
            assert_eq!(error_text(&body), text);
        }
    }
}
