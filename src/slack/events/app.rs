//! The app itself, its Home tab, its installation and its limits, and the accounts of users.

use muster_commands::payload::events::HomeContent;

use super::EventContext;
use crate::app::{App, SlackState};
use crate::domain::UserId;
use crate::error::Result;
use crate::slack::users::user_cache::refresh_user_cache;

/// Enqueues the user's Home view when they open it.
pub(super) async fn on_home_opened(
    ctx: EventContext,
    user: UserId,
    content: HomeContent,
) -> Result<()> {
    refresh_user_cache(&ctx.app, user.clone());
    ctx.app
        .store
        .record_home_opened(user, content, ctx.now)
        .await
}

/// Ends the sessions of a user whose account was deactivated.
pub(super) async fn on_user_deactivated(ctx: EventContext, user: UserId) -> Result<()> {
    ctx.app.store.deactivate_user(user, ctx.now).await
}

pub(super) fn on_uninstalled(ctx: EventContext) -> Result<()> {
    set_removed(&ctx.app, "The app was removed from the workspace.");
    Ok(())
}

pub(super) fn on_tokens_revoked(ctx: EventContext, bot_users: &[UserId]) -> Result<()> {
    if !bot_users.is_empty() {
        set_removed(&ctx.app, "The app's token was revoked.");
    }
    Ok(())
}

pub(super) fn on_rate_limited() -> Result<()> {
    tracing::warn!("Slack withholds events: the hourly limit is exceeded");
    Ok(())
}

pub(super) fn on_unhandled(kind: &str) -> Result<()> {
    tracing::debug!(kind, "Ignored an event of an unhandled type");
    Ok(())
}

fn set_removed(app: &App, reason: &str) {
    let reason = format!("{reason} Install it again and set the new SLACK_BOT_TOKEN.");
    tracing::error!("{reason} Until then, incidents are stored but nothing is sent.");
    app.state.set_slack(SlackState::Down(reason));
}
