//! Explains what to do instead of a command that Muster does not have.

use muster_commands::unsupported::UnsupportedCommand;

use crate::slack::commands::unknown::{alternative_choice, question};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Returns the explanation, with a button for what else the text may mean.
pub(crate) fn handle(ctx: &RequestContext, command: &UnsupportedCommand) -> Reply {
    let alternative = command.alternative.as_ref().map(alternative_choice);
    question(command.message(ctx.slash_command()), alternative)
}
