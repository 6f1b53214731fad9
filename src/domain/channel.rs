//! The channel of an incident, and what others do to it.

use muster_commands::{ChannelId, PersonId};

use super::{
    Author, Change, ChannelName, Effect, Entry, Incident, Moment, Naming, Visibility, What,
};

/// The channel of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its id, by which it is addressed.
    pub id: ChannelId,
    /// Its name, as Slack took it.
    pub name: String,
    /// The name that we asked Slack for the last time, without a suffix; `None` if its name is not ours to
    /// change, because somebody gave it by hand.
    pub given: Option<ChannelName>,
}

/// How things are with the channel of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelState {
    /// It is owed, and not there yet.
    Awaited,
    /// It can be written to.
    Open,
    /// It could not be created.
    Refused,
    /// Somebody archived it.
    Archived,
    /// Somebody deleted it.
    Deleted,
}

impl ChannelState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Awaited,
        Self::Open,
        Self::Refused,
        Self::Archived,
        Self::Deleted,
    ];

    /// Gives the word that the store keeps.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Awaited => "awaited",
            Self::Open => "open",
            Self::Refused => "refused",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }
}

/// What Slack tells us of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelNews {
    /// It was archived.
    Archived,
    /// It was brought back.
    Unarchived,
    /// It has another name.
    Renamed(String),
    /// Somebody deleted it.
    Deleted,
    /// Slack does not show it to us any more: it was deleted, or, if it is private, we are no longer in it.
    Lost,
}

impl Incident {
    /// Notes what somebody did to the incident's channel. It is put on the timeline, and not fought over.
    pub fn channel_changed(&self, news: ChannelNews, by: Option<PersonId>, at: Moment) -> Change {
        let mut incident = self.clone();
        if incident.channel.is_none() {
            return Change::to(incident, at);
        }
        let what = match news {
            ChannelNews::Archived => {
                incident.channel_state = ChannelState::Archived;
                What::ChannelArchived
            }
            ChannelNews::Unarchived => {
                incident.channel_state = ChannelState::Open;
                What::ChannelUnarchived
            }
            ChannelNews::Renamed(name) => return self.name_heard(&name, at),
            ChannelNews::Deleted | ChannelNews::Lost => {
                incident.channel_state = ChannelState::Deleted;
                // Of a private one only this tells that it is gone, so that another may take its place.
                if news == ChannelNews::Deleted && self.visibility == Visibility::Private {
                    incident.channel = None;
                    incident.header = None;
                }
                What::ChannelDeleted
            }
        };
        // The same news twice, or of our own doing, is no news.
        if incident == *self {
            return Change::to(incident, at);
        }

        let mut change = Change::to(incident, at);
        let mut entry = Entry::noticed(what.clone(), at);
        entry.author = by.map(Author::Person);
        change.record(entry);
        change.then(Effect::ShowCard);
        // It may have missed changes, and a new commander.
        if what == What::ChannelUnarchived {
            change.then(Effect::Invite {
                person: self.commander.clone(),
            });
            change.then(Effect::ShowHeader);
            change.then(Effect::SetTopic);
            change.then(Effect::SetPurpose);
            change.then(Effect::naming(Naming::Changed));
            change.then(Effect::Bookmark);
        }
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Owed;
    use crate::domain::sample::in_its_channel;

    #[test]
    fn what_somebody_does_to_the_channel_is_on_the_timeline_once() {
        let incident = in_its_channel("Checkout");
        let at = incident.declared_at;
        let bob = PersonId::from("U0BOB000001");
        for news in [ChannelNews::Archived, ChannelNews::Deleted] {
            let change = incident.channel_changed(news.clone(), Some(bob.clone()), at);
            assert_eq!(change.entries[0].author, Some(Author::Person(bob.clone())));
            assert_eq!(change.effects, [Effect::ShowCard]);
            let again = change.incident.channel_changed(news, Some(bob.clone()), at);
            assert!(again.entries.is_empty() && again.effects.is_empty());
        }
    }

    #[test]
    fn a_channel_that_is_back_is_shown_how_things_stand() {
        let incident = in_its_channel("Checkout");
        let at = incident.declared_at;
        let archived = incident
            .channel_changed(ChannelNews::Archived, None, at)
            .incident;
        let back = archived.channel_changed(ChannelNews::Unarchived, None, at);
        let owed: Vec<_> = back.effects.iter().map(Effect::owed).collect();
        assert_eq!(
            owed,
            [
                Owed::ShowCard,
                Owed::Invite,
                Owed::ShowHeader,
                Owed::SetTopic,
                Owed::SetPurpose,
                Owed::RenameChannel,
                Owed::Bookmark
            ]
        );
        assert_eq!(back.incident.channel_state, ChannelState::Open);
    }
}
