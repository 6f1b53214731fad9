//! Canvases of a channel: `conversations.canvases.create`, `canvases.create`, `canvases.edit`,
//! `canvases.sections.lookup`, and their IDs in `conversations.info`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{OkResponse, SlackApi, SlackResult};
use crate::domain::ChannelId;

/// The title and content of a canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CanvasContent {
    /// The title.
    pub(crate) title: String,
    /// The content, within Slack's limits.
    pub(crate) markdown: String,
}

/// The canvases of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChannelCanvases {
    /// The canvas of the channel. A channel has at most one.
    pub(crate) own: Option<OwnCanvas>,
    /// The IDs of the canvases in its tabs.
    pub(crate) tabs: Vec<String>,
}

/// The canvas of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnCanvas {
    /// Its ID.
    pub(crate) id: String,
    /// Whether nothing is written in it.
    pub(crate) is_empty: bool,
}

#[derive(Deserialize)]
struct CreatedCanvas {
    canvas_id: String,
}

#[derive(Deserialize)]
struct SectionList {
    sections: Vec<Value>,
}

#[derive(Deserialize)]
struct ChannelResponse {
    channel: ChannelProperties,
}

#[derive(Deserialize)]
struct ChannelProperties {
    #[serde(default)]
    properties: Properties,
}

#[derive(Default, Deserialize)]
struct Properties {
    #[serde(default)]
    canvas: Option<CanvasProperty>,
    #[serde(default)]
    tabs: Vec<Tab>,
}

#[derive(Deserialize)]
struct CanvasProperty {
    #[serde(default)]
    file_id: Option<String>,
    #[serde(default)]
    is_empty: bool,
}

#[derive(Deserialize)]
struct Tab {
    #[serde(default)]
    data: TabData,
}

#[derive(Default, Deserialize)]
struct TabData {
    #[serde(default)]
    file_id: Option<String>,
}

impl SlackApi {
    /// Returns the canvases of a channel.
    pub(crate) async fn channel_canvases(
        &self,
        channel: &ChannelId,
    ) -> SlackResult<ChannelCanvases> {
        let params = [("channel", Some(channel.to_string()))];
        let response: ChannelResponse = self.get("conversations.info", &params).await?;
        let properties = response.channel.properties;
        let own = properties.canvas.and_then(|canvas| {
            let is_empty = canvas.is_empty;
            canvas.file_id.map(|id| OwnCanvas { id, is_empty })
        });
        let tabs = properties
            .tabs
            .into_iter()
            .filter_map(|tab| tab.data.file_id);
        let tabs = tabs.filter(|id| own.as_ref().is_none_or(|own| own.id != *id));
        Ok(ChannelCanvases {
            tabs: tabs.collect(),
            own,
        })
    }

    /// Creates the canvas of a channel. Returns its ID. Slack: `channel_canvas_already_exists` if there is one.
    pub(crate) async fn create_channel_canvas(
        &self,
        channel: &ChannelId,
        content: &CanvasContent,
    ) -> SlackResult<String> {
        let body = canvas_body(channel, content);
        let created: CreatedCanvas = self.post("conversations.canvases.create", &body).await?;
        Ok(created.canvas_id)
    }

    /// Creates a canvas in a tab of a channel. Returns its ID.
    pub(crate) async fn create_canvas_tab(
        &self,
        channel: &ChannelId,
        content: &CanvasContent,
    ) -> SlackResult<String> {
        let body = canvas_body(channel, content);
        let created: CreatedCanvas = self.post("canvases.create", &body).await?;
        Ok(created.canvas_id)
    }

    /// Replaces the whole content of a canvas. The title remains.
    pub(crate) async fn replace_canvas(&self, canvas: &str, markdown: &str) -> SlackResult<()> {
        let change = json!({ "operation": "replace", "document_content": document(markdown) });
        let body = json!({ "canvas_id": canvas, "changes": [change] });
        self.post::<OkResponse>("canvases.edit", &body)
            .await
            .map(drop)
    }

    /// Returns whether a canvas has a first-level heading that contains this text.
    pub(crate) async fn canvas_has_heading(&self, canvas: &str, text: &str) -> SlackResult<bool> {
        let criteria = json!({ "section_types": ["h1"], "contains_text": text });
        let body = json!({ "canvas_id": canvas, "criteria": criteria });
        let list: SectionList = self.post("canvases.sections.lookup", &body).await?;
        Ok(!list.sections.is_empty())
    }
}

fn canvas_body(channel: &ChannelId, content: &CanvasContent) -> Value {
    json!({
        "channel_id": channel,
        "title": content.title,
        "document_content": document(&content.markdown),
    })
}

fn document(markdown: &str) -> Value {
    json!({ "type": "markdown", "markdown": markdown })
}
