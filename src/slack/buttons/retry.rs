//! The button **Try again** on a failed delivery.

use muster_commands::payload::button_click::ButtonClick;

use crate::error::Result;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Requeues the failed delivery.
pub(crate) async fn click(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let Some(delivery) = click.number() else {
        tracing::warn!("Ignored a retry button without a delivery");
        return Ok(Reply::Nothing);
    };
    let incident = ctx
        .store()
        .retry_delivery(ctx.viewer.clone(), delivery, ctx.key.clone(), ctx.actor.at)
        .await?;
    Ok(Reply::text(match incident {
        Some(incident) => format!("Trying again for {}.", incident.id),
        None => "That has already been retried.".to_owned(),
    }))
}
