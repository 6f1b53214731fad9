//! Canvases: the documents of a channel, and what the workspace's plan allows.

mod document;
mod edit_canvas;
mod methods;
mod render_text;
mod user_actions;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use methods::METHODS;

use crate::Sandbox;
use crate::canvas::document::Block;
use crate::ids;
use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;

/// The restrictions of canvases in the workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CanvasPolicy {
    /// A paid plan without restrictions.
    #[default]
    Paid,
    /// The free plan: one canvas per channel, which must be a tab.
    Free,
    /// An admin has switched canvases off.
    SwitchedOff,
    /// Only some users may create and edit canvases.
    Restricted,
}

/// A canvas as its readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canvas {
    /// The ID, `F…`.
    pub id: String,
    /// The title.
    pub title: String,
    /// Whether it is a tab next to the canvas of the channel.
    pub is_tab: bool,
    /// The content as text. A link is followed by its address.
    pub text: String,
    /// The IDs of the users and channels that the content mentions.
    pub mentions: Vec<String>,
}

/// Where a canvas is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Placement {
    /// The canvas of a channel. A channel has at most one.
    Channel(ChannelId),
    /// A tab of a channel.
    Tab(ChannelId),
    /// In no channel.
    Standalone,
}

impl Placement {
    fn channel(&self) -> Option<&ChannelId> {
        match self {
            Self::Channel(channel) | Self::Tab(channel) => Some(channel),
            Self::Standalone => None,
        }
    }
}

/// A canvas.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredCanvas {
    pub(crate) id: String,
    title: String,
    placement: Placement,
    sections: Vec<Section>,
    creator: UserId,
    updated_by: UserId,
    /// Epoch seconds.
    updated: i64,
    is_deleted: bool,
}

/// A block of a canvas, and the ID that edits refer to.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Section {
    id: String,
    block: Block,
}

/// The values of a new canvas.
struct NewCanvas {
    title: String,
    placement: Placement,
    blocks: Vec<Block>,
}

impl StoredCanvas {
    fn blocks(&self) -> Vec<Block> {
        let sections = self.sections.iter();
        sections.map(|section| section.block.clone()).collect()
    }
}

impl Workspace {
    fn add_canvas(&mut self, canvas: NewCanvas, creator: &UserId) -> String {
        let id = ids::from_serial('F', self.next_serial());
        let sections = self.new_sections(canvas.blocks);
        let stored = StoredCanvas {
            id: id.clone(),
            title: canvas.title,
            placement: canvas.placement,
            sections,
            creator: creator.clone(),
            updated_by: creator.clone(),
            updated: self.now().timestamp(),
            is_deleted: false,
        };
        self.canvases.push(stored);
        id
    }

    fn new_sections(&mut self, blocks: Vec<Block>) -> Vec<Section> {
        let sections = blocks.into_iter().map(|block| {
            let serial = self.next_serial();
            Section {
                id: format!("temp:C:{}", ids::secret(&format!("section {serial}"), 28)),
                block,
            }
        });
        sections.collect()
    }

    /// Returns the canvases of a channel that are not deleted, its own canvas first.
    fn channel_canvases(&self, channel: &str) -> Vec<&StoredCanvas> {
        let mut canvases: Vec<&StoredCanvas> = self
            .canvases
            .iter()
            .filter(|canvas| !canvas.is_deleted)
            .filter(|canvas| canvas.placement.channel().is_some_and(|id| *id == *channel))
            .collect();
        canvases.sort_by_key(|canvas| matches!(canvas.placement, Placement::Tab(_)));
        canvases
    }

    /// Returns the `properties` of a conversation, if it has canvases.
    pub(crate) fn canvas_properties(&self, channel: &ChannelId) -> Option<Value> {
        let canvases = self.channel_canvases(channel);
        if canvases.is_empty() {
            return None;
        }
        let tabs = canvases.iter().map(|canvas| {
            json!({
                "id": canvas.id.replacen('F', "Ct", 1), "type": "canvas", "label": "",
                "data": {"file_id": canvas.id, "shared_ts": format!("{}.000000", canvas.updated)},
            })
        });
        let mut properties = json!({"tabs": tabs.collect::<Vec<_>>()});
        let own = canvases
            .iter()
            .find(|canvas| matches!(canvas.placement, Placement::Channel(_)));
        if let Some(canvas) = own {
            properties["canvas"] = json!({
                "file_id": canvas.id, "is_empty": canvas.sections.is_empty(),
                "quip_thread_id": ids::secret(&canvas.id, 11),
            });
        }
        Some(properties)
    }

    /// Returns the canvases of a channel for the page.
    pub(crate) fn canvases_json(&self, channel: &str) -> Vec<Value> {
        let canvases = self.channel_canvases(channel).into_iter().map(|canvas| {
            json!({
                "id": canvas.id, "title": canvas.title, "blocks": canvas.blocks(),
                "updated": canvas.updated, "updated_by": canvas.updated_by,
            })
        });
        canvases.collect()
    }

    /// Returns the IDs of the canvases of a channel.
    pub(crate) fn canvas_ids(&self, channel: &str) -> Vec<&str> {
        let canvases = self.channel_canvases(channel).into_iter();
        canvases.map(|canvas| canvas.id.as_str()).collect()
    }

    /// Returns the channel of a canvas.
    pub(crate) fn channel_of_canvas(&self, canvas: &str) -> Option<ChannelId> {
        let canvas = self.canvases.iter().find(|it| it.id == canvas)?;
        canvas.placement.channel().cloned()
    }
}

impl Sandbox {
    /// Sets the restrictions of canvases in the workspace.
    pub fn set_canvas_policy(&self, policy: CanvasPolicy) {
        self.shared
            .change(|workspace| workspace.canvas_policy = policy);
    }

    /// Returns the canvases of a channel, its own canvas first.
    #[must_use]
    pub fn canvases(&self, channel: &str) -> Vec<Canvas> {
        self.shared.with(|workspace| {
            let Some(channel) = workspace.find_channel(channel) else {
                return Vec::new();
            };
            let canvases = workspace.channel_canvases(&channel.id).into_iter();
            canvases
                .map(|canvas| Canvas {
                    id: canvas.id.clone(),
                    title: canvas.title.clone(),
                    is_tab: matches!(canvas.placement, Placement::Tab(_)),
                    text: render_text::render_blocks(&canvas.blocks()),
                    mentions: render_text::mentions(&canvas.blocks()),
                })
                .collect()
        })
    }
}
