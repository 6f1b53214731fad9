//! The duplicate guard: names the incidents that a declaration may repeat, before it is stored. It never
//! prevents a declaration: the user declares another one with one click, and an error skips the guard.

use muster_commands::modal::{PrivateMetadata, ViewSubmission, with_metadata};
use slack_morphism::prelude::{SlackBlockPlainTextOnly, SlackModalView};

use crate::domain::{AddMessage, Declare};
use crate::error::Result;
use crate::slack::blocks::duplicates;
use crate::slack::client::Message;
use crate::slack::commands::declare::resubmitted_modal;
use crate::slack::commands::list::list_style;
use crate::slack::request_context::RequestContext;

/// Returns a message that names the incidents already declared from a Slack message; `None` if there are
/// none. While Slack is down it may not arrive, so there is none either.
pub(crate) async fn guard_message(ctx: &RequestContext, message: &AddMessage) -> Option<Message> {
    if ctx.app.state.is_slack_down() {
        return None;
    }
    skip_error(find_declared_from(ctx, message).await)
}

async fn find_declared_from(ctx: &RequestContext, message: &AddMessage) -> Result<Option<Message>> {
    let AddMessage { channel, ts, .. } = message.clone();
    let viewer = ctx.viewer.clone();
    let incidents = ctx
        .store()
        .incidents_of_message(viewer, channel, ts)
        .await?;
    if incidents.is_empty() {
        return Ok(None);
    }
    let style = list_style(ctx).await?;
    let user = ctx.user();
    Ok(Some(duplicates::message(&incidents, message, user, &style)))
}

/// Returns the declare modal with the submitted values, below the open incidents that it may repeat; `None`
/// if there are none, or if the user has seen them.
pub(crate) async fn guard_submission(
    ctx: &RequestContext,
    form: &ViewSubmission,
    request: &Declare,
) -> Option<Box<SlackModalView>> {
    if form.private_metadata.is_another || request.kind.is_test() {
        return None;
    }
    skip_error(find_similar(ctx, form, request).await)
}

async fn find_similar(
    ctx: &RequestContext,
    form: &ViewSubmission,
    request: &Declare,
) -> Result<Option<Box<SlackModalView>>> {
    let (viewer, title) = (ctx.viewer.clone(), request.title.clone());
    let similar = ctx
        .store()
        .similar_incidents(ctx.key.clone(), viewer, title, ctx.actor.at)
        .await?;
    if similar.is_empty() {
        return Ok(None);
    }
    let style = list_style(ctx).await?;
    let blocks = duplicates::modal_blocks(&similar, ctx.user(), &style);
    let mut view = resubmitted_modal(ctx, form, request.incident_type).await?;
    view.blocks.splice(0..0, blocks);
    let view = SlackModalView {
        title: SlackBlockPlainTextOnly::from("Already declared?"),
        submit: Some(SlackBlockPlainTextOnly::from("Declare another")),
        ..view
    };
    let metadata = PrivateMetadata {
        is_another: true,
        ..form.private_metadata.clone()
    };
    Ok(Some(Box::new(with_metadata(view, &metadata))))
}

/// Returns `None` after an error: the declaration matters more than the guard.
fn skip_error<T>(duplicates: Result<Option<T>>) -> Option<T> {
    duplicates.unwrap_or_else(|error| {
        tracing::warn!("Cannot look for duplicates of a declaration: {error}");
        None
    })
}
