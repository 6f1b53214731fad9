//! Replies while Slack is unreachable: confirm that a request is stored.

use muster_commands::modal::block_kit_limits;
use muster_commands::modal::block_kit_limits::truncate;
use serde_json::json;
use slack_morphism::prelude::*;

use crate::app::{App, SlackState};
use crate::slack::blocks::announcement;
use crate::slack::client::Message;
use crate::slack::dispatch::Reply;
use crate::slack::text::activity::text;

/// Replies to a stored submission. The modal closes, but while Slack is unreachable it shows a
/// confirmation instead, because no message will appear soon.
pub fn reply_to_modal(app: &App, title: &str, told: impl FnOnce() -> String) -> Reply {
    match app.state.slack() {
        SlackState::Unknown | SlackState::Up => Reply::Nothing,
        SlackState::Down(_) => replace_view_reply(title, SlackBlockPlainText::new(told()).into()),
    }
}

/// Replies to a submission whose result is posted to the channel of the request. While Slack is
/// unreachable, the modal shows the result.
pub fn reply_to_modal_with_message(
    app: &App,
    message: Message,
    tell: impl FnOnce(Message),
) -> Reply {
    match app.state.slack() {
        SlackState::Unknown | SlackState::Up => {
            tell(message);
            Reply::Nothing
        }
        SlackState::Down(_) => {
            let text = truncate(&message.text, block_kit_limits::TEXT);
            replace_view_reply("Done", SlackBlockMarkDownText::new(text.to_owned()).into())
        }
    }
}

fn replace_view_reply(title: &str, text: SlackBlockText) -> Reply {
    let view = SlackModalView::new(
        SlackBlockPlainTextOnly::from(title),
        vec![SlackSectionBlock::new().with_text(text).into()],
    )
    .with_close(SlackBlockPlainTextOnly::from("Close"));
    Reply::Body(json!({ "response_action": "update", "view": SlackView::Modal(view) }))
}

/// Replies to a stored command. The activity appears in the incident channel; while Slack is unreachable,
/// an ephemeral reply confirms the request.
pub fn reply_to_command(app: &App) -> Reply {
    match app.state.slack() {
        SlackState::Unknown | SlackState::Up => Reply::Nothing,
        SlackState::Down(_) => Reply::Ephemeral(announcement::text_message(vec![text(
            "That is stored. Slack does not answer us right now: the channel says so as soon as Slack \
             does. There is nothing more to do here.",
        )])),
    }
}
