//! `conversations.canvases.create`, `canvases.create`, `canvases.edit` and `canvases.sections.lookup`.

use serde_json::{Value, json};

use crate::canvas::document::{self, Block};
use crate::canvas::edit_canvas::CanvasChange;
use crate::canvas::{CanvasPolicy, NewCanvas, Placement, StoredCanvas, render_text};
use crate::ids::ChannelId;
use crate::rate_limits::Tier;
use crate::web_api::{ApiError, Arguments, Method, MethodResult};
use crate::workspace::Workspace;

const WRITE: &[&str] = &["canvases:write"];

/// The Web API methods of this module.
pub(crate) const METHODS: &[Method] = &[
    Method::json(
        "conversations.canvases.create",
        Tier::Two,
        WRITE,
        create_in_channel,
    ),
    Method::json("canvases.create", Tier::Two, WRITE, create),
    Method::json("canvases.edit", Tier::Three, WRITE, edit),
    Method::json(
        "canvases.sections.lookup",
        Tier::Three,
        &["canvases:read"],
        lookup,
    ),
];

/// The maximum size of the Markdown of a call, in bytes.
const MAX_MARKDOWN_BYTES: usize = 1 << 20;

/// The section types of a lookup, and the level of their headings.
const HEADING_TYPES: [(&str, u8); 3] = [("h1", 1), ("h2", 2), ("h3", 3)];

fn create_in_channel(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = canvas_channel(workspace, arguments.required("channel_id")?)?;
    let (title, content) = (title(arguments)?, content(arguments)?);
    check_policy(workspace)?;
    if workspace.canvas_policy == CanvasPolicy::Free {
        return Err("team_tier_cannot_create_channel_canvases".into());
    }
    let placement = Placement::Channel(channel);
    if workspace
        .canvases
        .iter()
        .any(|it| !it.is_deleted && it.placement == placement)
    {
        return Err("channel_canvas_already_exists".into());
    }
    add(workspace, title, placement, content)
}

fn create(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let placement = match arguments.string("channel_id")? {
        Some(channel) => Placement::Tab(canvas_channel(workspace, channel)?),
        None => Placement::Standalone,
    };
    let (title, content) = (title(arguments)?, content(arguments)?);
    check_policy(workspace)?;
    if workspace.canvas_policy == CanvasPolicy::Free {
        let Some(channel) = placement.channel() else {
            return Err("free_teams_cannot_create_non_tabbed_canvases".into());
        };
        if !workspace.channel_canvases(channel).is_empty() {
            return Err("free_team_canvas_tab_already_exists".into());
        }
    }
    add(workspace, title, placement, content)
}

fn add(
    workspace: &mut Workspace,
    title: String,
    placement: Placement,
    content: Option<String>,
) -> MethodResult {
    let markdown = content.unwrap_or_default();
    let canvas = NewCanvas {
        title,
        placement,
        blocks: parse_content(&markdown, "canvas_creation_failed")?,
    };
    let bot = workspace.app.bot_user.clone();
    let id = workspace.add_canvas(canvas, &bot);
    Ok(json!({"canvas_id": id}))
}

fn edit(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let canvas = arguments.required("canvas_id")?.to_owned();
    let change = CanvasChange::parse(arguments)?;
    check_policy(workspace)?;
    let stored = workspace.canvas_of_app(&canvas).ok_or("canvas_not_found")?;
    if stored.placement == Placement::Standalone && workspace.canvas_policy == CanvasPolicy::Free {
        return Err("free_teams_cannot_edit_standalone_canvases".into());
    }
    let bot = workspace.app.bot_user.clone();
    workspace.edit_canvas(&canvas, change, &bot)?;
    Ok(json!({}))
}

fn lookup(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let canvas = arguments.required("canvas_id")?;
    let criteria = Criteria::parse(arguments)?;
    if workspace.canvas_policy == CanvasPolicy::SwitchedOff {
        return Err("canvas_disabled_user_team".into());
    }
    if workspace
        .canvases
        .iter()
        .any(|it| it.id == canvas && it.is_deleted)
    {
        return Err("canvas_deleted".into());
    }
    let canvas = workspace.canvas_of_app(canvas).ok_or("canvas_not_found")?;
    let sections = canvas
        .sections
        .iter()
        .filter(|section| criteria.matches(&section.block))
        .map(|section| json!({"id": section.id}));
    Ok(json!({"sections": sections.collect::<Vec<_>>()}))
}

/// The criteria of a lookup. A section must meet all of them.
struct Criteria {
    /// The levels of headings; `None` for sections of any kind.
    levels: Option<Vec<u8>>,
    text: Option<String>,
}

