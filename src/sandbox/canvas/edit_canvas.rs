//! The changes of a canvas: the operations of `canvases.edit`.

use serde_json::{Map, Value};

use crate::canvas::document::Block;
use crate::canvas::methods::{markdown_of, parse_content, schema_error};
use crate::canvas::{Section, StoredCanvas};
use crate::ids::UserId;
use crate::web_api::{ApiError, Arguments};
use crate::workspace::Workspace;

/// A change of a canvas.
pub(super) enum CanvasChange {
    InsertAtStart(Vec<Block>),
    InsertAtEnd(Vec<Block>),
    InsertBefore(String, Vec<Block>),
    InsertAfter(String, Vec<Block>),
    /// Replaces a section, or the whole content.
    Replace(Option<String>, Vec<Block>),
    Delete(String),
    Rename(String),
}

impl CanvasChange {
    /// Parses `changes`, which must contain exactly one.
    pub(super) fn parse(arguments: &Arguments) -> Result<Self, ApiError> {
        let invalid = || schema_error("/changes");
        let changes = arguments.json("changes").map_err(|_| invalid())?;
        let Some([Value::Object(change)]) = changes
            .as_ref()
            .and_then(Value::as_array)
            .map(Vec::as_slice)
        else {
            return Err(invalid());
        };
        let invalid = || schema_error("/changes/0");
        let section = change.get("section_id").and_then(Value::as_str);
        let section = section.map(str::to_owned);
        let operation = change.get("operation").and_then(Value::as_str);
        Ok(match operation.ok_or_else(invalid)? {
            "insert_at_start" => Self::InsertAtStart(content_of(change)?),
            "insert_at_end" => Self::InsertAtEnd(content_of(change)?),
            "insert_before" => {
                Self::InsertBefore(section.ok_or_else(invalid)?, content_of(change)?)
            }
            "insert_after" => Self::InsertAfter(section.ok_or_else(invalid)?, content_of(change)?),
            "replace" => Self::Replace(section, content_of(change)?),
            "delete" => Self::Delete(section.ok_or_else(invalid)?),
            "rename" => {
                let title = change.get("title_content").and_then(markdown_of);
                Self::Rename(title.ok_or_else(invalid)?)
            }
            _ => return Err(invalid()),
        })
    }
}

fn content_of(change: &Map<String, Value>) -> Result<Vec<Block>, ApiError> {
    let markdown = change.get("document_content").and_then(markdown_of);
    let markdown = markdown.ok_or_else(|| schema_error("/changes/0/document_content"))?;
    parse_content(&markdown, "canvas_editing_failed")
}

impl Workspace {
    /// Applies a change to an existing canvas.
    pub(super) fn edit_canvas(
        &mut self,
        canvas: &str,
        change: CanvasChange,
        actor: &UserId,
    ) -> Result<(), ApiError> {
        let now = self.now().timestamp();
        let mut stored = self
            .canvases
            .iter()
            .find(|it| it.id == canvas)
            .cloned()
            .ok_or("canvas_not_found")?;
        self.apply_change(&mut stored, change)?;
        stored.updated = now;
        stored.updated_by = actor.clone();
        self.canvases.retain(|it| it.id != canvas);
        self.canvases.push(stored);
        Ok(())
    }

    fn apply_change(
        &mut self,
        canvas: &mut StoredCanvas,
        change: CanvasChange,
    ) -> Result<(), ApiError> {
        let (range, blocks) = match change {
            CanvasChange::Rename(title) => {
                canvas.title = title;
                return Ok(());
            }
            CanvasChange::InsertAtStart(blocks) => (0..0, blocks),
            CanvasChange::InsertAtEnd(blocks) => {
                let end = canvas.sections.len();
                (end..end, blocks)
            }
            CanvasChange::InsertBefore(section, blocks) => {
                let at = section_index(canvas, &section)?;
                (at..at, blocks)
            }
            CanvasChange::InsertAfter(section, blocks) => {
                let at = section_index(canvas, &section)? + 1;
                (at..at, blocks)
            }
            CanvasChange::Replace(None, blocks) => (0..canvas.sections.len(), blocks),
            CanvasChange::Replace(Some(section), blocks) => {
                let at = section_index(canvas, &section)?;
                (at..at + 1, blocks)
            }
            CanvasChange::Delete(section) => {
                let at = section_index(canvas, &section)?;
                (at..at + 1, Vec::new())
            }
        };
        let sections: Vec<Section> = self.new_sections(blocks);
        canvas.sections.splice(range, sections);
        Ok(())
    }
}

fn section_index(canvas: &StoredCanvas, section: &str) -> Result<usize, ApiError> {
    let index = canvas.sections.iter().position(|it| it.id == section);
    index.ok_or_else(|| "canvas_editing_failed".into())
}
