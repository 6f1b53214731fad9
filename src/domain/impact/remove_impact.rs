//! Removes an impact that was added by mistake.

use crate::{
    Actor, Change, Decision, Incident, Rejection, StoredEntry, TimelineEntry, TimelineEvent,
};

impl Incident {
    /// Removes an impact and takes its entries off the timeline. Their posts are edited instead of a new post:
    /// the correction of a mistake notifies no user.
    ///
    /// `entries` are the entries of the timeline about impacts.
    pub fn remove_impact(&self, number: i64, entries: &[StoredEntry], actor: &Actor) -> Decision {
        let mut incident = self.clone();
        let at = self.impacts.iter().position(|it| it.number == number);
        let at = at.ok_or_else(|| self.no_such_impact(number))?;
        let removed = incident.impacts.remove(at);
        incident.last_removed_impact = self.last_removed_impact.max(number);
        incident.touch_responder(actor);
        let mut change = Change::new(incident, actor.at);
        for entry in entries {
            if entry.entry.event.impact_number() == Some(number) {
                self.remove_entry(&mut change, entry.id, actor);
            }
        }
        self.enqueue_impact_refresh(&mut change);
        change.add_entry(TimelineEntry::by_actor(
            actor,
            TimelineEvent::ImpactRemoved {
                number,
                description: removed.description,
                since: removed.started_at,
            },
        ));
        Ok(change)
    }

    /// Returns the rejection of a request about an impact that does not exist, or no longer.
    pub(super) fn no_such_impact(&self, number: i64) -> Rejection {
        Rejection(if (1..=self.last_removed_impact).contains(&number) {
            format!("Impact {number} of {} has already been removed.", self.id)
        } else {
            format!("{} has no impact {number}.", self.id)
        })
    }
}

impl TimelineEvent {
    /// Returns the number of the impact that the event is about; `None` if it is not about one, or does not
    /// say about which.
    pub fn impact_number(&self) -> Option<i64> {
        if let Self::ImpactStarted { number, .. } | Self::ImpactEnded { number, .. } = self {
            return *number;
        }
        if let Self::ImpactEdited { number, .. } = self {
            return Some(*number);
        }
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::testing::incident_with_channel;
    use crate::{AddImpact, Delivery, DeliveryKind, TimelineEdit, UserId};

    fn bob(minutes: i64) -> Actor {
        let at = incident_with_channel("").declared_at;
        Actor::new(
            UserId::from("U0BOB000001"),
            at.plus(Duration::minutes(minutes)),
        )
    }

    fn stored(id: i64, change: &Change) -> StoredEntry {
        StoredEntry {
            id,
            entry: change.entries[0].clone(),
            is_important: false,
        }
    }

    #[test]
    fn removed_impact_leaves_the_timeline_and_its_number_is_not_used_again() {
        let added = incident_with_channel("")
            .add_impact(AddImpact::starting_now(&bob(0)), &bob(0))
            .unwrap();
        let ended = added.incident.end_impact(bob(2).at, &bob(2)).unwrap();
        let other = ended
            .incident
            .add_impact(AddImpact::starting_now(&bob(3)), &bob(3))
            .unwrap();
        let entries = [stored(41, &added), stored(42, &ended), stored(43, &other)];
        let removed = other.incident.remove_impact(1, &entries, &bob(5)).unwrap();
        let actor = bob(5).user;
        assert_eq!(
            removed.edits,
            [
                TimelineEdit::remove(41, actor.clone()),
                TimelineEdit::remove(42, actor)
            ]
        );
        let kinds: Vec<_> = removed.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(
            kinds,
            [
                DeliveryKind::EditActivityPost,
                DeliveryKind::EditActivityPost,
                DeliveryKind::UpsertHeader,
                DeliveryKind::UpsertAnnouncement
            ]
        );
        let left = removed
            .incident
            .remove_impact(2, &[], &bob(6))
            .unwrap()
            .incident;
        assert!(!left.is_customer_impacted());
        let again = left
            .add_impact(AddImpact::starting_now(&bob(7)), &bob(7))
            .unwrap();
        assert_eq!(again.incident.impacts[0].number, 3);
    }

    #[test]
    fn impact_is_removed_once() {
        let incident = incident_with_channel("");
        let reason = |incident: &Incident| incident.remove_impact(1, &[], &bob(0)).unwrap_err().0;
        assert_eq!(reason(&incident), "IR-7 has no impact 1.");
        let added = incident
            .add_impact(AddImpact::starting_now(&bob(0)), &bob(0))
            .unwrap()
            .incident;
        let removed = added.remove_impact(1, &[], &bob(1)).unwrap().incident;
        let already = "Impact 1 of IR-7 has already been removed.";
        assert_eq!(reason(&removed), already);
        let edited = removed.edit_impact(1, crate::EditImpact::default(), &bob(2));
        assert_eq!(edited.unwrap_err().0, already);
    }
}
