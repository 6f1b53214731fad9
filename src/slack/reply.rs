//! The reply of a handler. `dispatch` turns it into an acknowledgement, a message or a modal.

use slack_morphism::prelude::*;

use crate::domain::text::{RichText, text};
use crate::slack::blocks::text_message;
use crate::slack::client::Message;
use crate::slack::offline_reply;
use crate::slack::open_modal::ModalRequest;

/// The reply of a handler.
pub(crate) enum Reply {
    /// No message.
    Nothing,
    /// An ephemeral message.
    Ephemeral(Message),
    /// A message that replaces the ephemeral message whose button the user clicked.
    Replacement(Message),
    /// A modal to open.
    Modal(ModalRequest),
    /// A view that replaces the submitted modal.
    View(Box<SlackModalView>),
    /// The confirmation of a stored change.
    Saved(SavedReply),
}

/// The confirmation of a stored change. While Slack is reachable, the channel of the incident usually
/// shows the change and no message is needed.
pub(crate) struct SavedReply {
    /// The message while Slack is reachable.
    pub(crate) message: Option<Message>,
    /// The reply while Slack is unreachable.
    pub(crate) offline: OfflineReply,
}

/// The reply while Slack is unreachable.
pub(crate) enum OfflineReply {
    /// An ephemeral message, which is part of the response to a command.
    Message(Message),
    /// A view that replaces the submitted modal.
    View(Box<SlackModalView>),
}

impl Reply {
    /// Returns an ephemeral message of one paragraph.
    pub(crate) fn text(sentence: impl Into<String>) -> Self {
        Self::Ephemeral(text_message(vec![text(sentence)]))
    }

    /// Returns a message of one paragraph that replaces the ephemeral message whose button was clicked.
    pub(crate) fn replacement(sentence: impl Into<String>) -> Self {
        Self::Replacement(text_message(vec![text(sentence)]))
    }

    /// Returns a modal. The hint says how to repeat the request if Slack does not open it.
    pub(crate) fn modal(view: SlackModalView, retry_hint: String) -> Self {
        Self::Modal(ModalRequest::new(view, retry_hint))
    }

    /// Confirms a stored command, which the incident channel shows.
    pub(crate) fn saved() -> Self {
        let offline =
            offline_reply::saved_text("Saved.", "the channel will be updated when it's back.");
        Self::saved_or(None, vec![text(offline)])
    }

    /// Confirms a stored command with a message, and with another one while Slack is unreachable.
    pub(crate) fn saved_or(message: Option<RichText>, offline: RichText) -> Self {
        Self::Saved(SavedReply {
            message: message.map(text_message),
            offline: OfflineReply::Message(text_message(offline)),
        })
    }

    /// Confirms a stored submission. The modal closes; while Slack is unreachable it shows the title, what
    /// is stored and what happens later.
    pub(crate) fn submission_saved(title: &str, stored: &str, later: &str) -> Self {
        let sentence = offline_reply::saved_text(stored, later);
        Self::Saved(SavedReply {
            message: None,
            offline: OfflineReply::View(text_view(
                title,
                SlackBlockPlainText::new(sentence).into(),
            )),
        })
    }
}

/// Returns a modal without fields.
pub(crate) fn text_view(title: &str, text: SlackBlockText) -> Box<SlackModalView> {
    let view = SlackModalView::new(
        SlackBlockPlainTextOnly::from(title),
        vec![SlackSectionBlock::new().with_text(text).into()],
    )
    .with_close(SlackBlockPlainTextOnly::from("Close"));
    Box::new(view)
}
