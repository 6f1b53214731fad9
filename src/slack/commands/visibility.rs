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
                "This is not the channel of an incident. Type {0} incident {visibility} in the one that you \
                 mean, or add its number: {0} incident {visibility} IR-7",
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
        "{id} is {visibility} now. It moves to a new {visibility} channel, with everyone who is in the old one; \
         the old one is archived."
    )))
}

fn visibility_text(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private => {
            "The incident is private from now on: known to those who take part, and not announced. A \
             private channel is on its way; everybody who is here is brought there, and this channel is \
             archived."
        }
        Visibility::Public => {
            "The incident is public from now on, and is announced. A public channel is on its way; \
             everybody who is here is brought there, and this channel is archived."
        }
    }
}
