//! The identity of the bot (`auth.test`), fetched once.

use crate::app::App;
use crate::slack::client::{BotIdentity, SlackResult};

/// Returns the bot's identity.
pub(crate) async fn bot_identity(app: &App) -> SlackResult<BotIdentity> {
    if let Some(identity) = app.state.identity() {
        return Ok(identity);
    }
    let identity = app.slack.bot_identity().await?;
    app.state.set_identity(identity.clone());
    Ok(identity)
}
