//! Reads Datadog's API: waits for its rate limits, and repeats what failed for a while.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cli::import::progress::Progress;
use crate::rest_client::{RestClient, ServiceError, ServiceErrorKind};
use crate::secret::Secret;

/// How often a request is repeated after errors.
const MAX_RETRIES: u32 = 6;

/// How often a request waits for the rate limit.
const MAX_WAITS: u32 = 50;

/// The wait before the first repetition. It doubles with each.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// The longest wait for a rate limit.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Datadog's API.
pub(super) struct DatadogApi {
    rest: RestClient,
}

/// Why Datadog did not answer a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiFailure {
    /// The HTTP status; `None` if there was no answer.
    pub(super) status: Option<u16>,
    /// The reason, as a sentence.
    pub(super) reason: String,
}

impl ApiFailure {
    /// Returns whether Datadog refuses the keys, or they lack a permission.
    pub(super) fn is_forbidden(&self) -> bool {
        matches!(self.status, Some(401 | 403))
    }
}

impl DatadogApi {
    pub(super) fn new(url: &str, api_key: Secret, app_key: Secret) -> Self {
        let credentials = vec![("dd-api-key", api_key), ("dd-application-key", app_key)];
        Self {
            rest: RestClient::new("Datadog", url, credentials),
        }
    }

    /// Returns the address of a page of Datadog: that of the API without `api.`, where users sign in.
    pub(super) fn page_url(&self, path: &str) -> String {
        let url = self.rest.base_url();
        let Some((scheme, host)) = url.split_once("://api.") else {
            return format!("{url}{path}");
        };
        // The other sites have a name of their own: us5.datadoghq.com.
        match host.split('.').count() {
            2 => format!("{scheme}://app.{host}{path}"),
            _ => format!("{scheme}://{host}{path}"),
        }
    }

    /// Reads a document; `None` if it does not exist.
    pub(super) async fn find<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        progress: &mut Progress,
    ) -> Result<Option<T>, ApiFailure> {
        match self.get(path, query, progress).await {
            Ok(document) => Ok(Some(document)),
            Err(failure) if failure.status == Some(404) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Reads a document.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        progress: &mut Progress,
    ) -> Result<T, ApiFailure> {
        let body = self.get_json(path, query, progress).await?;
        serde_json::from_value(body).map_err(|error| ApiFailure {
            status: None,
            reason: format!("Datadog's answer to {path} can't be read: {error}."),
        })
    }

    async fn get_json(
        &self,
        path: &str,
        query: &[(&str, &str)],
        progress: &mut Progress,
    ) -> Result<Value, ApiFailure> {
        let (mut retries, mut waits) = (0, 0);
        loop {
            let (status, error) = match self.rest.get(path, query).await {
                Ok(response) if response.is_success() => return Ok(response.body),
                Ok(response) => (Some(response.status), self.rest.error(&response)),
                Err(error) => (None, error),
            };
            let failure = |error: ServiceError| ApiFailure {
                status,
                reason: error.reason,
            };
            match error.kind {
                ServiceErrorKind::Limited(wait) if waits < MAX_WAITS => {
                    waits += 1;
                    progress.wait(wait.min(LONGEST_WAIT)).await;
                }
                ServiceErrorKind::Temporary | ServiceErrorKind::Uncertain
                    if retries < MAX_RETRIES =>
                {
                    tokio::time::sleep(FIRST_WAIT * 2_u32.pow(retries)).await;
                    retries += 1;
                }
                ServiceErrorKind::Limited(_)
                | ServiceErrorKind::Temporary
                | ServiceErrorKind::Uncertain
                | ServiceErrorKind::Rejected => return Err(failure(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_each_site_have_their_own_address() {
        for (api, page) in [
            (
                "https://api.datadoghq.com",
                "https://app.datadoghq.com/incidents/7",
            ),
            (
                "https://api.datadoghq.eu",
                "https://app.datadoghq.eu/incidents/7",
            ),
            (
                "https://api.us5.datadoghq.com",
                "https://us5.datadoghq.com/incidents/7",
            ),
            ("http://127.0.0.1:8126", "http://127.0.0.1:8126/incidents/7"),
        ] {
            let api = DatadogApi::new(api, Secret::new("a"), Secret::new("b"));
            assert_eq!(api.page_url("/incidents/7"), page);
        }
    }
}
