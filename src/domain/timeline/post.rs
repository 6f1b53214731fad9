//! The posts in the incident's channel that report timeline entries, and how they follow their entries.

use crate::delivery::EditActivityPost;
use crate::{
    Activity, Actor, Change, ChannelId, ChannelState, Delivery, Incident, MessageTs, TimelineEdit,
    TimelineEntry, UserId,
};

/// A post in the incident's channel that reports activities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityPost {
    /// The channel.
    pub channel: ChannelId,
    /// The message's timestamp.
    pub ts: MessageTs,
    /// The deliveries that the post finished.
    pub deliveries: Vec<i64>,
}

/// An entry as its post shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedEntry {
    /// The entry.
    pub entry: TimelineEntry,
    /// Whether it was taken off the timeline, or rewritten, since.
    pub state: PostedState,
}

/// The change of an entry since it was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostedState {
    /// Nothing.
    Original,
    /// It was rewritten.
    Edited,
    /// It was removed, by this user if it was a user.
    Removed(Option<UserId>),
}

impl PostedEntry {
    /// Returns the activity as it was posted.
    pub fn activity(&self) -> Activity {
        Activity {
            at: self.entry.recorded_at,
            ..self.entry.activity()
        }
    }

    /// Returns the users whose names the post contains.
    pub fn mentioned_users(&self) -> Vec<UserId> {
        let mut users: Vec<UserId> = self
            .activity()
            .mentioned_users()
            .into_iter()
            .cloned()
            .collect();
        if let PostedState::Removed(Some(user)) = &self.state {
            users.push(user.clone());
        }
        users
    }
}

impl Change {
    /// Returns which new entry is reported by which new delivery, by their indexes.
    pub fn posted_entries(&self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (at, delivery) in self.deliveries.iter().enumerate() {
            let Delivery::PostActivity(post) = delivery else {
                continue;
            };
            let mut entries = self.entries.iter().enumerate();
            let reported = entries.find(|(_, entry)| entry.event == post.activity.event);
            pairs.extend(reported.map(|(entry, _)| (entry, at)));
        }
        pairs
    }
}

impl Incident {
    /// Takes an entry off the timeline and enqueues the edit of its post.
    pub(crate) fn remove_entry(&self, change: &mut Change, entry: i64, actor: &Actor) {
        let edit = TimelineEdit::remove(entry, actor.user.clone());
        change.edits.push(edit);
        self.enqueue_post_edit(change, entry);
    }

    /// Enqueues the edit of the post that reports an entry. If there is none, the delivery does nothing.
    pub(crate) fn enqueue_post_edit(&self, change: &mut Change, entry: i64) {
        match self.channel_state {
            ChannelState::Pending | ChannelState::Open => {
                change.enqueue(EditActivityPost { entry });
            }
            ChannelState::Failed | ChannelState::Archived | ChannelState::Deleted => {}
        }
    }
}
