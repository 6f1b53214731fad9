//! Writes of the timeline: `/api/v2/incidents/{incident_id}/timeline`. Programs add notes, and edit what the pages
//! let the same user edit.

use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::api::auth::{Caller, Writer};
use crate::api::error::ApiError;
use crate::api::incidents::create::LONGEST_TEXT;
use crate::api::members::Time;
use crate::api::parts::body::Envelope;
use crate::api::parts::{IncidentPath, PartPath, PartRequest};
use crate::api::query::Mistakes;
use crate::api::request::{Body, RequestBody};
use crate::api::response;
use crate::domain::api::{CellContext, ResourceType, cell_resource, parse_resource_id};
use crate::domain::{EditEntry, Importance, IncidentId, StoredEntry, Timestamp};
use crate::error::Error;

/// The attributes of a new note.
#[derive(Deserialize, JsonSchema)]
pub(in crate::api) struct CreateCell {
    /// The kind of the entry: programs add notes only.
    #[serde(rename = "cell_type")]
    _cell_type: CellType,
    /// The text.
    content: CellContent,
    /// Whether the note is important.
    important: Option<bool>,
    /// When it happened; now without a time.
    display_timestamp: Option<Time>,
}

/// The attributes of an entry that change.
#[derive(Deserialize, JsonSchema)]
pub(in crate::api) struct PatchCell {
    /// The kind of the entry, which can't be changed.
    #[serde(rename = "cell_type")]
    _cell_type: Option<String>,
    /// The text of a note or a status update of the caller.
    content: Option<CellContent>,
    /// Whether the entry is important.
    important: Option<bool>,
    /// When it happened.
    display_timestamp: Option<Time>,
}

/// The kind of an entry that a program adds.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum CellType {
    Markdown,
}

/// The text of an entry.
#[derive(Deserialize, JsonSchema)]
struct CellContent {
    /// Markdown.
    #[schemars(length(max = LONGEST_TEXT))]
    content: Option<String>,
}

impl RequestBody for Envelope<CreateCell> {
    const TYPES: &'static [&'static str] = &["incident_timeline_cells"];
}

impl RequestBody for Envelope<PatchCell> {
    const TYPES: &'static [&'static str] = &["incident_timeline_cells"];
}

/// `POST …/timeline`: adds a note.
pub(in crate::api) async fn create(
    Writer(caller): Writer,
    path: IncidentPath,
    body: Body<Envelope<CreateCell>>,
) -> Result<Response, ApiError> {
    let id = caller.incident_of(path)?;
    let changing = caller.change_parts(id, body, move |request, body| {
        let attributes = body.parse()?.data.attributes;
        let now = request.tx.now();
        let mut mistakes = Mistakes::default();
        let text = attributes.content.content.unwrap_or_default();
        mistakes.require_text("content/content", &text);
        let happened_at = attributes.display_timestamp;
        let happened_at = happened_at.map_or(now, |at| {
            mistakes.require_past("display_timestamp", at, now)
        });
        mistakes.into_result()?;
        let (actor, tx) = (request.actor, request.tx);
        tx.change(id, |it, _| Ok(it.add_note(text, happened_at, actor)?))?;
        let entry = tx.last_entry(id)?.id;
        if attributes.important == Some(true) {
            request.set_importance(id, entry, Importance::Important)?;
        }
        Ok(response::created(&request.cell_document(id, entry)?))
    });
    changing.await
}

/// `PATCH …/timeline/{cell_id}`: edits the text, the time or the importance of an entry.
pub(in crate::api) async fn patch(
    Writer(caller): Writer,
    path: PartPath,
    body: Body<Envelope<PatchCell>>,
) -> Result<Response, ApiError> {
    let part = caller.part_of(path)?;
    let changing = caller.change_parts(part.incident, body, move |request, body| {
        let entry = request.entry(&part.id)?.id;
        body.check_id(&part.id)?;
        let attributes = body.parse()?.data.attributes;
        let importance = attributes.important.map(|is_important| match is_important {
            true => Importance::Important,
            false => Importance::Normal,
        });
        let edit = attributes.into_request(request.tx.now())?;
        let actor = request.actor;
        request
            .tx
            .change_entry(part.incident, entry, |it, stored, _| {
                Ok(it.edit_entry(stored, edit, actor)?)
            })?;
        if let Some(importance) = importance {
            request.set_importance(part.incident, entry, importance)?;
        }
        Ok(response::ok(&request.cell_document(part.incident, entry)?))
    });
    changing.await
}

/// `DELETE …/timeline/{cell_id}`: removes a note or a status update of the caller.
pub(in crate::api) async fn delete(
    Writer(caller): Writer,
    path: PartPath,
) -> Result<Response, ApiError> {
    let part = caller.part_of(path)?;
    let deleting = caller.delete_part(part.incident, move |request| {
        let entry = request.entry(&part.id)?.id;
        let actor = request.actor;
        request
            .tx
            .change_entry(part.incident, entry, |it, stored, ctx| {
                Ok(it.remove_text_entry(stored, actor, ctx)?)
            })?;
        Ok(response::no_content())
    });
    deleting.await
}

impl PatchCell {
    fn into_request(self, now: Timestamp) -> Result<EditEntry, ApiError> {
        let mut mistakes = Mistakes::default();
        let text = self.content.and_then(|content| content.content);
        if let Some(text) = &text {
            mistakes.require_text("content/content", text);
        }
        let happened_at = self.display_timestamp;
        let happened_at = happened_at.map(|at| mistakes.require_past("display_timestamp", at, now));
        mistakes.into_result()?;
        Ok(EditEntry { text, happened_at })
    }
}

impl PartRequest<'_, '_> {
    /// Returns the entry that a path names.
    fn entry(&self, id: &str) -> Result<StoredEntry, ApiError> {
        let unknown = || ApiError::not_found("timeline cell not found");
        let number = cell_number(self.caller, id).ok_or_else(unknown)?;
        let entry = self.tx.entry(self.incident.id, number);
        entry.map_err(|error| match error {
            Error::NotFound(_) => unknown(),
            error => error.into(),
        })
    }

    fn set_importance(
        &self,
        id: IncidentId,
        entry: i64,
        importance: Importance,
    ) -> Result<(), ApiError> {
        let actor = self.actor;
        self.tx.change_entry(id, entry, |it, stored, _| {
            Ok(it.set_importance(stored, importance, actor)?)
        })?;
        Ok(())
    }

    fn cell_document(&self, id: IncidentId, entry: i64) -> Result<Value, ApiError> {
        let timeline = self.tx.cell(id, entry)?;
        let ctx = CellContext {
            users: &timeline.users,
            store_id: self.caller.app.store.store_id(),
        };
        let cells = timeline.cells.iter();
        let mut resources = cells.map(|cell| cell_resource(cell, &ctx));
        Ok(response::document(&resources.next().unwrap_or_default()))
    }
}

/// Returns the ID of the entry in the store.
fn cell_number(caller: &Caller, id: &str) -> Option<i64> {
    let store = caller.app.store.store_id();
    let number = parse_resource_id(store, ResourceType::TimelineCell, id)?;
    i64::try_from(number).ok()
}
