//! `/datadog incident show IR-7`: shows an incident in an ephemeral message.

use crate::error::Result;
use crate::slack::blocks::incident_details::incident_details;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Shows the incident, open or not.
pub(crate) async fn handle(ctx: &RequestContext) -> Result<Reply> {
    let incident = ctx.incident().await?;
    let scale = ctx.store().settings().await?.severity_scale();
    Ok(Reply::Ephemeral(incident_details(&incident, &scale)))
}
