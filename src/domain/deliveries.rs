//! What follows once something that we owed was delivered, or could not be.

use super::{
    Card, Change, Channel, ChannelState, Effect, Entry, Incident, Line, Moment, Note, Owed, Place,
    Receipt, What,
};

impl Incident {
    /// Says what follows from a delivery: once the channel exists, its people, its header, the
    /// announcement; once the header stands, its pin.
    pub fn delivered(&self, effect: &Effect, receipt: &Receipt, now: Moment) -> Change {
        let mut change = Change::to(self.clone(), now);
        match (effect, receipt) {
            (Effect::OpenChannel { declared_in, .. }, Receipt::Channel { id, name }) => {
                change.incident.channel_state = ChannelState::Open;
                change.incident.channel = Some(Channel {
                    id: id.clone(),
                    name: name.clone(),
                });
                self.furnish(&mut change);
                self.announce(&mut change);
                change.send_waiting_notes();
                if let Some(place) = declared_in {
                    change.then(Effect::Point {
                        person: self.declared_by.clone(),
                        place: place.clone(),
                        trouble: None,
                    });
                }
            }
            (Effect::ShowHeader, Receipt::Message { ts, .. }) => {
                change.incident.header = Some(ts.clone());
                change.then(Effect::PinHeader { ts: ts.clone() });
            }
            (Effect::ShowCard, Receipt::Message { channel, ts }) => {
                change.incident.card = Some(Card {
                    channel: channel.clone(),
                    ts: ts.clone(),
                });
            }
            (_, Receipt::NotAll) => change.then(effect.clone()),
            (_, Receipt::ChannelGone(news)) => {
                return self.channel_changed(news.clone(), None, now);
            }
            // Nothing follows: the store itself remembers people and what is done.
            _ => {}
        }
        change
    }

    /// Says what follows when we gave up: a line on the timeline, and a word to who can mend it.
    ///
    /// `delivery` is the number by which it can be tried again.
    pub fn undelivered(&self, effect: &Effect, delivery: i64, why: &str, now: Moment) -> Change {
        let mut change = Change::to(self.clone(), now);
        let owed = effect.owed();
        // Nobody misses what we did not learn of a person or a message, who go by their ids, nor a
        // question that a person did not ask for.
        if matches!(
            owed,
            Owed::LearnPerson | Owed::FindPermalink | Owed::OfferCall
        ) {
            return change;
        }
        // Whoever subscribed and cannot be told is no matter of the incident's.
        if let Effect::Direct {
            person,
            note: Note::Announced { .. },
        } = effect
        {
            let subscribers = &mut change.incident.subscribers;
            subscribers.retain(|subscriber| subscriber != person);
            return change;
        }
        let what = What::Undelivered {
            owed,
            person: match effect {
                Effect::Invite { person } | Effect::Direct { person, .. } => Some(person.clone()),
                _ => None,
            },
            why: why.to_owned(),
            delivery,
        };
        change.record(Entry::noticed(what.clone(), now));
        match effect {
            Effect::OpenChannel { declared_in, .. } => {
                change.incident.channel_state = ChannelState::Refused;
                self.announce(&mut change);
                change.send_waiting_notes();
                if let Some(place) = declared_in {
                    change.then(Effect::Point {
                        person: self.declared_by.clone(),
                        place: place.clone(),
                        trouble: Some(Line::noticed(what, now)),
                    });
                }
            }
            // What cannot be said in the channel cannot be complained of there either: whoever caused it
            // is told, where they alone see it.
            Effect::Tell { line } => {
                let person = line.by.as_ref().unwrap_or(&self.commander);
                change.then(Effect::Point {
                    person: person.clone(),
                    place: Place {
                        channel: match &self.channel {
                            Some(channel) => channel.id.clone(),
                            None => person.as_str().into(),
                        },
                        response_url: None,
                    },
                    trouble: Some(Line::noticed(what, now)),
                });
            }
            // It was the last way to tell somebody.
            Effect::Point {
                trouble: Some(_), ..
            } => {}
            _ => {
                if self.channel_state == ChannelState::Open {
                    change.then(Effect::Tell {
                        line: Line::noticed(what, now),
                    });
                }
            }
        }
        change
    }

    /// Owes the announcement anew, now that there is a global channel that can be written to.
    pub fn announced_late(&self, now: Moment) -> Change {
        let mut change = Change::to(self.clone(), now);
        self.announce(&mut change);
        change
    }

    /// Says what becomes of the incident when a person asks to try a delivery again.
    ///
    /// A channel that was refused is awaited once more, and is owed its first post anew: there was
    /// nowhere to put it.
    pub fn tried_again(&self, effect: &Effect, now: Moment) -> Change {
        let mut change = Change::to(self.clone(), now);
        if effect.owed() == Owed::OpenChannel && self.channel_state == ChannelState::Refused {
            change.incident.channel_state = ChannelState::Awaited;
            change.then(Effect::Tell {
                line: self.declaration(),
            });
        }
        change
    }

    /// Owes a new channel all that belongs in it.
    fn furnish(&self, change: &mut Change) {
        for person in self.people() {
            change.then(Effect::Invite {
                person: person.clone(),
            });
        }
        change.then(Effect::ShowHeader);
        change.then(Effect::SetTopic);
        change.then(Effect::SetPurpose);
        if !self.bookmarks().is_empty() {
            change.then(Effect::Bookmark);
        }
    }

    /// Owes the global channel the card, and its thread the declaration.
    fn announce(&self, change: &mut Change) {
        change.then(Effect::ShowCard);
        if self.card.is_none() {
            change.then(Effect::Reply {
                line: self.declaration(),
            });
        }
    }

