//! Every Web API call that we make, by what we want from it. No other file calls Slack.
//!
//! Answers are read into small types of our own: a message that was posted must not become an
//! error because we could not read the rest of what Slack says about it.

mod bookmarks;
mod channels;
mod checkup;
mod messages;
mod workspace;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use slack_morphism::prelude::*;

pub use channels::CreatedChannel;
pub use checkup::{Checkup, advice};
pub use messages::{Mark, Message, Posted};
pub use workspace::Identity;

use super::trouble::Trouble;
use crate::error::{Error, Result};

/// How long a call may take. Slack promises no time of its own; its client library sets none.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The way to Slack; cheap to clone.
#[derive(Clone)]
pub struct SlackApi {
    client: Arc<SlackHyperClient>,
    token: SlackApiToken,
    /// Where the Web API is, without a `/` at the end.
    api_url: Arc<str>,
    /// For addresses that Slack hands out, `response_url`, and for reading headers.
    web: reqwest::Client,
    /// How long a call may take.
    patience: Duration,
    /// How many calls Slack answered, whatever it said.
    answered: Arc<AtomicU64>,
}

/// What a call gives, or why it gave nothing.
pub type Answer<T> = std::result::Result<T, Trouble>;

impl SlackApi {
    /// Makes the way to Slack at an address (`https://slack.com/api`), with a bot token.
    ///
    /// # Errors
    /// When this machine has no certificates of authorities to trust.
    pub fn new(api_url: &str, token: &str) -> Result<Self> {
        let mut tcp = hyper_util::client::legacy::connect::HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let tls = hyper_rustls::HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(Error::internal)?
            .https_or_http()
            // A connection for each call under way: one that dies silently takes only its own call
            // with it, and is closed when that call is given up.
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
            web,
            patience: TIMEOUT,
            answered: Arc::default(),
        })
    }

    /// Waits for each call of a method for so long and no longer; the preset is 10 s.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Gives how many calls of methods Slack answered so far, by a yes or a no.
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Calls a method that writes.
    async fn post<T>(
        &self,
        method: &'static str,
        body: &(impl Serialize + Send + Sync),
    ) -> Answer<T>
    where
        T: DeserializeOwned + Send,
    {
        let session = self.client.open_session(&self.token);
        let call = session.http_session_api.http_post(method, body, None);
        self.timed(method, call).await
    }

    /// Calls a method that reads.
    async fn get<T>(
        &self,
        method: &'static str,
        params: &[(&'static str, Option<String>)],
    ) -> Answer<T>
    where
        T: DeserializeOwned + Send,
    {
        let session = self.client.open_session(&self.token);
        let params = params.to_vec();
        let call = session.http_session_api.http_get(method, &params, None);
        self.timed(method, call).await
    }

    /// Waits for a call, not for ever, and counts it.
    async fn timed<T>(
        &self,
        method: &'static str,
        call: impl Future<Output = slack_morphism::ClientResult<T>>,
    ) -> Answer<T> {
        let began = Instant::now();
        let answer = match tokio::time::timeout(self.patience, call).await {
            Ok(answer) => answer.map_err(|error| Trouble::of(method, &error)),
            Err(_) => Err(Trouble::Silent {
                method,
                after: self.patience,
            }),
        };
        if matches!(
            answer,
            Ok(_) | Err(Trouble::Refused { .. } | Trouble::Limited { .. })
        ) {
            self.answered.fetch_add(1, Ordering::Relaxed);
        }
        let outcome = match &answer {
            Ok(_) => "ok",
            Err(Trouble::Refused { .. }) => "refused",
            Err(Trouble::Limited { .. }) => "limited",
            Err(Trouble::Unreached { .. } | Trouble::Unsure { .. } | Trouble::Silent { .. }) => {
                "failed"
            }
        };
        metrics::histogram!("muster_slack_call_seconds", "method" => method, "outcome" => outcome)
            .record(began.elapsed());
        answer
    }
}

/// Says whether an answer is as good as a yes, because things already are as wanted.
fn or_already<T: Default>(answer: Answer<T>, already: &[&str]) -> Answer<T> {
    match answer {
        Err(trouble) if trouble.is(already) => Ok(T::default()),
        other => other,
    }
}

/// An answer of which nothing matters but that it is a yes.
#[derive(Default, serde::Deserialize)]
struct Yes {
    #[serde(rename = "ok")]
    _ok: Said,
}

/// That an answer comes from Slack and is a yes. The client library takes whatever a proxy says with
/// status 200 for an empty answer; without this word it is none.
#[derive(Default)]
struct Said;

impl<'de> serde::Deserialize<'de> for Said {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Self, D::Error> {
        match bool::deserialize(deserializer)? {
            true => Ok(Self),
            false => Err(serde::de::Error::custom("not ok, and no word why")),
        }
    }
}
