//! A status update as a post, in a thread, in a direct message and in the header.

use slack_morphism::prelude::*;

use crate::domain::text::{
    RichText, Span, actor_span, bold, crossed_out, length, removed_text, text, truncate,
};
use crate::domain::{
    Activity, PostedEntry, PostedState, Status, StatusUpdate, TimelineEvent, Timestamp, UserNames,
};
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
    Some(message(parts(activity)?, names))
}

/// Returns the post of a status update after its author rewrote or removed it; `None` if the entry is another one.
pub(crate) fn edited_post(posted: &PostedEntry, names: &UserNames) -> Option<Message> {
    let mut parts = parts(&posted.activity())?;
    match &posted.state {
        PostedState::Original => {}
        PostedState::Edited => parts.title.push(text(" (edited)")),
        PostedState::Removed(user) => {
            parts.body = parts.body.into_iter().map(crossed_out).collect();
            if let Some(last) = parts.body.last_mut() {
                last.extend(removed_text(user.as_ref()));
            }
            parts.next_update_at = None;
        }
    }
    Some(message(parts, names))
}

/// The parts of a post.
struct Parts {
    title: RichText,
    body: Vec<RichText>,
    next_update_at: Option<Timestamp>,
}

fn parts(activity: &Activity) -> Option<Parts> {
    let TimelineEvent::StatusUpdate {
        text: update,
        next_update_at,
        status,
    } = &activity.event
    else {
        return None;
    };
    Some(Parts {
        title: title(activity, *status, "Update"),
        body: body(update),
        next_update_at: *next_update_at,
    })
}

fn message(parts: Parts, names: &UserNames) -> Message {
    let mut paragraphs = vec![parts.title];
    paragraphs.extend(parts.body);
    let mut blocks = vec![rich_text::rich_text_block(&paragraphs, names)];
    let next_update = parts
        .next_update_at
        .map(|at| context_block(&format!("Next update due {}", mrkdwn::time(at))));
    blocks.extend(next_update);
    Message {
        text: rich_text::fallback_text(&paragraphs, names),
        blocks,
    }
}

/// Returns the paragraphs about a status update in a direct message, after `prefix`; `None` if the activity is
/// another one.
pub(crate) fn direct_message_text(activity: &Activity, prefix: &[Span]) -> Option<Vec<RichText>> {
    let TimelineEvent::StatusUpdate {
        text: update,
        next_update_at,
        status,
    } = &activity.event
    else {
        return None;
    };
    let title = title(activity, *status, "update");
    let mut paragraphs: Vec<RichText> = vec![prefix.iter().cloned().chain(title).collect()];
    paragraphs.extend(body(update));
    paragraphs.extend(next_update_at.map(next_update_text));
    Some(paragraphs)
}

/// Returns the title: the status that was set with the update, or that it is an update, and its author.
fn title(activity: &Activity, status: Option<Status>, update: &str) -> RichText {
    let (subject, preposition) = match status {
        Some(status) => (status.label(), " by "),
        None => (update, " from "),
    };
    let mut title = vec![bold(subject)];
    if let Some(author) = &activity.actor {
        title.extend([text(preposition), Span::User(author.clone())]);
    }
    title
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
        rich_text::inline_element(&actor_span(update.author.as_ref()), names),
        "\n".into(),
        truncate(&one_line.join(" "), HEADER_PREVIEW)
            .as_str()
            .into(),
    ])
}
