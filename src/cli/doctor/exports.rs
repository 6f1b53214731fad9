//! Checks of the destinations of postmortems: that Confluence shows the space, and that Datadog accepts the keys.

use crate::cli::report::Report;
use crate::config::Config;
use crate::confluence::ConfluenceClient;
use crate::notebooks::NotebookClient;

impl Report {
    /// Checks the destinations that are configured.
    pub(super) async fn check_exports(&mut self, config: &Config) {
        if let Some(config) = &config.confluence {
            let client = ConfluenceClient::new(config);
            match client.check().await {
                Ok(()) => {
                    let message =
                        format!("The space {} at {} is readable.", config.space, config.url);
                    self.pass("Confluence", message);
                }
                Err(error) => self.fail("Confluence", error.reason),
            }
        }
        if let Some(config) = &config.datadog {
            match NotebookClient::new(config).check().await {
                Ok(()) => {
                    let message = format!("{} accepts the keys.", config.api_url);
                    self.pass("Datadog", message);
                }
                Err(error) => self.fail("Datadog", error.reason),
            }
        }
    }
}
