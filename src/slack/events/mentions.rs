//! Messages to the app, which it answers with the action menu: mentions in channels, and direct messages.
//!
//! The answers bypass the outbox: the user can write again.

use muster_commands::payload::events::MessageToApp;

use super::EventContext;
use crate::domain::Viewer;
use crate::error::Result;
use crate::slack::SlackError;
use crate::slack::client::{Message, SlackApi};
use crate::slack::commands::action_menu;
use crate::slack::users::user_cache::refresh_user_cache;

/// Shows the menu to the user who mentioned the app, in the channel or in the thread.
pub(super) async fn on_mentioned(ctx: EventContext, mention: MessageToApp) -> Result<()> {
    let Some(menu) = menu_once(&ctx, &mention).await? else {
        return Ok(());
    };
    let slack = ctx.app.slack.clone();
    ctx.app.tasks.spawn(async move {
        let thread = mention.thread_ts.as_ref();
        let response = slack
            .post_ephemeral(&mention.channel, &mention.user, thread, &menu)
            .await;
        // The app or the user may have left the channel.
        if let Err(SlackError::Api { .. }) = response {
            send_directly(&slack, &mention, &menu).await;
        } else {
            log_error(response);
        }
    });
    Ok(())
}

/// Answers a direct message.
pub(super) async fn on_direct_message(ctx: EventContext, message: MessageToApp) -> Result<()> {
    let Some(menu) = menu_once(&ctx, &message).await? else {
        return Ok(());
    };
    let slack = ctx.app.slack.clone();
    ctx.app.tasks.spawn(async move {
        send_directly(&slack, &message, &menu).await;
    });
    Ok(())
}

/// Returns the menu; `None` if the event was answered before, if the app wrote the message itself, or if the
/// user has received too many answers.
async fn menu_once(ctx: &EventContext, message: &MessageToApp) -> Result<Option<Message>> {
    let MessageToApp { channel, user, .. } = message;
    if ctx.is_own_action(Some(user)) {
        return Ok(None);
    }
    if !ctx.app.store.record_event(ctx.key.clone(), ctx.now).await? {
        return Ok(None);
    }
    if !ctx.app.state.menu_limit().allows(user, ctx.now) {
        tracing::info!("A user writes too often: the action menu is not shown again");
        return Ok(None);
    }
    refresh_user_cache(&ctx.app, user.clone());
    let (viewer, store) = (Viewer::user(user), &ctx.app.store);
    let incident = store
        .incident_of_channel(viewer.clone(), channel.clone())
        .await?;
    action_menu::menu(&ctx.app, viewer, incident)
        .await
        .map(Some)
}

async fn send_directly(slack: &SlackApi, message: &MessageToApp, menu: &Message) {
    log_error(slack.post_dm(&message.user, menu).await);
}

fn log_error(sent: std::result::Result<(), SlackError>) {
    if let Err(error) = sent {
        tracing::warn!("Cannot answer a message to the app: {error}");
    }
}
