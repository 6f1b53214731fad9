//! What Slack asks, whichever door it came in by, and what it is answered.
//!
//! Whatever happens, Slack gets an answer that it can show: errors become words here, once.

use muster_commands::form::{Submission, people_chosen};
use muster_commands::impact_end::StatusChosen;
use muster_commands::link::LinkKind;
use muster_commands::link_buttons;
use muster_commands::payload::Interaction;
use muster_commands::slash::{self, Slash};
use muster_commands::task::{self, TaskKind};
use muster_commands::task_form;
use muster_commands::{
    Unreadable, add_to_incident, buttons, call_link, declare, declare_incident, home, impact, note,
    responders, settings, test_incident, timeline, tray, update, which_incident,
};
use serde_json::Value;

use super::asked::{Clicked, Typed, tell_person};
use super::client::Message;
use super::in_time::{Late, in_time};
use super::meet::meet;
use super::words::plain;
use super::{cards, trouble_told};
use crate::bot::Bot;
use crate::error::{Error, Result};

/// What Slack asks. HTTP and Socket Mode hand on the same.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// A slash command: the fields of its form.
    Command(Value),
    /// A click, a submitted form, a message action, a question for options.
    Interaction(Interaction),
    /// Something that happened: the body.
    Event(Value),
}

/// What Slack is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Nothing but that it arrived.
    Nothing,
    /// Words that only the person sees.
    Ephemeral(Message),
    /// The body of an answer: errors of a form, another form, options.
    Body(Value),
    /// That it could not be taken, so that Slack sends it again.
    NotYet,
    /// The word that proves an address ours.
    Challenge(String),
}

/// Answers one request, in time: Slack shows words of its own after 3 s. What is not done by then is
/// finished beside the answer, and the person is told so; if they ask again, it is done once.
pub async fn answer(bot: &Bot, request: Request) -> Reply {
    let late = Late::to(&request);
    let work = {
        let bot = bot.clone();
        Box::pin(async move { answer_whole(&bot, request).await })
    };
    in_time(bot, work, late).await
}

async fn answer_whole(bot: &Bot, request: Request) -> Reply {
    match request {
        Request::Command(fields) => match typed(bot, Typed::read(&fields)).await {
            Ok(reply) => reply,
            Err(error) => Reply::Ephemeral(trouble_told::line(&error)),
        },
        Request::Interaction(Interaction::Submitted(form)) => submitted(bot, &form)
            .await
            .unwrap_or_else(|error| Reply::Body(trouble_told::on_form(&error, &form))),
        Request::Interaction(Interaction::Other(payload)) => interaction(bot, &payload).await,
        Request::Event(body) => super::events::happened(bot, &body).await,
    }
}

/// Does what somebody typed.
///
/// # Errors
/// What they can do about it, or that it could not be stored.
pub(super) async fn typed(bot: &Bot, typed: Typed) -> Result<Reply> {
    meet(bot, typed.person.clone());
    match slash::read(&typed.text) {
        Slash::Declare { title } => super::declare::typed(bot, typed, title).await,
        Slash::Update => super::update::typed(bot, typed).await,
        Slash::DeclareTest { title } => super::test_incident::typed(bot, typed, title).await,
        Slash::AtOnce(at_once) => super::one_thing::typed(bot, typed, at_once).await,
        Slash::Responders => super::responders::typed(bot, typed).await,
        Slash::Role(role) => super::one_thing::typed(bot, typed, role).await,
        Slash::Impact(asked) => super::impact::typed(bot, typed, asked).await,
        Slash::Note { text } => super::note::typed(bot, typed, text).await,
        Slash::Timeline => super::timeline::typed(bot, typed).await,
        Slash::List => super::list::typed(bot, &typed).await,
        Slash::Visibility(to) => super::visibility::typed(bot, typed, to).await,
        Slash::Link(asked) => super::link::typed(bot, typed, asked).await,
        Slash::Task(kind, asked) => super::task::typed(bot, typed, (kind, asked)).await,
        Slash::Repair => super::repair::typed(bot, typed).await,
        Slash::Settings => super::settings::typed(bot, typed).await,
        Slash::Tray => super::tray::typed(bot, typed).await,
        Slash::Help => Ok(super::help::typed(bot)),
        Slash::Unknown(words) => Ok(Reply::Ephemeral(cards::line(vec![plain(
            words.line(&bot.settings.command),
        )]))),
    }
}

async fn interaction(bot: &Bot, payload: &Value) -> Reply {
    let kind = payload
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match kind {
        "block_suggestion" => match super::which_incident::suggested(bot, payload).await {
            Ok(options) => Reply::Body(options),
            Err(error) => {
                tracing::error!("The open incidents could not be offered: {error}");
                Reply::Body(which_incident::options::<&str>([]))
            }
        },
        "message_action" | "block_actions" | "shortcut" => {
            let clicked = Clicked::read(payload);
            let (person, address) = (clicked.person.clone(), clicked.response_url.clone());
            // Slack shows nothing of the answer to a click: the person is told at their own address.
            if let Err(error) = pressed(bot, kind, payload, clicked).await {
                tell_person(bot, address, person, trouble_told::line(&error));
            }
            Reply::Nothing
        }
        other => {
            tracing::info!(
                kind = other,
                "Slack sent an interaction that we do not follow"
            );
            Reply::Nothing
        }
    }
}

