//! Exports a page: finds the page of the incident, then writes a new version of it, or creates it.

use crate::confluence::ConfluenceClient;
use crate::confluence::page::{Page, PageExport};
use crate::confluence::pages::Written;
use crate::rest_client::ServiceError;

/// How often a new version is written while users change the page.
const UPDATES: usize = 2;

/// A page that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageReceipt {
    /// The ID.
    pub(crate) id: String,
    /// The URL.
    pub(crate) url: String,
    /// The number of the version.
    pub(crate) version: u64,
}

impl From<Page> for PageReceipt {
    fn from(page: Page) -> Self {
        Self {
            id: page.id,
            url: page.url,
            version: page.version,
        }
    }
}

impl ConfluenceClient {
    /// Writes a new version of the incident's page. If there is none, or a user has deleted it, a page is created.
    pub(crate) async fn export(&self, export: &PageExport) -> Result<PageReceipt, ServiceError> {
        if let Some(page) = self.known_page(export).await? {
            return self.write_version(page, export).await;
        }
        let space_id = self.space_id().await?;
        if let Some(page) = self.page_with_title(&space_id, export).await? {
            return self.write_version(page, export).await;
        }
        match self.create(&space_id, export).await? {
            Written::Done(page) => Ok(page.into()),
            // An attempt that timed out may have created it in the meantime.
            Written::Conflict(_) => match self.page_with_title(&space_id, export).await? {
                Some(page) => self.write_version(page, export).await,
                None => Err(self.hidden_page()),
            },
        }
    }

    /// Returns the page of the latest export. A page of another Confluence, which was configured then, does not count.
    async fn known_page(&self, export: &PageExport) -> Result<Option<Page>, ServiceError> {
        let web_url = format!("{}/", self.web_url());
        let receipt = export.receipt.as_ref();
        let Some(receipt) = receipt.filter(|receipt| receipt.url.starts_with(&web_url)) else {
            return Ok(None);
        };
        match self.page(&receipt.id).await? {
            Some(page) if page.is_archived() => Err(archived(&page)),
            Some(page) if page.is_current() => Ok(Some(page)),
            Some(_) | None => Ok(None),
        }
    }

    /// Returns the page with the title, which must be one of the incident.
    async fn page_with_title(
        &self,
        space_id: &str,
        export: &PageExport,
    ) -> Result<Option<Page>, ServiceError> {
        match self.page_by_title(space_id, &export.title).await? {
            Some(page) if !page.is_of(export) => Err(self.title_taken(&page)),
            Some(page) if page.is_archived() => Err(archived(&page)),
            Some(page) => Ok(Some(page)),
            None => self.page_with_earlier_title(space_id, export).await,
        }
    }

    /// Returns the page of an attempt before the title was changed.
    async fn page_with_earlier_title(
        &self,
        space_id: &str,
        export: &PageExport,
    ) -> Result<Option<Page>, ServiceError> {
        for title in &export.earlier_titles {
            let page = self.page_by_title(space_id, title).await?;
            if let Some(page) = page.filter(|page| page.is_of(export) && page.is_current()) {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    async fn write_version(
        &self,
        mut page: Page,
        export: &PageExport,
    ) -> Result<PageReceipt, ServiceError> {
        let mut conflict = None;
        for _ in 0..UPDATES {
            if page.holds(export) {
                return Ok(page.into());
            }
            match self.update(&page, export).await? {
                Written::Done(page) => return Ok(page.into()),
                Written::Conflict(error) => conflict = Some(error),
            }
            page = match self.page(&page.id).await? {
                Some(page) if page.is_current() => page,
                Some(_) | None => {
                    let reason =
                        "The page in Confluence was deleted or archived during the export.";
                    return Err(ServiceError::temporary(reason));
                }
            };
        }
        self.check_title(&page, export).await?;
        Err(conflict
            .unwrap_or_else(|| ServiceError::temporary("The page changed during the export.")))
    }

    /// Checks that no other page has the title. Confluence Cloud reports that as a conflict of versions as well.
    async fn check_title(&self, page: &Page, export: &PageExport) -> Result<(), ServiceError> {
        let space_id = self.space_id().await?;
        match self.page_by_title(&space_id, &export.title).await? {
            Some(other) if other.id != page.id => Err(self.title_taken(&other)),
            Some(_) | None => Ok(()),
        }
    }

    fn title_taken(&self, page: &Page) -> ServiceError {
        let archived = if page.is_archived() { "archived " } else { "" };
        let (space, url) = (&self.space, &page.url);
        let article = if archived.is_empty() { "A" } else { "An" };
        ServiceError::rejected(format!(
            "{article} {archived}page with this title already exists in the space {space} ({url}). Rename it or the \
             postmortem."
        ))
    }

    /// Returns the error for a title that is taken by a page that was not found.
    fn hidden_page(&self) -> ServiceError {
        ServiceError::rejected(format!(
            "A page with this title already exists in the space {}, but the user of the token can't see it. It may be \
             restricted, archived or in the trash. Rename it or the postmortem.",
            self.space
        ))
    }
}

fn archived(page: &Page) -> ServiceError {
    ServiceError::rejected(format!(
        "The page is archived in Confluence ({}), so it can't be changed. Restore it, or delete it to get a new one.",
        page.url
    ))
}
