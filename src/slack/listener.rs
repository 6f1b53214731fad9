//! Dispatches requests from both transports to their handlers.
//!
//! Errors become replies here, in one place, so that Slack always receives a response that it can show.

use muster_commands::form::{ViewSubmission, selected_users};
use muster_commands::impact_end::StatusSelected;
use muster_commands::link::LinkKind;
use muster_commands::link_buttons;
use muster_commands::payload::Interaction;
use muster_commands::slash::{self, ParsedCommand};
use muster_commands::task::{self, TaskKind};
use muster_commands::task_form;
use muster_commands::{
    PayloadError, add_to_incident, buttons, call_link, declare, declare_incident, home, impact,
    note, responders, settings, test_incident, timeline, tray, update, which_incident,
};
use serde_json::Value;

use super::asked::{BlockAction, SlashCommand, notify_user};
use super::client::Message;
use super::in_time::{TimeoutReply, with_ack_deadline};
use super::meet::refresh_user_cache;
use super::words::text;
use super::{cards, trouble_told};
use crate::app::App;
use crate::error::{Error, Result};

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
                Err(error) => Reply::Ephemeral(trouble_told::error_message(&error)),
            }
        }
        Request::Interaction(Interaction::ViewSubmission(form)) => handle_submission(app, &form)
            .await
            .unwrap_or_else(|error| Reply::Body(trouble_told::error_view_response(&error, &form))),
        Request::Interaction(Interaction::Other(payload)) => {
            handle_interaction(app, &payload).await
        }
        Request::Event(body) => super::events::handle_event(app, &body).await,
    }
}

/// Handles a slash command.
pub(super) async fn handle_command(app: &App, typed: SlashCommand) -> Result<Reply> {
    refresh_user_cache(app, typed.user.clone());
    match slash::parse(&typed.text) {
        ParsedCommand::Declare { title } => super::declare::handle(app, typed, title).await,
        ParsedCommand::Update => super::update::handle(app, typed).await,
        ParsedCommand::DeclareTest { title } => {
            super::test_incident::handle(app, typed, title).await
        }
        ParsedCommand::QuickEdit(at_once) => super::one_thing::handle(app, typed, at_once).await,
        ParsedCommand::Responders => super::responders::handle(app, typed).await,
        ParsedCommand::Role(role) => super::one_thing::handle(app, typed, role).await,
        ParsedCommand::Impact(asked) => super::impact::handle(app, typed, asked).await,
        ParsedCommand::Note { text } => super::note::handle(app, typed, text).await,
        ParsedCommand::Timeline => super::timeline::handle(app, typed).await,
        ParsedCommand::List => super::list::handle(app, &typed).await,
        ParsedCommand::Visibility(to) => super::visibility::handle(app, typed, to).await,
        ParsedCommand::Link(asked) => super::link::handle(app, typed, asked).await,
        ParsedCommand::Task(kind, asked) => super::task::handle(app, typed, (kind, asked)).await,
        ParsedCommand::Repair => super::repair::handle(app, typed).await,
        ParsedCommand::Settings => super::settings::handle(app, typed).await,
        ParsedCommand::ActionMenu => super::tray::handle(app, typed).await,
        ParsedCommand::Help => Ok(super::help::handle(app)),
        ParsedCommand::Unknown(words) => Ok(Reply::Ephemeral(cards::text_message(vec![text(
            words.message(&app.config.command),
        )]))),
    }
}

