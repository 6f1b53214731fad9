//! What a form turns into while Slack does not answer us: the word that what was sent is safe.

use muster_commands::limits::{self, cut};
use serde_json::json;
use slack_morphism::prelude::*;

use super::cards;
use super::client::Message;
use super::listener::Reply;
use super::words::plain;
use crate::bot::{Bot, SlackState};

/// Answers a form whose work is stored. It closes; but when Slack does not answer us, nothing that the
/// person could see comes soon, so the form itself says that it is stored.
pub fn answer(bot: &Bot, title: &str, told: impl FnOnce() -> String) -> Reply {
    match bot.state.slack() {
        SlackState::Unknown | SlackState::Reached => Reply::Nothing,
        SlackState::Trouble(_) => in_its_place(title, SlackBlockPlainText::new(told()).into()),
    }
}

/// Answers a form after which something is to be told in the channel where it was asked for. When Slack does
/// not answer us, the form itself says it.
pub fn shown(bot: &Bot, message: Message, tell: impl FnOnce(Message)) -> Reply {
    match bot.state.slack() {
        SlackState::Unknown | SlackState::Reached => {
            tell(message);
            Reply::Nothing
        }
        SlackState::Trouble(_) => {
            let text = cut(&message.text, limits::TEXT);
            in_its_place("Done", SlackBlockMarkDownText::new(text.to_owned()).into())
        }
    }
}

fn in_its_place(title: &str, text: SlackBlockText) -> Reply {
    let view = SlackModalView::new(
        SlackBlockPlainTextOnly::from(title),
        vec![SlackSectionBlock::new().with_text(text).into()],
    )
    .with_close(SlackBlockPlainTextOnly::from("Close"));
    Reply::Body(json!({ "response_action": "update", "view": SlackView::Modal(view) }))
}

/// Answers a command whose work is stored: the incident's channel tells of it, and the answer does where
/// that may take a while.
pub fn answer_typed(bot: &Bot) -> Reply {
    match bot.state.slack() {
        SlackState::Unknown | SlackState::Reached => Reply::Nothing,
        SlackState::Trouble(_) => Reply::Ephemeral(cards::line(vec![plain(
            "That is stored. Slack does not answer us right now: the channel says so as soon as Slack \
             does. There is nothing more to do here.",
        )])),
    }
}
