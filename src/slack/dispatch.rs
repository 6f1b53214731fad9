//! Dispatches requests from both transports to their handlers.
//!
//! Errors become replies here, in one place, so that Slack always receives a response that it can show.

use muster_commands::impact_end::StatusSelected;
use muster_commands::link::LinkKind;
use muster_commands::link_buttons;
use muster_commands::modal::{ViewSubmission, selected_users};
use muster_commands::payload::button_click;
use muster_commands::payload::interaction::Interaction;
use muster_commands::slash::{self, ParsedCommand};
use muster_commands::task::{self, TaskKind};
use muster_commands::task_modal;
use muster_commands::{
    PayloadError, action_menu, add_to_incident, declare, declare_from_message, home, impact,
    incident_picker, note, responders, settings, suggest_call, test_incident, timeline, update,
};
use serde_json::Value;

use crate::app::App;
use crate::error::{Error, Result};
use crate::slack::ack_timeout::{TimeoutReply, with_ack_deadline};
use crate::slack::blocks::announcement;
use crate::slack::client::Message;
use crate::slack::error_reply;
use crate::slack::request_context::{BlockAction, SlashCommand, notify_user};
use crate::slack::text::activity::text;
use crate::slack::users::user_cache::refresh_user_cache;

/// A request from Slack, the same over HTTP and Socket Mode.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// A slash command, as its form fields.
    Command(Value),
    /// An interaction: block action, submission, message action, shortcut or options request.
    Interaction(Interaction),
    /// The body of an event.
    Event(Value),
}

/// The response to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// An empty acknowledgement.
    Nothing,
    /// An ephemeral message.
    Ephemeral(Message),
    /// A response body: errors of a modal, another modal or options.
    Body(Value),
    /// A failure status, so that Slack redelivers the request.
    Unavailable,
    /// The challenge of a URL verification.
    Challenge(String),
}

/// Handles one request within the ack deadline; Slack shows its own error after 3 s. Work that exceeds
/// the deadline continues in the background and the user receives a timeout reply. A repeated request is
/// idempotent.
pub async fn handle_request(app: &App, request: Request) -> Reply {
    let late = TimeoutReply::for_request(&request);
    let work = {
        let app = app.clone();
        Box::pin(async move { route_request(&app, request).await })
    };
    with_ack_deadline(app, work, late).await
}

async fn route_request(app: &App, request: Request) -> Reply {
    match request {
        Request::Command(fields) => {
            match handle_command(app, SlashCommand::from_fields(&fields)).await {
                Ok(reply) => reply,
                Err(error) => Reply::Ephemeral(error_reply::error_message(&error)),
            }
        }
        Request::Interaction(Interaction::ViewSubmission(form)) => handle_submission(app, &form)
            .await
            .unwrap_or_else(|error| Reply::Body(error_reply::error_view_response(&error, &form))),
        Request::Interaction(Interaction::Other(payload)) => {
            handle_interaction(app, &payload).await
        }
        Request::Event(body) => crate::slack::events::handle_event(app, &body).await,
    }
}