async fn handle_interaction(app: &App, payload: &Value) -> Reply {
    let kind = payload
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match kind {
        "block_suggestion" => match super::which_incident::suggest_options(app, payload).await {
            Ok(options) => Reply::Body(options),
            Err(error) => {
                tracing::error!("Cannot list the open incidents for the incident picker: {error}");
                Reply::Body(which_incident::options::<&str>([]))
            }
        },
        "message_action" | "block_actions" | "shortcut" => {
            let clicked = BlockAction::from_payload(payload);
            let (user, address) = (clicked.user.clone(), clicked.response_url.clone());
            // Slack ignores the response body of a click, so errors go to the response URL.
            if let Err(error) = handle_click(app, kind, payload, clicked).await {
                notify_user(app, address, user, trouble_told::error_message(&error));
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
        return super::link::submit(app, kind, form).await;
    }
    if let Some(kind) = TaskKind::from_name(&form.callback_id) {
        return super::task::submit(app, kind, form).await;
    }
    match form.callback_id.as_str() {
        task_form::EDIT_CALLBACK_ID => super::task::submit_edit(app, form).await,
        declare::CALLBACK_ID | test_incident::CALLBACK_ID => {
            super::declare::submit(app, form).await
        }
        update::CALLBACK_ID | update::RESOLVE_CALLBACK_ID => super::update::submit(app, form).await,
        note::CALLBACK_ID => super::note::submit(app, form).await,
        note::EDIT_CALLBACK_ID => super::note::submit_edit(app, form).await,
        impact::CALLBACK_ID => super::impact::submit(app, form).await,
        impact::EDIT_CALLBACK_ID => super::impact::submit_edit(app, form).await,
        settings::CALLBACK_ID => super::settings::submit(app, form).await,
        responders::CALLBACK_ID => super::responders::submit(app, form).await,
        which_incident::CALLBACK_ID => super::which_incident::submit(app, form).await,
        add_to_incident::CALLBACK_ID => super::add_to_incident::submit(app, form).await,
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
        return super::update::on_status_selected(app, chosen).await;
    }
    let pressed = buttons::read(payload)?;
    if let Some(text) = tray::button_command(&pressed.action_id, &pressed.value) {
        return super::tray::click(app, &pressed, clicked, text).await;
    }
    match pressed.action_id.as_str() {
        buttons::POST_UPDATE | buttons::SNOOZE | buttons::STOP_REMINDERS => {
            super::reminder::click(app, &pressed, clicked).await
        }
        button if LinkKind::from_callback_id(button).is_some() => {
            super::link::open_add_modal(app, &pressed, clicked).await
        }
        button if task::is_button(button) => super::task::click(app, &pressed, clicked).await,
        link_buttons::REMOVE => super::link::remove_link(app, &pressed, clicked).await,
        link_buttons::EARLIER | link_buttons::LATER => {
            super::link::show_page(app, &pressed, clicked).await
        }
        call_link::SUGGEST_CALL => super::offer_call::click(app, &pressed, clicked).await,
        buttons::RETRY_DELIVERY => super::try_again::click(app, &pressed, clicked).await,
        timeline::PREVIOUS | timeline::NEXT | timeline::ORDER | timeline::FILTER => {
            super::timeline::show_page(app, &pressed, clicked).await
        }
        timeline::FLAG => super::timeline::flag_entry(app, &pressed, clicked).await,
        timeline::EDIT => super::timeline::open_edit_modal(app, &pressed, clicked).await,
        timeline::REMOVE => super::timeline::remove_note(app, &pressed, clicked).await,
        buttons::SUBSCRIBE | buttons::UNSUBSCRIBE => {
            super::subscribe::click(app, &pressed, clicked).await
        }
        buttons::DECLARE => super::home::open_declare_modal(app, clicked).await,
        home::PREVIOUS | home::NEXT => super::home::show_page(app, &pressed).await,
        home::DONE => super::home::finish_task(app, &pressed, clicked).await,
        // Slack has already opened the channel.
        buttons::JOIN_CHANNEL => Ok(()),
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
        add_to_incident::ACTION => super::add_to_incident::handle(app, payload, clicked).await,
        declare_incident::ACTION => super::declare_incident::handle(app, payload, clicked).await,
        declare_incident::SHORTCUT => super::declare_incident::handle_shortcut(app, clicked).await,
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
