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
        format!(
            "You are subscribed to {id}: each change that is announced is sent to you directly. Press \
             Subscribe once more to end it."
        )
    } else {
        format!("You are no longer subscribed to {id}.")
    }))
}
