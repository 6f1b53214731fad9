//! The requests about pages, in the words of both editions.
//!
//! Cloud: developer.atlassian.com/cloud/confluence/rest/v2/api-group-page.
//! Data Center: developer.atlassian.com/server/confluence/confluence-rest-api-examples.

use reqwest::Method;
use serde_json::{Value, json};

use crate::confluence::page::{Page, PageExport};
use crate::confluence::{ConfluenceClient, Edition};
use crate::rest_client::{RestResponse, ServiceError};

/// The parts of a page that Data Center returns only on request.
const EXPAND: (&str, &str) = ("expand", "version,body.storage");

/// The result of writing a page.
pub(super) enum Written {
    /// The page is written.
    Done(Page),
    /// The title is taken, the version has changed, or Confluence rejects it for another reason.
    Conflict(ServiceError),
}

impl ConfluenceClient {
    /// Returns the ID of the space in Confluence Cloud, and its key in a Data Center.
    pub(super) async fn space_id(&self) -> Result<String, ServiceError> {
        let id = match self.edition {
            Edition::Cloud => {
                let query = [("keys", self.space.as_str())];
                let response = self.rest.get("/wiki/api/v2/spaces", &query).await?;
                let body = self.success(response)?;
                body["results"][0]["id"].as_str().map(str::to_owned)
            }
            Edition::DataCenter => {
                let path = format!("/rest/api/space/{}", self.space);
                let response = self.rest.get(&path, &[]).await?;
                let body = self.optional_body(response)?;
                body.map(|_| self.space.clone())
            }
        };
        id.ok_or_else(|| {
            ServiceError::rejected(format!(
                "There's no space {} in Confluence, or the user of the token can't see it. Set CONFLUENCE_SPACE to \
                 the key of a space, and give the user access.",
                self.space
            ))
        })
    }

    /// Returns a page; `None` if it does not exist, or the user of the token cannot see it.
    pub(super) async fn page(&self, id: &str) -> Result<Option<Page>, ServiceError> {
        let response = match self.edition {
            Edition::Cloud => {
                let path = format!("/wiki/api/v2/pages/{id}");
                self.rest.get(&path, &[("body-format", "storage")]).await?
            }
            Edition::DataCenter => {
                let path = format!("/rest/api/content/{id}");
                self.rest.get(&path, &[EXPAND]).await?
            }
        };
        match self.optional_body(response)? {
            Some(body) => self.read(&body).map(Some),
            None => Ok(None),
        }
    }

    /// Returns the page with a title in the space. Confluence Cloud finds archived pages as well, whose titles stay
    /// taken.
    pub(super) async fn page_by_title(
        &self,
        space_id: &str,
        title: &str,
    ) -> Result<Option<Page>, ServiceError> {
        let response = match self.edition {
            Edition::Cloud => {
                let query = [
                    ("space-id", space_id),
                    ("title", title),
                    ("status", "current"),
                    ("status", "archived"),
                    ("body-format", "storage"),
                ];
                self.rest.get("/wiki/api/v2/pages", &query).await?
            }
            Edition::DataCenter => {
                let query = [
                    ("spaceKey", space_id),
                    ("title", title),
                    ("type", "page"),
                    EXPAND,
                ];
                self.rest.get("/rest/api/content", &query).await?
            }
        };
        let body = self.success(response)?;
        match body["results"].get(0) {
            Some(page) => self.read(page).map(Some),
            None => Ok(None),
        }
    }

    /// Creates a page.
    pub(super) async fn create(
        &self,
        space_id: &str,
        export: &PageExport,
    ) -> Result<Written, ServiceError> {
        let storage = json!({ "representation": "storage", "value": export.body });
        let mut body = json!({ "title": export.title });
        let path = match self.edition {
            Edition::Cloud => {
                body["spaceId"] = space_id.into();
                body["status"] = "current".into();
                body["body"] = storage;
                if let Some(parent) = &self.parent {
                    body["parentId"] = parent.as_str().into();
                }
                "/wiki/api/v2/pages"
            }
            Edition::DataCenter => {
                body["type"] = "page".into();
                body["space"] = json!({ "key": space_id });
                body["body"] = json!({ "storage": storage });
                if let Some(parent) = &self.parent {
                    body["ancestors"] = json!([{ "id": parent }]);
                }
                "/rest/api/content"
            }
        };
        self.write(Method::POST, path, &body).await
    }

    /// Writes the next version of a page.
    pub(super) async fn update(
        &self,
        page: &Page,
        export: &PageExport,
    ) -> Result<Written, ServiceError> {
        let storage = json!({ "representation": "storage", "value": export.body });
        let mut body = json!({
            "id": page.id,
            "title": export.title,
            "version": { "number": page.version + 1, "message": export.message() },
        });
        let path = match self.edition {
            Edition::Cloud => {
                body["status"] = "current".into();
                body["body"] = storage;
                format!("/wiki/api/v2/pages/{}", page.id)
            }
            Edition::DataCenter => {
                body["type"] = "page".into();
                body["body"] = json!({ "storage": storage });
                format!("/rest/api/content/{}", page.id)
            }
        };
        self.write(Method::PUT, &path, &body).await
    }

    async fn write(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Written, ServiceError> {
        let is_update = method == Method::PUT;
        let written = self.rest.write(method, path, body).await;
        // A repetition looks for the page first.
        let response = written.map_err(ServiceError::repeatable)?;
        let is_conflict = match response.status {
            409 => true,
            // Confluence Cloud reports a title that is taken with each of these.
            400 | 404 if is_update => true,
            400 => response.text.contains("already exists"),
            _ => false,
        };
        let status = response.status;
        match self.success(response) {
            Ok(body) => self.read(&body).map(Written::Done),
            Err(error) if is_conflict => Ok(Written::Conflict(match status {
                409 => ServiceError::temporary(error.reason),
                _ => error,
            })),
            Err(error) => Err(error),
        }
    }

    fn read(&self, body: &Value) -> Result<Page, ServiceError> {
        Page::read(body, &self.web_url()).ok_or_else(|| {
            ServiceError::rejected(
                "The answer of Confluence isn't a page. Check CONFLUENCE_URL, and CONFLUENCE_USER, which must be set \
                 for Confluence Cloud only.",
            )
        })
    }

    /// Returns the body of an answer, or `None` if what was requested does not exist.
    fn optional_body(&self, response: RestResponse) -> Result<Option<Value>, ServiceError> {
        match response.status {
            404 => Ok(None),
            _ => self.success(response).map(Some),
        }
    }

    /// Returns the body of an answer that is no error.
    fn success(&self, response: RestResponse) -> Result<Value, ServiceError> {
        let space = &self.space;
        let error = match response.status {
            _ if response.is_success() => return Ok(response.body),
            401 => "Confluence rejected the token (401). It may have expired: create a new one, set CONFLUENCE_TOKEN \
                    and restart Muster."
                .to_owned(),
            403 => format!(
                "Confluence refused it (403). Give the user of the token the permissions to view the space {space} \
                 and to add pages to it."
            ),
            404 => format!(
                "{} Check CONFLUENCE_SPACE and CONFLUENCE_PARENT.",
                self.rest.error(&response)
            ),
            _ => return Err(self.rest.error(&response)),
        };
        Err(ServiceError::rejected(error))
    }
}
