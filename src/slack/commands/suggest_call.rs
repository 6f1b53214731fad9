//! Suggests a video-call URL posted in an incident channel as the incident's call. The user who posted it
//! is asked once.

use muster_commands::payload::button_click::ButtonClick;
use muster_commands::{ChannelId, UserId, suggest_call};

use crate::app::App;
use crate::domain::Viewer;
use crate::error::{Error, Result};
use crate::slack::blocks::announcement;
use crate::slack::request_context::{BlockAction, click_viewer, replace_original};
use crate::slack::text::activity::text;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::store::IdempotencyKey;

/// Enqueues the suggestion if a message in an incident channel contains a video-call URL.
pub async fn on_message(app: &App, channel: ChannelId, user: UserId, text: &str) -> Result<()> {
    let Some(url) = suggest_call::find_call_url(text) else {
        return Ok(());
    };
    let viewer = Viewer::in_channel(&user, &channel);
    let found = app
        .store
        .incident_of_channel(viewer, channel.clone())
        .await?;
    let Some(incident) = found else {
        return Ok(());
    };
    // Fetches the user now, so that their name is cached when they click the button.
    refresh_user_cache(app, user.clone());
    let key = IdempotencyKey::call_suggestion(incident.id, &url);
    let now = app.clock.now();
    app.store
        .change_incident_of_channel(channel, key, now, move |incident, _| {
            incident.suggest_call(url, user, now)
        })
        .await?;
    Ok(())
}

/// Handles **Use as Video Call**: sets the incident's call URL.
pub async fn click(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let channel = pressed.channel.clone().ok_or(Error::NotFound("channel"))?;
    let viewer = click_viewer(pressed);
    let found = app
        .store
        .incident_of_channel(viewer.clone(), channel)
        .await?;
    let incident = found.ok_or(Error::NotFound("incident"))?;
    let (url, by) = (pressed.value.clone(), clicked.actor(app));
    let key = IdempotencyKey::action(&clicked.trigger_id);
    app.store
        .change(viewer, incident.id, key, move |incident| {
            incident.accept_suggested_call(url, &by)
        })
        .await?;
    let told = format!("That is the video call of {} now.", incident.id);
    replace_original(
        app,
        clicked.response_url,
        announcement::text_message(vec![text(told)]),
    );
    Ok(())
}
