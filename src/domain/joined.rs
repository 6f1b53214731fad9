//! Somebody comes into an incident's channel.

use muster_commands::PersonId;

use super::{Change, Effect, Incident, Moment, Visibility};

/// How somebody came into a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// By themselves, or somebody invited them.
    Came,
    /// Muster brought them.
    Brought,
}

impl Incident {
    /// Notes that somebody is in the incident's channel from now on: they are told how things stand.
    ///
    /// Whoever declared it knows, when they are brought into its channel. Whoever is in the channel of a
    /// private incident knows of it, so they take part.
    pub fn joined(&self, person: PersonId, arrival: Arrival, now: Moment) -> Change {
        let mut incident = self.clone();
        if incident.visibility == Visibility::Private {
            incident.takes_part(&person, now);
        }
        let mut change = Change::to(incident, now);
        let knows = arrival == Arrival::Brought && person == self.declared_by;
        if !knows {
            change.then(Effect::LearnPerson {
                person: person.clone(),
            });
            change.then(Effect::Brief { person });
        }
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Owed;
    use crate::domain::sample::in_its_channel;

    fn owed(person: &str, arrival: Arrival) -> Vec<Owed> {
        let incident = in_its_channel("Checkout");
        let change = incident.joined(PersonId::from(person), arrival, incident.declared_at);
        assert_eq!(change.incident, incident);
        change.effects.iter().map(Effect::owed).collect()
    }

    #[test]
    fn whoever_comes_is_told_how_things_stand_but_for_the_declarer_whom_we_bring() {
        let briefed = [Owed::LearnPerson, Owed::Brief];
        assert_eq!(owed("U0BOB000001", Arrival::Came), briefed);
        assert_eq!(owed("U0BOB000001", Arrival::Brought), briefed);
        assert_eq!(owed("U0ALICE0001", Arrival::Came), briefed);
        assert_eq!(owed("U0ALICE0001", Arrival::Brought), []);
    }

    #[test]
    fn whoever_is_let_into_the_channel_of_a_private_incident_takes_part() {
        let mut incident = in_its_channel("Checkout");
        incident.visibility = Visibility::Private;
        let bob = PersonId::from("U0BOB000001");
        let change = incident.joined(bob.clone(), Arrival::Came, incident.declared_at);
        assert!(change.incident.people().any(|person| *person == bob));
    }
}