async fn submitted(bot: &Bot, form: &Submission) -> Result<Reply> {
    form.is_whole()?;
    if let Some(kind) = LinkKind::of_form(&form.form) {
        return super::link::submitted(bot, kind, form).await;
    }
    if let Some(kind) = TaskKind::of(&form.form) {
        return super::task::submitted(bot, kind, form).await;
    }
    match form.form.as_str() {
        task_form::EDIT_FORM => super::task::edited(bot, form).await,
        declare::FORM | test_incident::FORM => super::declare::submitted(bot, form).await,
        update::FORM | update::RESOLVE_FORM => super::update::submitted(bot, form).await,
        note::FORM => super::note::submitted(bot, form).await,
        note::EDIT_FORM => super::note::edited(bot, form).await,
        impact::FORM => super::impact::submitted(bot, form).await,
        impact::EDIT_FORM => super::impact::edited(bot, form).await,
        settings::FORM => super::settings::submitted(bot, form).await,
        responders::FORM => super::responders::submitted(bot, form).await,
        which_incident::FORM => super::which_incident::chosen(bot, form).await,
        add_to_incident::FORM => super::add_to_incident::chosen(bot, form).await,
        other => {
            tracing::info!(form = other, "Slack sent a form that we do not know");
            Ok(Reply::Nothing)
        }
    }
}

async fn pressed(bot: &Bot, kind: &str, payload: &Value, clicked: Clicked) -> Result<()> {
    if kind != "block_actions" {
        return chosen(bot, payload, clicked).await;
    }
    let chosen = people_chosen(payload);
    if !chosen.is_empty() {
        // A form is still open: when it comes, we know who they are.
        chosen.into_iter().for_each(|person| meet(bot, person));
        return Ok(());
    }
    if let Some(chosen) = StatusChosen::read(payload) {
        return super::update::status_chosen(bot, chosen).await;
    }
    let pressed = buttons::read(payload)?;
    if let Some(text) = tray::typed(&pressed.button, &pressed.value) {
        return super::tray::pressed(bot, &pressed, clicked, text).await;
    }
    match pressed.button.as_str() {
        buttons::POST_UPDATE | buttons::SNOOZE | buttons::STOP => {
            super::reminder::pressed(bot, &pressed, clicked).await
        }
        button if LinkKind::of_form(button).is_some() => {
            super::link::adds(bot, &pressed, clicked).await
        }
        button if task::is_button(button) => super::task::pressed(bot, &pressed, clicked).await,
        link_buttons::REMOVE => super::link::removes(bot, &pressed, clicked).await,
        link_buttons::EARLIER | link_buttons::LATER => {
            super::link::turns(bot, &pressed, clicked).await
        }
        call_link::USE => super::offer_call::pressed(bot, &pressed, clicked).await,
        buttons::TRY_AGAIN => super::try_again::pressed(bot, &pressed, clicked).await,
        timeline::BACK | timeline::ON | timeline::ORDER | timeline::ONLY => {
            super::timeline::turned(bot, &pressed, clicked).await
        }
        timeline::FLAG => super::timeline::flagged(bot, &pressed, clicked).await,
        timeline::EDIT => super::timeline::edit_pressed(bot, &pressed, clicked).await,
        timeline::REMOVE => super::timeline::removed(bot, &pressed, clicked).await,
        buttons::SUBSCRIBE | buttons::UNSUBSCRIBE => {
            super::subscribe::pressed(bot, &pressed, clicked).await
        }
        buttons::DECLARE => super::home::declares(bot, clicked).await,
        home::PREVIOUS | home::NEXT => super::home::turned(bot, &pressed).await,
        home::DONE => super::home::finishes(bot, &pressed, clicked).await,
        // Slack has opened the channel already.
        buttons::JOIN_CHANNEL => Ok(()),
        other => {
            tracing::info!(button = other, "Slack sent a button that we do not know");
            Ok(())
        }
    }
}

/// Somebody chose something in the menu of a message, or among the global shortcuts.
async fn chosen(bot: &Bot, payload: &Value, clicked: Clicked) -> Result<()> {
    let action = payload
        .get("callback_id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match action {
        add_to_incident::ACTION => super::add_to_incident::clicked(bot, payload, clicked).await,
        declare_incident::ACTION => super::declare_incident::clicked(bot, payload, clicked).await,
        declare_incident::SHORTCUT => super::declare_incident::begun(bot, clicked).await,
        other => {
            tracing::info!(action = other, "Slack sent an action that we do not know");
            Ok(())
        }
    }
}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        Self::internal(unreadable)
    }
}
