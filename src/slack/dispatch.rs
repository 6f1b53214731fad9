//! Dispatches requests from both transports to their handlers.
//!
//! Replies and errors become acknowledgements here, in one place, so that Slack always receives a response
//! that it can show.

use muster_commands::declare::incident_type::TypeSelected;
use muster_commands::impact_end::StatusSelected;
use muster_commands::link::kind_with_callback_id;
use muster_commands::link_buttons;
use muster_commands::modal::configured_fields::suggested_field;
use muster_commands::modal::{ViewSubmission, selected_users};
use muster_commands::payload::button_click;
use muster_commands::payload::interaction::Interaction;
use muster_commands::slash::{self, CommandRequest, ParsedCommand as Command, Position};
use muster_commands::task;
use muster_commands::task_modal;
use muster_commands::task_notice;
use muster_commands::{
    PayloadError, add_to_incident, alert_buttons, declare, declare_from_message, home, impact,
    impact_buttons, incident_picker, list_buttons, note, notify, postmortem, postmortem_modal,
    resolve, responders, settings, severity_modal, status_update, suggest_call, test_incident,
    timeline, update,
};
use serde_json::{Value, json};
use slack_morphism::prelude::{SlackModalView, SlackView};

use crate::app::App;
use crate::domain::{IncidentKind, TaskKind};
use crate::error::{Error, Result};
use crate::slack::ack_timeout::{TimeoutReply, with_ack_deadline};
use crate::slack::notify::Placement;
use crate::slack::reply::Reply;
use crate::slack::request::{Acknowledgement, Request};
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::slack::{buttons, commands, error_reply, events, offline_reply, open_modal};

/// Handles one request within the ack deadline; Slack shows its own error after 3 s. Work that exceeds
/// the deadline continues in the background and the user receives a timeout reply. A repeated request is
/// idempotent.
pub(crate) async fn handle_request(app: &App, request: Request) -> Acknowledgement {
    let timeout_reply = TimeoutReply::for_request(&request);
    let handler_app = app.clone();
    let work = Box::pin(async move {
        let app = &handler_app;
        match request {
            Request::Command(fields) => {
                let ctx = RequestContext::from_command(app, &fields);
                let ctx = ctx.with_membership().await;
                let reply = handle_command(&ctx).await;
                acknowledge(&ctx, Surface::Command, reply)
            }
            Request::Interaction(Interaction::ViewSubmission(form)) => {
                let ctx = RequestContext::from_submission(app, &form);
                let ctx = ctx.with_membership().await;
                let reply = handle_submission(&ctx, &form).await;
                acknowledge(&ctx, Surface::Modal(&form), reply)
            }
            Request::Interaction(Interaction::Other(payload)) => {
                let ctx = RequestContext::from_interaction(app, &payload);
                let ctx = ctx.with_membership().await;
                handle_interaction(&ctx, &payload).await
            }
            Request::Event(body) => events::handle_event(app, &body).await,
        }
    });
    with_ack_deadline(app, work, timeout_reply).await
}

/// How the user made a request, which determines how they see the reply.
#[derive(Clone, Copy)]
enum Surface<'a> {
    Command,
    Modal(&'a ViewSubmission),
    /// A button of a message, a message action or a shortcut. Slack ignores the body of the response.
    Message,
}

/// Handles a slash command, for the incident that it names, the one selected in the incident picker, or
/// that of the channel. If its incident is unknown, opens the incident picker.
pub(crate) async fn handle_command(ctx: &RequestContext) -> Result<Reply> {
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let request = parse_command_request(ctx).await?;
    match request.incident.filter(|_| ctx.incident_id.is_none()) {
        Some(id) => run_command(&ctx.for_incident(id).await?, request.command).await,
        None => run_command(ctx, request.command).await,
    }
}

/// Parses the command. What some texts mean depends on whether they are typed in an incident's channel.
async fn parse_command_request(ctx: &RequestContext) -> Result<CommandRequest> {
    let here = slash::parse_request(ctx.command_text(), Position::IncidentChannel);
    let elsewhere = slash::parse_request(ctx.command_text(), Position::Elsewhere);
    if here == elsewhere || ctx.incident_id.is_some() {
        return Ok(here);
    }
    Ok(match ctx.channel_incident().await? {
        Some(_) => here,
        None => elsewhere,
    })
}

