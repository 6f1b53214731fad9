//! The clipboard: links that a user collects for an incident.

use crate::link::add_link::{AddLink, LONGEST_NAME, LinkKind};
use crate::link::http_url::{url_error, with_scheme};
use crate::text::{length, truncate};
use crate::{Rejection, Signal, Timestamp};

/// The maximum number of items on the clipboard of a user.
pub const MAX_CLIPBOARD_ITEMS: usize = 500;

/// A link on the clipboard of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipboardItem {
    /// Its ID.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its URL: `http` or `https`.
    pub url: String,
    /// When it was added last.
    pub added_at: Timestamp,
}

/// A request to put a link on the clipboard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddToClipboard {
    /// The URL.
    pub url: String,
    /// The title; the URL without its scheme if the user entered none.
    pub title: String,
}

impl AddToClipboard {
    /// Creates a request from the texts of a form.
    pub fn new(url: &str, title: &str) -> Self {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let link = AddLink::new(LinkKind::Document, &with_scheme(url), &title);
        Self {
            url: link.url,
            title: link.title,
        }
    }

    /// Returns why the URL is not accepted.
    pub fn url_error(&self) -> Option<String> {
        url_error(&self.url).map(|why| format!("This {why}"))
    }

    /// Returns why the title is not accepted.
    pub fn title_error(&self) -> Option<String> {
        let long = length(&self.title);
        (long > LONGEST_NAME).then(|| {
            format!(
                "This title is {long} characters long; {LONGEST_NAME} is the most. Please shorten it."
            )
        })
    }

    /// Rejects a new item if the clipboard is full.
    ///
    /// # Errors
    /// Returns a [`Rejection`] with the way on.
    pub fn check_space(item_count: usize) -> Result<(), Rejection> {
        match item_count {
            ..MAX_CLIPBOARD_ITEMS => Ok(()),
            _ => Err(Rejection(format!(
                "Your clipboard has {MAX_CLIPBOARD_ITEMS} links, the maximum. Remove some, then add this one."
            ))),
        }
    }
}

impl ClipboardItem {
    /// Returns the request that adds the link to the documents of an incident.
    pub fn as_document(&self) -> AddLink {
        AddLink::new(LinkKind::Document, &self.url, &self.title)
    }

    /// Returns the line of the item among the signals of a declaration: its title and its URL. A title that
    /// would be read as another signal is left out.
    pub fn signal_text(&self) -> String {
        let named = format!("{}: {}", self.title, self.url);
        match Signal::find_in(&named).as_slice() {
            [signal] if signal.url == self.url => named,
            _ => self.url.clone(),
        }
    }
}

/// Shortens the title of a page to the longest that is accepted.
pub fn clipboard_title(title: &str) -> String {
    truncate(title, LONGEST_NAME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::incident;

    fn item(title: &str, url: &str) -> ClipboardItem {
        let AddToClipboard { url, title } = AddToClipboard::new(url, title);
        ClipboardItem {
            id: 1,
            title,
            url,
            added_at: incident("").declared_at,
        }
    }

    #[test]
    fn url_has_a_lower_case_scheme_and_a_title() {
        let link = AddToClipboard::new("HTTPS://a.example/x?y=1", " ");
        assert_eq!(link.url, "https://a.example/x?y=1");
        assert_eq!(link.title, "a.example/x");
        assert_eq!((link.url_error(), link.title_error()), (None, None));
        let bare = AddToClipboard::new("a.example/x", "Error \n rate");
        assert_eq!(bare.url, "https://a.example/x");
        assert_eq!(bare.title, "Error rate");
    }

    #[test]
    fn script_and_long_title_are_rejected() {
        for url in ["javascript:alert(1)", "data:text/html,x", "", "ftp://a"] {
            assert_eq!(
                AddToClipboard::new(url, "x").url_error().as_deref(),
                Some("This isn't a link. Links start with https:// or http://."),
                "{url}"
            );
        }
        let long = AddToClipboard::new("https://a.example", &"x".repeat(201));
        assert!(long.title_error().is_some());
        assert_eq!(length(&clipboard_title(&"x".repeat(300))), LONGEST_NAME);
    }

    #[test]
    fn title_names_the_signal_unless_it_contains_a_url() {
        let url = "https://a.example/x";
        assert_eq!(
            item("Error rate", url).signal_text(),
            "Error rate: https://a.example/x"
        );
        assert_eq!(item("see b.example/y", url).signal_text(), url);
        assert_eq!(item("", url).signal_text(), url);
    }

    #[test]
    fn five_hundred_items_are_the_most() {
        assert_eq!(AddToClipboard::check_space(499), Ok(()));
        assert!(AddToClipboard::check_space(500).is_err());
    }
}
