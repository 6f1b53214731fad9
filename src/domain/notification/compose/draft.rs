//! Drafts of notifications, which users save and send later.

use crate::notification::{NotificationChange, NotificationText};
use crate::{Actor, Change, Incident, Timestamp, UserId};

/// A draft of a notification. Nothing in it is checked until it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationDraft {
    /// Its ID; `None` until it is stored.
    pub id: Option<i64>,
    /// The user who created it.
    pub author: UserId,
    /// The recipients as typed, one a line.
    pub recipients: String,
    /// The name of the template that the text was made from; empty for the default text.
    pub template: String,
    /// The text as typed.
    pub text: NotificationText,
    /// The text as the template made it.
    pub made: NotificationText,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

impl Incident {
    /// Saves a draft. One that is stored keeps its author.
    #[must_use]
    pub fn save_draft(&self, draft: NotificationDraft, actor: &Actor) -> Change {
        self.with_draft_change(NotificationChange::DraftSaved(draft), actor)
    }

    /// Deletes a draft.
    #[must_use]
    pub fn delete_draft(&self, id: i64, actor: &Actor) -> Change {
        self.with_draft_change(NotificationChange::DraftRemoved { id }, actor)
    }

    fn with_draft_change(&self, change_of_draft: NotificationChange, actor: &Actor) -> Change {
        let mut change = Change::new(self.clone(), actor.at);
        change.notifications.push(change_of_draft);
        change
    }
}