/// Handles a slash command.
pub(crate) async fn handle_command(app: &App, typed: SlashCommand) -> Result<Reply> {
    refresh_user_cache(app, typed.user.clone());
    match slash::parse(&typed.text) {
        ParsedCommand::Declare { title } => {
            crate::slack::commands::declare::handle(app, typed, title).await
        }
        ParsedCommand::Update => crate::slack::commands::update::handle(app, typed).await,
        ParsedCommand::DeclareTest { title } => {
            crate::slack::commands::test_incident::handle(app, typed, title).await
        }
        ParsedCommand::QuickEdit(at_once) => {
            crate::slack::commands::quick_edit::handle(app, typed, at_once).await
        }
        ParsedCommand::Responders => crate::slack::commands::responders::handle(app, typed).await,
        ParsedCommand::Role(role) => {
            crate::slack::commands::quick_edit::handle(app, typed, role).await
        }
        ParsedCommand::Impact(asked) => {
            crate::slack::commands::impact::handle(app, typed, asked).await
        }
        ParsedCommand::Note { text } => {
            crate::slack::commands::note::handle(app, typed, text).await
        }
        ParsedCommand::Timeline => crate::slack::commands::timeline::handle(app, typed).await,
        ParsedCommand::List => crate::slack::commands::list::handle(app, &typed).await,
        ParsedCommand::Visibility(to) => {
            crate::slack::commands::visibility::handle(app, typed, to).await
        }
        ParsedCommand::Link(asked) => crate::slack::commands::link::handle(app, typed, asked).await,
        ParsedCommand::Task(kind, asked) => {
            crate::slack::commands::task::handle(app, typed, (kind, asked)).await
        }
        ParsedCommand::Repair => crate::slack::commands::repair::handle(app, typed).await,
        ParsedCommand::Settings => crate::slack::commands::settings::handle(app, typed).await,
        ParsedCommand::ActionMenu => crate::slack::commands::action_menu::handle(app, typed).await,
        ParsedCommand::Help => Ok(crate::slack::commands::help::handle(app)),
        ParsedCommand::Unknown(words) => {
            Ok(Reply::Ephemeral(announcement::text_message(vec![text(
                words.message(&app.config.command),
            )])))
        }
    }
}

async fn handle_interaction(app: &App, payload: &Value) -> Reply {
    let kind = payload
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match kind {
        "block_suggestion" => {
            match crate::slack::commands::incident_picker::suggest_options(app, payload).await {
                Ok(options) => Reply::Body(options),
                Err(error) => {
                    tracing::error!(
                        "Cannot list the open incidents for the incident picker: {error}"
                    );
                    Reply::Body(incident_picker::options::<&str>([]))
                }
            }
        }
        "message_action" | "block_actions" | "shortcut" => {
            let clicked = BlockAction::from_payload(payload);
            let (user, address) = (clicked.user.clone(), clicked.response_url.clone());
            // Slack ignores the response body of a click, so errors go to the response URL.
            if let Err(error) = handle_click(app, kind, payload, clicked).await {
                notify_user(app, address, user, error_reply::error_message(&error));
            }
            Reply::Nothing
        }
        other => {
            tracing::info!(kind = other, "Ignored an interaction of an unhandled type");
            Reply::Nothing
        }
    }
}

async fn handle_submission(app: &App, form: &ViewSubmission) -> Result<Reply> {
    form.validate()?;
    if let Some(kind) = LinkKind::from_callback_id(&form.callback_id) {
        return crate::slack::commands::link::submit(app, kind, form).await;
    }
    if let Some(kind) = TaskKind::from_name(&form.callback_id) {
        return crate::slack::commands::task::submit(app, kind, form).await;
    }
    match form.callback_id.as_str() {
        task_modal::EDIT_CALLBACK_ID => crate::slack::commands::task::submit_edit(app, form).await,
        declare::CALLBACK_ID | test_incident::CALLBACK_ID => {
            crate::slack::commands::declare::submit(app, form).await
        }
        update::CALLBACK_ID | update::RESOLVE_CALLBACK_ID => {
            crate::slack::commands::update::submit(app, form).await
        }
        note::CALLBACK_ID => crate::slack::commands::note::submit(app, form).await,
        note::EDIT_CALLBACK_ID => crate::slack::commands::note::submit_edit(app, form).await,
        impact::CALLBACK_ID => crate::slack::commands::impact::submit(app, form).await,
        impact::EDIT_CALLBACK_ID => crate::slack::commands::impact::submit_edit(app, form).await,
        settings::CALLBACK_ID => crate::slack::commands::settings::submit(app, form).await,
        responders::CALLBACK_ID => crate::slack::commands::responders::submit(app, form).await,
        incident_picker::CALLBACK_ID => {
            crate::slack::commands::incident_picker::submit(app, form).await
        }
        add_to_incident::CALLBACK_ID => {
            crate::slack::commands::add_to_incident::submit(app, form).await
        }
        other => {
            tracing::info!(form = other, "Ignored a submission of an unknown modal");
            Ok(Reply::Nothing)
        }
    }
}

