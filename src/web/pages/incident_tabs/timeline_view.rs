//! The filter, the order and the page of the timeline in its address: `?show=notes&order=oldest&after=…`.

use std::collections::HashMap;

use muster_commands::timeline::{EntryFilter, Page, PageCursor, SortOrder};

use crate::domain::{EntryKind, IncidentId, StoredEntry};
use crate::web::pages::incident_tabs::Tab;

/// The names of the filters in the address, and their labels.
pub(super) const FILTERS: [(&str, &str, EntryFilter); 9] = [
    ("", "All entries", EntryFilter::Unfiltered),
    ("important", "Important", EntryFilter::Important),
    (
        "updates",
        "Updates",
        EntryFilter::Kinds(&[EntryKind::Update, EntryKind::StatusUpdate]),
    ),
    ("notes", "Notes", EntryFilter::Kinds(&[EntryKind::Note])),
    (
        "messages",
        "Messages",
        EntryFilter::Kinds(&[EntryKind::Message]),
    ),
    (
        "impacts",
        "Impacts",
        EntryFilter::Kinds(&[EntryKind::Impact]),
    ),
    ("tasks", "Tasks", EntryFilter::Kinds(&[EntryKind::Task])),
    (
        "notifications",
        "Notifications",
        EntryFilter::Kinds(&[EntryKind::Notification]),
    ),
    (
        "slack",
        "Slack",
        EntryFilter::Kinds(&[EntryKind::Integration]),
    ),
];

/// The value of `order` for the oldest entry first.
const OLDEST: &str = "oldest";

/// Returns what the address asks for.
pub(super) fn read(id: IncidentId, query: &HashMap<String, String>) -> Page {
    let value = |name: &str| query.get(name).map_or("", String::as_str);
    let filter = FILTERS.iter().find(|(name, ..)| *name == value("show"));
    let cursor = |name: &str| {
        let (at, id) = value(name).split_once('.')?;
        Some((at.parse().ok()?, id.parse().ok()?))
    };
    Page {
        incident: id,
        order: match value("order") {
            OLDEST => SortOrder::OldestFirst,
            _ => SortOrder::NewestFirst,
        },
        filter: filter.map_or(EntryFilter::Unfiltered, |(.., filter)| *filter),
        cursor: match (cursor("after"), cursor("before")) {
            (Some((at, id)), _) => PageCursor::After(at, id),
            (None, Some((at, id))) => PageCursor::Before(at, id),
            (None, None) => PageCursor::First,
        },
    }
}

/// Returns the address of a page, with more fields.
pub(super) fn path(page: Page, more: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let filter = FILTERS.iter().find(|(.., filter)| *filter == page.filter);
    if let Some((name, ..)) = filter.filter(|(name, ..)| !name.is_empty()) {
        query.append_pair("show", name);
    }
    if page.order == SortOrder::OldestFirst {
        query.append_pair("order", OLDEST);
    }
    match page.cursor {
        PageCursor::First | PageCursor::StartingAt(..) => {}
        PageCursor::After(at, id) => drop(query.append_pair("after", &format!("{at}.{id}"))),
        PageCursor::Before(at, id) => drop(query.append_pair("before", &format!("{at}.{id}"))),
    }
    for (name, value) in more {
        query.append_pair(name, value);
    }
    let path = Tab::Timeline.path(page.incident);
    match query.finish() {
        query if query.is_empty() => path,
        query => format!("{path}?{query}"),
    }
}

/// Returns the page before or after an entry.
pub(super) fn next_to(
    page: Page,
    entry: Option<&StoredEntry>,
    cursor: fn(i64, i64) -> PageCursor,
) -> Option<Page> {
    let entry = entry?;
    let at = entry.entry.happened_at.epoch_millis();
    Some(page.with_cursor(cursor(at, entry.id)))
}
