//! Opens modals in the background, so that the acknowledgement does not wait for a call.

use muster_commands::modal::{PrivateMetadata, with_metadata};
use slack_morphism::prelude::SlackModalView;

use crate::domain::UserId;
use crate::domain::text::text;
use crate::slack::blocks::text_message;
use crate::slack::client::Message;
use crate::slack::commands::declare::ensure_may_declare;
use crate::slack::offline_reply::SLACK_IS_DOWN;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::fetch_users_within;
use crate::slack::{SlackError, error_reply, slack_health};

/// A modal to open.
pub(crate) struct ModalRequest {
    pub(crate) view: Box<SlackModalView>,
    /// How to repeat the request with its input: `Type it again: /datadog incident …`.
    retry_hint: String,
    /// The user who must be fetched before the modal opens, because guests may not declare incidents.
    user_to_check: Option<UserId>,
}

impl ModalRequest {
    /// Creates the request.
    pub(crate) fn new(view: SlackModalView, retry_hint: String) -> Self {
        Self {
            view: Box::new(view),
            retry_hint,
            user_to_check: None,
        }
    }

    /// Fetches the user before the modal opens, and checks that they may declare an incident.
    pub(crate) fn checking(self, user_to_check: Option<UserId>) -> Self {
        Self {
            user_to_check,
            ..self
        }
    }

    /// Sets the private metadata.
    pub(crate) fn with_metadata(self, metadata: &PrivateMetadata) -> Self {
        Self {
            view: Box::new(with_metadata(*self.view, metadata)),
            ..self
        }
    }
}

/// Opens a modal. If that fails, a message explains how to repeat the request.
///
/// While Slack is known to be down, the explanation of a command is returned instead, because the response
/// to the command is the only message that is certain to arrive.
pub(crate) fn open(ctx: &RequestContext, modal: ModalRequest) -> Option<Message> {
    let notice = (ctx.command_text.is_some() && ctx.app.state.is_slack_down()).then(|| {
        text_message(vec![text(format!(
            "{SLACK_IS_DOWN}. If no form opens, nothing was saved. {}",
            modal.retry_hint
        ))])
    });
    let (ctx, is_informed) = (ctx.clone(), notice.is_some());
    let tasks = ctx.app.tasks.clone();
    tasks.spawn(async move {
        if let Some(message) = try_open(&ctx, &modal).await
            && !is_informed
        {
            ctx.notify_user(message);
        }
    });
    notice
}

/// Opens a modal and waits for the call. If it fails, notifies the user.
pub(crate) async fn open_now(ctx: &RequestContext, modal: &ModalRequest) {
    if let Some(message) = try_open(ctx, modal).await {
        ctx.notify_user(message);
    }
}

/// Opens a modal. Returns the reply if the user may not open it or Slack did not open it.
async fn try_open(ctx: &RequestContext, modal: &ModalRequest) -> Option<Message> {
    let app = &ctx.app;
    if let Some(user) = &modal.user_to_check {
        fetch_users_within(app, [user]).await;
        if let Err(error) = ensure_may_declare(ctx, user).await {
            return Some(error_reply::error_message(&error));
        }
    }
    let trigger_id = ctx.trigger_id.as_deref().unwrap_or_default();
    let error = app.slack.open_view(trigger_id, &modal.view).await.err()?;
    tracing::warn!("A form could not be opened: {error}");
    slack_health::record_call_result(app, Some(&error));
    let problem = match error {
        SlackError::Api { .. } if !error.has_code(&["expired_trigger_id"]) => {
            "Slack refused to open the form, so nothing was saved. If it happens again, tell your Muster admin."
        }
        SlackError::Api { .. }
        | SlackError::RateLimited { .. }
        | SlackError::Unreachable { .. } => {
            "Slack didn't open the form in time, so nothing was saved."
        }
        // The modal may have opened nevertheless.
        SlackError::Unknown { .. } | SlackError::Timeout { .. } => {
            "If no form opened, nothing was saved."
        }
    };
    let hint = &modal.retry_hint;
    Some(text_message(vec![text(format!("{problem} {hint}"))]))
}
