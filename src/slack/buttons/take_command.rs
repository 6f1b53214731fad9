//! The button **Take Command** of an incident without a commander, in its header and announcement.

use muster_commands::payload::button_click::ButtonClick;

use crate::domain::IncidentId;
use crate::error::{Error, Result};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::refresh_user_cache;

/// Makes the user the commander. In the incident's own channel, a post says that.
pub(crate) async fn click(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let number = click.number().ok_or(Error::NotFound("incident"))?;
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let applied = ctx
        .change_with_context(IncidentId(number), |incident, actor, context| {
            Ok(incident.take_command(actor, context)?)
        })
        .await?;
    let incident = &applied.after;
    Ok(match ctx.is_in_channel_of(incident) {
        true => Reply::Nothing,
        false => Reply::text(format!("You're the commander of {} now.", incident.id)),
    })
}