async fn run_command(ctx: &RequestContext, command: Command) -> Result<Reply> {
    let picker = incident_picker::PickerLabels::for_command(&command);
    let reply = match command {
        Command::Declare { title } => {
            commands::declare::handle(ctx, title, IncidentKind::Real).await
        }
        Command::DeclareTest { title } => commands::test_incident::handle(ctx, title).await,
        Command::Update => commands::update::handle(ctx).await,
        Command::StatusUpdate { text } => commands::status_update::handle(ctx, text).await,
        Command::Resolve { text } => commands::resolve::handle(ctx, text).await,
        Command::QuickEdit { edit, reason } => {
            commands::quick_edit::handle(ctx, edit, reason).await
        }
        Command::Show => commands::show::handle(ctx).await,
        Command::Web => commands::web::handle(ctx).await,
        Command::Responders => commands::responders::handle(ctx).await,
        Command::Invite { users } => commands::invite::handle(ctx, users).await,
        Command::Role(args) => commands::role::handle(ctx, args).await,
        Command::Impact(args) => commands::impact::handle(ctx, args).await,
        Command::Note { text } => commands::note::handle(ctx, text).await,
        Command::Notify { to } => commands::notify::handle(ctx, to).await,
        Command::Postmortem(command) => commands::postmortem::handle(ctx, command).await,
        Command::Timeline => commands::timeline::handle(ctx).await,
        Command::List(filter) => commands::list::handle(ctx, filter).await,
        Command::Visibility(visibility) => commands::visibility::handle(ctx, visibility).await,
        Command::Link(args) => commands::link::handle(ctx, args).await,
        Command::Task(kind, args) => commands::task::handle(ctx, kind, args).await,
        Command::Repair => commands::repair::handle(ctx).await,
        Command::Settings => commands::settings::handle(ctx).await,
        Command::ActionMenu => commands::action_menu::handle(ctx).await,
        Command::Help(scope) => Ok(commands::help::handle(ctx, scope)),
        Command::Unsupported(command) => Ok(commands::unsupported::handle(ctx, &command)),
        Command::Unknown(command) => commands::unknown::handle(ctx, &command).await,
    };
    match reply {
        Err(Error::IncidentRequired) => commands::incident_picker::open(ctx, picker).await,
        reply => reply,
    }
}

async fn handle_submission(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    form.validate()?;
    if let Some(kind) = kind_with_callback_id(&form.callback_id) {
        return commands::link::submit(ctx, kind, form).await;
    }
    if let Some(kind) = TaskKind::from_name(&form.callback_id) {
        return commands::task::submit(ctx, kind, form).await;
    }
    match form.callback_id.as_str() {
        task_modal::EDIT_CALLBACK_ID => commands::task::submit_edit(ctx, form).await,
        declare::CALLBACK_ID | test_incident::CALLBACK_ID => {
            commands::declare::submit(ctx, form).await
        }
        update::CALLBACK_ID => commands::update::submit(ctx, form).await,
        resolve::CALLBACK_ID => commands::resolve::submit(ctx, form).await,
        status_update::CALLBACK_ID => commands::status_update::submit(ctx, form).await,
        note::CALLBACK_ID => commands::note::submit(ctx, form).await,
        notify::CALLBACK_ID => commands::notify::submit(ctx, form).await,
        postmortem_modal::CALLBACK_ID => commands::postmortem::submit(ctx, form).await,
        postmortem_modal::EDIT_CALLBACK_ID => commands::postmortem::edit::submit(ctx, form).await,
        note::EDIT_CALLBACK_ID => commands::note::submit_edit(ctx, form).await,
        impact::CALLBACK_ID => commands::impact::submit(ctx, form).await,
        impact::EDIT_CALLBACK_ID => commands::impact::submit_edit(ctx, form).await,
        severity_modal::CALLBACK_ID => commands::severity_modal::submit(ctx, form).await,
        settings::CALLBACK_ID => commands::settings::submit(ctx, form).await,
        responders::CALLBACK_ID => commands::responders::submit(ctx, form).await,
        incident_picker::CALLBACK_ID => commands::incident_picker::submit(ctx, form).await,
        add_to_incident::CALLBACK_ID => commands::add_to_incident::submit(ctx, form).await,
        other => {
            tracing::info!(form = other, "Ignored a submission of an unknown modal");
            Ok(Reply::Nothing)
        }
    }
}

