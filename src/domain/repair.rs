//! Repairing an incident: what Slack no longer has of it is built again.

use muster_commands::PersonId;
use serde::{Deserialize, Serialize};

use super::{
    By, Change, ChannelName, ChannelNews, ChannelState, Decision, Effect, Entry, Incident, Line,
    Moment, NameFound, Note, Visibility, What,
};

/// What was found of an incident in Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its channel.
    pub channel: FoundChannel,
    /// The name that its channel should have; `None` if the team's names follow nothing that changes.
    pub wanted: Option<ChannelName>,
    /// The header of its channel.
    pub header: FoundPiece,
    /// Its card in the global channel.
    pub card: FoundPiece,
    /// Whether the channel has all the bookmarks that it should.
    pub bookmarks: FoundPiece,
}

/// How the channel was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundChannel {
    /// It is in use, under this name.
    InUse(String),
    /// It is archived.
    Archived,
    /// Slack no longer has it, or does not show it to us, or there never was one.
    Gone,
}

/// How something of ours in a channel was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundPiece {
    /// It stands; or it was never posted, or could not be looked for.
    Fine,
    /// Somebody removed it.
    Gone,
}

/// Something that a repair did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mended {
    /// A new channel is made.
    Channel,
    /// A new header is posted.
    Header,
    /// A new card is posted.
    Card,
    /// Links are bookmarked again.
    Bookmarks,
    /// It is noted that the channel is archived.
    Archived,
    /// It is noted that the channel is in use again.
    Unarchived,
    /// It is noted that the channel has another name.
    Renamed,
    /// The channel is to get the name that the incident has.
    Named,
    /// It is said that Slack does not show us the channel, and what to do.
    Hidden,
}

impl Mended {
    /// Gives what was built again, in words; `None` if it was only noted.
    pub fn built(self) -> Option<&'static str> {
        match self {
            Self::Channel => Some("a new channel"),
            Self::Header => Some("a new header"),
            Self::Card => Some("a new announcement"),
            Self::Bookmarks => Some("the bookmarks that were missing"),
            Self::Archived | Self::Unarchived | Self::Renamed | Self::Named | Self::Hidden => None,
        }
    }
}

impl Incident {
    /// Owes a look at what Slack has of the incident. What is missing follows from that.
    pub fn repair(&self, by: &By) -> Decision {
        let mut incident = self.clone();
        incident.acted(by);
        let mut change = Change::to(incident, by.at);
        change.then(Effect::Repair {
            person: by.person.clone(),
        });
        Ok(change)
    }

    /// Says what is built again, now that somebody looked, and tells the person who asked.
    pub fn repaired(&self, asker: &PersonId, found: &Found, now: Moment) -> Change {
        let (mut change, mut mended) = self.channel_found(found, now);
        if found.header == FoundPiece::Gone {
            change.incident.header = None;
            mended.push(Mended::Header);
        }
        if found.bookmarks == FoundPiece::Gone {
            change.then(Effect::Bookmark);
            mended.push(Mended::Bookmarks);
        }
        if let FoundChannel::InUse(_) = found.channel {
            change.then(Effect::ShowHeader);
        }
        if found.card == FoundPiece::Gone {
            change.incident.card = None;
            mended.push(Mended::Card);
        }
        // A new channel is announced once it is there.
        if change.incident.channel_state != ChannelState::Awaited {
            let incident = change.incident.clone();
            match incident.card {
                Some(_) => change.then(Effect::ShowCard),
                None if found.card == FoundPiece::Gone => incident.announce(&mut change),
                None => {}
            }
        }
        self.tell_of_repair(&mut change, asker, mended);
        change
    }

