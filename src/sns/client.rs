//! The HTTP client of SNS: fetches certificates and confirms subscriptions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

use crate::domain::Timestamp;
use crate::sns::address::{certificate_url, sns_url};
use crate::sns::certificate::check_signature;
use crate::sns::{SnsEnvelope, SnsError};

/// How long SNS may take to answer. It waits 15 s for our own answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The largest certificate, in bytes.
const MAX_CERTIFICATE: usize = 64 * 1024;

/// The number of certificates that are kept. SNS uses one per region.
const MAX_CERTIFICATES: usize = 32;

/// Sends requests to SNS. It connects to nothing before the first message.
#[derive(Debug, Default)]
pub struct SnsClient {
    /// The base URL of a stand-in for all hosts of SNS; `None` except in tests.
    stand_in: Option<String>,
    client: OnceLock<Client>,
    certificates: Mutex<BTreeMap<String, Arc<[u8]>>>,
}

impl SnsClient {
    /// Creates a client that sends the requests for SNS to a stand-in. The addresses in messages are checked all the
    /// same.
    pub fn with_stand_in(base_url: &str) -> Self {
        Self {
            stand_in: Some(base_url.trim_end_matches('/').to_owned()),
            ..Self::default()
        }
    }

    /// Checks that SNS signed a message within the last hour.
    pub(crate) async fn verify(
        &self,
        message: &SnsEnvelope,
        now: Timestamp,
    ) -> Result<(), SnsError> {
        message.check_age(now)?;
        let (digest, signature) = (message.digest()?, message.signature()?);
        let text = message.signed_text()?;
        let certificate = self.certificate(&message.signing_cert_url).await?;
        check_signature(&certificate, digest, &text, &signature)
    }

    /// Confirms a subscription.
    pub(crate) async fn confirm(&self, subscribe_url: &str) -> Result<(), SnsError> {
        let url = sns_url(subscribe_url).ok_or_else(|| {
            SnsError::rejected(
                "Its SubscribeURL isn't an address of SNS, so nothing was requested.",
            )
        })?;
        self.get(&url).await.map(drop)
    }

    async fn certificate(&self, url: &str) -> Result<Arc<[u8]>, SnsError> {
        let valid_url = certificate_url(url).ok_or_else(|| {
            SnsError::rejected(
                "Its SigningCertURL isn't an address of SNS, so nothing was requested.",
            )
        })?;
        if let Some(known) = self.known_certificate(valid_url.as_str()) {
            return Ok(known);
        }
        let response = self.get(&valid_url).await?;
        let certificate: Arc<[u8]> = read_limited(response).await?.into();
        let mut certificates = self
            .certificates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if certificates.len() >= MAX_CERTIFICATES {
            certificates.clear();
        }
        certificates.insert(valid_url.into(), Arc::clone(&certificate));
        Ok(certificate)
    }

    fn known_certificate(&self, url: &str) -> Option<Arc<[u8]>> {
        let certificates = self
            .certificates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        certificates.get(url).cloned()
    }

    /// Requests a URL of SNS, which must answer with success.
    async fn get(&self, url: &Url) -> Result<Response, SnsError> {
        let target = self.target(url);
        let response = self.client()?.get(target).send().await;
        let host = url.host_str().unwrap_or_default();
        let response = response.map_err(|error| {
            let cause = match error.is_timeout() {
                true => "didn't answer in time",
                false => "couldn't be reached",
            };
            SnsError::Unreachable(format!("{host} {cause}."))
        })?;
        let status = response.status();
        match status.is_success() {
            true => Ok(response),
            false if status.is_server_error() => {
                Err(SnsError::Unreachable(format!("{host} answered {status}.")))
            }
            false => Err(SnsError::Rejected(format!("{host} answered {status}."))),
        }
    }

    fn target(&self, url: &Url) -> String {
        match &self.stand_in {
            None => url.to_string(),
            Some(base) => {
                let query = url.query().map(|query| format!("?{query}"));
                format!("{base}{}{}", url.path(), query.unwrap_or_default())
            }
        }
    }

    fn client(&self) -> Result<&Client, SnsError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = Client::builder()
            .timeout(TIMEOUT)
            .redirect(Policy::none())
            .user_agent(concat!("Muster/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| {
                SnsError::Unreachable("TLS couldn't be set up on this machine.".to_owned())
            })?;
        Ok(self.client.get_or_init(|| client))
    }
}

async fn read_limited(mut response: Response) -> Result<Vec<u8>, SnsError> {
    let mut content = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if content.len() + chunk.len() <= MAX_CERTIFICATE => {
                content.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                let reason = "The file at its SigningCertURL isn't a certificate.";
                return Err(SnsError::rejected(reason));
            }
            Ok(None) => return Ok(content),
            Err(_) => {
                let reason = "The connection broke before the certificate arrived.";
                return Err(SnsError::Unreachable(reason.to_owned()));
            }
        }
    }
}
