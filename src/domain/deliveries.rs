//! What follows once something that we owed was delivered, or could not be.

use muster_commands::ChannelId;

use super::{
    Card, Change, Channel, ChannelNews, ChannelState, Effect, Entry, Incident, Line, Moment,
    Naming, Note, Owed, Place, Receipt, What,
};

impl Incident {
    /// Says what follows from a delivery: once the channel exists, its people, its header, the
    /// announcement; once the header stands, its pin.
    pub fn delivered(&self, effect: &Effect, receipt: &Receipt, now: Moment) -> Change {
        let mut change = Change::to(self.clone(), now);
        match (effect, receipt) {
            (
                Effect::OpenChannel {
                    name: given,
                    declared_in,
                    moved,
                    ..
                },
                Receipt::Channel { id, name },
            ) => {
                change.incident.channel_state = ChannelState::Open;
                change.incident.channel = Some(Channel {
                    id: id.clone(),
                    name: name.clone(),
                    given: Some(given.clone()),
                });
                self.furnish(&mut change);
                self.announce(&mut change);
                if let Some(moved) = moved {
                    self.leave(moved, &mut change);
                }
                change.send_waiting_notes();
                if let Some(place) = declared_in {
                    change.then(Effect::Point {
                        person: self.declared_by.clone(),
                        place: place.clone(),
                        trouble: None,
                    });
                }
            }
            // What was on its way to a channel that the incident left meanwhile says nothing of the new one.
            (Effect::ShowHeader, Receipt::Message { channel, .. }) if !self.is_in(channel) => {}
            (_, Receipt::ChannelGone { channel, .. } | Receipt::NameGiven { channel, .. })
                if !self.is_in(channel) => {}
            (_, Receipt::NameFound(found)) if !self.is_in(&found.channel) => {}
            (_, Receipt::NameFound(found)) => return self.name_found(found, now),
            (_, Receipt::NameGiven { name, .. }) => return self.is_called(name, now),
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
            (
                Effect::ArchiveChannel,
                Receipt::ChannelGone {
                    news: ChannelNews::Archived,
                    ..
                },
            ) => {
                return self.channel_put_away(now);
            }
            (Effect::ArchiveChannel, Receipt::Spoken(last)) => {
                return self.still_spoken_in(*last, now);
            }
            (_, Receipt::NotAll) => change.then(effect.clone()),
            (Effect::Withdraw, Receipt::Withdrawn(ts)) => {
                change.incident.card = self.card.clone().filter(|card| card.ts != *ts);
            }
            (Effect::Gather { .. }, Receipt::People(people)) => {
                for person in people {
                    change.incident.takes_part(person, now);
                    change.then(Effect::LearnPerson {
                        person: person.clone(),
                    });
                }
            }
            (Effect::Repair { person }, Receipt::Found(found)) => {
                return self.repaired(person, found, now);
            }
            (_, Receipt::ChannelGone { news, .. }) => {
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
        // question that a person did not ask for; whoever was not briefed finds the header pinned.
        if matches!(
            owed,
            Owed::LearnPerson | Owed::FindPermalink | Owed::OfferCall | Owed::Brief | Owed::Answer
        ) {
            return change;
        }
        if let Effect::Meet { stranger } = effect {
            return self.never_met(stranger, now);
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
                Effect::Invite { person }
                | Effect::Uninvite { person }
                | Effect::Direct { person, .. } => Some(person.clone()),
                _ => None,
            },
            why: why.to_owned(),
            delivery,
        };
        change.record(Entry::noticed(what.clone(), now));
        match effect {
            Effect::OpenChannel {
                declared_in, moved, ..
            } => {
                change.incident.channel_state = ChannelState::Refused;
                self.announce(&mut change);
                change.send_waiting_notes();
                let mut told = declared_in.clone().map(|place| (&self.declared_by, place));
                if let Some(moved) = moved {
                    self.leave(moved, &mut change);
                    told = Some((&moved.by, moved.place()));
                }
                if let Some((person, place)) = told {
                    change.then(Effect::Point {
                        person: person.clone(),
                        place,
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
                        channel: self.channel.as_ref().map(|channel| channel.id.clone()),
                        response_url: None,
                        thread: None,
                    },
                    trouble: Some(Line::noticed(what, now)),
                });
            }
            // It was the last way to tell somebody; and a reminder comes again.
            Effect::Remind { .. }
            | Effect::Point {
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
            let mut line = self.declaration();
            if let Effect::OpenChannel {
                moved: Some(moved),
                visibility,
                ..
            } = effect
            {
                line.by = Some(moved.by.clone());
                line.what = What::ShownTo { to: *visibility };
            }
            change.then(Effect::Tell { line });
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
        // The incident may be called otherwise since the channel was owed.
        change.then(Effect::naming(Naming::Changed));
        if !self.bookmarks().is_empty() {
            change.then(Effect::Bookmark);
        }
    }

    /// Says whether a channel is the incident's.
    fn is_in(&self, channel: &ChannelId) -> bool {
        self.channel
            .as_ref()
            .is_some_and(|ours| ours.id == *channel)
    }

    /// Owes the global channel the card, and its thread the declaration, if it may hear of the incident.
    pub(super) fn announce(&self, change: &mut Change) {
        if !self.is_announced() {
            return;
        }
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
mod tests;
