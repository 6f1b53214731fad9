//! The buttons below a reminder: **Post update** or **Set severity**, **Snooze 30 min**, **Stop**.

use muster_commands::payload::button_click;
use muster_commands::payload::button_click::ButtonClick;

use crate::domain::{IncidentId, Reminder};
use crate::error::Result;
use crate::slack::commands::{status_update, update};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Handles the buttons of a reminder: opens the modal of what it asks for, snoozes the reminder or stops it. The
/// reminder itself then shows who did it.
pub(crate) async fn click(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let Some((id, reminder)) = parse(click) else {
        tracing::warn!("Ignored a reminder button without a reminder");
        return Ok(Reply::Nothing);
    };
    match click.action_id.as_str() {
        button_click::SNOOZE => {
            ctx.change_with_context(id, move |incident, actor, context| {
                Ok(incident.snooze(reminder, actor, context)?)
            })
            .await?;
            Ok(Reply::saved())
        }
        button_click::STOP_REMINDERS => {
            ctx.change_with_context(id, move |incident, actor, context| {
                Ok(incident.stop_reminders(reminder, actor, context)?)
            })
            .await?;
            Ok(Reply::saved())
        }
        _ => match reminder {
            Reminder::Update => status_update::open_modal(ctx, id).await,
            Reminder::Severity => update::open_modal_from_reminder(ctx, id).await,
        },
    }
}

fn parse(click: &ButtonClick) -> Option<(IncidentId, Reminder)> {
    let (id, name) = click.reminder()?;
    let reminder = Reminder::ALL
        .into_iter()
        .find(|reminder| reminder.as_str() == name)?;
    Some((id, reminder))
}
