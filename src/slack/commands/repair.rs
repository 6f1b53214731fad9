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
    let message = format!(
        "Looking what Slack has of {id}. What is missing is built again, and a direct message tells you \
         what it was."
    );
    let offline = format!(
        "{SLACK_IS_DOWN}. As soon as it does, what is missing of {id} is built again, and a direct message \
         tells you what it was."
    );
    Ok(Reply::saved_or(
        Some(vec![text(message)]),
        vec![text(offline)],
    ))
}
