//! `/datadog incident repair`: recreates what is missing in Slack.

use muster_commands::IncidentId;

use crate::app::{App, SlackState};
use crate::domain::Actor;
use crate::error::Result;
use crate::slack::blocks::announcement;
use crate::slack::commands::incident_picker::{IncidentChoice, incident_for_command};
use crate::slack::dispatch::Reply;
use crate::slack::request_context::SlashCommand;
use crate::slack::text::activity::text;

/// Enqueues a repair. Its result is sent as a direct message.
pub async fn handle(app: &App, typed: SlashCommand) -> Result<Reply> {
    let incident = match incident_for_command(app, &typed).await? {
        IncidentChoice::Known(incident) => incident,
        IncidentChoice::Prompt(reply) => return Ok(reply),
    };
    let (viewer, key) = (typed.viewer(), typed.idempotency_key());
    let by = Actor::new(typed.user, app.clock.now());
    app.store
        .change(viewer, incident.id, key, move |incident| {
            incident.repair(&by)
        })
        .await?;
    Ok(Reply::Ephemeral(announcement::text_message(vec![text(
        repair_text(app, incident.id),
    )])))
}

fn repair_text(app: &App, id: IncidentId) -> String {
    match app.state.slack() {
        SlackState::Unknown | SlackState::Up => format!(
            "Looking what Slack has of {id}. What is missing is built again, and a direct message tells you \
             what it was."
        ),
        SlackState::Down(_) => format!(
            "Slack does not answer us right now. As soon as it does, what is missing of {id} is built \
             again, and a direct message tells you what it was."
        ),
    }
}
