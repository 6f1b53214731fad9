//! Subscribing to an incident: whoever does is told directly of each change that is announced.

use muster_commands::PersonId;

use super::{By, Change, Decision, Effect, Incident, Line, Note, Viewer, What};

impl Incident {
    /// Subscribes a person, or ends their subscription if they have one. It concerns nobody else, so it
    /// makes nobody a responder and stands on no timeline.
    ///
    /// # Errors
    /// None: anybody who may see an incident may follow it.
    pub fn toggle_subscription(&self, by: &By) -> Decision {
        if self.is_subscribed(&by.person) {
            return self.unsubscribe(by);
        }
        let mut incident = self.clone();
        incident.subscribers.push(by.person.clone());
        Ok(Change::to(incident, by.at))
    }

    /// Ends a person's subscription; that they have none is as good.
    ///
    /// # Errors
    /// None: anybody may stop following it.
    pub fn unsubscribe(&self, by: &By) -> Decision {
        let mut incident = self.clone();
        incident.subscribers.retain(|person| *person != by.person);
        Ok(Change::to(incident, by.at))
    }

    /// Says whether a person is told of changes.
    pub fn is_subscribed(&self, person: &PersonId) -> bool {
        self.subscribers.contains(person)
    }

    /// Owes what was announced to all who subscribed and may know of it, but for whoever did it. The
    /// declaration was there before anybody could subscribe.
    pub(super) fn told_to_subscribers(&self, line: &Line) -> Vec<Effect> {
        if let What::Declared { .. } = line.what {
            return Vec::new();
        }
        let concerned = |person: &&PersonId| {
            line.by.as_ref() != Some(*person) && self.is_seen_by(&Viewer::person(person))
        };
        let told = self.subscribers.iter().filter(concerned);
        told.map(|person| Effect::Direct {
            person: person.clone(),
            note: Note::Announced { line: line.clone() },
        })
        .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use muster_commands::Severity;
    use muster_commands::update::Update;

    use super::*;
    use crate::domain::sample::in_its_channel;
    use crate::domain::{Settings, Visibility};

    fn by(person: &str) -> By {
        By::new(PersonId::from(person), in_its_channel("").declared_at)
    }

    /// Gives who is told directly that somebody changed something.
    fn told(incident: &Incident, changed_by: &str, request: Update) -> Vec<String> {
        let change = incident.update(request, &by(changed_by)).unwrap();
        let effects = change.fitted(&Settings::default()).effects.into_iter();
        let told = effects.filter_map(|effect| match effect {
            Effect::Direct {
                person,
                note: Note::Announced { .. },
            } => Some(person.to_string()),
            _ => None,
        });
        told.collect()
    }

    fn worse() -> Update {
        Update {
            severity: Some(Severity::Sev1),
            ..Update::default()
        }
    }

    #[test]
    fn whoever_subscribes_is_told_until_they_end_it() {
        let incident = in_its_channel("Checkout");
        let bob = by("U0BOB000001");
        let subscribed = incident.toggle_subscription(&bob).unwrap().incident;
        assert!(subscribed.is_subscribed(&bob.person));
        assert_eq!(told(&subscribed, "U0ALICE0001", worse()), ["U0BOB000001"]);
        let of_bob = told(&subscribed, "U0BOB000001", worse());
        assert!(of_bob.is_empty(), "they know");
        for ended in [
            subscribed.toggle_subscription(&bob),
            subscribed.unsubscribe(&bob),
        ] {
            assert_eq!(ended.unwrap().incident, incident);
        }
        assert_eq!(incident.unsubscribe(&bob).unwrap().incident, incident);
    }

    #[test]
    fn what_is_not_announced_is_told_to_no_subscriber() {
        let incident = in_its_channel("Checkout");
        let bob = by("U0BOB000001");
        let incident = incident.toggle_subscription(&bob).unwrap().incident;
        let request = Update {
            summary: Some("A slow query.".to_owned()),
            ..Update::default()
        };
        assert!(told(&incident, "U0ALICE0001", request).is_empty());
    }

    #[test]
    fn nobody_is_told_of_an_incident_that_they_may_no_longer_know_of() {
        let incident = in_its_channel("Checkout");
        let bob = by("U0BOB000001");
        let mut incident = incident.toggle_subscription(&bob).unwrap().incident;
        incident.visibility = Visibility::Private;
        assert!(told(&incident, "U0ALICE0001", worse()).is_empty());
    }
}
