//! Writes notebooks in Datadog. It stores nothing and repeats nothing: the worker does.
//!
//! Datadog has no idempotency key, and names of notebooks are not unique. A notebook carries an invisible mark that
//! names its incident: before a notebook is created, it is looked for.

mod export;
mod notebook;

use std::time::Duration;

pub(crate) use export::NotebookReceipt;
pub(crate) use notebook::NotebookExport;

use crate::config::DatadogConfig;
use crate::rest_client::{RestClient, ServiceError};

/// The path of the notebooks.
const NOTEBOOKS: &str = "/api/v1/notebooks";

/// A client of Datadog's API. It connects at the first request.
#[derive(Debug)]
pub struct NotebookClient {
    rest: RestClient,
}

impl NotebookClient {
    /// Creates a client.
    pub fn new(config: &DatadogConfig) -> Self {
        let credentials = vec![
            ("dd-api-key", config.api_key.clone()),
            ("dd-application-key", config.app_key.clone()),
        ];
        Self {
            rest: RestClient::new("Datadog", &config.api_url, credentials),
        }
    }

    /// Sets the timeout of a request; the default is 20 s.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.rest.set_timeout(timeout);
        self
    }

    /// Checks that both keys are valid, and that notebooks can be read with them.
    pub(crate) async fn check(&self) -> Result<(), ServiceError> {
        let response = self.rest.get("/api/v1/validate", &[]).await?;
        if response.status == 403 {
            return Err(ServiceError::rejected(
                "Datadog rejected the API key (403). Check DATADOG_API_KEY, and that DATADOG_API_URL is the site of \
                 your organization.",
            ));
        }
        self.success(response)?;
        let query = [("count", "1"), ("include_cells", "false")];
        let response = self.rest.get(NOTEBOOKS, &query).await?;
        self.success(response).map(drop)
    }
}
