//! `/datadog incident test [title]`: opens the modal to declare a test incident.

use crate::domain::IncidentKind;
use crate::error::Result;
use crate::slack::commands::declare;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Opens the modal, with the title if the command has one.
pub(crate) async fn handle(ctx: &RequestContext, title: String) -> Result<Reply> {
    declare::handle(ctx, title, IncidentKind::Test).await
}
