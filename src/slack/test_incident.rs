//! `/datadog incident test [title]`: the form to declare a test incident.

use muster_commands::test_incident::Nature;

use super::asked::Typed;
use super::declare;
use super::listener::Reply;
use crate::bot::Bot;
use crate::error::Result;

/// Typed: opens the form to declare a test incident, with the title if one was typed.
///
/// # Errors
/// When this person may not declare, or the store cannot be read.
pub async fn typed(bot: &Bot, typed: Typed, title: String) -> Result<Reply> {
    declare::opened(bot, typed, (title, Nature::Test)).await
}