async fn handle_interaction(ctx: &RequestContext, payload: &Value) -> Acknowledgement {
    let reply = match payload["type"].as_str().unwrap_or_default() {
        "block_suggestion" => {
            let options = match suggested_field(payload) {
                Some(field) => {
                    commands::configured_fields::suggest_options(ctx, field, payload).await
                }
                None => commands::incident_picker::suggest_options(ctx, payload).await,
            };
            return Acknowledgement::Body(options);
        }
        "block_actions" => handle_block_action(ctx, payload).await,
        "message_action" | "shortcut" => handle_shortcut(ctx, payload).await,
        other => {
            tracing::info!(kind = other, "Ignored an interaction of an unhandled type");
            Ok(Reply::Nothing)
        }
    };
    acknowledge(ctx, Surface::Message, reply)
}

/// Handles a selection in an open modal, or a click on a button.
async fn handle_block_action(ctx: &RequestContext, payload: &Value) -> Result<Reply> {
    let users = selected_users(payload);
    if !users.is_empty() {
        // Fetches the users while the modal is open, so that they are cached at its submission.
        for user in users {
            refresh_user_cache(&ctx.app, user);
        }
        return Ok(Reply::Nothing);
    }
    if let Some(selection) = StatusSelected::read(payload) {
        return commands::update::on_status_selected(ctx, selection).await;
    }
    if let Some(selection) = TypeSelected::read(payload) {
        return commands::configured_fields::on_type_selected(ctx, selection).await;
    }
    if ctx.command_text.is_some() {
        return commands::action_menu::click(ctx).await;
    }
    handle_click(ctx, &button_click::read(payload)?).await
}

#[expect(clippy::too_many_lines, reason = "one arm per button")]
async fn handle_click(ctx: &RequestContext, click: &button_click::ButtonClick) -> Result<Reply> {
    match click.action_id.as_str() {
        button_click::POST_UPDATE | button_click::SNOOZE | button_click::STOP_REMINDERS => {
            buttons::reminder::click(ctx, click).await
        }
        button if kind_with_callback_id(button).is_some() => buttons::link::add(ctx, click).await,
        button if task::is_button(button) => buttons::task::click(ctx, click).await,
        task_notice::DONE | task_notice::SNOOZE => buttons::task_notice::click(ctx, click).await,
        link_buttons::REMOVE => buttons::link::remove(ctx, click).await,
        link_buttons::EARLIER | link_buttons::LATER => buttons::link::show_page(ctx, click).await,
        suggest_call::SUGGEST_CALL => commands::suggest_call::click(ctx, click).await,
        list_buttons::PREVIOUS | list_buttons::NEXT => commands::list::show_page(ctx, click).await,
        button_click::RETRY_DELIVERY => buttons::retry::click(ctx, click).await,
        timeline::PREVIOUS | timeline::NEXT | timeline::ORDER | timeline::FILTER => {
            buttons::timeline::show_page(ctx, click).await
        }
        timeline::FLAG => buttons::timeline::flag(ctx, click).await,
        timeline::EDIT => buttons::timeline::edit(ctx, click).await,
        timeline::REMOVE => buttons::timeline::remove(ctx, click).await,
        impact_buttons::REMOVE => buttons::impact::remove(ctx, click).await,
        impact_buttons::ADD_ANYWAY => buttons::impact::add_anyway(ctx, click).await,
        impact_buttons::EDIT_DRAFT => buttons::impact::edit_draft(ctx, click).await,
        button_click::SUBSCRIBE | button_click::UNSUBSCRIBE => {
            buttons::subscribe::click(ctx, click).await
        }
        button_click::TAKE_COMMAND => buttons::take_command::click(ctx, click).await,
        button_click::JOIN_INCIDENT => buttons::duplicates::join(ctx, click).await,
        button_click::DECLARE_ANOTHER => buttons::duplicates::declare_another(ctx, click).await,
        postmortem::OPEN => commands::postmortem::click(ctx, click).await,
        alert_buttons::DECLARE => buttons::alert::declare(ctx, click).await,
        alert_buttons::ADD => buttons::alert::add(ctx, click).await,
        alert_buttons::ADD_OTHER => buttons::alert::choose_incident(ctx, click),
        alert_buttons::IGNORE => buttons::alert::ignore(ctx, click).await,
        alert_buttons::IGNORE_HOUR | alert_buttons::IGNORE_DAY | alert_buttons::IGNORE_ALWAYS => {
            buttons::alert::ignore_longer(ctx, click).await
        }
        alert_buttons::ATTACH => buttons::alert::attach(ctx, click).await,
        alert_buttons::SET_STABLE => buttons::alert::set_stable(ctx, click).await,
        alert_buttons::REOPEN => buttons::alert::reopen(ctx, click).await,
        button_click::DECLARE => buttons::home::declare(ctx).await,
        home::PREVIOUS | home::NEXT => buttons::home::show_page(ctx, click).await,
        home::DONE => buttons::home::finish_task(ctx, click).await,
        button_click::SIGN_IN => commands::web::open_modal(ctx).await,
        // Slack has already opened the channel or the page.
        button_click::JOIN_CHANNEL | button_click::OPEN_CHANNEL | button_click::OPEN_PAGE => {
            Ok(Reply::Nothing)
        }
        other => {
            tracing::info!(button = other, "Ignored a click on an unknown button");
            Ok(Reply::Nothing)
        }
    }
}