    /// Takes the channel as it was found; one that is gone is made anew.
    fn channel_found(&self, found: &Found, now: Moment) -> (Change, Vec<Mended>) {
        let noted = |news, mended| (self.channel_changed(news, None, now), vec![mended]);
        let nothing = (Change::to(self.clone(), now), Vec::new());
        match (&found.channel, self.channel_state) {
            // It is on its way already.
            (_, ChannelState::Awaited) | (FoundChannel::Archived, ChannelState::Archived) => {
                nothing
            }
            // Slack shows a private channel to nobody who is not in it, so that it need not be gone.
            (FoundChannel::Gone, _) if self.is_hidden() => (nothing.0, vec![Mended::Hidden]),
            (FoundChannel::Gone, _) => (self.opening_anew(now), vec![Mended::Channel]),
            (FoundChannel::Archived, _) => noted(ChannelNews::Archived, Mended::Archived),
            (FoundChannel::InUse(name), ChannelState::Open) => {
                self.name_repaired(name, found.wanted.as_ref(), now)
            }
            (FoundChannel::InUse(_), _) => noted(ChannelNews::Unarchived, Mended::Unarchived),
        }
    }

    /// Says whether there is a private channel that may be there though Slack does not show it.
    fn is_hidden(&self) -> bool {
        self.visibility == Visibility::Private && self.channel.is_some()
    }

    /// Owes the incident another channel.
    fn opening_anew(&self, now: Moment) -> Change {
        let mut incident = self.clone();
        incident.channel = None;
        incident.header = None;
        incident.channel_state = ChannelState::Awaited;
        let mut change = Change::to(incident, now);
        change.then(Effect::OpenChannel {
            name: ChannelName::of(self),
            after: None,
            declared_in: None,
            visibility: self.visibility,
            moved: None,
        });
        change
    }

    /// Takes the channel's name as it was found, and sets it right if it is ours and another is called for.
    fn name_repaired(
        &self,
        name: &str,
        wanted: Option<&ChannelName>,
        now: Moment,
    ) -> (Change, Vec<Mended>) {
        let Some(channel) = &self.channel else {
            return (Change::to(self.clone(), now), Vec::new());
        };
        let is_news = channel.name != name && !channel.is_ours(name);
        let found = NameFound {
            channel: channel.id.clone(),
            name: name.to_owned(),
            wanted: wanted.cloned(),
        };
        let change = self.name_found(&found, now);
        let mended = match (is_news, change.effects.is_empty()) {
            (true, _) => vec![Mended::Renamed],
            (false, false) => vec![Mended::Named],
            (false, true) => Vec::new(),
        };
        (change, mended)
    }

    /// Tells what was done: the person who asked, the timeline, and the channel if something was built.
    fn tell_of_repair(&self, change: &mut Change, asker: &PersonId, mended: Vec<Mended>) {
        let by = By::new(asker.clone(), change.at);
        if mended.iter().any(|mended| mended.built().is_some()) {
            let what = What::Repaired {
                mended: mended.clone(),
            };
            change.record(Entry::by(&by, what.clone()));
            self.post_in(change, Line::by(&by, what));
        }
        change.tell_directly(asker.clone(), Note::Repaired { mended });
    }

