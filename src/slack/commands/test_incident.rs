//! `/datadog incident test [title]`: opens the modal to declare a test incident.

use muster_commands::test_incident::IncidentKind;

use crate::app::App;
use crate::error::Result;
use crate::slack::commands::declare;
use crate::slack::dispatch::Reply;
use crate::slack::request_context::SlashCommand;

/// Opens the modal, with the title if the command has one.
pub async fn handle(app: &App, typed: SlashCommand, title: String) -> Result<Reply> {
    declare::open_declare_modal(app, typed, (title, IncidentKind::Test)).await
}
