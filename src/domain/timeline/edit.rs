//! Changes of timeline entries: users add, edit, move and remove notes, correct their status updates, and mark
//! entries as important.

use crate::{
    Activity, Actor, Author, Change, Decision, DecisionContext, Incident, Rejection, StatusUpdate,
    TimelineEdit, TimelineEntry, TimelineEvent, Timestamp,
};

/// A timeline entry as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its ID, unique in the whole store.
    pub id: i64,
    /// The entry.
    pub entry: TimelineEntry,
    /// Whether it is marked as important.
    pub is_important: bool,
}

/// A request to edit a timeline entry. `None` leaves a field unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditEntry {
    /// The new text of a note or a status update.
    pub text: Option<String>,
    /// When it happened.
    pub happened_at: Option<Timestamp>,
}

/// The importance of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Importance {
    /// Marked as important.
    Important,
    /// Not marked.
    Normal,
}

impl Incident {
    /// Adds a note to the timeline, dated when it happened, and posts it in the incident's channel.
    pub fn add_note(&self, text: String, happened_at: Timestamp, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        incident.touch_responder(actor);
        let what = TimelineEvent::Note { text };
        let mut change = Change::new(incident, actor.at);
        self.enqueue_activity(&mut change, Activity::by_actor(actor, what.clone()));
        change.add_entry(TimelineEntry {
            happened_at,
            ..TimelineEntry::by_actor(actor, what)
        });
        Ok(change)
    }

    /// Changes the text of a note or a status update, also in its post, or the time of an entry. An edit without a difference
    /// changes nothing.
    pub fn edit_entry(&self, stored: &StoredEntry, edit: EditEntry, actor: &Actor) -> Decision {
        let what = match edit.text {
            Some(_) if !stored.may_be_rewritten_by(actor) => {
                return Err(Rejection(
                    "Only the author can edit this entry. You can add a note.".to_owned(),
                ));
            }
            Some(text) => stored.entry.event.with_text(text),
            None => stored.entry.event.clone(),
        };
        let happened_at = edit.happened_at.unwrap_or(stored.entry.happened_at);
        if happened_at != stored.entry.happened_at && !stored.may_be_moved_by(actor) {
            return Err(Rejection(
                "The time of this entry can't be changed. You can move messages, and your own notes and updates."
                    .to_owned(),
            ));
        }
        if what == stored.entry.event && happened_at == stored.entry.happened_at {
            return Ok(Change::new(self.clone(), actor.at));
        }
        let is_rewritten = what != stored.entry.event;
        let latest = self.latest_update_text(stored, &what);
        let edit = TimelineEdit::rewrite(stored.id, what, happened_at, actor);
        let mut change = self.with_timeline_edit(actor, edit);
        if is_rewritten {
            self.enqueue_post_edit(&mut change, stored.id);
        }
        if let (Some(text), Some(update)) = (latest, &mut change.incident.last_update) {
            update.text = text;
            change.enqueue_header_refresh();
        }
        Ok(change)
    }

    /// Removes a note or a status update from the timeline and crosses it out in its post. The store keeps
    /// its text.
    pub fn remove_text_entry(
        &self,
        stored: &StoredEntry,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        if !stored.may_be_rewritten_by(actor) {
            return Err(Rejection(
                "Only the author can remove this entry.".to_owned(),
            ));
        }
        let mut incident = self.clone();
        incident.touch_responder(actor);
        let mut change = Change::new(incident, actor.at);
        self.remove_entry(&mut change, stored.id, actor);
        if self.is_latest_update(stored) {
            change.cancel_latest_update(ctx);
        }
        Ok(change)
    }

    /// Returns the text of an event if the entry is the latest status update.
    fn latest_update_text(&self, stored: &StoredEntry, event: &TimelineEvent) -> Option<String> {
        if let TimelineEvent::StatusUpdate { text, .. } = event
            && self.is_latest_update(stored)
        {
            return Some(text.clone());
        }
        None
    }

    /// Marks an entry as important, or removes the mark.
    pub fn set_importance(
        &self,
        stored: &StoredEntry,
        importance: Importance,
        actor: &Actor,
    ) -> Decision {
        if stored.is_important == (importance == Importance::Important) {
            return Ok(Change::new(self.clone(), actor.at));
        }
        Ok(self.with_timeline_edit(actor, TimelineEdit::set_importance(stored.id, importance)))
    }

    fn with_timeline_edit(&self, actor: &Actor, edit: TimelineEdit) -> Change {
        let mut incident = self.clone();
        incident.touch_responder(actor);
        let mut change = Change::new(incident, actor.at);
        change.edits.push(edit);
        change
    }
}

impl StoredEntry {
    /// Returns the status update that the entry records; `None` if it records something else.
    pub fn status_update(&self) -> Option<StatusUpdate> {
        let TimelineEvent::StatusUpdate {
            text,
            next_update_at,
            ..
        } = &self.entry.event
        else {
            return None;
        };
        Some(StatusUpdate {
            text: text.clone(),
            author: self.entry.activity().actor,
            at: self.entry.recorded_at,
            next_update_at: *next_update_at,
        })
    }

