//! Determines the incident of a command: that of the channel, or one selected in the incident picker. The
//! command then continues with its original arguments.

use muster_commands::incident_picker;
use muster_commands::incident_picker::PickerLabels;
use muster_commands::modal::block_kit_limits::{OPTIONS, truncate};
use muster_commands::modal::{PrivateMetadata, ViewSubmission};
use muster_commands::slash::mrkdwn_decode::decode;
use muster_commands::slash::{self, split_first_word};
use muster_commands::{IncidentId, declare};
use serde_json::Value;

use crate::app::App;
use crate::domain::{Incident, Timestamp, Viewer};
use crate::error::{Error, Result};
use crate::slack::dispatch;
use crate::slack::dispatch::Reply;
use crate::slack::offline_reply;
use crate::slack::open_modal::open_modal_for_command;
use crate::slack::request_context::{BlockAction, SelectedIncident, SlashCommand, notify_user};
use crate::store::IncidentSummary;

/// Maximum length of the command's text in a message.
const ECHO_LIMIT: usize = 2_500;

/// Maximum length of a suggested title.
const TITLE_ECHO_LIMIT: usize = 100;

/// The incident of a command.
pub enum IncidentChoice {
    /// The incident is known.
    Known(Box<Incident>),
    /// The incident is unknown. The reply opens the incident picker, whose submission continues the
    /// command.
    Prompt(Reply),
}

/// Returns the incident of a command: that of its channel, or the selected one. Otherwise opens the
/// incident picker, whose submission continues the command.
pub async fn incident_for_command(app: &App, typed: &SlashCommand) -> Result<IncidentChoice> {
    let viewer = typed.viewer();
    if let Some(choice) = &typed.selected_incident {
        let incident = app.store.incident(viewer, choice.incident).await?;
        return Ok(IncidentChoice::Known(Box::new(incident)));
    }
    let here = app
        .store
        .incident_of_channel(viewer.clone(), typed.channel.clone())
        .await?;
    if let Some(incident) = here {
        return Ok(IncidentChoice::Known(Box::new(incident)));
    }
    if has_no_incidents(app, viewer).await? {
        let none = no_incident_text(app);
        return Err(Error::Rejected(match command_echo(app, typed) {
            Some(said) => format!(
                "{none}{} Nothing was done. You typed: {said}",
                title_hint(app, typed)
            ),
            None => none,
        }));
    }
    open_picker(app, typed).map(IncidentChoice::Prompt)
}

/// Opens the incident picker.
fn open_picker(app: &App, typed: &SlashCommand) -> Result<Reply> {
    let carried = PrivateMetadata {
        command_sent_at: Some(app.clock.now().epoch_millis()),
        channel: Some(typed.channel.clone()),
        response_url: typed.response_url.clone(),
        command: Some(typed.text.clone()),
        ..PrivateMetadata::default()
    };
    let question =
        PickerLabels::for_command(&slash::parse(&typed.text)).ok_or(Error::NotFound("command"))?;
    if PrivateMetadata::parse(&carried.to_metadata()).command != carried.command {
        let typed = truncate(&decode(&typed.text), ECHO_LIMIT);
        return Err(Error::Rejected(format!(
            "This is no incident's channel, and what you typed is too long to be kept while you choose an \
             incident. Nothing was done: type it in the channel of the one that you mean. You typed: {} {typed}",
            app.config.command
        )));
    }
    let said = format!("{} {}", app.config.command, decode(&typed.text));
    let title = command_echo(app, typed).map(|_| title_hint(app, typed));
    let remark = format!("You typed: {said}{}", title.unwrap_or_default());
    let again = format!("Type it again: {}", truncate(&said, ECHO_LIMIT));
    let form = question.modal(&remark, &carried);
    Ok(open_modal_for_command(app, typed.clone(), form, again))
}