impl Criteria {
    fn parse(arguments: &Arguments) -> Result<Self, ApiError> {
        let invalid = || ApiError::invalid_argument("invalid criteria [json-pointer:/criteria]");
        let criteria = arguments.json("criteria").map_err(|_| invalid())?;
        let criteria = criteria.as_ref().and_then(Value::as_object);
        let criteria = criteria.ok_or_else(invalid)?;
        let (types, text) = (criteria.get("section_types"), criteria.get("contains_text"));
        let count = usize::from(types.is_some()) + usize::from(text.is_some());
        if count == 0 || count != criteria.len() {
            return Err(invalid());
        }
        let levels = types
            .map(|types| section_levels(types).ok_or_else(invalid))
            .transpose()?;
        let text = text
            .map(|text| text.as_str().map(str::to_owned).ok_or_else(invalid))
            .transpose()?;
        Ok(Self { levels, text })
    }

    fn matches(&self, block: &Block) -> bool {
        let is_type = self.levels.as_ref().is_none_or(|levels| match block {
            Block::Heading { level, .. } => levels.contains(level),
            Block::Paragraph { .. }
            | Block::List { .. }
            | Block::Quote { .. }
            | Block::Code { .. }
            | Block::Divider
            | Block::Table { .. } => false,
        });
        let content = || render_text::render_blocks(std::slice::from_ref(block));
        is_type
            && self
                .text
                .as_ref()
                .is_none_or(|text| content().contains(text.as_str()))
    }
}

/// Returns the levels of one to three section types.
fn section_levels(types: &Value) -> Option<Vec<u8>> {
    let types = types
        .as_array()
        .filter(|types| (1..=3).contains(&types.len()))?;
    let mut levels = Vec::new();
    for name in types {
        match name.as_str()? {
            "any_header" => levels.extend(HEADING_TYPES.map(|(_, level)| level)),
            name => levels.push(HEADING_TYPES.iter().find(|(known, _)| *known == name)?.1),
        }
    }
    Some(levels)
}

/// Returns a channel in which the app may create a canvas.
fn canvas_channel(workspace: &Workspace, channel: &str) -> Result<ChannelId, ApiError> {
    if workspace.channel_visible_to_bot(channel)?.is_archived {
        return Err("is_archived".into());
    }
    Ok(workspace.channel_joined_by_bot(channel)?.id.clone())
}

fn check_policy(workspace: &Workspace) -> Result<(), ApiError> {
    match workspace.canvas_policy {
        CanvasPolicy::Paid | CanvasPolicy::Free => Ok(()),
        CanvasPolicy::SwitchedOff => Err("canvas_disabled_user_team".into()),
        CanvasPolicy::Restricted => Err("restricted_action".into()),
    }
}

fn title(arguments: &Arguments) -> Result<String, ApiError> {
    Ok(arguments.string("title")?.unwrap_or_default().to_owned())
}

fn content(arguments: &Arguments) -> Result<Option<String>, ApiError> {
    let invalid = || schema_error("/document_content");
    let content = arguments.json("document_content").map_err(|_| invalid())?;
    content
        .map(|content| markdown_of(&content).ok_or_else(invalid))
        .transpose()
}

/// Returns the Markdown of a `document_content` object.
pub(super) fn markdown_of(content: &Value) -> Option<String> {
    let fields = content.as_object().filter(|fields| fields.len() == 2)?;
    let is_markdown = fields.get("type").is_some_and(|kind| kind == "markdown");
    let markdown = fields.get("markdown").filter(|_| is_markdown)?;
    Some(markdown.as_str()?.to_owned())
}

/// Parses the content of a call. Content that Slack cannot show is rejected with `code` and a detail.
pub(super) fn parse_content(markdown: &str, code: &str) -> Result<Vec<Block>, ApiError> {
    if markdown.len() > MAX_MARKDOWN_BYTES {
        return Err("canvas_too_large".into());
    }
    document::parse(markdown)
        .map_err(|detail| ApiError::with_fields(code, json!({"detail": detail})))
}

/// Creates the error of an argument that has another structure.
pub(super) fn schema_error(path: &str) -> ApiError {
    ApiError::invalid_argument(&format!(
        "failed to match exactly one allowed schema [json-pointer:{path}]"
    ))
}

impl Workspace {
    /// Returns a canvas that the app can read and edit: its own, or one of a channel that it is a member of.
    fn canvas_of_app(&self, canvas: &str) -> Option<&StoredCanvas> {
        let canvas = self.canvases.iter().find(|it| it.id == canvas)?;
        let bot = &self.app.bot_user;
        let channel = canvas
            .placement
            .channel()
            .map(|channel| self.channels.get(channel));
        let is_reachable = match channel {
            None => canvas.creator == *bot,
            Some(None) => false,
            Some(Some(channel)) => canvas.creator == *bot || channel.has_member(bot),
        };
        (is_reachable && !canvas.is_deleted).then_some(canvas)
    }
}
