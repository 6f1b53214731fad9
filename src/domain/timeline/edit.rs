//! Changes of timeline entries: users add, edit, move and remove notes, and mark entries as important.

use muster_commands::{ChannelId, MessageTs};

use crate::domain::{
    Activity, Actor, Author, Change, Decision, DecisionContext, Incident, Rejection, TimelineEdit,
    TimelineEditKind, TimelineEntry, TimelineEvent, Timestamp,
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
    /// The new text of a note.
    pub note: Option<String>,
    /// When it happened.
    pub happened_at: Option<Timestamp>,
}

/// A new version of a Slack message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageEdit {
    /// The message's channel.
    pub channel: ChannelId,
    /// The message's timestamp, which identifies it.
    pub ts: MessageTs,
    /// The new text.
    pub text: String,
    /// Slack's timestamp of the edit.
    pub edited_ts: MessageTs,
}

/// A message as fetched from Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedText {
    /// The message's channel.
    pub channel: ChannelId,
    /// The message's timestamp, which identifies it.
    pub ts: MessageTs,
    /// The text.
    pub text: String,
    /// Slack's timestamp of the last edit; `None` if the message was not edited.
    pub edited_ts: Option<MessageTs>,
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
    pub fn add_note(&self, text: String, happened_at: Timestamp, by: &Actor) -> Decision {
        let mut incident = self.clone();
        incident.touch_responder(by);
        let what = TimelineEvent::Note { text };
        let mut change = Change::new(incident, by.at);
        self.enqueue_activity(&mut change, Activity::by_actor(by, what.clone()));
        change.add_entry(TimelineEntry {
            happened_at,
            ..TimelineEntry::by_actor(by, what)
        });
        Ok(change)
    }

    /// Changes the text of a note or the time of an entry. An edit without a difference changes nothing.
    pub fn edit_entry(&self, kept: &StoredEntry, edit: EditEntry, by: &Actor) -> Decision {
        let what = match edit.note {
            Some(_) if !kept.may_be_rewritten_by(by) => {
                return Err(Rejection(
                    "Only whoever wrote a note can rewrite it. You can add a note of your own."
                        .to_owned(),
                ));
            }
            Some(text) => TimelineEvent::Note { text },
            None => kept.entry.event.clone(),
        };
        let happened_at = edit.happened_at.unwrap_or(kept.entry.happened_at);
        if happened_at != kept.entry.happened_at && !kept.may_be_moved_by(by) {
            return Err(Rejection(
                "This entry keeps its time: only notes, by whoever wrote them, and messages can be moved."
                    .to_owned(),
            ));
        }
        if what == kept.entry.event && happened_at == kept.entry.happened_at {
            return Ok(Change::new(self.clone(), by.at));
        }
        Ok(self.with_timeline_edit(by, TimelineEdit::rewrite(kept.id, what, happened_at, by)))
    }

    /// Removes a note from the timeline. The store keeps its text.
    pub fn remove_note(&self, kept: &StoredEntry, by: &Actor) -> Decision {
        if !kept.may_be_rewritten_by(by) {
            return Err(Rejection(
                "Only whoever wrote a note can remove it.".to_owned(),
            ));
        }
        Ok(self.with_timeline_edit(by, TimelineEdit::remove(kept.id, Some(by.user.clone()))))
    }

    /// Marks an entry as important, or removes the mark.
    pub fn set_importance(&self, kept: &StoredEntry, flag: Importance, by: &Actor) -> Decision {
        let is_important = flag == Importance::Important;
        if kept.is_important == is_important {
            return Ok(Change::new(self.clone(), by.at));
        }
        Ok(self.with_timeline_edit(by, TimelineEdit::set_importance(kept.id, is_important)))
    }

    /// Applies the edit of a Slack message to an entry. The previous text is kept.
    ///
    /// If edits arrive out of order, the latest one stays, and older ones are kept as earlier versions.
    pub fn message_edited(
        &self,
        entry: &StoredEntry,
        edit: &MessageEdit,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        let TimelineEvent::Message { text } = &entry.entry.event else {
            return change;
        };
        let current = entry.edited_ts();
        let (new, old, edited_ts) = if current > Some(&edit.edited_ts) {
            (text, &edit.text, current)
        } else {
            (&edit.text, text, Some(&edit.edited_ts))
        };
        change.edits.push(TimelineEdit {
            entry_id: entry.id,
            kind: TimelineEditKind::MessageChanged {
                text: new.clone(),
                edited_ts: edited_ts.cloned(),
                previous_text: Some(old.clone()).filter(|old| old != new),
            },
        });
        change
    }

    /// Sets the text that was fetched for an entry that had none. An edit that was applied before wins if it
    /// is newer.
    pub fn message_fetched(
        &self,
        entry: &StoredEntry,
        fetched: &FetchedText,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        let no_text = TimelineEvent::Message {
            text: String::new(),
        };
        let current = entry.edited_ts();
        let is_older = current.is_some() && current < fetched.edited_ts.as_ref();
        if entry.entry.event == no_text || is_older {
            change.edits.push(TimelineEdit {
                entry_id: entry.id,
                kind: TimelineEditKind::MessageChanged {
                    text: fetched.text.clone(),
                    edited_ts: fetched.edited_ts.clone(),
                    previous_text: None,
                },
            });
        }
        change
    }

    /// Removes an entry whose Slack message was deleted. The store keeps its text.
    pub fn message_deleted(&self, entry: &StoredEntry, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        change.edits.push(TimelineEdit::remove(entry.id, None));
        change
    }

    fn with_timeline_edit(&self, by: &Actor, edit: TimelineEdit) -> Change {
        let mut incident = self.clone();
        incident.touch_responder(by);
        let mut change = Change::new(incident, by.at);
        change.edits.push(edit);
        change
    }
}

