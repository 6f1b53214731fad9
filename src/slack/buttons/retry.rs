//! The button **Try again** on a failed delivery.

use muster_commands::payload::button_click::ButtonClick;

use crate::app::App;
use crate::error::Result;
use crate::slack::blocks::announcement;
use crate::slack::request_context::{BlockAction, click_viewer, reply_ephemeral};
use crate::slack::text::activity::text;
use crate::store::IdempotencyKey;

/// Requeues the failed delivery.
pub async fn click(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let Some(delivery) = pressed.number() else {
        tracing::warn!("Ignored a retry button without a delivery");
        return Ok(());
    };
    let key = IdempotencyKey::action(&clicked.trigger_id);
    let (viewer, now) = (click_viewer(pressed), app.clock.now());
    let revived = app.store.retry_delivery(viewer, delivery, key, now).await?;
    let told = match revived {
        Some(incident) => format!("Trying again for {}.", incident.id),
        None => "That was tried again already.".to_owned(),
    };
    reply_ephemeral(
        app,
        clicked.response_url,
        announcement::text_message(vec![text(told)]),
    );
    Ok(())
}
