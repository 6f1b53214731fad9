//! Whether Slack answers us, noted after each call that matters and said in the log when it changes.

use super::trouble::Trouble;
use crate::bot::{Bot, SlackState};

/// Notes how a call went.
pub fn note(bot: &Bot, trouble: Option<&Trouble>) {
    match trouble {
        Some(trouble @ (Trouble::Unreached { .. } | Trouble::Unsure { .. })) => {
            let state = SlackState::Trouble("Slack does not answer.".to_owned());
            if bot.state.set_slack(state) {
                tracing::warn!(
                    "Slack does not answer; what is owed is kept and sent later. {trouble}"
                );
            }
        }
        Some(trouble) if trouble.is_of_token() => {
            let state =
                "Slack does not take SLACK_BOT_TOKEN: install the app again and set the new token.";
            if bot.state.set_slack(SlackState::Trouble(state.to_owned())) {
                tracing::error!("{state} What is owed is kept and sent later. {trouble}");
            }
        }
        // A refusal is an answer.
        Some(Trouble::Refused { .. } | Trouble::Limited { .. }) | None => {
            if bot.state.set_slack(SlackState::Reached) {
                tracing::info!("Slack answers");
            }
        }
    }
}
