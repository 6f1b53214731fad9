//! Asks Slack whether a user is a member of the channel of a private incident, if access depends on it.

use std::time::Duration;

use crate::domain::{ChannelId, Viewer};
use crate::error::Error;
use crate::slack::request_context::RequestContext;

/// How long a request waits for `conversations.members`, so that it is acknowledged in time.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Error codes that mean that the app does not see the channel. No user can prove access with it then.
const HIDDEN_CODES: [&str; 2] = ["channel_not_found", "not_in_channel"];

/// Whether the user of a request is a member of its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Membership {
    /// Access does not depend on it.
    Irrelevant,
    /// Slack says that they are.
    Member,
    /// Slack says that they are not.
    NotMember,
    /// Slack did not say.
    Unknown,
}

impl RequestContext {
    /// Asks Slack about the membership of the user, if the channel is that of a private incident of which
    /// the user is no responder. Users who joined before Slack reported it have access then.
    pub(crate) async fn with_membership(self) -> Self {
        let Some(channel) = self.channel().cloned() else {
            return self;
        };
        let viewer = self.viewer.clone();
        let is_hidden = self.store().is_hidden_channel(viewer, channel.clone());
        // If the store cannot be read, the handler reports it.
        if !is_hidden.await.unwrap_or(false) {
            return self;
        }
        let membership = look_up(&self, &channel).await;
        let viewer = match membership {
            Membership::Member => Viewer::member_of(self.user(), &channel),
            Membership::Irrelevant | Membership::NotMember | Membership::Unknown => {
                Viewer::user(self.user())
            }
        };
        Self {
            viewer,
            membership,
            ..self
        }
    }

    /// Returns the error for the user. An incident that was not found may exist if Slack did not say whether
    /// the user is a member of its channel.
    pub(crate) fn explain(&self, error: Error) -> Error {
        match (error, self.membership) {
            (Error::NotFound("incident"), Membership::Unknown) => unknown_membership_error(),
            (error, _) => error,
        }
    }
}

/// Returns the error while Slack does not say whether the user is a member of the channel.
pub(crate) fn unknown_membership_error() -> Error {
    Error::Rejected(
        "Slack didn’t say whether you’re in this channel, so nothing was changed. Try again in a moment."
            .to_owned(),
    )
}

async fn look_up(ctx: &RequestContext, channel: &ChannelId) -> Membership {
    let call = ctx.app.slack.is_channel_member(channel, ctx.user());
    match tokio::time::timeout(TIMEOUT, call).await {
        Ok(Ok(true)) => Membership::Member,
        Ok(Ok(false)) => Membership::NotMember,
        Ok(Err(error)) if error.has_code(&HIDDEN_CODES) => Membership::NotMember,
        Ok(Err(error)) => {
            tracing::info!("Cannot fetch the members of a channel: {error}");
            Membership::Unknown
        }
        Err(_) => {
            tracing::info!("The members of a channel were not returned in time");
            Membership::Unknown
        }
    }
}
