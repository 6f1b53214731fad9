//! Whether Slack answers us, noted after each call that matters and said in the log when it changes.

use super::trouble::Trouble;
use crate::bot::{Bot, SlackState};

/// Notes how a call went.
///
/// That one call got no answer does not say that Slack is down: the worker asks, and knows then.
pub fn note(bot: &Bot, trouble: Option<&Trouble>) {
    match trouble {
        Some(trouble) if trouble.is_of_token() => is_refused(bot, trouble),
        // A refusal is an answer.
        None | Some(Trouble::Refused { .. } | Trouble::Limited { .. }) => is_there(bot),
        // These addresses are not the Web API's.
        Some(trouble) if trouble.method() == "response_url" => {}
        Some(Trouble::Unreached { .. } | Trouble::Unsure { .. } | Trouble::Silent { .. }) => {
            if bot.state.slack() == SlackState::Reached {
                bot.state.set_slack(SlackState::Unknown);
                bot.store.committed().notify_one();
            }
        }
    }
}

/// Notes what came of asking Slack who we are: that says whether it is there.
pub fn asked(bot: &Bot, trouble: Option<&Trouble>) {
    match trouble {
        Some(
            trouble @ (Trouble::Unreached { .. } | Trouble::Unsure { .. } | Trouble::Silent { .. }),
        ) => {
            let state = SlackState::Trouble("Slack does not answer.".to_owned());
            if bot.state.set_slack(state) {
                tracing::warn!(
                    "Slack does not answer; what is owed is kept and sent later. {trouble}"
                );
            }
        }
        other => note(bot, other),
    }
}

fn is_there(bot: &Bot) {
    bot.state.set_heard_at(bot.clock.now());
    let was = bot.state.slack();
    if bot.state.set_slack(SlackState::Reached) && matches!(was, SlackState::Trouble(_)) {
        tracing::info!("Slack answers again");
    }
}

fn is_refused(bot: &Bot, trouble: &Trouble) {
    let state = "Slack does not take SLACK_BOT_TOKEN: install the app again and set the new token.";
    if bot.state.set_slack(SlackState::Trouble(state.to_owned())) {
        tracing::error!("{state} What is owed is kept and sent later. {trouble}");
    }
}
