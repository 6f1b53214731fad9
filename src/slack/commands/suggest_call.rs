//! Suggests a video-call URL posted in an incident channel as the incident's call. The user who posted it
//! is asked once.

use muster_commands::payload::button_click::ButtonClick;
use muster_commands::suggest_call;

use crate::app::App;
use crate::domain::text::text;
use crate::domain::{ChannelId, UserId, Viewer};
use crate::error::{Error, Result};
use crate::slack::blocks::text_message;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::store::IdempotencyKey;

/// Enqueues the suggestion if a message in an incident channel contains a video-call URL.
pub(crate) async fn on_message(
    app: &App,
    channel: ChannelId,
    user: UserId,
    text: &str,
) -> Result<()> {
    let Some(url) = suggest_call::find_call_url(text) else {
        return Ok(());
    };
    // Slack reports that the user wrote in the channel, so they are a member.
    let viewer = Viewer::member_of(&user, &channel);
    let store = &app.store;
    let Some(incident) = store.incident_of_channel(viewer, channel.clone()).await? else {
        return Ok(());
    };
    // Fetches the user now, so that their name is cached when they click the button.
    refresh_user_cache(app, user.clone());
    let key = IdempotencyKey::call_suggestion(incident.id, &url);
    let now = app.clock.now();
    store
        .change_incident_of_channel(channel, key, now, move |incident, _| {
            incident.suggest_call(url, user, now)
        })
        .await?;
    Ok(())
}

/// Handles **Use as Video Call**: sets the incident's call URL.
pub(crate) async fn click(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let incident = ctx.channel_incident().await?;
    let id = incident.ok_or(Error::NotFound("incident"))?.id;
    let url = click.value.clone();
    ctx.change(id, move |incident, actor| {
        incident.accept_suggested_call(url, actor)
    })
    .await?;
    let sentence = format!("That's now the video call of {id}.");
    Ok(Reply::Replacement(text_message(vec![text(sentence)])))
}