/// Runs the command of the picker for the selected incident.
pub async fn submit(app: &App, form: &ViewSubmission) -> Result<Reply> {
    let incident = incident_picker::read(&form.view_state)?;
    let PrivateMetadata {
        channel,
        response_url,
        command: typed,
        command_sent_at: typed_at,
        ..
    } = form.private_metadata.clone();
    let now = app.clock.now();
    let typed = SlashCommand {
        text: typed.ok_or(Error::NotFound("command"))?,
        user: form.user.clone(),
        channel: channel.unwrap_or_else(|| "".into()),
        trigger_id: String::new(),
        response_url: response_url.clone(),
        selected_incident: Some(SelectedIncident {
            incident,
            view_id: form.view_id.clone(),
            requested_at: typed_at.map_or(now, Timestamp::from_epoch_millis),
        }),
    };
    match dispatch::handle_command(app, typed).await? {
        Reply::Ephemeral(message) => {
            let user = form.user.clone();
            Ok(offline_reply::reply_to_modal_with_message(
                app,
                message,
                |message| {
                    notify_user(app, response_url, user, message);
                },
            ))
        }
        reply => Ok(reply),
    }
}

/// Returns the picker's options: the incidents that are visible to the user and match the query, open
/// ones first, sorted by severity. Older incidents are found by their number, so that they can be
/// reopened.
pub async fn suggest_options(app: &App, payload: &Value) -> Result<Value> {
    let words = incident_picker::query(payload).to_owned();
    let viewer = BlockAction::from_payload(payload).viewer();
    let named = words.parse::<IncidentId>().ok();
    let found = app
        .store
        .search_incidents(viewer.clone(), words, OPTIONS)
        .await?;
    let over = match named.filter(|id| found.iter().all(|incident| incident.id != *id)) {
        Some(id) => match app.store.incident(viewer, id).await {
            Ok(incident) => Some((incident.id, incident.severity, incident.title)),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let found = found
        .into_iter()
        .map(|incident| (incident.id, incident.severity, option_label(&incident)));
    Ok(incident_picker::options(over.into_iter().chain(found)))
}

/// Returns the title of an option, with the status of an incident that is not open.
fn option_label(incident: &IncidentSummary) -> String {
    let title = incident.display_title();
    if incident.status.is_open() {
        title
    } else {
        format!("{} · {title}", incident.status.label())
    }
}

/// Returns whether there is no incident to select, open or not.
pub async fn has_no_incidents(app: &App, viewer: Viewer) -> Result<bool> {
    let found = app.store.search_incidents(viewer, String::new(), 1).await?;
    Ok(found.is_empty())
}

/// Returns the error for an empty picker.
pub fn no_incident_error(app: &App) -> Error {
    Error::Rejected(no_incident_text(app))
}

fn no_incident_text(app: &App) -> String {
    let command = &app.config.command;
    format!("No incident is open. {command} incident declares one.")
}

/// Returns the command's text, if it has arguments.
fn command_echo(app: &App, typed: &SlashCommand) -> Option<String> {
    let (word, rest) = split_first_word(&typed.text);
    let more = if is_incident_keyword(word) {
        split_first_word(rest).1
    } else {
        rest
    };
    let said = || decode(&typed.text);
    (!more.is_empty()).then(|| format!("{} {}", app.config.command, truncate(&said(), ECHO_LIMIT)))
}

fn is_incident_keyword(word: &str) -> bool {
    declare::WORDS.contains(&word.to_lowercase().as_str())
}

/// Returns a hint to declare an incident with the text as its title; empty if it cannot be a title.
pub fn title_hint(app: &App, typed: &SlashCommand) -> String {
    let (word, rest) = split_first_word(&typed.text);
    if !is_incident_keyword(word) || rest.is_empty() {
        return String::new();
    }
    format!(
        " If it is the title of a new incident, type {} {word} \"{}\".",
        app.config.command,
        truncate(&decode(rest), TITLE_ECHO_LIMIT)
    )
}