async fn handle_click(app: &App, kind: &str, payload: &Value, clicked: BlockAction) -> Result<()> {
    if kind != "block_actions" {
        return handle_shortcut(app, payload, clicked).await;
    }
    let chosen = selected_users(payload);
    if !chosen.is_empty() {
        // Fetches the users while the modal is open, so that they are cached at its submission.
        chosen
            .into_iter()
            .for_each(|user| refresh_user_cache(app, user));
        return Ok(());
    }
    if let Some(chosen) = StatusSelected::read(payload) {
        return crate::slack::commands::update::on_status_selected(app, chosen).await;
    }
    let pressed = button_click::read(payload)?;
    if let Some(text) = action_menu::button_command(&pressed.action_id, &pressed.value) {
        return crate::slack::commands::action_menu::click(app, &pressed, clicked, text).await;
    }
    match pressed.action_id.as_str() {
        button_click::POST_UPDATE | button_click::SNOOZE | button_click::STOP_REMINDERS => {
            crate::slack::buttons::reminder::click(app, &pressed, clicked).await
        }
        button if LinkKind::from_callback_id(button).is_some() => {
            crate::slack::commands::link::open_add_modal(app, &pressed, clicked).await
        }
        button if task::is_button(button) => {
            crate::slack::commands::task::click(app, &pressed, clicked).await
        }
        link_buttons::REMOVE => {
            crate::slack::commands::link::remove_link(app, &pressed, clicked).await
        }
        link_buttons::EARLIER | link_buttons::LATER => {
            crate::slack::commands::link::show_page(app, &pressed, clicked).await
        }
        suggest_call::SUGGEST_CALL => {
            crate::slack::commands::suggest_call::click(app, &pressed, clicked).await
        }
        button_click::RETRY_DELIVERY => {
            crate::slack::buttons::retry::click(app, &pressed, clicked).await
        }
        timeline::PREVIOUS | timeline::NEXT | timeline::ORDER | timeline::FILTER => {
            crate::slack::commands::timeline::show_page(app, &pressed, clicked).await
        }
        timeline::FLAG => {
            crate::slack::commands::timeline::flag_entry(app, &pressed, clicked).await
        }
        timeline::EDIT => {
            crate::slack::commands::timeline::open_edit_modal(app, &pressed, clicked).await
        }
        timeline::REMOVE => {
            crate::slack::commands::timeline::remove_note(app, &pressed, clicked).await
        }
        button_click::SUBSCRIBE | button_click::UNSUBSCRIBE => {
            crate::slack::buttons::subscribe::click(app, &pressed, clicked).await
        }
        button_click::DECLARE => {
            crate::slack::commands::home::open_declare_modal(app, clicked).await
        }
        home::PREVIOUS | home::NEXT => crate::slack::commands::home::show_page(app, &pressed).await,
        home::DONE => crate::slack::commands::home::finish_task(app, &pressed, clicked).await,
        // Slack has already opened the channel.
        button_click::JOIN_CHANNEL => Ok(()),
        other => {
            tracing::info!(button = other, "Ignored a click on an unknown button");
            Ok(())
        }
    }
}

/// Handles a message action or a global shortcut.
async fn handle_shortcut(app: &App, payload: &Value, clicked: BlockAction) -> Result<()> {
    let action = payload
        .get("callback_id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match action {
        add_to_incident::ACTION => {
            crate::slack::commands::add_to_incident::handle(app, payload, clicked).await
        }
        declare_from_message::ACTION => {
            crate::slack::commands::declare_from_message::handle(app, payload, clicked).await
        }
        declare_from_message::SHORTCUT => {
            crate::slack::commands::declare_from_message::handle_shortcut(app, clicked).await
        }
        other => {
            tracing::info!(action = other, "Ignored an unknown action");
            Ok(())
        }
    }
}

impl From<PayloadError> for Error {
    fn from(unreadable: PayloadError) -> Self {
        Self::internal(unreadable)
    }
}
