//! `bookmarks.*`.

use serde_json::json;

use super::arguments::Arguments;
use super::{Answer, Method, Refusal};
use crate::sandbox::bookmarks::{self, Link};
use crate::sandbox::ids::ChannelId;
use crate::sandbox::limits::Tier;
use crate::sandbox::workspace::Workspace;

/// The methods of this file.
pub(super) const METHODS: &[Method] = &[
    Method::json("bookmarks.add", Tier::Two, &["bookmarks:write"], add),
    Method::json("bookmarks.edit", Tier::Two, &["bookmarks:write"], edit),
    Method::json("bookmarks.remove", Tier::Two, &["bookmarks:write"], remove),
    Method::json("bookmarks.list", Tier::Three, &["bookmarks:read"], list),
];

fn add(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = channel_to_mark(workspace, arguments)?;
    let mut link = link(arguments)?;
    link.title = Some(arguments.needed("title")?.to_owned());
    if arguments.needed("type")? != "link" {
        return Err("invalid_bookmark_type".into());
    }
    if link.link.is_none() {
        return Err("invalid_link".into());
    }
    let bot = workspace.app.bot_user.clone();
    let bookmark = workspace.add_bookmark(&channel, &bot, link)?;
    Ok(json!({"bookmark": bookmarks::json(&channel, &bookmark)}))
}

fn edit(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = channel_to_mark(workspace, arguments)?;
    let id = arguments.needed("bookmark_id")?;
    let bot = workspace.app.bot_user.clone();
    let bookmark = workspace.edit_bookmark((&channel, id), &bot, link(arguments)?)?;
    Ok(json!({"bookmark": bookmarks::json(&channel, &bookmark)}))
}

fn remove(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = channel_to_mark(workspace, arguments)?;
    workspace.remove_bookmark(&channel, arguments.needed("bookmark_id")?)?;
    Ok(json!({}))
}

fn list(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let channel = workspace.channel_of_bot(arguments.needed("channel_id")?)?;
    let told = channel
        .bookmarks
        .iter()
        .map(|bookmark| bookmarks::json(&channel.id, bookmark));
    Ok(json!({"bookmarks": told.collect::<Vec<_>>()}))
}

fn channel_to_mark(workspace: &Workspace, arguments: &Arguments) -> Result<ChannelId, Refusal> {
    let channel = workspace.channel_of_bot(arguments.needed("channel_id")?)?;
    if !channel.has(&workspace.app.bot_user) {
        return Err("permission_denied".into());
    }
    Ok(channel.id.clone())
}

fn link(arguments: &Arguments) -> Result<Link, Refusal> {
    let given = |name| arguments.text(name).map(|text| text.map(str::to_owned));
    Ok(Link {
        title: given("title")?,
        link: given("link")?,
        emoji: given("emoji")?,
    })
}
