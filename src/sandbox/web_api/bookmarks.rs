//! `bookmarks.*`.

use serde_json::json;

use super::arguments::Arguments;
use super::{ApiError, Method, MethodResult};
use crate::ids::ChannelId;
use crate::rate_limits::Tier;
use crate::workspace::Workspace;
use crate::workspace::bookmarks;
use crate::workspace::bookmarks::BookmarkFields;

/// The Web API methods of this module.
pub(super) const METHODS: &[Method] = &[
    Method::json("bookmarks.add", Tier::Two, &["bookmarks:write"], add),
    Method::json("bookmarks.edit", Tier::Two, &["bookmarks:write"], edit),
    Method::json("bookmarks.remove", Tier::Two, &["bookmarks:write"], remove),
    Method::json("bookmarks.list", Tier::Three, &["bookmarks:read"], list),
];

fn add(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = bookmarkable_channel(workspace, arguments)?;
    let mut link = bookmark_fields(arguments)?;
    link.title = Some(arguments.required("title")?.to_owned());
    if arguments.required("type")? != "link" {
        return Err("invalid_bookmark_type".into());
    }
    if link.link.is_none() {
        return Err("invalid_link".into());
    }
    let bot = workspace.app.bot_user.clone();
    let bookmark = workspace.add_bookmark(&channel, &bot, link)?;
    Ok(json!({"bookmark": bookmarks::json(&channel, &bookmark)}))
}

fn edit(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = bookmarkable_channel(workspace, arguments)?;
    let id = arguments.required("bookmark_id")?;
    let bot = workspace.app.bot_user.clone();
    let bookmark = workspace.edit_bookmark(&channel, id, &bot, bookmark_fields(arguments)?)?;
    Ok(json!({"bookmark": bookmarks::json(&channel, &bookmark)}))
}

fn remove(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = bookmarkable_channel(workspace, arguments)?;
    workspace.remove_bookmark(&channel, arguments.required("bookmark_id")?)?;
    Ok(json!({}))
}

fn list(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let channel = workspace.channel_visible_to_bot(arguments.required("channel_id")?)?;
    let told = channel
        .bookmarks
        .iter()
        .map(|bookmark| bookmarks::json(&channel.id, bookmark));
    Ok(json!({"bookmarks": told.collect::<Vec<_>>()}))
}

fn bookmarkable_channel(
    workspace: &Workspace,
    arguments: &Arguments,
) -> Result<ChannelId, ApiError> {
    let channel = workspace.channel_visible_to_bot(arguments.required("channel_id")?)?;
    if !channel.has_member(&workspace.app.bot_user) {
        return Err("permission_denied".into());
    }
    Ok(channel.id.clone())
}

fn bookmark_fields(arguments: &Arguments) -> Result<BookmarkFields, ApiError> {
    let field = |name| arguments.string(name).map(|text| text.map(str::to_owned));
    Ok(BookmarkFields {
        title: field("title")?,
        link: field("link")?,
        emoji: field("emoji")?,
    })
}
