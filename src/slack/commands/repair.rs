//! `/datadog incident repair`: recreates what is missing in Slack.

use crate::domain::text::text;
use crate::error::Result;
use crate::slack::offline_reply::SLACK_IS_DOWN;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Enqueues a repair. Its result is sent as a direct message.
pub(crate) async fn handle(ctx: &RequestContext) -> Result<Reply> {
    let id = ctx.incident().await?.id;
    ctx.change(id, |incident, actor| incident.repair(actor))
        .await?;
    let message = format!("Checking {id}. I'll recreate anything missing and DM you.");
    let offline = format!(
        "{SLACK_IS_DOWN}. When it's back, I'll recreate anything missing from {id} and DM you."
    );
    Ok(Reply::saved_or(
        Some(vec![text(message)]),
        vec![text(offline)],
    ))
}
