//! The changes that tools reported around the time of an incident, in its exports.

use serde_json::{Value, json};

use crate::cli::export::markdown::format_time;
use crate::domain::alert::ChangeEvent;
use crate::domain::text::markdown::{escape_inline, named_link};
use crate::store::ReportedChange;

/// Returns a change as JSON.
pub(super) fn as_json(change: &ReportedChange) -> Value {
    let ReportedChange { source, event } = change;
    let ChangeEvent {
        summary,
        origin,
        happened_at,
        details,
        links,
    } = event;
    json!({
        "summary": summary,
        "source": origin,
        "reported_by": source,
        "happened_at": happened_at,
        "details": details,
        "links": links,
    })
}

/// Returns the changes as list items of Markdown.
pub(super) fn as_text(changes: &[ReportedChange]) -> Vec<String> {
    let items = changes.iter().map(|change| {
        let event = &change.event;
        let time = format_time(event.happened_at);
        let origin = match event.origin.as_str() {
            "" => String::new(),
            origin => format!(" ({})", escape_inline(origin)),
        };
        let links = event.links.iter();
        let links: String = links
            .map(|link| format!(" · {}", named_link(&link.name, &link.url)))
            .collect();
        format!("{time}: {}{origin}{links}", escape_inline(&event.summary))
    });
    items.collect()
}
