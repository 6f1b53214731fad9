//! The buttons below a reminder: **Post update**, **Snooze 30 min**, **Stop**.

use muster_commands::payload::button_click;
use muster_commands::payload::button_click::ButtonClick;

use crate::domain::{Change, Incident, IncidentId, Reminder};
use crate::error::Result;
use crate::slack::commands::update;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Handles the buttons of a reminder: opens the update modal, snoozes the reminder or stops it.
pub(crate) async fn click(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let Some((id, reminder)) = parse(click) else {
        tracing::warn!("Ignored a reminder button without a reminder");
        return Ok(Reply::Nothing);
    };
    let actor = ctx.actor.clone();
    let (is_adjusted, confirmation) = match click.action_id.as_str() {
        button_click::SNOOZE => (
            adjust(ctx, id, reminder, move |incident| {
                incident.snooze(reminder, actor.at)
            })
            .await?,
            Reply::text(format!(
                "The next reminder of {id} comes in 30 minutes, if it is still needed then."
            )),
        ),
        button_click::STOP_REMINDERS => (
            adjust(ctx, id, reminder, move |incident| {
                incident.stop_reminders(reminder, &actor)
            })
            .await?,
            Reply::Nothing,
        ),
        _ => return update::open_modal_from_reminder(ctx, id).await,
    };
    Ok(if is_adjusted {
        confirmation
    } else {
        Reply::text(format!(
            "There are no such reminders of {id} any more: they were stopped, or are not needed."
        ))
    })
}

fn parse(click: &ButtonClick) -> Option<(IncidentId, Reminder)> {
    let (id, name) = click.reminder()?;
    let reminder = Reminder::ALL
        .into_iter()
        .find(|reminder| reminder.as_str() == name)?;
    Some((id, reminder))
}

/// Changes a scheduled reminder. Returns whether it was scheduled.
async fn adjust(
    ctx: &RequestContext,
    id: IncidentId,
    reminder: Reminder,
    decide: impl FnOnce(&Incident) -> Change + Send + 'static,
) -> Result<bool> {
    let incident = ctx
        .store()
        .adjust_reminder(ctx.viewer.clone(), (id, reminder), ctx.key.clone(), decide)
        .await?;
    Ok(incident.is_some())
}
