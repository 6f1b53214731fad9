//! Pushpin reactions, which add messages to the timeline.

use super::EventContext;
use crate::domain::PushpinReaction;
use crate::error::Result;
use crate::store::ReactionChange;

pub(super) async fn on_added(ctx: EventContext, pushpin: PushpinReaction) -> Result<()> {
    apply_pushpin(ctx, pushpin, ReactionChange::Added).await
}

pub(super) async fn on_removed(ctx: EventContext, pushpin: PushpinReaction) -> Result<()> {
    apply_pushpin(ctx, pushpin, ReactionChange::Removed).await
}

async fn apply_pushpin(
    ctx: EventContext,
    pushpin: PushpinReaction,
    change: ReactionChange,
) -> Result<()> {
    if ctx.is_own_action(Some(&pushpin.user)) {
        return Ok(());
    }
    ctx.app
        .store
        .apply_pushpin(ctx.key, pushpin, change, ctx.now)
        .await?;
    Ok(())
}
