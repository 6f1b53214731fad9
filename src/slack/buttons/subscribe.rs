//! The buttons **Subscribe** (on the announcement) and **Unsubscribe** (on direct messages to
//! subscribers).

use muster_commands::payload::button_click::{ButtonClick, UNSUBSCRIBE};

use crate::domain::IncidentId;
use crate::error::Result;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::refresh_user_cache;

/// Toggles or ends the user's subscription.
pub(crate) async fn click(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let Some(number) = click.number() else {
        tracing::warn!("Ignored a subscription button without an incident");
        return Ok(Reply::Nothing);
    };
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let is_unsubscribe = click.action_id == UNSUBSCRIBE;
    let incident = ctx
        .change(IncidentId(number), move |incident, actor| {
            if is_unsubscribe {
                incident.unsubscribe(actor)
            } else {
                incident.toggle_subscription(actor)
            }
        })
        .await?;
    let id = incident.id;
    Ok(Reply::text(if incident.is_subscribed(ctx.user()) {
        format!("Subscribed to {id}. I'll DM you every update. Click Subscribe again to stop.")
    } else {
        format!("Unsubscribed from {id}.")
    }))
}
