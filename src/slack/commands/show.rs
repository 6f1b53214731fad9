//! `/datadog incident show IR-7`: shows an incident in an ephemeral message.

use crate::error::Result;
use crate::slack::blocks::incident_details::incident_details;
use crate::slack::blocks::open_page::with_page_button;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Shows the incident, open or not.
pub(crate) async fn handle(ctx: &RequestContext) -> Result<Reply> {
    let incident = ctx.incident().await?;
    let settings = ctx.store().settings().await?;
    let details = incident_details(&incident, &settings);
    let details = with_page_button(details, incident.id, &ctx.app.config);
    Ok(Reply::Ephemeral(details))
}
