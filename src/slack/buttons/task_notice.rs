//! The buttons of direct messages about tasks: **Done** and **Snooze**. The message then shows the state of its
//! tasks.

use muster_commands::payload::button_click::ButtonClick;
use muster_commands::task_notice::{SNOOZE, TaskNotice};

use crate::domain::SNOOZED_TASK;
use crate::error::{Error, Result};
use crate::slack::blocks::task_notice::rewritten;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::refresh_user_cache;

/// Finishes the task or postpones its overdue notice, and rewrites the message. A task that is done already is
/// shown as done.
pub(crate) async fn click(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let notice = TaskNotice::parse(&click.value).ok_or(Error::NotFound("task"))?;
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let (id, number) = (notice.incident, notice.number);
    let is_snooze = click.action_id == SNOOZE;
    let applied = ctx
        .change_with_context(id, move |incident, actor, context| {
            Ok(if is_snooze {
                incident.snooze_task(number, actor, context)?
            } else {
                incident.finish_task_if_open(number, actor)?
            })
        })
        .await?;
    let until = is_snooze.then(|| ctx.actor.at.plus(SNOOZED_TASK));
    Ok(Reply::Replacement(rewritten(
        &applied.after,
        &notice,
        until,
    )))
}
