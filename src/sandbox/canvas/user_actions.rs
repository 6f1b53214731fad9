//! User actions on canvases: writing the canvas of a channel, deleting one.

use crate::Sandbox;
use crate::app_requests::response_effects::ActionResult;
use crate::canvas::edit_canvas::CanvasChange;
use crate::canvas::{NewCanvas, Placement, document};

impl Sandbox {
    /// Writes the canvas of a channel, or replaces its content.
    pub async fn writes_canvas(&self, who: &str, channel: &str, markdown: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let channel = workspace.writable_channel(who, channel)?;
            let blocks = document::parse(markdown)?;
            let placement = Placement::Channel(channel);
            let own = workspace
                .canvases
                .iter()
                .find(|it| !it.is_deleted && it.placement == placement);
            match own.map(|canvas| canvas.id.clone()) {
                Some(canvas) => {
                    let change = CanvasChange::Replace(None, blocks);
                    let edited = workspace.edit_canvas(&canvas, change, who);
                    edited.map_err(|error| error.code)?;
                }
                None => {
                    let canvas = NewCanvas {
                        title: String::new(),
                        placement,
                        blocks,
                    };
                    workspace.add_canvas(canvas, who);
                }
            }
            Ok(None)
        })
        .await
    }

    /// Deletes a canvas of a channel that the user is a member of.
    pub async fn deletes_canvas(&self, who: &str, canvas: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            let missing = || "This canvas no longer exists.".to_owned();
            let channel = workspace.channel_of_canvas(canvas).ok_or_else(missing)?;
            workspace.writable_channel(who, &channel)?;
            let mut canvases = workspace.canvases.iter_mut();
            let stored = canvases.find(|it| it.id == canvas && !it.is_deleted);
            stored.ok_or_else(missing)?.is_deleted = true;
            Ok(None)
        })
        .await
    }
}