    /// Returns whether the actor may edit or remove the entry: only authors may, and only their notes and status
    /// updates. Muster may edit the notes that it added.
    pub fn may_be_rewritten_by(&self, actor: &Actor) -> bool {
        let is_theirs = self.entry.author == actor.user.clone().map(Author::User);
        let is_text = matches!(
            self.entry.event,
            TimelineEvent::Note { .. } | TimelineEvent::StatusUpdate { .. }
        );
        is_text && is_theirs
    }

    /// Returns whether a user may change the time of the entry: any user for a message, the author for a note
    /// or a status update.
    pub fn may_be_moved_by(&self, actor: &Actor) -> bool {
        matches!(self.entry.event, TimelineEvent::Message { .. }) || self.may_be_rewritten_by(actor)
    }
}

impl Change {
    /// Adds a note of the actor, such as the reason of the change; none if the text is empty.
    pub fn with_note(mut self, text: String, actor: &Actor) -> Decision {
        if text.is_empty() {
            return Ok(self);
        }
        let added = self.incident.add_note(text, actor.at, actor)?;
        self.incident = added.incident;
        self.entries.extend(added.entries);
        self.deliveries.extend(added.deliveries);
        Ok(self)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::testing::{context, incident, incident_with_channel};
    use crate::{Delivery, DeliveryKind, UserId};

    fn actor(user: &str) -> Actor {
        Actor::new(UserId::from(user), incident("").declared_at)
    }

    fn stored_entry(what: TimelineEvent) -> StoredEntry {
        StoredEntry {
            id: 41,
            entry: TimelineEntry::by_actor(&actor("U0ALICE0001"), what),
            is_important: false,
        }
    }

    fn stored_note() -> StoredEntry {
        stored_entry(TimelineEvent::Note {
            text: "Found it.".to_owned(),
        })
    }

    fn text_edit() -> EditEntry {
        EditEntry {
            text: Some("Found them.".to_owned()),
            happened_at: None,
        }
    }

    #[test]
    fn note_is_posted_and_dated_when_it_happened() {
        let (incident, alice) = (incident_with_channel(""), actor("U0ALICE0001"));
        let earlier = alice.at.plus(-Duration::minutes(10));
        let change = incident
            .add_note("Found it.".to_owned(), earlier, &alice)
            .unwrap();
        assert_eq!(change.entries[0].happened_at, earlier);
        let kinds: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(kinds, [DeliveryKind::PostActivity]);
    }

    #[test]
    fn only_the_author_may_rewrite_move_or_remove_a_note() {
        let (incident, alice, bob) = (
            incident_with_channel(""),
            actor("U0ALICE0001"),
            actor("U0BOB000001"),
        );
        let moved = EditEntry {
            happened_at: Some(alice.at.plus(-Duration::minutes(5))),
            text: None,
        };
        for edit in [text_edit(), moved] {
            assert!(
                incident
                    .edit_entry(&stored_note(), edit.clone(), &bob)
                    .is_err()
            );
            let change = incident.edit_entry(&stored_note(), edit, &alice).unwrap();
            assert_eq!(change.edits.len(), 1);
        }
        assert!(
            incident
                .remove_text_entry(&stored_note(), &bob, &context(bob.at))
                .is_err()
        );
        let change = incident
            .remove_text_entry(&stored_note(), &alice, &context(alice.at))
            .unwrap();
        assert_eq!(change.edits, [TimelineEdit::remove(41, alice.user)]);
    }

    #[test]
    fn any_user_may_move_a_message_but_none_may_rewrite_it() {
        let (incident, bob) = (incident_with_channel(""), actor("U0BOB000001"));
        let message = stored_entry(TimelineEvent::Message {
            text: "Hi.".to_owned(),
        });
        let moved = EditEntry {
            happened_at: Some(bob.at.plus(-Duration::minutes(5))),
            text: None,
        };
        let change = incident.edit_entry(&message, moved.clone(), &bob).unwrap();
        assert_eq!(change.edits.len(), 1);
        for user in ["U0ALICE0001", "U0BOB000001"] {
            assert!(
                incident
                    .edit_entry(&message, text_edit(), &actor(user))
                    .is_err()
            );
            let ctx = context(bob.at);
            assert!(
                incident
                    .remove_text_entry(&message, &actor(user), &ctx)
                    .is_err()
            );
            let update = stored_entry(TimelineEvent::ChannelArchived);
            assert!(
                incident
                    .edit_entry(&update, moved.clone(), &actor(user))
                    .is_err()
            );
        }
    }

    #[test]
    fn edit_without_difference_changes_nothing() {
        let (incident, alice) = (incident_with_channel(""), actor("U0ALICE0001"));
        let nothing = Ok(Change::new(incident.clone(), alice.at));
        let same = EditEntry {
            text: Some("Found it.".to_owned()),
            happened_at: Some(alice.at),
        };
        assert_eq!(incident.edit_entry(&stored_note(), same, &alice), nothing);
        assert_eq!(
            incident.set_importance(&stored_note(), Importance::Normal, &alice),
            nothing
        );
        let flagged = incident
            .set_importance(&stored_note(), Importance::Important, &alice)
            .unwrap();
        assert_eq!(
            flagged.edits,
            [TimelineEdit::set_importance(41, Importance::Important)]
        );
    }
}
