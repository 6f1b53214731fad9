//! Questions about unknown commands and about commands that may be a title, each with buttons.

use muster_commands::action_menu;
use muster_commands::incident_picker::PickerLabels;
use muster_commands::quick_edit::QuickEditArgs;
use muster_commands::slash::{self, Alternative, ParsedCommand, Position, UnknownCommand};

use crate::domain::text::text;
use crate::domain::{IncidentId, Status, UserNames};
use crate::error::Result;
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;
use crate::slack::commands::incident_picker::has_no_incidents;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Asks what the text means. A button runs the command that was probably meant, another one does what else
/// the text may mean.
pub(crate) async fn handle(ctx: &RequestContext, unknown: &UnknownCommand) -> Result<Reply> {
    let command = match &unknown.command {
        Some(command) => run_choice(ctx, command).await?,
        None => None,
    };
    let alternative = unknown.alternative.as_ref().map(alternative_choice);
    let message = unknown.message(ctx.slash_command());
    Ok(question(message, command.into_iter().chain(alternative)))
}

/// A button: its label, and its command.
pub(super) struct Choice {
    label: String,
    command: String,
}

/// Returns the button that runs a command for the incident that is meant; `None` if the command is about
/// an incident and there is none.
async fn run_choice(ctx: &RequestContext, command: &str) -> Result<Option<Choice>> {
    let request = slash::parse_request(command, Position::IncidentChannel);
    let mut command = command.to_owned();
    let mut incident = request.incident;
    if request.command.is_about_an_incident() && incident.is_none() {
        if has_no_incidents(ctx, ctx.viewer.clone()).await? {
            return Ok(None);
        }
        incident = ctx.channel_incident().await?.map(|incident| incident.id);
        if incident.is_none() {
            incident = only_open_incident(ctx).await?;
            let id = incident.map(|id| format!("{id} "));
            command.insert_str(0, &id.unwrap_or_default());
        }
    }
    Ok(Some(Choice {
        label: command_label(&request.command, incident),
        command,
    }))
}

/// Returns the only open incident that the user may see; `None` if there are several.
async fn only_open_incident(ctx: &RequestContext) -> Result<Option<IncidentId>> {
    let (incidents, open) = ctx.store().open_incidents(ctx.viewer.clone(), 1).await?;
    let only = incidents.first().filter(|_| open == 1);
    Ok(only.map(|incident| incident.id))
}

pub(super) fn alternative_choice(alternative: &Alternative) -> Choice {
    Choice {
        label: alternative.label(),
        command: alternative.command(),
    }
}

/// Returns the label of the button that runs a command.
fn command_label(command: &ParsedCommand, incident: Option<IncidentId>) -> String {
    let which = incident.map_or_else(|| "an incident".to_owned(), |id| id.to_string());
    match command {
        ParsedCommand::Resolve { .. } => format!("Resolve {which}"),
        ParsedCommand::Show => format!("Show {which}"),
        ParsedCommand::QuickEdit {
            edit: QuickEditArgs::Status(status),
            ..
        } if !status.is_empty() => {
            let status = status.parse::<Status>().map(Status::label);
            format!("Set {which} to {}", status.unwrap_or("another status"))
        }
        ParsedCommand::Declare { .. } => "Declare Incident".to_owned(),
        ParsedCommand::List(_) => "List Incidents".to_owned(),
        ParsedCommand::Help(_) => "Help".to_owned(),
        ParsedCommand::Settings => "Settings".to_owned(),
        other => match (PickerLabels::for_command(other), incident) {
            (Some(labels), Some(id)) => format!("{} · {id}", labels.title()),
            (Some(labels), None) => labels.title().to_owned(),
            (None, _) => "Run it".to_owned(),
        },
    }
}

pub(super) fn question(sentence: String, choices: impl IntoIterator<Item = Choice>) -> Reply {
    let names = UserNames::default();
    let lines = [vec![text(sentence)]];
    let mut blocks = vec![rich_text::rich_text_block(&lines, &names)];
    let choices = choices.into_iter().enumerate();
    let buttons = choices.map(|(index, choice)| {
        action_menu::command_button(&index.to_string(), &choice.label, &choice.command)
    });
    blocks.extend(action_menu::button_row(buttons.flatten()));
    Reply::Ephemeral(Message {
        text: rich_text::fallback_text(&lines, &names),
        blocks,
    })
}