/// Handles a message action or a global shortcut.
async fn handle_shortcut(ctx: &RequestContext, payload: &Value) -> Result<Reply> {
    match payload["callback_id"].as_str().unwrap_or_default() {
        add_to_incident::ACTION => commands::add_to_incident::handle(ctx, payload).await,
        declare_from_message::ACTION => commands::declare_from_message::handle(ctx, payload).await,
        declare_from_message::SHORTCUT => commands::declare_from_message::shortcut(ctx).await,
        other => {
            tracing::info!(action = other, "Ignored an unknown action");
            Ok(Reply::Nothing)
        }
    }
}

/// Sends the reply to the user, or returns it as the response.
fn acknowledge(
    ctx: &RequestContext,
    surface: Surface<'_>,
    reply: Result<Reply>,
) -> Acknowledgement {
    let reply = match reply {
        Ok(reply) => offline_reply::resolve(&ctx.app, reply),
        Err(error) => return acknowledge_error(ctx, surface, &ctx.explain(error)),
    };
    match (surface, reply) {
        (Surface::Command, Reply::Ephemeral(message) | Reply::Replacement(message)) => {
            return Acknowledgement::Ephemeral(message);
        }
        (Surface::Modal(_), Reply::View(view)) => return update_view(view),
        (Surface::Modal(_), Reply::Modal(modal)) => return update_view(modal.view),
        (Surface::Modal(_), Reply::Ephemeral(message)) if ctx.command_text.is_some() => {
            ctx.notify_user(message);
        }
        (Surface::Modal(_) | Surface::Message, Reply::Ephemeral(message)) => {
            ctx.reply_ephemeral(message);
        }
        (Surface::Modal(_) | Surface::Message, Reply::Replacement(message)) => {
            ctx.send_response(message, Placement::ReplaceOriginal);
        }
        (Surface::Command | Surface::Message, Reply::Modal(modal)) => {
            if let Some(notice) = open_modal::open(ctx, modal) {
                return acknowledge(ctx, surface, Ok(Reply::Ephemeral(notice)));
            }
        }
        (Surface::Command | Surface::Message, Reply::View(_))
        | (_, Reply::Nothing | Reply::Saved(_)) => {}
    }
    Acknowledgement::Empty
}

fn acknowledge_error(ctx: &RequestContext, surface: Surface<'_>, error: &Error) -> Acknowledgement {
    match surface {
        Surface::Command => Acknowledgement::Ephemeral(error_reply::error_message(error)),
        Surface::Modal(form) => {
            Acknowledgement::Body(error_reply::error_view_response(error, form))
        }
        Surface::Message => {
            ctx.notify_user(error_reply::error_message(error));
            Acknowledgement::Empty
        }
    }
}

/// Returns the response that replaces the submitted modal.
fn update_view(view: Box<SlackModalView>) -> Acknowledgement {
    Acknowledgement::Body(json!({ "response_action": "update", "view": SlackView::Modal(*view) }))
}

impl From<PayloadError> for Error {
    fn from(error: PayloadError) -> Self {
        Self::internal(error)
    }
}
