//! What an incident's channel is called: it follows the incident, until somebody gives it a name by hand.

use muster_commands::ChannelId;
use serde::{Deserialize, Serialize};

use super::{Change, Channel, ChannelName, ChannelState, Effect, Entry, Incident, Moment, What};

/// Why the name of a channel is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Naming {
    /// The incident changed. If that makes no other name of it, nothing is looked at.
    Changed,
    /// Slack told of another name, or somebody asked for a repair.
    Heard,
    /// Its next name is chosen, and stored: what Slack tells of that is known for our own doing, whenever it
    /// comes. Only now is it renamed.
    Chosen,
}

/// What Slack calls a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameFound {
    /// The channel.
    pub channel: ChannelId,
    /// Its name.
    pub name: String,
    /// The name that the incident as it stands calls for; `None` if the team's names follow nothing that
    /// changes.
    pub wanted: Option<ChannelName>,
}

impl Channel {
    /// Says whether a name of the channel is one that we gave it, or may have.
    pub fn is_ours(&self, name: &str) -> bool {
        let gave = |given: &ChannelName| self.name == name || given.gives(name);
        self.given.as_ref().is_some_and(gave)
    }
}

impl Incident {
    /// Says whether another name than the one that we gave last is called for.
    pub(super) fn calls_for(&self, wanted: &ChannelName) -> bool {
        let given = self.channel.as_ref().and_then(|it| it.given.as_ref());
        given.is_some_and(|given| given != wanted)
    }

    /// Notes that Slack told of a name. Unless we are about to give it, it may have become another since
    /// then, or be one that we gave before the last: so it is looked at.
    pub(super) fn name_heard(&self, name: &str, now: Moment) -> Change {
        let unchanged = Change::to(self.clone(), now);
        match &self.channel {
            Some(channel) if channel.name == name => unchanged,
            Some(channel) if channel.is_ours(name) => self.is_called(name, now),
            Some(_) if self.channel_state == ChannelState::Open => {
                let mut change = unchanged;
                change.then(Effect::RenameChannel {
                    naming: Naming::Heard,
                });
                change
            }
            Some(_) => self.named_by_hand(name, now),
            None => unchanged,
        }
    }

    /// Notes what Slack calls the channel, and chooses its next name if another is called for.
    pub(super) fn name_found(&self, found: &NameFound, now: Moment) -> Change {
        let NameFound { name, wanted, .. } = found;
        let Some(channel) = &self.channel else {
            return Change::to(self.clone(), now);
        };
        if channel.name != *name && !channel.is_ours(name) {
            let mut change = self.named_by_hand(name, now);
            if channel.given.is_some() && wanted.is_some() {
                change.record(Entry::noticed(What::NameLeftAlone, now));
            }
            return change;
        }
        let mut change = self.is_called(name, now);
        if let (Some(channel), Some(wanted)) = (&mut change.incident.channel, wanted)
            && channel.is_to_be_called(wanted)
        {
            channel.given = Some(wanted.clone());
            if *name != *wanted.as_str() {
                change.then(Effect::RenameChannel {
                    naming: Naming::Chosen,
                });
            }
        }
        change
    }

    /// Notes the name that the channel has from us, and tells of it if it is news.
    pub(super) fn is_called(&self, name: &str, now: Moment) -> Change {
        let (mut change, from) = self.noting(name, now);
        if let Some(from) = from {
            let to = name.to_owned();
            change.record(Entry::noticed(What::ChannelFollowed { from, to }, now));
        }
        change
    }

    /// Notes a name that somebody gave the channel, which is not fought over: it is left alone for good.
    pub(super) fn named_by_hand(&self, name: &str, now: Moment) -> Change {
        let (mut change, from) = self.noting(name, now);
        if let Some(channel) = &mut change.incident.channel {
            channel.given = None;
        }
        if let Some(from) = from {
            let to = name.to_owned();
            change.record(Entry::noticed(What::ChannelRenamed { from, to }, now));
        }
        change
    }

    /// Notes a name of the channel; gives the one that it had, if that was another.
    fn noting(&self, name: &str, now: Moment) -> (Change, Option<String>) {
        let mut change = Change::to(self.clone(), now);
        let channel = change.incident.channel.as_mut();
        let from = channel
            .filter(|channel| channel.name != name)
            .map(|channel| std::mem::replace(&mut channel.name, name.to_owned()));
        (change, from)
    }
}

impl Channel {
    /// Says whether the channel is to be given this name: another was given last, or this one never arrived.
    pub(super) fn is_to_be_called(&self, wanted: &ChannelName) -> bool {
        let is_other = |given: &ChannelName| given != wanted || !wanted.gives(&self.name);
        self.given.as_ref().is_some_and(is_other)
    }
}
