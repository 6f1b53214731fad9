//! What follows once something that we owed was delivered, or could not be.

use super::{
    Card, Change, Channel, ChannelState, Effect, Entry, Incident, Line, Moment, Owed, Receipt, What,
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
        // Nobody misses what we did not learn of a person or a message: they go by their ids.
        if matches!(owed, Owed::LearnPerson | Owed::FindPermalink) {
            return change;
        }
        let what = What::Undelivered {
            owed,
            person: match effect {
                Effect::Invite { person } => Some(person.clone()),
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
                if let Some(place) = declared_in {
                    change.then(Effect::Point {
                        person: self.declared_by.clone(),
                        place: place.clone(),
                        trouble: Some(Line::noticed(what, now)),
                    });
                }
            }
            // What cannot be said in the channel cannot be complained of there either.
            Effect::Tell { .. } => {}
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

    /// Says what becomes of the incident when a person asks to try a delivery again.
    ///
    /// A channel that was refused is awaited once more.
    pub fn tried_again(&self, effect: &Effect, now: Moment) -> Change {
        let mut change = Change::to(self.clone(), now);
        if effect.owed() == Owed::OpenChannel && self.channel_state == ChannelState::Refused {
            change.incident.channel_state = ChannelState::Awaited;
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
        for (position, url) in self.signals.iter().enumerate() {
            change.then(Effect::Bookmark {
                title: format!("Signal {}", position + 1),
                url: url.clone(),
            });
        }
    }

    /// Owes the global channel the card, and its thread the declaration.
    fn announce(&self, change: &mut Change) {
        change.then(Effect::ShowCard);
        if self.card.is_none() {
            change.then(Effect::Reply {
                line: Line {
                    by: Some(self.declared_by.clone()),
                    what: What::Declared {
                        severity: self.severity,
                        customer_impact: self.customer_impact,
                    },
                    at: self.declared_at,
                },
            });
        }
    }
}
