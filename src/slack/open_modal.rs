//! Opens modals in the background, so that the acknowledgement does not wait for a call.

use muster_commands::UserId;
use muster_commands::modal::with_channel;
use serde_json::json;
use slack_morphism::prelude::{SlackModalView, SlackView};

use crate::app::{App, SlackState};
use crate::slack::blocks::announcement;
use crate::slack::client::Message;
use crate::slack::commands::declare::ensure_may_declare;
use crate::slack::dispatch::Reply;
use crate::slack::request_context::{SlashCommand, reply_ephemeral, send_direct_message};
use crate::slack::text::activity::text;
use crate::slack::users::user_cache::fetch_user_within;
use crate::slack::{SlackError, error_reply, slack_health};

/// A modal to open, and the reply if it cannot be opened.
pub struct ModalRequest {
    /// The trigger ID, valid for three seconds.
    pub trigger_id: String,
    /// The modal.
    pub view: SlackModalView,
    /// Where to report a failure; `None` if the user has been informed already.
    pub response_url: Option<String>,
    /// How to repeat the request with its input: `Type it again: /datadog incident …`.
    pub retry_hint: String,
    /// The user to fetch before the modal opens; `None` without this check.
    pub user_to_check: Option<UserId>,
}

/// Opens the modal of a command and returns the command's reply. The modal replaces the incident picker
/// if one is open. While Slack is known to be down, an ephemeral reply is returned as well, because it is
/// the only response that is certain to arrive.
pub fn open_modal_for_command(
    app: &App,
    typed: SlashCommand,
    form: SlackModalView,
    again: String,
) -> Reply {
    open_checked_modal(app, typed, (form, None), again)
}

/// Opens the modal of a command after fetching a user; otherwise like [`open_modal_for_command`].
pub fn open_checked_modal(
    app: &App,
    typed: SlashCommand,
    (form, for_whom): (SlackModalView, Option<UserId>),
    again: String,
) -> Reply {
    let form = with_channel(form, typed.context_channel().as_ref());
    if typed.selected_incident.is_some() {
        let view = SlackView::Modal(form);
        return Reply::Body(json!({ "response_action": "update", "view": view }));
    }
    let opening = ModalRequest {
        trigger_id: typed.trigger_id,
        view: form,
        response_url: typed.response_url,
        retry_hint: again,
        user_to_check: for_whom,
    };
    match app.state.slack() {
        SlackState::Unknown | SlackState::Up => {
            open_modal(app, opening);
            Reply::Nothing
        }
        SlackState::Down(_) => {
            let told = format!(
                "Slack does not answer us right now. If no form opens, nothing was stored. {}",
                opening.retry_hint
            );
            let response_url = None;
            open_modal(
                app,
                ModalRequest {
                    response_url,
                    ..opening
                },
            );
            Reply::Ephemeral(announcement::text_message(vec![text(told)]))
        }
    }
}

/// Opens a modal. If Slack rejects it, a reply explains how to repeat the request.
pub fn open_modal(app: &App, opening: ModalRequest) {
    let app = app.clone();
    let tasks = app.tasks.clone();
    tasks.spawn(async move {
        if let Some(told) = try_open_modal(&app, &opening).await
            && opening.response_url.is_some()
        {
            reply_ephemeral(&app, opening.response_url, told);
        }
    });
}

/// Opens a modal for a request without a response URL. A failure is reported in a direct message.
pub fn open_modal_or_dm(app: &App, opening: ModalRequest, user: UserId) {
    let app = app.clone();
    let tasks = app.tasks.clone();
    tasks.spawn(async move {
        if let Some(told) = try_open_modal(&app, &opening).await {
            send_direct_message(&app, user, told);
        }
    });
}

/// Opens a modal. Returns the reply if the user may not open it or Slack did not open it.
async fn try_open_modal(app: &App, opening: &ModalRequest) -> Option<Message> {
    if let Some(user) = &opening.user_to_check {
        fetch_user_within(app, user.clone()).await;
        let allowed = async {
            let settings = app.store.settings().await?;
            ensure_may_declare(app, &settings, user).await
        };
        if let Err(error) = allowed.await {
            return Some(error_reply::error_message(&error));
        }
    }
    let trouble = app
        .slack
        .open_view(&opening.trigger_id, &opening.view)
        .await
        .err()?;
    tracing::warn!("A form could not be opened: {trouble}");
    slack_health::record_call_result(app, Some(&trouble));
    let what = match trouble {
        SlackError::Api { .. } if !trouble.has_code(&["expired_trigger_id"]) => {
            "Slack refused to open the form, and nothing was stored. If it does so again, tell \
             whoever runs this bot."
        }
        SlackError::Api { .. }
        | SlackError::RateLimited { .. }
        | SlackError::Unreachable { .. } => {
            "Slack did not open the form in time, and nothing was stored."
        }
        // The modal may have opened nevertheless.
        SlackError::Unknown { .. } | SlackError::Timeout { .. } => {
            "If Slack opened no form, nothing was stored."
        }
    };
    Some(announcement::text_message(vec![text(format!(
        "{what} {}",
        opening.retry_hint
    ))]))
}