    /// Queues a post to the channel as it is after the change, if there is one or will be.
    fn post_in(&self, change: &mut Change, line: Line) {
        match change.incident.channel_state {
            ChannelState::Awaited | ChannelState::Open => change.then(Effect::Tell { line }),
            ChannelState::Refused | ChannelState::Archived | ChannelState::Deleted => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Owed;
    use crate::domain::sample::in_its_channel;

    fn found(channel: FoundChannel) -> Found {
        Found {
            channel,
            wanted: None,
            header: FoundPiece::Fine,
            card: FoundPiece::Fine,
            bookmarks: FoundPiece::Fine,
        }
    }

    fn repaired(incident: &Incident, found: &Found) -> (Change, Vec<Mended>) {
        let asker = PersonId::from("U0BOB000001");
        let change = incident.repaired(&asker, found, incident.declared_at);
        let told = change.effects.iter().find_map(|effect| match effect {
            Effect::Direct {
                note: Note::Repaired { mended },
                ..
            } => Some(mended.clone()),
            _ => None,
        });
        let waiting = change.incident.waiting_notes.first();
        let waiting = waiting.and_then(|waiting| match &waiting.note {
            Note::Repaired { mended } => Some(mended.clone()),
            _ => None,
        });
        let mended = told.or(waiting).unwrap_or_default();
        (change, mended)
    }

    fn owed(change: &Change) -> Vec<Owed> {
        change.effects.iter().map(Effect::owed).collect()
    }

    #[test]
    fn where_nothing_is_missing_all_is_shown_anew_and_nothing_is_recorded() {
        let incident = in_its_channel("Checkout");
        let in_use = FoundChannel::InUse("incident-7".to_owned());
        let (change, mended) = repaired(&incident, &found(in_use));
        assert_eq!(mended, []);
        assert!(change.entries.is_empty());
        assert_eq!(
            owed(&change),
            [Owed::ShowHeader, Owed::ShowCard, Owed::Direct]
        );
    }

    #[test]
    fn a_channel_that_is_gone_is_made_anew_and_everything_follows_from_it() {
        let incident = in_its_channel("Checkout");
        let (change, mended) = repaired(&incident, &found(FoundChannel::Gone));
        assert_eq!(mended, [Mended::Channel]);
        assert_eq!(change.incident.channel_state, ChannelState::Awaited);
        assert_eq!(
            (&change.incident.channel, &change.incident.header),
            (&None, &None)
        );
        assert_eq!(owed(&change), [Owed::OpenChannel, Owed::Tell]);
        // Whoever asks again meanwhile changes nothing.
        let (again, mended) = repaired(&change.incident, &found(FoundChannel::Gone));
        assert_eq!(mended, [Mended::Channel], "the first answer still waits");
        assert!(again.effects.is_empty() && again.entries.is_empty());
    }

    #[test]
    fn a_private_channel_that_slack_does_not_show_is_made_anew_only_if_it_surely_is_gone() {
        let mut incident = in_its_channel("Checkout");
        incident.visibility = Visibility::Private;
        let now = incident.declared_at;
        let lost = incident.channel_changed(ChannelNews::Lost, None, now);
        for incident in [&incident, &lost.incident] {
            let (change, mended) = repaired(incident, &found(FoundChannel::Gone));
            assert_eq!(mended, [Mended::Hidden]);
            assert!(!owed(&change).contains(&Owed::OpenChannel));
        }
        let deleted = incident.channel_changed(ChannelNews::Deleted, None, now);
        let (change, mended) = repaired(&deleted.incident, &found(FoundChannel::Gone));
        assert_eq!(mended, [Mended::Channel]);
        assert!(matches!(
            change.effects[0],
            Effect::OpenChannel {
                visibility: Visibility::Private,
                ..
            }
        ));
    }

    #[test]
    fn a_header_a_card_and_bookmarks_that_are_gone_are_made_anew() {
        let incident = in_its_channel("Checkout");
        let lost = Found {
            header: FoundPiece::Gone,
            card: FoundPiece::Gone,
            bookmarks: FoundPiece::Gone,
            ..found(FoundChannel::InUse("incident-7".to_owned()))
        };
        let (change, mended) = repaired(&incident, &lost);
        assert_eq!(mended, [Mended::Header, Mended::Bookmarks, Mended::Card]);
        assert_eq!(
            (&change.incident.header, &change.incident.card),
            (&None, &None)
        );
        let owed = owed(&change);
        for kind in [Owed::Bookmark, Owed::ShowCard, Owed::Reply, Owed::Tell] {
            assert!(owed.contains(&kind), "{owed:?}");
        }
        assert_eq!(change.entries.len(), 1);
    }

    #[test]
    fn what_became_of_the_channel_unheard_is_noted() {
        let mut incident = in_its_channel("Checkout");
        let (change, mended) = repaired(&incident, &found(FoundChannel::Archived));
        assert_eq!(mended, [Mended::Archived]);
        assert_eq!(change.incident.channel_state, ChannelState::Archived);
        let renamed = FoundChannel::InUse("war-room".to_owned());
        let (_, mended) = repaired(&incident, &found(renamed.clone()));
        assert_eq!(mended, [Mended::Renamed]);
        incident.channel_state = ChannelState::Deleted;
        let (change, mended) = repaired(&incident, &found(renamed));
        assert_eq!(mended, [Mended::Unarchived]);
        assert_eq!(change.incident.channel_state, ChannelState::Open);
    }
}
