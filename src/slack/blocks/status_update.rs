//! A status update as a post, in a thread, in a direct message and in the header.

use slack_morphism::prelude::*;

use crate::domain::text::{RichText, Span, bold, length, text, truncate};
use crate::domain::{Activity, StatusUpdate, TimelineEvent, Timestamp, UserNames};
use crate::slack::blocks::rich_text;
use crate::slack::blocks::{context_block, mrkdwn};
use crate::slack::client::Message;

/// Maximum length of an update in a message. Slack: a text has at most 3,000 characters.
const POST_LIMIT: usize = 2_900;

/// Maximum length of the latest update in the header.
const HEADER_PREVIEW: usize = 150;

/// Returns whether an activity is posted in a message of its own: a status update.
pub(crate) fn is_posted_alone(activity: &Activity) -> bool {
    matches!(activity.event, TimelineEvent::StatusUpdate { .. })
}

/// Returns the post of a status update; `None` if the activity is another one.
pub(crate) fn post(activity: &Activity, names: &UserNames) -> Option<Message> {
    let TimelineEvent::StatusUpdate {
        text: update,
        next_update_at,
    } = &activity.event
    else {
        return None;
    };
    let mut title = vec![bold("Update")];
    if let Some(author) = &activity.actor {
        title.extend([text(" from "), Span::User(author.clone())]);
    }
    let mut paragraphs = vec![title];
    paragraphs.extend(body(update));
    let mut blocks = vec![rich_text::rich_text_block(&paragraphs, names)];
    blocks.extend(
        next_update_at.map(|at| context_block(&format!("Next update due {}", mrkdwn::time(at)))),
    );
    Some(Message {
        text: rich_text::fallback_text(&paragraphs, names),
        blocks,
    })
}

/// Returns the paragraphs about a status update in a direct message, after `prefix`; `None` if the activity is
/// another one.
pub(crate) fn direct_message_text(activity: &Activity, prefix: &[Span]) -> Option<Vec<RichText>> {
    let TimelineEvent::StatusUpdate {
        text: update,
        next_update_at,
    } = &activity.event
    else {
        return None;
    };
    let author = activity.actor.iter();
    let author = author.flat_map(|user| [text("update from "), Span::User(user.clone())]);
    let mut paragraphs: Vec<RichText> = vec![prefix.iter().cloned().chain(author).collect()];
    paragraphs.extend(body(update));
    paragraphs.extend(next_update_at.map(next_update_text));
    Some(paragraphs)
}

fn next_update_text(at: Timestamp) -> RichText {
    vec![text("Next update due "), Span::Time(at)]
}

/// Returns the text of an update. A longer one is cut; the timeline keeps all of it.
fn body(update: &str) -> Vec<RichText> {
    let mut paragraphs = vec![vec![text(truncate(update, POST_LIMIT))]];
    if length(update) > POST_LIMIT {
        let hint = "(Cut here: too long for a Slack message. Muster keeps the whole text.)";
        paragraphs.push(vec![text(hint)]);
    }
    paragraphs
}

/// Returns the latest update for the header: its time, its author, and how it begins.
pub(crate) fn header_block(update: &StatusUpdate, names: &UserNames) -> SlackBlock {
    let one_line: Vec<&str> = update.text.split_whitespace().collect();
    rich_text::block_of(vec![
        SlackRichTextText::new("Last update".to_owned())
            .bold()
            .into(),
        " ".into(),
        rich_text::time_and_age(update.at),
        " by ".into(),
        rich_text::inline_element(&Span::User(update.author.clone()), names),
        "\n".into(),
        truncate(&one_line.join(" "), HEADER_PREVIEW)
            .as_str()
            .into(),
    ])
}
