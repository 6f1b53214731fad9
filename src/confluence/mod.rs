//! Writes pages in Confluence, in the cloud or in a Data Center. It stores nothing and repeats nothing: the worker
//! does.
//!
//! Confluence has no idempotency key. A page carries an invisible mark that names its incident, and its title is
//! unique in its space: before a page is created, it is looked up, so that an incident never has two.

mod export;
mod page;
mod pages;
mod storage_format;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub(crate) use export::PageReceipt;
pub(crate) use page::PageExport;
pub(crate) use storage_format::StorageFormat;

use crate::config::ConfluenceConfig;
use crate::rest_client::{RestClient, ServiceError};
use crate::secret::Secret;

/// The header with the credentials.
const AUTHORIZATION: &str = "authorization";

/// A client of one Confluence, which writes in one space. It connects at the first request.
#[derive(Debug)]
pub struct ConfluenceClient {
    rest: RestClient,
    edition: Edition,
    space: String,
    parent: Option<String>,
}

/// The editions of Confluence, which differ in their APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edition {
    /// Confluence Cloud, with version 2 of its API.
    Cloud,
    /// Confluence Data Center.
    DataCenter,
}

impl ConfluenceClient {
    /// Creates a client.
    pub fn new(config: &ConfluenceConfig) -> Self {
        let token = config.token.reveal();
        let (edition, authorization) = match &config.user {
            Some(user) => {
                let credentials = STANDARD.encode(format!("{user}:{token}"));
                (Edition::Cloud, format!("Basic {credentials}"))
            }
            None => (Edition::DataCenter, format!("Bearer {token}")),
        };
        let credentials = vec![(AUTHORIZATION, Secret::new(authorization))];
        Self {
            rest: RestClient::new("Confluence", &config.url, credentials),
            edition,
            space: config.space.clone(),
            parent: config.parent.clone(),
        }
    }

    /// Sets the timeout of a request; the default is 20 s.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.rest.set_timeout(timeout);
        self
    }

    /// Checks that the space, and the page below which pages are created, can be read.
    pub(crate) async fn check(&self) -> Result<(), ServiceError> {
        self.space_id().await?;
        let Some(parent) = &self.parent else {
            return Ok(());
        };
        match self.page(parent).await? {
            Some(page) if page.is_current() => Ok(()),
            Some(_) | None => Err(ServiceError::rejected(format!(
                "There's no page {parent} in Confluence, or the user of the token can't see it. Set \
                 CONFLUENCE_PARENT to the ID of a page in the space {}.",
                self.space
            ))),
        }
    }

    /// Returns the key of the space.
    pub(crate) fn space(&self) -> &str {
        &self.space
    }

    /// Returns the base URL of the pages, without a trailing `/`.
    fn web_url(&self) -> String {
        match self.edition {
            Edition::Cloud => format!("{}/wiki", self.rest.base_url()),
            Edition::DataCenter => self.rest.base_url().to_owned(),
        }
    }
}
