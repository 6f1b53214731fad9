//! Opening a form beside the answer to Slack, which never waits for a call.

use slack_morphism::prelude::SlackModalView;

use super::asked::tell_asker;
use super::cards;
use super::words::plain;
use crate::bot::Bot;

/// What a form needs to be opened, and what the person is told if it cannot be.
pub struct Opening {
    /// What opens it, within three seconds.
    pub trigger: String,
    /// The form.
    pub form: SlackModalView,
    /// Where the person can be answered.
    pub response_url: Option<String>,
    /// How to ask for it again, with all that was given: `Type it again: /datadog incident …`.
    pub again: String,
}

/// Opens a form. If Slack does not open it, the person is told how to ask again.
pub fn open(bot: &Bot, opening: Opening) {
    let bot = bot.clone();
    let tasks = bot.tasks.clone();
    tasks.spawn(async move {
        let Err(trouble) = bot.slack.open_form(&opening.trigger, &opening.form).await else {
            return;
        };
        tracing::warn!("A form could not be opened: {trouble}");
        let told = format!(
            "Slack did not open the form in time, and nothing was stored. {}",
            opening.again
        );
        tell_asker(&bot, opening.response_url, cards::line(vec![plain(told)]));
    });
}
