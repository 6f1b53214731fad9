//! `/datadog incident private` and `public`: changes the visibility, which moves the incident to a new
//! channel.

use crate::domain::Visibility;
use crate::error::{Error, Result};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Makes the channel's incident private or public. The outbox moves it to a new channel.
pub(crate) async fn handle(ctx: &RequestContext, visibility: Visibility) -> Result<Reply> {
    let Some(incident) = ctx.channel_incident().await? else {
        return Err(Error::Rejected(format!(
            "This is not the channel of an incident. Type {} incident {visibility} in the one that you mean.",
            ctx.slash_command()
        )));
    };
    ctx.change_with_context(incident.id, move |incident, actor, context| {
        Ok(incident.set_visibility(visibility, actor, context)?)
    })
    .await?;
    Ok(Reply::text(visibility_text(visibility)))
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
