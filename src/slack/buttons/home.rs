//! The buttons of the Home view: **Declare Incident**, paging and **Done**.

use muster_commands::home;
use muster_commands::payload::button_click::ButtonClick;
use muster_commands::payload::events::HomeContent;
use muster_commands::task::TaskButton;

use crate::domain::IncidentKind;
use crate::error::{Error, Result};
use crate::slack::commands::declare::declare_modal;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::refresh_user_cache;

/// Opens the declare modal.
pub(crate) async fn declare(ctx: &RequestContext) -> Result<Reply> {
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let hint = "Press Declare Incident again.".to_owned();
    let modal = declare_modal(ctx, String::new(), IncidentKind::Real, hint).await?;
    Ok(Reply::Modal(modal))
}

/// Enqueues the user's Home view with another page of a list.
pub(crate) async fn show_page(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let Some(page) = home::read(click) else {
        tracing::warn!("Ignored a paging button without a page");
        return Ok(Reply::Nothing);
    };
    ctx.store()
        .set_home_page(ctx.user().clone(), page, ctx.actor.at)
        .await?;
    Ok(Reply::Nothing)
}

/// Handles **Done**: finishes the task and removes it from the Home view of each assignee. The Home view
/// is enqueued even if the task is already done, because it still showed the task.
pub(crate) async fn finish_task(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let TaskButton {
        incident, number, ..
    } = TaskButton::parse(&click.value).ok_or(Error::NotFound("task"))?;
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let change = ctx
        .change(incident, move |incident, actor| {
            incident.finish_task_if_open(number, actor)
        })
        .await;
    ctx.store()
        .record_home_opened(ctx.user().clone(), HomeContent::Published, ctx.actor.at)
        .await?;
    change.map(|_| Reply::Nothing)
}
