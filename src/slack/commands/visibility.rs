//! `/datadog incident private` and `public`: changes the visibility, which moves the incident to a new
//! channel.

use crate::domain::{IncidentId, Visibility};
use crate::error::{Error, Result};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Makes the channel's incident private or public. The outbox moves it to a new channel.
pub(crate) async fn handle(ctx: &RequestContext, visibility: Visibility) -> Result<Reply> {
    let own = ctx.channel_incident().await?;
    let incident = match (ctx.incident_id, own) {
        (Some(_), own) => {
            let named = ctx.incident().await?;
            if own.is_none_or(|own| own.id != named.id) {
                return change_elsewhere(ctx, named.id, visibility).await;
            }
            named
        }
        (None, Some(own)) => own,
        (None, None) => {
            return Err(Error::Rejected(format!(
                "This isn't an incident's channel. Type {0} incident {visibility} in the incident's \
                 channel, or add its number: {0} incident {visibility} IR-7",
                ctx.slash_command()
            )));
        }
    };
    ctx.change_with_context(incident.id, move |incident, actor, context| {
        Ok(incident.set_visibility(visibility, actor, context)?)
    })
    .await?;
    Ok(Reply::text(visibility_text(visibility)))
}

/// Changes the visibility of an incident that is named in another channel.
async fn change_elsewhere(
    ctx: &RequestContext,
    id: IncidentId,
    visibility: Visibility,
) -> Result<Reply> {
    ctx.change_with_context(id, move |incident, actor, context| {
        Ok(incident.set_visibility(visibility, actor, context)?)
    })
    .await?;
    Ok(Reply::text(format!(
        "{id} is now {visibility}. It's moving to a new {visibility} channel with everyone in the old one, \
         which will be archived."
    )))
}

fn visibility_text(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private => {
            "This incident is now private: visible to its responders only, and not announced. I'm creating \
             a private channel, adding everyone here, and archiving this one."
        }
        Visibility::Public => {
            "This incident is now public and announced. I'm creating a public channel, adding everyone \
             here, and archiving this one."
        }
    }
}
