//! The HTTP client: timeout, no redirects, no blocked addresses, and the answer in a few words.

use std::error::Error as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url, header};

use crate::secret::Secret;
use crate::webhooks::addresses::{BLOCKED, BlockedAddress, FilteringResolver, has_blocked_host};

/// The address of PagerDuty's Events API.
const PAGERDUTY_URL: &str = "https://events.pagerduty.com";

/// How long a receiver may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The longest text of an answer that is stored and displayed, in characters.
const LONGEST_TEXT: usize = 200;

/// How much of an answer is read, in bytes.
const MAX_READ: usize = 4 * 1024;

/// Sends requests to receivers outside Slack. It connects to none before the first request.
#[derive(Debug)]
pub struct WebhookClient {
    pagerduty_url: String,
    timeout: Duration,
    client: OnceLock<Client>,
}

/// The answer of a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebhookResponse {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The beginning of the body, in one line; may be empty.
    pub(crate) text: String,
    /// How long the receiver accepts no more requests, if it says so in seconds.
    pub(crate) retry_after: Option<Duration>,
}

/// Why there is no answer. The text does not contain the URL, which may contain a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SendError {
    /// The URL is invalid, or leads to an address that webhooks may not have.
    #[error("{BLOCKED}")]
    Blocked,
    /// It did not answer in time.
    #[error("It didn't answer within {} s.", .0.as_secs().max(1))]
    Timeout(Duration),
    /// No connection could be made.
    #[error("Couldn't connect to it.")]
    Unreachable,
    /// The connection broke.
    #[error("The connection broke before it answered.")]
    Broken,
    /// TLS could not be set up on this machine.
    #[error("Couldn't set up TLS on this machine.")]
    NoTls,
}

impl Default for WebhookClient {
    fn default() -> Self {
        Self::new(PAGERDUTY_URL)
    }
}

impl WebhookClient {
    /// Creates a client with another address of PagerDuty's Events API.
    pub fn new(pagerduty_url: &str) -> Self {
        Self {
            pagerduty_url: pagerduty_url.trim_end_matches('/').to_owned(),
            timeout: TIMEOUT,
            client: OnceLock::new(),
        }
    }

    /// Sets the timeout of a request; the default is 10 s.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    pub(super) fn pagerduty_url(&self) -> &str {
        &self.pagerduty_url
    }

    /// Sends a JSON body.
    pub(super) async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<WebhookResponse, SendError> {
        let url = Url::parse(url).map_err(|_| SendError::Blocked)?;
        if has_blocked_host(&url) {
            return Err(SendError::Blocked);
        }
        let mut request = self
            .client()?
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        match request.send().await {
            Ok(response) => Ok(WebhookResponse::read(response).await),
            Err(error) => Err(self.send_error(&error)),
        }
    }

    fn client(&self) -> Result<&Client, SendError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = Client::builder()
            .timeout(self.timeout)
            .redirect(Policy::none())
            .dns_resolver(Arc::new(FilteringResolver))
            // A proxy would resolve the names itself.
            .no_proxy()
            .user_agent(concat!("Muster/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| SendError::NoTls)?;
        Ok(self.client.get_or_init(|| client))
    }

    fn send_error(&self, error: &reqwest::Error) -> SendError {
        let mut source = error.source();
        while let Some(cause) = source {
            if cause.is::<BlockedAddress>() {
                return SendError::Blocked;
            }
            source = cause.source();
        }
        if error.is_timeout() {
            SendError::Timeout(self.timeout)
        } else if error.is_connect() {
            SendError::Unreachable
        } else {
            SendError::Broken
        }
    }
}

impl WebhookResponse {
    /// Reads an answer. A body that does not arrive counts as empty: the status decides.
    async fn read(mut response: Response) -> Self {
        let status = response.status().as_u16();
        let wait = response.headers().get(header::RETRY_AFTER);
        let wait = wait.and_then(|wait| wait.to_str().ok()?.trim().parse().ok());
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() >= MAX_READ {
                break;
            }
        }
        Self {
            status,
            text: String::from_utf8_lossy(&body).into_owned(),
            retry_after: wait.map(Duration::from_secs),
        }
    }

    /// Removes a secret that the receiver repeats, and everything beyond the first words.
    pub(super) fn without(self, secret: &Secret) -> Self {
        let text = self.text.replace(secret.reveal(), "…");
        let text = text.split(|sign: char| sign.is_whitespace() || sign.is_control());
        let parts: Vec<&str> = text.filter(|part| !part.is_empty()).collect();
        let text = parts.join(" ").chars().take(LONGEST_TEXT).collect();
        Self { text, ..self }
    }

    /// Returns the answer in a few words: `500: “out of memory”`.
    pub(crate) fn summary(&self) -> String {
        match self.text.is_empty() {
            true => self.status.to_string(),
            false => format!("{}: “{}”", self.status, self.text),
        }
    }
}
