//! Timeline entries as resources of the API.

use serde_json::{Value, json};

use super::resource_id::{ResourceType, resource_id};
use super::user::{KnownUsers, user_reference};
use crate::text::{Addresses, EntryWriter};
use crate::{Author, EntryKind, StoredEntry, Timestamp, UserId};

/// A timeline entry and the time of its last edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineCell {
    /// The entry.
    pub stored: StoredEntry,
    /// When it was added or last edited.
    pub modified_at: Timestamp,
}

/// The inputs of a timeline entry's document besides the entry.
#[derive(Clone, Copy, Debug)]
pub struct CellContext<'a> {
    /// The users that the entries name.
    pub users: &'a KnownUsers,
    /// The ID of the store.
    pub store_id: &'a str,
}

/// Returns the type of the entries of a kind. A note is one of Datadog's Markdown cells.
pub fn cell_type(kind: EntryKind) -> &'static str {
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

/// Returns an entry as a resource. A note, a message and a status update have their text as it was written; other
/// entries are sentences in Markdown.
pub fn cell_resource(cell: &TimelineCell, ctx: &CellContext<'_>) -> Value {
    let stored = &cell.stored;
    let entry = &stored.entry;
    let number = u128::from(stored.id.unsigned_abs());
    json!({
        "type": ResourceType::TimelineCell.as_str(),
        "id": resource_id(ctx.store_id, ResourceType::TimelineCell, number),
        "attributes": {
            "cell_type": cell_type(entry.event.kind()),
            "content": { "content": content(cell, ctx) },
            "important": stored.is_important,
            "display_timestamp": entry.happened_at,
            "created": entry.recorded_at,
            "modified": cell.modified_at,
            "source": entry.source.as_str(),
            "author": author(cell, ctx),
        },
    })
}

fn content(cell: &TimelineCell, ctx: &CellContext<'_>) -> String {
    let user_name = |user: &UserId| {
        let name = ctx.users.name(user);
        name.unwrap_or(user.as_str()).to_owned()
    };
    let format_time = |at: Timestamp| at.to_string();
    let writer = EntryWriter {
        user_name: &user_name,
        format_time: &format_time,
        addresses: Addresses::Linked,
    };
    writer.content(&cell.stored.entry)
}

/// Returns the author as Datadog embeds users. An app has a name only.
fn author(cell: &TimelineCell, ctx: &CellContext<'_>) -> Value {
    let user = match &cell.stored.entry.author {
        Some(Author::App(name)) => return json!({ "data": null, "name": name }),
        Some(Author::User(user)) => Some(user),
        None => None,
    };
    json!({ "data": user_reference(ctx.store_id, user, ctx.users) })
}
