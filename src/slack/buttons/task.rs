//! The buttons of the task list and of new tasks.

use muster_commands::modal::{PrivateMetadata, with_metadata};
use muster_commands::payload::button_click::ButtonClick;
use muster_commands::task::{self, DONE, REOPEN, TaskButton};
use muster_commands::task_modal::{self, TaskDefaults};

use crate::domain::Incident;
use crate::error::{Error, Result};
use crate::slack::blocks::lists::task_list;
use crate::slack::commands::task::{remove_task, task_modal, time_zone_source};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::slack::users::user_timezone::user_clock;

/// Handles the buttons of the task list and of new tasks.
pub(crate) async fn click(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let button = TaskButton::parse(&click.value).ok_or(Error::NotFound("task"))?;
    match click.action_id.as_str() {
        DONE | REOPEN => return toggle(ctx, &click.action_id, button).await,
        task::REMOVE => return remove(ctx, button).await,
        _ => {}
    }
    let viewer = ctx.viewer.clone();
    let incident = ctx.store().incident(viewer, button.incident).await?;
    match click.action_id.as_str() {
        task::EDIT => edit(ctx, &incident, button, &click.value).await,
        task::EARLIER | task::LATER => Ok(list(ctx, &incident, button)),
        _ => add(ctx, button).await,
    }
}

/// Handles **Add Task** and **Add Follow-up**: opens the modal.
async fn add(ctx: &RequestContext, button: TaskButton) -> Result<Reply> {
    let zone = time_zone_source(&user_clock(ctx).await?);
    let defaults = TaskDefaults::new(button.incident, button.kind, zone);
    let hint = format!("Press “{}” again.", task::add_label(button.kind));
    Ok(Reply::modal(task_modal(ctx, &defaults), hint))
}

/// Handles **Edit**: opens the modal of the task.
async fn edit(
    ctx: &RequestContext,
    incident: &Incident,
    button: TaskButton,
    list: &str,
) -> Result<Reply> {
    let clock = user_clock(ctx).await?;
    let task = incident.task(button.number);
    let task = task.ok_or(Error::NotFound("task"))?;
    let defaults = TaskDefaults {
        incident: incident.id,
        kind: task.kind,
        number: Some(task.number),
        description: task.description.clone(),
        assignees: task.assignees.clone(),
        due: task.due_at.map(|at| clock.format(at)).unwrap_or_default(),
        time_zone: time_zone_source(&clock),
    };
    let metadata = PrivateMetadata {
        number: defaults.number,
        response_url: ctx.origin.response_url.clone(),
        list: Some(list.to_owned()),
        ..ctx.metadata(incident.id)
    };
    let view = with_metadata(task_modal::modal(&defaults), &metadata);
    Ok(Reply::modal(view, "Click “Edit” again.".to_owned()))
}

/// Handles **Remove**: removes the task and updates the list.
async fn remove(ctx: &RequestContext, button: TaskButton) -> Result<Reply> {
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let incident = remove_task(ctx, button.incident, button.number).await?;
    Ok(list(ctx, &incident, button))
}

/// Handles **Done** and **Reopen**: changes the task and updates the list.
async fn toggle(ctx: &RequestContext, action_id: &str, button: TaskButton) -> Result<Reply> {
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let (is_reopened, number) = (action_id == REOPEN, button.number);
    let incident = ctx
        .change(button.incident, move |incident, actor| {
            if is_reopened {
                incident.reopen_task(number, actor)
            } else {
                incident.finish_task(number, actor)
            }
        })
        .await?;
    Ok(list(ctx, &incident, button))
}

/// Returns a page of the list.
fn list(ctx: &RequestContext, incident: &Incident, button: TaskButton) -> Reply {
    let list = task_list::list(incident, button.kind, button.page, ctx.actor.at);
    Reply::Replacement(list)
}
