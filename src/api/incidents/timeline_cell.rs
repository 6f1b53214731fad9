//! Timeline entries as resources.

use schemars::JsonSchema;
use serde::Serialize;

use crate::api::parts::PartContext;
use crate::api::parts::shapes::{EmbeddedUser, Time};
use crate::domain::api::{ResourceType, resource_id};
use crate::domain::text::{Addresses, EntryWriter};
use crate::domain::{Author, EntryKind, StoredEntry, TimelineEntry, TimelineEvent};

/// A timeline entry.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct CellResource {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    attributes: CellAttributes,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct CellAttributes {
    /// `markdown` for a note; otherwise the kind of the entry.
    cell_type: &'static str,
    content: CellContent,
    /// Whether it is marked as important.
    important: bool,
    /// When it happened.
    display_timestamp: Time,
    /// When it was added.
    created: Time,
    /// When it was added.
    modified: Time,
    /// `slack`, `web`, `api`, `alert` or `cli`.
    source: &'static str,
    /// The author; null if that is an app.
    author: Option<EmbeddedUser>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct CellContent {
    /// The text: Markdown.
    content: String,
}

/// Returns an entry as a resource.
pub(in crate::api) fn cell(context: &PartContext<'_>, stored: &StoredEntry) -> CellResource {
    let entry = &stored.entry;
    let number = u128::from(stored.id.unsigned_abs());
    CellResource {
        kind: ResourceType::TimelineCell.as_str(),
        id: resource_id(context.store_id(), ResourceType::TimelineCell, number),
        attributes: CellAttributes {
            cell_type: cell_type(entry.event.kind()),
            content: CellContent {
                content: content(context, entry),
            },
            important: stored.is_important,
            display_timestamp: Time(entry.happened_at),
            created: Time(entry.recorded_at),
            modified: Time(entry.recorded_at),
            source: entry.source.as_str(),
            author: author(context, entry),
        },
    }
}

fn cell_type(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Note => "markdown",
        EntryKind::Update
        | EntryKind::StatusUpdate
        | EntryKind::Message
        | EntryKind::Responder
        | EntryKind::Impact
        | EntryKind::Task
        | EntryKind::Document
        | EntryKind::Notification
        | EntryKind::Integration => kind.as_str(),
    }
}

/// Returns the text of a user, or a sentence about the event.
fn content(context: &PartContext<'_>, entry: &TimelineEntry) -> String {
    if let TimelineEvent::Note { text }
    | TimelineEvent::Message { text }
    | TimelineEvent::StatusUpdate { text, .. } = &entry.event
    {
        return text.clone();
    }
    let writer = EntryWriter {
        user_name: &|user| context.handle_and_name(user).1,
        format_time: &|at| at.to_string(),
        addresses: Addresses::Linked,
    };
    writer.entry(entry)
}

fn author(context: &PartContext<'_>, entry: &TimelineEntry) -> Option<EmbeddedUser> {
    match &entry.author {
        Some(Author::User(user)) => Some(context.embedded(Some(user))),
        Some(Author::App(_)) => None,
        None => Some(context.embedded(None)),
    }
}
