//! `/datadog` without arguments: the action menu. In an incident channel it offers the actions for the
//! incident's status; elsewhere it declares and lists incidents and shows the help. A button runs the
//! same command as its text.

use muster_commands::action_menu::{self, PostmortemButton};
use slack_morphism::prelude::SlackBlockButtonElement;

use crate::app::App;
use crate::domain::text::{RichText, TITLE_PREVIEW, bold, format_duration, text, truncate};
use crate::domain::{Incident, Status, Timestamp, UserNames, Viewer, time_in_each_status};
use crate::error::Result;
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;
use crate::slack::dispatch;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Shows the action menu in an ephemeral message. A resolved incident is shown with its durations.
pub(crate) async fn handle(ctx: &RequestContext) -> Result<Reply> {
    let incident = ctx.channel_incident().await?;
    let menu = menu(&ctx.app, ctx.viewer.clone(), incident).await?;
    Ok(Reply::Ephemeral(menu))
}

/// Returns the action menu of an incident; without one, that of other channels.
pub(crate) async fn menu(app: &App, viewer: Viewer, incident: Option<Incident>) -> Result<Message> {
    let Some(incident) = incident else {
        let question = vec![text("What would you like to do?")];
        let buttons = with_page_button(app, action_menu::default_buttons());
        return Ok(menu_message(question, buttons));
    };
    let changes = if incident.status.is_open() {
        Vec::new()
    } else {
        app.store.status_changes(viewer, incident.id).await?
    };
    let duration = resolution_time_text(&incident, &changes).unwrap_or_default();
    let settings = app.store.settings().await?;
    let statuses = settings.statuses();
    let postmortem = PostmortemButton::for_incident(&incident, &settings);
    let buttons =
        action_menu::incident_buttons(incident.id, incident.status, &statuses, postmortem);
    let buttons = with_page_button(app, buttons);
    let title = incident_status_text(&incident, &duration);
    Ok(menu_message(title, buttons))
}

/// Adds the button **Open Page**, if there are pages.
fn with_page_button(
    app: &App,
    mut buttons: Vec<SlackBlockButtonElement>,
) -> Vec<SlackBlockButtonElement> {
    let page = app.config.public_url.is_some();
    buttons.extend(page.then(action_menu::page_menu_button));
    buttons
}

/// Runs the command of the button in the channel of the menu.
pub(crate) async fn click(ctx: &RequestContext) -> Result<Reply> {
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

fn menu_message(sentence: RichText, buttons: Vec<SlackBlockButtonElement>) -> Message {
    let names = UserNames::default();
    let lines = [sentence];
    let mut blocks = vec![rich_text::rich_text_block(&lines, &names)];
    blocks.extend(action_menu::button_rows(buttons));
    Message {
        text: rich_text::fallback_text(&lines, &names),
        blocks,
    }
}
