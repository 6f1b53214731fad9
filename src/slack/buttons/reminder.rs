//! The buttons below a reminder: **Post update**, **Snooze 30 min**, **Stop**.

use muster_commands::payload::button_click;
use muster_commands::payload::button_click::ButtonClick;

use crate::domain::{IncidentId, Reminder};
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
    match click.action_id.as_str() {
        button_click::SNOOZE => {
            ctx.change_with_context(id, move |incident, _, context| {
                Ok(incident.snooze(reminder, context)?)
            })
            .await?;
            Ok(Reply::text(format!(
                "The next reminder of {id} comes in 30 minutes, if it is still needed then."
            )))
        }
        button_click::STOP_REMINDERS => {
            ctx.change_with_context(id, move |incident, actor, context| {
                Ok(incident.stop_reminders(reminder, actor, context)?)
            })
            .await?;
            Ok(Reply::Nothing)
        }
        _ => update::open_modal_from_reminder(ctx, id).await,
    }
}

fn parse(click: &ButtonClick) -> Option<(IncidentId, Reminder)> {
    let (id, name) = click.reminder()?;
    let reminder = Reminder::ALL
        .into_iter()
        .find(|reminder| reminder.as_str() == name)?;
    Some((id, reminder))
}
