//! `/datadog` without arguments: the action menu. In an incident channel it offers the actions for the
//! incident's status; elsewhere it declares and lists incidents and shows the help. A button runs the
//! same command as its text.

use muster_commands::payload::button_click::ButtonClick;
use muster_commands::{Status, action_menu};

use crate::app::App;
use crate::domain::{Incident, Timestamp, UserNames, time_in_each_status};
use crate::error::Result;
use crate::slack::blocks::announcement;
use crate::slack::blocks::announcement::format_duration;
use crate::slack::client::Message;
use crate::slack::commands::update;
use crate::slack::dispatch;
use crate::slack::dispatch::Reply;
use crate::slack::request_context::{BlockAction, SlashCommand, reply_ephemeral};
use crate::slack::text::activity;
use crate::slack::text::activity::{RichText, bold, text};

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
                action_menu::incident_buttons(incident.status),
            )
        }
        None => (
            vec![text("What would you like to do?")],
            action_menu::DEFAULT_BUTTONS,
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
    let incident = match action_menu::is_resolve_command(text) {
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
        None => dispatch::handle_command(app, typed).await?,
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
            muster_commands::modal::block_kit_limits::truncate(
                &incident.title,
                announcement::TITLE_PREVIEW
            ),
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

fn menu_message(sentence: RichText, choices: &[action_menu::MenuButton]) -> Message {
    let names = UserNames::default();
    let lines = [sentence];
    let mut blocks = vec![activity::rich_text_block(&lines, &names)];
    blocks.extend(action_menu::button_rows(choices));
    Message {
        text: activity::mrkdwn(&lines, &names),
        blocks,
    }
}
