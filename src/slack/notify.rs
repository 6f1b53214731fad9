//! Messages to the user of a request, sent in the background so that the acknowledgement does not wait for
//! a call. They are not stored in the outbox: the user can repeat the request.

use crate::app::App;
use crate::domain::UserId;
use crate::slack::client::Message;

/// How a message to a response URL is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    /// As a new ephemeral message.
    New,
    /// In place of the message whose button the user clicked.
    ReplaceOriginal,
}

/// Sends a message to a response URL.
pub(crate) fn send_response(
    app: &App,
    response_url: Option<String>,
    message: Message,
    placement: Placement,
) {
    let Some(url) = response_url else {
        tracing::warn!("Cannot reply to the user: the request has no response URL");
        return;
    };
    let slack = app.slack.clone();
    app.tasks.spawn(async move {
        let sent = match placement {
            Placement::New => slack.post_to_response_url(&url, &message).await,
            Placement::ReplaceOriginal => slack.replace_original(&url, &message).await,
        };
        if let Err(error) = sent {
            tracing::warn!("Cannot reply to the user: {error}");
        }
    });
}

/// Sends an ephemeral message, or a direct message if the request has no response URL.
pub(crate) fn notify_user(app: &App, response_url: Option<String>, user: UserId, message: Message) {
    if response_url.is_some() {
        return send_response(app, response_url, message, Placement::New);
    }
    let slack = app.slack.clone();
    app.tasks.spawn(async move {
        if let Err(error) = slack.post_dm(&user, &message).await {
            tracing::warn!("Cannot send a direct message: {error}");
        }
    });
}
