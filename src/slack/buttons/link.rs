//! The buttons of the list of links: **Add**, **Remove**, **Earlier** and **Later**.

use muster_commands::link;
use muster_commands::link_buttons::LinkButton;
use muster_commands::payload::button_click::ButtonClick;

use crate::domain::{LinkKind, LinkRef};
use crate::error::{Error, Result};
use crate::slack::blocks::lists::link_list;
use crate::slack::commands::link::link_modal;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::refresh_user_cache;

/// Handles **Add Document**, **Add Chat** and **Add Video Call**: opens the modal.
pub(crate) async fn add(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let LinkButton { incident, kind, .. } = parse(click)?;
    let incident = ctx.store().incident(ctx.viewer.clone(), incident).await?;
    let view = link_modal(ctx, &incident, kind);
    Ok(Reply::modal(
        view,
        format!("Press “{}” again.", link::add_label(kind)),
    ))
}

/// Handles **Remove**: removes the link and updates the list.
pub(crate) async fn remove(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let button = parse(click)?;
    let link = match button.kind {
        LinkKind::Document => LinkRef::Document(button.number),
        LinkKind::Chat => LinkRef::Chat,
        LinkKind::Call => LinkRef::Call,
    };
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let incident = ctx
        .change(button.incident, move |incident, actor| {
            incident.remove_link(link, actor)
        })
        .await?;
    Ok(Reply::Replacement(link_list::list(
        &incident,
        button.number,
    )))
}

/// Handles **Earlier** and **Later**: shows another page of the list.
pub(crate) async fn show_page(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let button = parse(click)?;
    let viewer = ctx.viewer.clone();
    let incident = ctx.store().incident(viewer, button.incident).await?;
    Ok(Reply::Replacement(link_list::list(
        &incident,
        button.number,
    )))
}

fn parse(click: &ButtonClick) -> Result<LinkButton> {
    LinkButton::parse(&click.value).ok_or(Error::NotFound("link"))
}
