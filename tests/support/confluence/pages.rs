//! The pages of the stand-in, and the rules for changes to them.

use super::xhtml;
use super::{PARENT, TOKEN};

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPage {
    /// The ID.
    pub id: String,
    /// The title, which is unique in the space.
    pub title: String,
    /// `current`, `archived` or `trashed`.
    pub status: &'static str,
    /// The number of the version.
    pub version: u64,
    /// The comment of the version.
    pub message: String,
    /// The content as it was written.
    pub body: String,
    /// The ID of the page above it.
    pub parent: Option<String>,
}

impl StoredPage {
    /// Returns the text, without elements and attributes; one line for each block.
    pub fn text(&self) -> Vec<String> {
        xhtml::text(&self.body)
    }
}

/// An error response: status and words.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) status: u16,
    pub(super) message: String,
}

impl Failure {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }
}

/// A page as a request describes it.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) title: String,
    pub(super) body: String,
    pub(super) parent: Option<String>,
    /// The number and the comment of the version; none for a new page.
    pub(super) version: Option<(u64, String)>,
}

pub(super) struct Pages {
    pub(super) token: String,
    pub(super) list: Vec<StoredPage>,
    pub(super) is_down: bool,
    /// The pause that the next response asks for, in seconds.
    pub(super) limited: Option<u64>,
    pub(super) edits_before_updates: usize,
    pub(super) breaks_next_write: bool,
    pub(super) writes: usize,
}

impl Default for Pages {
    fn default() -> Self {
        let mut pages = Self {
            token: TOKEN.to_owned(),
            list: Vec::new(),
            is_down: false,
            limited: None,
            edits_before_updates: 0,
            breaks_next_write: false,
            writes: 0,
        };
        assert_eq!(pages.add("Postmortems", "<p />"), PARENT);
        pages
    }
}

impl Pages {
    pub(super) fn add(&mut self, title: &str, body: &str) -> String {
        let id = (1000 + self.list.len()).to_string();
        self.list.push(StoredPage {
            id: id.clone(),
            title: title.to_owned(),
            status: "current",
            version: 1,
            message: String::new(),
            body: body.to_owned(),
            parent: None,
        });
        id
    }

    pub(super) fn change(&mut self, id: &str, change: impl FnOnce(&mut StoredPage)) {
        change(self.list.iter_mut().find(|page| page.id == id).unwrap());
    }

    pub(super) fn edit(&mut self, id: &str, text: &str) {
        self.change(id, |page| {
            page.version += 1;
            page.message.clear();
            page.body.push_str(&format!("<p>{text}</p>"));
        });
    }

    /// Returns a page that a user without special permissions sees.
    pub(super) fn find(&self, id: &str) -> Result<&StoredPage, Failure> {
        let page = self.list.iter().find(|page| page.id == id);
        page.filter(|page| page.status != "trashed")
            .ok_or_else(|| Failure::new(404, format!("No content found with id: {id}")))
    }

    /// Confluence compares titles without case.
    pub(super) fn find_title(&self, title: &str, statuses: &[&str]) -> Vec<&StoredPage> {
        let has_title = |page: &&StoredPage| {
            page.title.to_lowercase() == title.to_lowercase() && statuses.contains(&page.status)
        };
        self.list.iter().filter(has_title).collect()
    }

    pub(super) fn create(&mut self, draft: Draft) -> Result<&StoredPage, Failure> {
        if let Some(parent) = &draft.parent {
            self.find(parent)?;
        }
        self.check(&draft, None)?;
        let id = self.add(&draft.title, &draft.body);
        self.change(&id, |page| page.parent = draft.parent);
        self.find(&id)
    }

    pub(super) fn update(&mut self, id: &str, draft: Draft) -> Result<&StoredPage, Failure> {
        if self.edits_before_updates > 0 {
            self.edits_before_updates -= 1;
            self.edit(id, "Changed in the meantime");
        }
        let page = self.find(id)?;
        let (number, message) = draft
            .version
            .clone()
            .ok_or_else(|| Failure::new(400, "version.number is required"))?;
        if page.status == "archived" {
            return Err(Failure::new(404, "Can not find draft with current content"));
        }
        if number != page.version + 1 {
            let current = page.version;
            let message =
                format!("Version must be incremented on update. Current version is: {current}");
            return Err(Failure::new(409, message));
        }
        self.check(&draft, Some(id))?;
        self.change(id, |page| {
            page.title = draft.title;
            page.body = draft.body;
            page.version = number;
            page.message = message;
        });
        self.find(id)
    }

    /// Checks the title and the content of a page.
    fn check(&self, draft: &Draft, id: Option<&str>) -> Result<(), Failure> {
        if draft.title.is_empty() || draft.title.chars().count() > 255 {
            return Err(Failure::new(400, "Title must be 1 to 255 characters long"));
        }
        xhtml::check(&draft.body)
            .map_err(|error| Failure::new(400, format!("Error parsing xhtml: {error}")))?;
        let taken = self.find_title(&draft.title, &["current", "archived"]);
        if taken.iter().any(|page| Some(page.id.as_str()) != id) {
            let message = "A page with this title already exists: A page already exists with the same TITLE in \
                           this space";
            return Err(Failure::new(400, message));
        }
        Ok(())
    }
}
