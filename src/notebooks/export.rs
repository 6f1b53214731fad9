//! Exports a notebook: finds the notebook of the incident, then replaces its content, or creates it.
//!
//! docs.datadoghq.com/api/latest/notebooks

use reqwest::Method;
use serde_json::Value;

use crate::notebooks::{NOTEBOOKS, NotebookClient, NotebookExport};
use crate::rest_client::{RestResponse, ServiceError};

/// How many notebooks are looked through. The latest come first, and the mark is in those of the last minutes.
const LOOKUP_COUNT: &str = "100";

/// The host of the API is this before the host of a site.
const API_PREFIX: &str = "https://api.";

/// A notebook that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotebookReceipt {
    /// The ID.
    pub(crate) id: String,
    /// The URL.
    pub(crate) url: String,
}

impl NotebookClient {
    /// Replaces the content of the incident's notebook. If there is none, or a user has deleted it, one is created.
    pub(crate) async fn export(
        &self,
        export: &NotebookExport,
    ) -> Result<NotebookReceipt, ServiceError> {
        let known = match self.known_notebook(export).await? {
            Some(notebook) => Some(notebook),
            None => self.notebook_with_mark(export).await?,
        };
        let Some(notebook) = known else {
            let creation = export.creation();
            let response = self.rest.write(Method::POST, NOTEBOOKS, &creation).await?;
            let body = self.success(response)?;
            return self.receipt(&body["data"]);
        };
        let receipt = self.receipt(&notebook)?;
        let path = format!("{NOTEBOOKS}/{}", receipt.id);
        let update = self.rest.write(Method::PUT, &path, &export.update()).await;
        // A repetition replaces the same content.
        self.success(update.map_err(ServiceError::repeatable)?)?;
        Ok(receipt)
    }

    /// Returns the notebook of the latest export. One of another site, which was configured then, does not count.
    async fn known_notebook(&self, export: &NotebookExport) -> Result<Option<Value>, ServiceError> {
        let Some(receipt) = &export.receipt else {
            return Ok(None);
        };
        if receipt.url != self.notebook_url(&receipt.id) {
            return Ok(None);
        }
        let path = format!("{NOTEBOOKS}/{}", receipt.id);
        let response = self.rest.get(&path, &[]).await?;
        match response.status {
            404 => Ok(None),
            _ => self
                .success(response)
                .map(|mut body| Some(body["data"].take())),
        }
    }

    /// Looks for a notebook that an earlier attempt created.
    async fn notebook_with_mark(
        &self,
        export: &NotebookExport,
    ) -> Result<Option<Value>, ServiceError> {
        let query = [
            ("query", export.label.as_str()),
            ("count", LOOKUP_COUNT),
            ("sort_field", "modified"),
            ("sort_dir", "desc"),
        ];
        let response = self.rest.get(NOTEBOOKS, &query).await?;
        let mut body = self.success(response)?;
        let notebooks = body["data"].as_array_mut();
        let mut notebooks = notebooks.into_iter().flatten();
        Ok(notebooks
            .find(|notebook| export.is_in(notebook))
            .map(Value::take))
    }

    fn receipt(&self, notebook: &Value) -> Result<NotebookReceipt, ServiceError> {
        let id = notebook["id"].as_u64().ok_or_else(|| {
            ServiceError::rejected("The answer of Datadog isn't a notebook. Check DATADOG_API_URL.")
        })?;
        Ok(NotebookReceipt {
            url: self.notebook_url(&id.to_string()),
            id: id.to_string(),
        })
    }

    /// Returns the URL of a notebook for browsers. The pages of the first sites are at `app.`, those of others at the
    /// site itself: docs.datadoghq.com/getting_started/site.
    fn notebook_url(&self, id: &str) -> String {
        let api_url = self.rest.base_url();
        let site = match api_url.strip_prefix(API_PREFIX) {
            Some(site) if site.matches('.').count() == 1 => format!("https://app.{site}"),
            Some(site) => format!("https://{site}"),
            None => api_url.to_owned(),
        };
        format!("{site}/notebook/{id}")
    }

    /// Returns the body of an answer that is no error.
    pub(super) fn success(&self, response: RestResponse) -> Result<Value, ServiceError> {
        match response.status {
            _ if response.is_success() => Ok(response.body),
            401 | 403 => Err(ServiceError::rejected(format!(
                "Datadog rejected the keys ({}). Check DATADOG_API_KEY and DATADOG_APP_KEY, and that the user of the \
                 application key has the permissions notebooks_read and notebooks_write. Then restart Muster.",
                response.status
            ))),
            _ => Err(self.rest.error(&response)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DatadogConfig;
    use crate::secret::Secret;

    #[test]
    fn address_of_a_notebook_is_the_one_of_the_site() {
        for (api_url, url) in [
            (
                "https://api.datadoghq.com",
                "https://app.datadoghq.com/notebook/7",
            ),
            (
                "https://api.datadoghq.eu/",
                "https://app.datadoghq.eu/notebook/7",
            ),
            (
                "https://api.us3.datadoghq.com",
                "https://us3.datadoghq.com/notebook/7",
            ),
            ("http://127.0.0.1:9", "http://127.0.0.1:9/notebook/7"),
        ] {
            let client = NotebookClient::new(&DatadogConfig {
                api_url: api_url.to_owned(),
                api_key: Secret::new("a"),
                app_key: Secret::new("b"),
            });
            assert_eq!(client.notebook_url("7"), url);
        }
    }
}