    /// Gives the declaration, as it is told.
    fn declaration(&self) -> Line {
        let what = What::Declared {
            severity: self.severity,
            customer_impact: self.customer_impact,
        };
        Line {
            by: Some(self.declared_by.clone()),
            what,
            at: self.declared_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use muster_commands::{ChannelId, MessageTs, PersonId};

    use super::*;
    use crate::domain::sample::{in_its_channel, incident};
    use crate::domain::{By, ChannelName, ChannelNews, Place};

    fn opening(incident: &Incident) -> Effect {
        Effect::OpenChannel {
            name: ChannelName::of(incident),
            declared_in: Some(Place {
                channel: ChannelId::from("C0GENERAL01"),
                response_url: None,
            }),
        }
    }

    fn owed(change: &Change) -> Vec<Owed> {
        change.effects.iter().map(Effect::owed).collect()
    }

    #[test]
    fn once_the_channel_exists_everything_else_is_owed_at_once() {
        let mut incident = incident("Checkout");
        incident.acted(&By::new(incident.declared_by.clone(), incident.declared_at));
        incident.signals = vec!["https://example.com/graph".to_owned()];
        let receipt = Receipt::Channel {
            id: ChannelId::from("C0INCIDENT7"),
            name: "incident-7-checkout".to_owned(),
        };
        let change = incident.delivered(&opening(&incident), &receipt, incident.declared_at);
        assert_eq!(change.incident.channel_state, ChannelState::Open);
        assert_eq!(
            owed(&change),
            [
                Owed::Invite,
                Owed::ShowHeader,
                Owed::SetTopic,
                Owed::SetPurpose,
                Owed::Bookmark,
                Owed::ShowCard,
                Owed::Reply,
                Owed::Point
            ]
        );
    }

    #[test]
    fn a_header_that_stands_is_pinned_and_a_card_is_remembered() {
        let incident = in_its_channel("Checkout");
        let receipt = Receipt::Message {
            channel: ChannelId::from("C1"),
            ts: MessageTs::from("1.000001"),
        };
        let header = incident.delivered(&Effect::ShowHeader, &receipt, incident.declared_at);
        assert_eq!(header.incident.header, Some(MessageTs::from("1.000001")));
        assert_eq!(owed(&header), [Owed::PinHeader]);
        let card = incident.delivered(&Effect::ShowCard, &receipt, incident.declared_at);
        assert_eq!(
            card.incident.card.map(|card| card.ts),
            Some(MessageTs::from("1.000001"))
        );
        assert!(card.effects.is_empty());
    }

    #[test]
    fn an_edit_brings_nothing_new() {
        let incident = in_its_channel("Checkout");
        for effect in [Effect::ShowHeader, Effect::ShowCard, Effect::SetTopic] {
            let change = incident.delivered(&effect, &Receipt::Nothing, incident.declared_at);
            assert_eq!(change, Change::to(incident.clone(), incident.declared_at));
        }
    }

    #[test]
    fn without_a_channel_the_incident_is_announced_and_the_person_told() {
        let incident = incident("Checkout");
        let change = incident.undelivered(
            &opening(&incident),
            5,
            "Ask an admin.",
            incident.declared_at,
        );
        assert_eq!(change.incident.channel_state, ChannelState::Refused);
        assert_eq!(owed(&change), [Owed::ShowCard, Owed::Reply, Owed::Point]);
        let again = change
            .incident
            .tried_again(&opening(&incident), incident.declared_at);
        assert_eq!(again.incident.channel_state, ChannelState::Awaited);
        assert_eq!(owed(&again), [Owed::Tell]);
    }

    #[test]
    fn giving_up_is_said_on_the_timeline_and_in_the_channel() {
        let incident = in_its_channel("Checkout");
        let bob = PersonId::from("U0BOB000001");
        let effect = Effect::Invite {
            person: bob.clone(),
        };
        let change = incident.undelivered(&effect, 5, "A guest.", incident.declared_at);
        let what = What::Undelivered {
            owed: Owed::Invite,
            person: Some(bob),
            why: "A guest.".to_owned(),
            delivery: 5,
        };
        assert_eq!(change.entries, [Entry::noticed(what, incident.declared_at)]);
        assert_eq!(owed(&change), [Owed::Tell]);
    }

    #[test]
    fn what_cannot_be_posted_is_told_to_who_caused_it_and_to_nobody_if_that_fails_too() {
        let incident = in_its_channel("Checkout");
        let bob = By::new(PersonId::from("U0BOB000001"), incident.declared_at);
        let line = Line::by(&bob, What::ChannelDeleted);
        let change = incident.undelivered(&Effect::Tell { line }, 5, "", incident.declared_at);
        assert_eq!(change.entries.len(), 1);
        let [told @ Effect::Point { person, .. }] = &change.effects[..] else {
            panic!("{:?}", change.effects);
        };
        assert_eq!(*person, bob.person);
        let untold = incident.undelivered(told, 6, "", incident.declared_at);
        assert!(untold.effects.is_empty());

        let line = Line::noticed(What::ChannelArchived, incident.declared_at);
        let change = incident.undelivered(&Effect::Tell { line }, 5, "", incident.declared_at);
        assert!(
            matches!(&change.effects[..], [Effect::Point { person, .. }] if *person == incident.commander)
        );
    }

    #[test]
    fn a_channel_that_slack_says_is_archived_is_no_longer_written_to() {
        let incident = in_its_channel("Checkout");
        let gone = Receipt::ChannelGone(ChannelNews::Archived);
        let change = incident.delivered(&Effect::SetTopic, &gone, incident.declared_at);
        assert_eq!(change.incident.channel_state, ChannelState::Archived);
        assert_eq!(owed(&change), [Owed::ShowCard]);
    }
}
