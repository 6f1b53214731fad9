//! The transport of the Slack Web API: connections, timeouts and metrics of calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use slack_morphism::prelude::*;

use crate::error::{Error, Result};
use crate::slack::client::error::SlackError;

/// Timeout of a call. Slack guarantees no response time, and the client library sets no timeout.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Timeout for establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A client of the Slack Web API; cheap to clone.
#[derive(Clone)]
pub struct SlackApi {
    pub(super) client: Arc<SlackHyperClient>,
    pub(super) token: SlackApiToken,
    /// The base URL of the Web API, without a trailing `/`.
    pub(super) api_url: Arc<str>,
    /// For response URLs, and for calls whose response headers are needed.
    pub(super) http: reqwest::Client,
    /// The timeout of a call.
    timeout: Duration,
    /// The number of calls that Slack answered, with success or an error.
    response_count: Arc<AtomicU64>,
}

/// The result of a call.
pub type SlackResult<T> = std::result::Result<T, SlackError>;

impl SlackApi {
    /// Creates a client for a base URL (`https://slack.com/api`) and a bot token.
    pub fn new(api_url: &str, token: &str) -> Result<Self> {
        let mut tcp = hyper_util::client::legacy::connect::HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let tls = hyper_rustls::HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(Error::internal)?
            .https_or_http()
            // HTTP/1 uses one connection per call in flight. A connection that dies silently affects only
            // its own call and is closed when that call times out.
            .enable_http1()
            .wrap_connector(tcp);
        let connector = SlackClientHyperConnector::with_connector(tls)
            .with_slack_api_url(api_url.trim_end_matches('/'));
        let web = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .build()
            .map_err(Error::internal)?;
        Ok(Self {
            client: Arc::new(SlackClient::new(connector)),
            token: SlackApiToken::new(SlackApiTokenValue(token.to_owned())),
            api_url: api_url.trim_end_matches('/').into(),
            http: web,
            timeout: TIMEOUT,
            response_count: Arc::default(),
        })
    }

    /// Sets the timeout of a call; the default is 10 s.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Returns how many calls Slack has answered, with success or an error.
    pub(crate) fn response_count(&self) -> u64 {
        self.response_count.load(Ordering::Relaxed)
    }

    /// Calls a method with a JSON body.
    pub(super) async fn post<T>(
        &self,
        method: &'static str,
        body: &(impl Serialize + Send + Sync),
    ) -> SlackResult<T>
    where
        T: DeserializeOwned + Send,
    {
        let session = self.client.open_session(&self.token);
        let call = session.http_session_api.http_post(method, body, None);
        self.call_with_timeout(method, call).await
    }

    /// Calls a method with query parameters.
    pub(super) async fn get<T>(
        &self,
        method: &'static str,
        params: &[(&'static str, Option<String>)],
    ) -> SlackResult<T>
    where
        T: DeserializeOwned + Send,
    {
        let session = self.client.open_session(&self.token);
        let params = params.to_vec();
        let call = session.http_session_api.http_get(method, &params, None);
        self.call_with_timeout(method, call).await
    }

    /// Applies the timeout to a call and records its metrics.
    pub(super) async fn call_with_timeout<T>(
        &self,
        method: &'static str,
        call: impl Future<Output = slack_morphism::ClientResult<T>>,
    ) -> SlackResult<T> {
        let began = Instant::now();
        let result = match tokio::time::timeout(self.timeout, call).await {
            Ok(result) => result.map_err(|error| SlackError::from_client_error(method, &error)),
            Err(_) => Err(SlackError::Timeout {
                method,
                after: self.timeout,
            }),
        };
        if matches!(
            result,
            Ok(_) | Err(SlackError::Api { .. } | SlackError::RateLimited { .. })
        ) {
            self.response_count.fetch_add(1, Ordering::Relaxed);
        }
        let outcome = match &result {
            Ok(_) => "ok",
            Err(SlackError::Api { .. }) => "rejected",
            Err(SlackError::RateLimited { .. }) => "rate_limited",
            Err(
                SlackError::Unreachable { .. }
                | SlackError::Unknown { .. }
                | SlackError::Timeout { .. },
            ) => "failed",
        };
        metrics::histogram!("muster_slack_call_seconds", "method" => method, "outcome" => outcome)
            .record(began.elapsed());
        result
    }
}

/// Treats the given error codes as success, because the requested state already exists.
pub(super) fn accept_codes<T: Default>(result: SlackResult<T>, already: &[&str]) -> SlackResult<T> {
    match result {
        Err(error) if error.has_code(already) => Ok(T::default()),
        other => other,
    }
}

/// A response of which only `ok` is read.
#[derive(Default, serde::Deserialize)]
pub(super) struct OkResponse {
    #[serde(rename = "ok")]
    _ok: OkFlag,
}

/// The value `true` of a response's `ok`. The client library reads any response with status 200, such as
/// one of a proxy, as empty; requiring `ok` rejects those.
#[derive(Default)]
struct OkFlag;

impl<'de> serde::Deserialize<'de> for OkFlag {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Self, D::Error> {
        match bool::deserialize(deserializer)? {
            true => Ok(Self),
            false => Err(serde::de::Error::custom(
                "ok is false, without an error code",
            )),
        }
    }
}
