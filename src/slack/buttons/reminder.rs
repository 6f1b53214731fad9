//! The buttons below a reminder: **Post update**, **Snooze 30 min**, **Stop**.

use muster_commands::IncidentId;
use muster_commands::payload::button_click;
use muster_commands::payload::button_click::ButtonClick;

use crate::app::App;
use crate::domain::{Incident, Reminder, Viewer};
use crate::error::Result;
use crate::slack::blocks::announcement;
use crate::slack::request_context::{BlockAction, click_viewer, reply_ephemeral};
use crate::slack::text::activity::text;
use crate::store::IdempotencyKey;

/// Handles the buttons of a reminder: opens the update modal, snoozes the reminder or stops it.
pub async fn click(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let known = |word: &str| Reminder::ALL.into_iter().find(|of| of.as_str() == word);
    let carried = pressed.reminder();
    let Some((id, of)) = carried.and_then(|(id, word)| Some((id, known(word)?))) else {
        tracing::warn!("Ignored a reminder button without a reminder");
        return Ok(());
    };
    let viewer = click_viewer(pressed);
    match pressed.action_id.as_str() {
        button_click::SNOOZE => snooze(app, viewer, (id, of), clicked).await,
        button_click::STOP_REMINDERS => stop(app, viewer, (id, of), clicked).await,
        _ => {
            crate::slack::commands::update::open_modal_from_reminder(app, viewer, id, clicked).await
        }
    }
}

async fn snooze(
    app: &App,
    viewer: Viewer,
    (id, of): (IncidentId, Reminder),
    clicked: BlockAction,
) -> Result<()> {
    let now = app.clock.now();
    let key = IdempotencyKey::action(&clicked.trigger_id);
    let decide = move |incident: &Incident| incident.snooze(of, now);
    let told = match app
        .store
        .adjust_reminder(viewer, (id, of), key, decide)
        .await?
    {
        Some(_) => {
            format!("The next reminder of {id} comes in 30 minutes, if it is still needed then.")
        }
        None => no_reminder_text(id),
    };
    reply_ephemeral(
        app,
        clicked.response_url,
        announcement::text_message(vec![text(told)]),
    );
    Ok(())
}

async fn stop(
    app: &App,
    viewer: Viewer,
    (id, of): (IncidentId, Reminder),
    clicked: BlockAction,
) -> Result<()> {
    let by = clicked.actor(app);
    let key = IdempotencyKey::action(&clicked.trigger_id);
    let decide = move |incident: &Incident| incident.stop_reminders(of, &by);
    if app
        .store
        .adjust_reminder(viewer, (id, of), key, decide)
        .await?
        .is_none()
    {
        let told = no_reminder_text(id);
        reply_ephemeral(
            app,
            clicked.response_url,
            announcement::text_message(vec![text(told)]),
        );
    }
    Ok(())
}

fn no_reminder_text(id: IncidentId) -> String {
    format!("There are no such reminders of {id} any more: they were stopped, or are not needed.")
}
