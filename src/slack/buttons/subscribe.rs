//! The buttons **Subscribe** (on the announcement) and **Unsubscribe** (on direct messages to
//! subscribers).

use muster_commands::IncidentId;
use muster_commands::payload::button_click::{ButtonClick, UNSUBSCRIBE};

use crate::app::App;
use crate::error::Result;
use crate::slack::blocks::announcement;
use crate::slack::request_context::{BlockAction, click_viewer, reply_ephemeral};
use crate::slack::text::activity::text;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::store::IdempotencyKey;

/// Toggles or ends the user's subscription.
pub async fn click(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let Some(number) = pressed.number() else {
        tracing::warn!("Ignored a subscription button without an incident");
        return Ok(());
    };
    refresh_user_cache(app, clicked.user.clone());
    let (by, ends) = (clicked.actor(app), pressed.action_id == UNSUBSCRIBE);
    let (viewer, key) = (
        click_viewer(pressed),
        IdempotencyKey::action(&clicked.trigger_id),
    );
    let incident = app
        .store
        .change(viewer, IncidentId(number), key, move |incident| {
            if ends {
                incident.unsubscribe(&by)
            } else {
                incident.toggle_subscription(&by)
            }
        })
        .await?;
    let id = incident.id;
    let told = if incident.is_subscribed(&clicked.user) {
        format!(
            "You are subscribed to {id}: each change that is announced is sent to you directly. Press \
             Subscribe once more to end it."
        )
    } else {
        format!("You are no longer subscribed to {id}.")
    };
    reply_ephemeral(
        app,
        clicked.response_url,
        announcement::text_message(vec![text(told)]),
    );
    Ok(())
}
