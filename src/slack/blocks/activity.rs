//! Activity in the incident channel, and in the thread of the announcement.

use muster_commands::payload::button_click;
use slack_morphism::prelude::*;

use crate::domain::text::{RichText, activity_text, posted_entry_text, without_mentions};
use crate::domain::{Activity, PostedEntry, TimelineEvent, UserNames};
use crate::slack::blocks::{rich_text, status_update};
use crate::slack::client::Message;

/// Returns the activity message for the incident channel. It mentions the affected users but not the
/// actors.
pub fn activity(activities: &[Activity], names: &UserNames) -> Message {
    if let Some(post) = status_update_post(activities, names) {
        return post;
    }
    message_with_retry_buttons(
        activities,
        activities.iter().flat_map(activity_text).collect(),
        names,
    )
}

/// Returns a post whose entries were rewritten or removed since.
pub(crate) fn edited_post(entries: &[PostedEntry], names: &UserNames) -> Message {
    if let [only] = entries
        && let Some(post) = status_update::edited_post(only, names)
    {
        return post;
    }
    let activities: Vec<_> = entries.iter().map(PostedEntry::activity).collect();
    let sentences = entries.iter().flat_map(posted_entry_text).collect();
    message_with_retry_buttons(&activities, sentences, names)
}

/// Returns the announcement reply: the same activity, without mentions.
pub fn announcement_reply(activities: &[Activity], names: &UserNames) -> Message {
    if let Some(post) = status_update_post(activities, names) {
        return post;
    }
    let sentences = activities.iter().flat_map(activity_text).collect();
    message_with_retry_buttons(activities, without_mentions(sentences), names)
}

/// Returns the post of a status update, if that is the only activity.
fn status_update_post(activities: &[Activity], names: &UserNames) -> Option<Message> {
    match activities {
        [only] => status_update::post(only, names),
        _ => None,
    }
}

/// Returns a message with one **Try again** button per failed delivery.
pub(crate) fn message_with_retry_buttons(
    activities: &[Activity],
    sentences: Vec<RichText>,
    names: &UserNames,
) -> Message {
    let mut blocks = vec![rich_text::rich_text_block(&sentences, names)];
    let undelivered = activities
        .iter()
        .filter_map(|activity| match &activity.event {
            TimelineEvent::DeliveryFailed {
                delivery_id: delivery,
                ..
            } => Some(*delivery),
            _ => None,
        });
    // At most five buttons, to keep the message readable.
    blocks.extend(undelivered.take(5).map(retry_block));
    Message {
        text: rich_text::fallback_text(&sentences, names),
        blocks,
    }
}

/// Returns a **Try again** button in its own actions block: action IDs must be unique within a block.
fn retry_block(delivery: i64) -> SlackBlock {
    SlackActionsBlock::new(vec![button_click::retry_button(delivery).into()]).into()
}
