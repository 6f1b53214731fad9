//! `/datadog` without arguments: the action menu. In an incident channel it offers the actions for the
//! incident's status; elsewhere it declares and lists incidents and shows the help. A button runs the
//! same command as its text.

use muster_commands::action_menu;

use crate::app::App;
use crate::domain::text::{RichText, TITLE_PREVIEW, bold, format_duration, text, truncate};
use crate::domain::{Incident, Status, Timestamp, UserNames, Viewer, time_in_each_status};
use crate::error::Result;
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;
use crate::slack::commands::update;
use crate::slack::dispatch;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Shows the action menu in an ephemeral message. A resolved incident is shown with its durations.
pub(crate) async fn handle(ctx: &RequestContext) -> Result<Reply> {
    let menu = menu(&ctx.app, ctx.viewer.clone()).await?;
    Ok(Reply::Ephemeral(menu))
}

/// Returns the action menu in the channel of the viewer.
pub(crate) async fn menu(app: &App, viewer: Viewer) -> Result<Message> {
    let incident = match viewer.channel() {
        Some(channel) => {
            let channel = channel.clone();
            app.store
                .incident_of_channel(viewer.clone(), channel)
                .await?
        }
        None => None,
    };
    let Some(incident) = incident else {
        let question = vec![text("What would you like to do?")];
        return Ok(menu_message(question, action_menu::DEFAULT_BUTTONS));
    };
    let changes = if incident.status.is_open() {
        Vec::new()
    } else {
        app.store.status_changes(viewer, incident.id).await?
    };
    let duration = resolution_time_text(&incident, &changes).unwrap_or_default();
    Ok(menu_message(
        incident_status_text(&incident, &duration),
        action_menu::incident_buttons(incident.status),
    ))
}

/// Runs the command of the button in the channel of the menu. **Resolve Incident** first asks for the end
/// of an ongoing impact.
pub(crate) async fn click(ctx: &RequestContext) -> Result<Reply> {
    if action_menu::is_resolve_command(ctx.command_text())
        && let Some(incident) = ctx.channel_incident().await?
        && incident.open_impact().is_some()
    {
        return update::open_resolve_modal(ctx, &incident).await;
    }
    dispatch::handle_command(ctx).await
}

fn incident_status_text(incident: &Incident, duration: &str) -> RichText {
    vec![
        bold(incident.id.to_string()),
        text(format!(
            " {} is {}{duration}.",
            truncate(&incident.title, TITLE_PREVIEW),
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
    let duration = format_duration(incident.time_to_resolve()?);
    // A single status lasted as long as the whole.
    Some(match spent.len() {
        0 | 1 => format!(" after {duration}"),
        _ => format!(" after {duration}: {}", spent.join(", ")),
    })
}

fn menu_message(sentence: RichText, buttons: &[action_menu::MenuButton]) -> Message {
    let names = UserNames::default();
    let lines = [sentence];
    let mut blocks = vec![rich_text::rich_text_block(&lines, &names)];
    blocks.extend(action_menu::button_rows(buttons));
    Message {
        text: rich_text::fallback_text(&lines, &names),
        blocks,
    }
}