impl StoredEntry {
    /// Returns Slack's timestamp of the last edit of the entry's message.
    fn edited_ts(&self) -> Option<&MessageTs> {
        self.entry.message.as_ref()?.edited_ts.as_ref()
    }

    /// Returns whether a user may edit or remove the entry: only authors may, and only their notes.
    pub fn may_be_rewritten_by(&self, by: &Actor) -> bool {
        let is_theirs = self.entry.author == Some(Author::User(by.user.clone()));
        matches!(self.entry.event, TimelineEvent::Note { .. }) && is_theirs
    }

    /// Returns whether a user may change the time of the entry: any user for a message, the author for a
    /// note.
    pub fn may_be_moved_by(&self, by: &Actor) -> bool {
        matches!(self.entry.event, TimelineEvent::Message { .. }) || self.may_be_rewritten_by(by)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;
    use muster_commands::UserId;

    use super::*;
    use crate::domain::testing::{context, incident, incident_with_channel};
    use crate::domain::{Delivery, DeliveryKind, MessageRef};

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
            note: Some("Found them.".to_owned()),
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
        let owed: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(owed, [DeliveryKind::PostActivity]);
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
            note: None,
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
        assert!(incident.remove_note(&stored_note(), &bob).is_err());
        let change = incident.remove_note(&stored_note(), &alice).unwrap();
        assert_eq!(change.edits, [TimelineEdit::remove(41, Some(alice.user))]);
    }

    #[test]
    fn any_user_may_move_a_message_but_none_may_rewrite_it() {
        let (incident, bob) = (incident_with_channel(""), actor("U0BOB000001"));
        let message = stored_entry(TimelineEvent::Message {
            text: "Hi.".to_owned(),
        });
        let moved = EditEntry {
            happened_at: Some(bob.at.plus(-Duration::minutes(5))),
            note: None,
        };
        let change = incident.edit_entry(&message, moved.clone(), &bob).unwrap();
        assert_eq!(change.edits.len(), 1);
        for user in ["U0ALICE0001", "U0BOB000001"] {
            assert!(
                incident
                    .edit_entry(&message, text_edit(), &actor(user))
                    .is_err()
            );
            assert!(incident.remove_note(&message, &actor(user)).is_err());
            let update = stored_entry(TimelineEvent::ChannelArchived);
            assert!(
                incident
                    .edit_entry(&update, moved.clone(), &actor(user))
                    .is_err()
            );
        }
    }

    #[test]
    fn latest_edit_of_a_message_stays_and_older_texts_are_kept() {
        let incident = incident_with_channel("");
        let ctx = context(incident.declared_at);
        let mut entry = stored_entry(TimelineEvent::Message {
            text: "First.".to_owned(),
        });
        entry.entry.message = Some(MessageRef {
            channel: "C0GENERAL01".into(),
            ts: "1.1".into(),
            permalink: String::new(),
            edited_ts: Some("2.1".into()),
        });
        let changed = |edited_ts: &str, text: &str| {
            let edit = MessageEdit {
                channel: "C0GENERAL01".into(),
                ts: "1.1".into(),
                text: text.to_owned(),
                edited_ts: edited_ts.into(),
            };
            incident.message_edited(&entry, &edit, &ctx).edits.remove(0)
        };
        let expected = |text: &str, edited_ts: &str, previous_text: Option<&str>| TimelineEdit {
            entry_id: 41,
            kind: TimelineEditKind::MessageChanged {
                text: text.to_owned(),
                edited_ts: Some(edited_ts.into()),
                previous_text: previous_text.map(str::to_owned),
            },
        };
        assert_eq!(
            changed("3.1", "New."),
            expected("New.", "3.1", Some("First."))
        );
        assert_eq!(
            changed("1.9", "Old."),
            expected("First.", "2.1", Some("Old."))
        );
        assert_eq!(changed("3.1", "First."), expected("First.", "3.1", None));
    }

    #[test]
    fn edit_without_difference_changes_nothing() {
        let (incident, alice) = (incident_with_channel(""), actor("U0ALICE0001"));
        let nothing = Ok(Change::new(incident.clone(), alice.at));
        let same = EditEntry {
            note: Some("Found it.".to_owned()),
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
        assert_eq!(flagged.edits, [TimelineEdit::set_importance(41, true)]);
    }
}
