//! Restoring a note that its author removed.

use crate::{
    Actor, Change, Decision, Incident, Rejection, StoredEntry, TimelineEdit, TimelineEvent, UserId,
};

/// A timeline entry that may have been removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovableEntry {
    /// The entry, as it is or was on the timeline.
    pub stored: StoredEntry,
    /// Whether it is on the timeline.
    pub state: RemovalState,
}

/// Whether an entry is on the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemovalState {
    /// It is.
    OnTimeline,
    /// It was removed, by this user if it was a user.
    Removed(Option<UserId>),
}

impl RemovableEntry {
    /// Returns whether a user may restore the entry: only notes can be restored, by the user who removed them.
    pub fn may_be_restored_by(&self, user: &UserId) -> bool {
        let is_note = matches!(self.stored.entry.event, TimelineEvent::Note { .. });
        is_note && self.state == RemovalState::Removed(Some(user.clone()))
    }
}

impl Incident {
    /// Returns a removed note to the timeline and to its post. A note that is on the timeline is unchanged.
    pub fn restore_entry(&self, entry: &RemovableEntry, actor: &Actor) -> Decision {
        let id = entry.stored.id;
        if entry.state == RemovalState::OnTimeline {
            return Ok(Change::new(self.clone(), actor.at));
        }
        if !entry.may_be_restored_by(actor.require_user()?) {
            return Err(Rejection(
                "Only a note can be restored, and only by the user who removed it.".to_owned(),
            ));
        }
        let mut incident = self.clone();
        incident.touch_responder(actor);
        let mut change = Change::new(incident, actor.at);
        change.edits.push(TimelineEdit::restore(id));
        self.enqueue_post_edit(&mut change, id);
        Ok(change)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::testing::incident_with_channel;
    use crate::{Delivery, DeliveryKind, TimelineEntry};

    fn actor(user: &str) -> Actor {
        Actor::new(UserId::from(user), incident_with_channel("").declared_at)
    }

    fn note(state: RemovalState) -> RemovableEntry {
        let event = TimelineEvent::Note {
            text: "Found it.".to_owned(),
        };
        RemovableEntry {
            stored: StoredEntry {
                id: 41,
                entry: TimelineEntry::by_actor(&actor("U0ALICE0001"), event),
                is_important: false,
            },
            state,
        }
    }

    #[test]
    fn note_is_restored_by_the_user_who_removed_it() {
        let (incident, alice) = (incident_with_channel(""), actor("U0ALICE0001"));
        let removed = note(RemovalState::Removed(alice.user.clone()));
        let change = incident.restore_entry(&removed, &alice).unwrap();
        assert_eq!(change.edits, [TimelineEdit::restore(41)]);
        let kinds: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(kinds, [DeliveryKind::EditActivityPost]);
        assert!(
            incident
                .restore_entry(&removed, &actor("U0BOB000001"))
                .is_err()
        );
    }

    #[test]
    fn note_on_the_timeline_is_unchanged() {
        let (incident, alice) = (incident_with_channel(""), actor("U0ALICE0001"));
        let present = note(RemovalState::OnTimeline);
        assert_eq!(
            incident.restore_entry(&present, &alice),
            Ok(Change::new(incident.clone(), alice.at))
        );
    }

    #[test]
    fn other_entries_cannot_be_restored() {
        let (incident, alice) = (incident_with_channel(""), actor("U0ALICE0001"));
        let mut update = note(RemovalState::Removed(alice.user.clone()));
        update.stored.entry.event = TimelineEvent::ChannelArchived;
        assert!(incident.restore_entry(&update, &alice).is_err());
        let deleted = note(RemovalState::Removed(None));
        assert!(incident.restore_entry(&deleted, &alice).is_err());
    }
}
