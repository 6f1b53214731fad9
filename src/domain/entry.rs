//! What people do to the timeline: they write notes, rewrite and move them, remove them, and flag entries.

use super::{Author, By, Change, Decision, Edit, Entry, Incident, Line, Moment, Refusal, What};

/// A line that is on the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEntry {
    /// Its number, in the whole store.
    pub id: i64,
    /// The line.
    pub entry: Entry,
    /// Whether it is flagged as important.
    pub is_important: bool,
}

/// What a person wants changed of an entry. What is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryEdit {
    /// Another text of a note.
    pub note: Option<String>,
    /// Another time at which it happened.
    pub happened_at: Option<Moment>,
}

/// Whether an entry is important.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// It is.
    Important,
    /// It is like any other.
    Plain,
}

impl Incident {
    /// Puts a note on the timeline, at the time at which it happened, and tells the channel.
    pub fn add_note(&self, text: String, happened_at: Moment, by: &By) -> Decision {
        let mut incident = self.clone();
        incident.acted(by);
        let what = What::Note { text };
        let mut change = Change::to(incident, by.at);
        self.post(&mut change, Line::by(by, what.clone()));
        change.record(Entry {
            happened_at,
            ..Entry::by(by, what)
        });
        Ok(change)
    }

    /// Rewrites a note or moves an entry in time. What is already so changes nothing.
    pub fn edit_entry(&self, kept: &KeptEntry, edit: EntryEdit, by: &By) -> Decision {
        let what = match edit.note {
            Some(_) if !kept.may_be_rewritten_by(by) => {
                return Err(Refusal(
                    "Only whoever wrote a note can rewrite it. You can add a note of your own."
                        .to_owned(),
                ));
            }
            Some(text) => What::Note { text },
            None => kept.entry.what.clone(),
        };
        let happened_at = edit.happened_at.unwrap_or(kept.entry.happened_at);
        if happened_at != kept.entry.happened_at && !kept.may_be_moved_by(by) {
            return Err(Refusal(
                "This entry keeps its time: only notes, by whoever wrote them, and messages can be moved."
                    .to_owned(),
            ));
        }
        if what == kept.entry.what && happened_at == kept.entry.happened_at {
            return Ok(Change::to(self.clone(), by.at));
        }
        Ok(self.edited(by, Edit::rewrite(kept.id, what, happened_at, by)))
    }

    /// Takes a note off the timeline; what it said is kept.
    pub fn remove_note(&self, kept: &KeptEntry, by: &By) -> Decision {
        if !kept.may_be_rewritten_by(by) {
            return Err(Refusal(
                "Only whoever wrote a note can remove it.".to_owned(),
            ));
        }
        Ok(self.edited(by, Edit::remove(kept.id, Some(by.person.clone()))))
    }

    /// Flags an entry as important, or takes that back.
    pub fn flag(&self, kept: &KeptEntry, flag: Flag, by: &By) -> Decision {
        let is_important = flag == Flag::Important;
        if kept.is_important == is_important {
            return Ok(Change::to(self.clone(), by.at));
        }
        Ok(self.edited(by, Edit::flag(kept.id, is_important)))
    }

    fn edited(&self, by: &By, edit: Edit) -> Change {
        let mut incident = self.clone();
        incident.acted(by);
        let mut change = Change::to(incident, by.at);
        change.edits.push(edit);
        change
    }
}

impl KeptEntry {
    /// Says whether a person may rewrite or remove it: it is a note of theirs.
    pub fn may_be_rewritten_by(&self, by: &By) -> bool {
        let is_theirs = self.entry.author == Some(Author::Person(by.person.clone()));
        matches!(self.entry.what, What::Note { .. }) && is_theirs
    }

    /// Says whether a person may give it another time: it is a message, or a note of theirs.
    pub fn may_be_moved_by(&self, by: &By) -> bool {
        matches!(self.entry.what, What::Message { .. }) || self.may_be_rewritten_by(by)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;
    use muster_commands::PersonId;

    use super::*;
    use crate::domain::sample::{in_its_channel, incident};
    use crate::domain::{Effect, Owed};

    fn by(person: &str) -> By {
        By::new(PersonId::from(person), incident("").declared_at)
    }

    fn kept(what: What) -> KeptEntry {
        KeptEntry {
            id: 41,
            entry: Entry::by(&by("U0ALICE0001"), what),
            is_important: false,
        }
    }

    fn note() -> KeptEntry {
        kept(What::Note {
            text: "Found it.".to_owned(),
        })
    }

    fn rewritten() -> EntryEdit {
        EntryEdit {
            note: Some("Found them.".to_owned()),
            happened_at: None,
        }
    }

    #[test]
    fn a_note_is_told_and_happened_when_it_is_said() {
        let (incident, alice) = (in_its_channel(""), by("U0ALICE0001"));
        let earlier = alice.at.after(-Duration::minutes(10));
        let change = incident
            .add_note("Found it.".to_owned(), earlier, &alice)
            .unwrap();
        assert_eq!(change.entries[0].happened_at, earlier);
        let owed: Vec<_> = change.effects.iter().map(Effect::owed).collect();
        assert_eq!(owed, [Owed::Tell]);
    }

    #[test]
    fn only_the_author_rewrites_moves_and_removes_a_note() {
        let (incident, alice, bob) = (in_its_channel(""), by("U0ALICE0001"), by("U0BOB000001"));
        let moved = EntryEdit {
            happened_at: Some(alice.at.after(-Duration::minutes(5))),
            note: None,
        };
        for edit in [rewritten(), moved] {
            assert!(incident.edit_entry(&note(), edit.clone(), &bob).is_err());
            let change = incident.edit_entry(&note(), edit, &alice).unwrap();
            assert_eq!(change.edits.len(), 1);
        }
        assert!(incident.remove_note(&note(), &bob).is_err());
        let change = incident.remove_note(&note(), &alice).unwrap();
        assert_eq!(change.edits, [Edit::remove(41, Some(alice.person))]);
    }

    #[test]
    fn a_message_is_moved_by_anybody_and_rewritten_by_nobody() {
        let (incident, bob) = (in_its_channel(""), by("U0BOB000001"));
        let message = kept(What::Message {
            text: "Hi.".to_owned(),
        });
        let moved = EntryEdit {
            happened_at: Some(bob.at.after(-Duration::minutes(5))),
            note: None,
        };
        let change = incident.edit_entry(&message, moved.clone(), &bob).unwrap();
        assert_eq!(change.edits.len(), 1);
        for person in ["U0ALICE0001", "U0BOB000001"] {
            assert!(
                incident
                    .edit_entry(&message, rewritten(), &by(person))
                    .is_err()
            );
            assert!(incident.remove_note(&message, &by(person)).is_err());
            let update = kept(What::ChannelArchived);
            assert!(
                incident
                    .edit_entry(&update, moved.clone(), &by(person))
                    .is_err()
            );
        }
    }

    #[test]
    fn what_is_already_so_changes_nothing() {
        let (incident, alice) = (in_its_channel(""), by("U0ALICE0001"));
        let nothing = Ok(Change::to(incident.clone(), alice.at));
        let same = EntryEdit {
            note: Some("Found it.".to_owned()),
            happened_at: Some(alice.at),
        };
        assert_eq!(incident.edit_entry(&note(), same, &alice), nothing);
        assert_eq!(incident.flag(&note(), Flag::Plain, &alice), nothing);
        let flagged = incident.flag(&note(), Flag::Important, &alice).unwrap();
        assert_eq!(flagged.edits, [Edit::flag(41, true)]);
    }
}
