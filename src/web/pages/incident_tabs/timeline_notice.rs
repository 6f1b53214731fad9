//! The notice “3 new entries”: entries that arrived while the newest end of the timeline was out of sight.
//!
//! A live page that reads itself again sends the last entry that its user saw as `since`, unless the newest entry is in
//! sight.

use askama::Template;
use askama::filters::HtmlSafe;
use muster_commands::timeline::{Page, PageCursor, SortOrder};

use crate::error::Result;
use crate::store::NewEntries;
use crate::web::pages::incident_tabs::timeline_rows::Day;
use crate::web::pages::incident_tabs::{TabState, timeline_view};
use crate::web::session::SignedIn;

/// The parameter with the last entry that the user saw.
const SINCE: &str = "since";

/// The notice. Without new entries it is empty: screen readers announce what is added to it.
#[derive(Template)]
#[template(path = "parts/timeline_notice.html", config = "src/web/askama.toml")]
pub(super) struct Notice {
    new: NewEntries,
    /// The last entry that the user saw.
    since: i64,
    /// The element at the newest end of the timeline; `None` if it is on another page.
    end: Option<String>,
    /// The address of the newest end.
    path: String,
}

impl HtmlSafe for Notice {}

impl Notice {
    /// Counts the new entries. Called before the page is read, so that each entry is on it or counted later.
    pub(super) async fn count(signed_in: &SignedIn, state: &TabState, view: Page) -> Result<Self> {
        let since = state.query.get(SINCE).and_then(|since| since.parse().ok());
        let viewer = signed_in.viewer.clone();
        let new = signed_in.store().new_entries(viewer, view, since).await?;
        let newest = Page {
            order: SortOrder::NewestFirst,
            ..view.with_cursor(PageCursor::First)
        };
        Ok(Self {
            new,
            since: since.unwrap_or(new.last),
            end: None,
            path: timeline_view::path(newest, &[]),
        })
    }

    /// Leads to the newest entry of these, which are at the newest end of the timeline.
    pub(super) fn lead_to_newest(&mut self, view: Page, days: &[Day]) {
        let newest = match view.order {
            SortOrder::NewestFirst => days.first().and_then(|day| day.items.first()),
            SortOrder::OldestFirst => days.last().and_then(|day| day.items.last()),
        };
        let end = newest.map_or_else(|| "content".to_owned(), |item| item.element_id());
        self.path = format!("{}#{end}", timeline_view::path(view, &[]));
        self.end = Some(end);
    }

    fn label(&self) -> String {
        match self.new.count {
            1 => "1 new entry".to_owned(),
            count => format!("{count} new entries"),
        }
    }
}
