//! A page as it is written, and as Confluence returns it.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::confluence::export::PageReceipt;
use crate::confluence::storage_format::StorageFormat;

/// The longest title of a page. Confluence: 255 characters.
const LONGEST_TITLE: usize = 255;

/// The number of bytes of a digest that are written.
const DIGEST_BYTES: usize = 8;

/// A page to be written.
#[derive(Clone, Debug)]
pub(crate) struct PageExport {
    pub(super) title: String,
    /// Titles of earlier attempts, which may have created the page.
    pub(super) earlier_titles: Vec<String>,
    /// The content in the storage format, with the mark.
    pub(super) body: String,
    /// The beginning of the mark: the same for all versions of the page.
    marker: String,
    /// A digest of title and content, which recognizes a version that an earlier attempt wrote.
    digest: String,
    /// The result of the latest export that is known.
    pub(super) receipt: Option<PageReceipt>,
}

/// A page of Confluence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) id: String,
    status: String,
    pub(super) version: u64,
    message: String,
    body: String,
    pub(super) url: String,
}

impl PageExport {
    /// Creates the page. `marker` names the store and the incident.
    pub(crate) fn new(title: &str, mut content: StorageFormat, marker: &str) -> Self {
        let title = shortened(title);
        let digest = content.digest(&title);
        content.marker(&format!("{marker}-{digest}"));
        Self {
            title,
            earlier_titles: Vec::new(),
            body: content.into_string(),
            marker: marker.to_owned(),
            digest,
            receipt: None,
        }
    }

    /// Adds the titles of all attempts.
    #[must_use]
    pub(crate) fn with_titles(self, titles: &[String]) -> Self {
        let titles = titles.iter().map(|title| shortened(title));
        Self {
            earlier_titles: titles.filter(|title| *title != self.title).collect(),
            ..self
        }
    }

    /// Adds the result of the latest export.
    #[must_use]
    pub(crate) fn with_receipt(self, receipt: Option<PageReceipt>) -> Self {
        Self { receipt, ..self }
    }

    /// Returns the comment of the version.
    pub(super) fn message(&self) -> String {
        format!("Exported from Muster ({})", self.digest)
    }
}

impl StorageFormat {
    /// Returns a digest of a title and the content so far.
    fn digest(&self, title: &str) -> String {
        let digest = Sha256::digest(format!("{title}\n{}", self.as_str()));
        let bytes = digest.iter().take(DIGEST_BYTES);
        bytes.map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Returns a title without line breaks, of at most 255 characters.
fn shortened(title: &str) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.chars().count() <= LONGEST_TITLE {
        return title;
    }
    let start: String = title.chars().take(LONGEST_TITLE - 1).collect();
    format!("{}…", start.trim_end())
}

impl Page {
    /// Reads a page. Returns `None` if the value is none. `web_url` is the base URL of the pages.
    pub(super) fn read(value: &Value, web_url: &str) -> Option<Self> {
        let id = value["id"].as_str()?.to_owned();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let url = match value["_links"]["webui"].as_str() {
            Some(path) if path.starts_with('/') => format!("{web_url}{path}"),
            Some(_) | None => format!("{web_url}/pages/viewpage.action?pageId={id}"),
        };
        Some(Self {
            status: text(&value["status"]),
            version: value["version"]["number"].as_u64()?,
            message: text(&value["version"]["message"]),
            body: text(&value["body"]["storage"]["value"]),
            url,
            id,
        })
    }

    /// Returns whether the page can be read and changed.
    pub(super) fn is_current(&self) -> bool {
        self.status == "current"
    }

    /// Returns whether the page is archived. Confluence rejects changes to it, and its title stays taken.
    pub(super) fn is_archived(&self) -> bool {
        self.status == "archived"
    }

    /// Returns whether the page is one of this incident.
    pub(super) fn is_of(&self, export: &PageExport) -> bool {
        self.body.contains(&format!(">{}-", export.marker))
    }

    /// Returns whether an earlier attempt has written this content, and no user has changed it since.
    pub(super) fn holds(&self, export: &PageExport) -> bool {
        let known = export.receipt.as_ref().map(|receipt| receipt.version);
        let marker = format!(">{}-{}<", export.marker, export.digest);
        let is_ours = self.version == 1 || self.message == export.message();
        known != Some(self.version) && is_ours && self.body.contains(&marker)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn export(text: &str) -> PageExport {
        let mut content = StorageFormat::default();
        content.markdown(text);
        PageExport::new("IR-7 Checkout is slow", content, "muster-1-ir-7")
    }

    fn page(body: &str, version: u64) -> Page {
        let value = json!({
            "id": "12", "status": "current", "version": { "number": version },
            "body": { "storage": { "value": body } },
        });
        Page::read(&value, "https://wiki.example.com").unwrap()
    }

    #[test]
    fn page_is_recognized_by_its_mark() {
        let first = page(&export("a").body, 1);
        assert!(first.is_of(&export("b")));
        let content = StorageFormat::default();
        let other = PageExport::new("IR-70", content, "muster-1-ir-70");
        assert!(!first.is_of(&other) && !page(&other.body, 1).is_of(&export("a")));
    }

    #[test]
    fn version_of_an_earlier_attempt_is_recognized_until_a_user_changes_it() {
        let [first, second] = [export("a"), export("b")];
        assert!(page(&first.body, 1).holds(&first));
        assert!(!page(&first.body, 1).holds(&second));
        assert!(!page(&first.body, 2).holds(&first), "changed by a user");
        let receipt = PageReceipt {
            id: "12".to_owned(),
            url: String::new(),
            version: 1,
        };
        let again = first.with_receipt(Some(receipt));
        assert!(!page(&again.body, 1).holds(&again), "exported again");
    }

    #[test]
    fn long_title_is_shortened() {
        let title = "ä".repeat(300);
        let short = shortened(&title);
        assert_eq!(short.chars().count(), 255);
        assert!(short.ends_with("ä…"));
        assert_eq!(shortened(" IR-7\n a "), "IR-7 a");
    }

    #[test]
    fn address_of_a_page_is_in_the_configured_confluence() {
        let web_url = "https://wiki.example.com";
        let read = |links: Value| {
            let value = json!({ "id": "12", "version": { "number": 1 }, "_links": links });
            Page::read(&value, web_url).unwrap().url
        };
        let own = read(json!({ "base": "https://evil.example", "webui": "/display/OPS/A" }));
        assert_eq!(own, "https://wiki.example.com/display/OPS/A");
        let other = "https://wiki.example.com/pages/viewpage.action?pageId=12";
        assert_eq!(read(json!({ "webui": "https://evil.example" })), other);
    }
}
