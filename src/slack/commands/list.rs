//! `/datadog incident list`: the open incidents, grouped by status and sorted by severity.

use crate::error::Result;
use crate::slack::blocks::incident_list;
use crate::slack::commands::incident_picker::no_incident_text;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Maximum number of incidents; a longer list would not be read.
const MAX_INCIDENTS: i64 = 30;

/// Lists the open incidents visible to the user, in an ephemeral message.
pub(crate) async fn handle(ctx: &RequestContext) -> Result<Reply> {
    let viewer = ctx.viewer.clone();
    let (incidents, open) = ctx.store().open_incidents(viewer, MAX_INCIDENTS).await?;
    if incidents.is_empty() {
        return Ok(Reply::text(no_incident_text(ctx)));
    }
    let scale = ctx.store().settings().await?.severity_scale();
    let list = incident_list::list(&incidents, open, &scale, ctx.actor.at);
    Ok(Reply::Ephemeral(list))
}
