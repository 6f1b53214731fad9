//! The buttons of a reminder: **Post update**, **Set severity** or **Generate Postmortem**, **Snooze**, **Stop**.

use muster_commands::payload::button_click;
use muster_commands::payload::button_click::ButtonClick;

use crate::domain::{Incident, IncidentId, Reminder, Timestamp};
use crate::error::Result;
use crate::slack::blocks::postmortem::closed_direct_reminder;
use crate::slack::commands::{postmortem, status_update, update};
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
            let applied = ctx
                .change_with_context(id, move |incident, actor, context| {
                    Ok(incident.snooze(reminder, actor, context)?)
                })
                .await?;
            let until = ctx.actor.at.plus(reminder.snooze_duration());
            Ok(reply(ctx, reminder, &applied.after, Some(until)))
        }
        button_click::STOP_REMINDERS => {
            let applied = ctx
                .change_with_context(id, move |incident, actor, context| {
                    Ok(incident.stop_reminders(reminder, actor, context)?)
                })
                .await?;
            Ok(reply(ctx, reminder, &applied.after, None))
        }
        _ => match reminder {
            Reminder::Update => status_update::open_modal(ctx, id).await,
            Reminder::Severity => update::open_modal_from_reminder(ctx, id).await,
            Reminder::Postmortem => postmortem::open_modal(ctx, id).await,
        },
    }
}

/// Returns the reply after the reminder was snoozed until a time, or stopped. One in the incident's channel is edited
/// for all; a direct message is replaced here.
fn reply(
    ctx: &RequestContext,
    reminder: Reminder,
    incident: &Incident,
    until: Option<Timestamp>,
) -> Reply {
    match reminder {
        Reminder::Postmortem if !ctx.is_in_channel_of(incident) => {
            Reply::Replacement(closed_direct_reminder(incident, until))
        }
        Reminder::Update | Reminder::Severity | Reminder::Postmortem => Reply::saved(),
    }
}

fn parse(click: &ButtonClick) -> Option<(IncidentId, Reminder)> {
    let (id, name) = click.reminder()?;
    let reminder = Reminder::ALL
        .into_iter()
        .find(|reminder| reminder.as_str() == name)?;
    Some((id, reminder))
}
