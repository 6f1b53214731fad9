//! `/datadog` without arguments: the action menu. In an incident channel it offers the actions for the
//! incident's status; elsewhere it declares and lists incidents and shows the help. A button runs the
//! same command as its text.

use muster_commands::buttons::ButtonClick;
use muster_commands::{Status, tray};

use super::asked::{BlockAction, SlashCommand, reply_ephemeral};
use super::cards::{self, format_duration};
use super::client::Message;
use super::listener::{self, Reply};
use super::update;
use super::words::{self, RichText, bold, text};
use crate::app::App;
use crate::domain::{Incident, Timestamp, UserNames, time_in_each_status};
use crate::error::Result;

/// Shows the action menu in an ephemeral message. A resolved incident is shown with its durations.
pub async fn handle(app: &App, typed: SlashCommand) -> Result<Reply> {
    let (viewer, channel) = (typed.viewer(), typed.channel.clone());
    let store = &app.store;
    let incident = store.incident_of_channel(viewer.clone(), channel).await?;
    let (sentence, choices) = match &incident {
        Some(incident) => {
            let changes = match incident.status.is_open() {
                true => Vec::new(),
                false => store.status_changes(viewer, incident.id).await?,
            };
            let took = resolution_time_text(incident, &changes).unwrap_or_default();
            (
                incident_status_text(incident, &took),
                tray::incident_buttons(incident.status),
            )
        }
        None => (
            vec![text("What would you like to do?")],
            tray::DEFAULT_BUTTONS,
        ),
    };
    Ok(Reply::Ephemeral(menu_message(sentence, choices)))
}

/// Runs the command of the button in the channel of the menu. **Resolve Incident** first asks for the end
/// of an ongoing impact.
pub async fn click(
    app: &App,
    pressed: &ButtonClick,
    clicked: BlockAction,
    text: &str,
) -> Result<()> {
    let typed = SlashCommand {
        text: text.to_owned(),
        user: clicked.user,
        channel: pressed.channel.clone().unwrap_or_else(|| "".into()),
        trigger_id: clicked.trigger_id,
        response_url: clicked.response_url.clone(),
        selected_incident: None,
    };
    let incident = match tray::is_resolve_command(text) {
        true => {
            let channel = typed.channel.clone();
            app.store
                .incident_of_channel(typed.viewer(), channel)
                .await?
        }
        false => None,
    };
    let reply = match incident.filter(|incident| incident.open_impact().is_some()) {
        Some(incident) => update::open_resolve_modal(app, &incident, typed).await?,
        None => listener::handle_command(app, typed).await?,
    };
    match reply {
        Reply::Ephemeral(message) => reply_ephemeral(app, clicked.response_url, message),
        Reply::Nothing | Reply::Body(_) | Reply::Unavailable | Reply::Challenge(_) => {}
    }
    Ok(())
}

fn incident_status_text(incident: &Incident, took: &str) -> RichText {
    vec![
        bold(incident.id.to_string()),
        text(format!(
            " {} is {}{took}.",
            muster_commands::limits::truncate(&incident.title, cards::TITLE_PREVIEW),
            incident.status.label()
        )),
    ]
}

/// Returns the time to resolution, divided by the open statuses.
fn resolution_time_text(incident: &Incident, changes: &[(Timestamp, Status)]) -> Option<String> {
    let (declared_at, resolved_at) = (incident.declared_at, incident.resolved_at?);
    let spent = time_in_each_status(declared_at, changes, resolved_at).into_iter();
    let spent = spent.filter(|(status, spent)| status.is_open() && !spent.is_zero());
    let spent: Vec<String> = spent
        .map(|(status, spent)| format!("{} {}", status.label(), format_duration(spent)))
        .collect();
    let took = format_duration(incident.time_to_resolve()?);
    // A single status lasted as long as the whole.
    Some(match spent.len() {
        0 | 1 => format!(" after {took}"),
        _ => format!(" after {took}: {}", spent.join(", ")),
    })
}

fn menu_message(sentence: RichText, choices: &[tray::MenuButton]) -> Message {
    let names = UserNames::default();
    let lines = [sentence];
    let mut blocks = vec![words::rich_text_block(&lines, &names)];
    blocks.extend(tray::button_rows(choices));
    Message {
        text: words::mrkdwn(&lines, &names),
        blocks,
    }
}
