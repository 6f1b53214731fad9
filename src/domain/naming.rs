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
                change.then(Effect::naming(Naming::Heard));
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
                change.then(Effect::naming(Naming::Chosen));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::in_its_channel;

    fn base(name: &str) -> ChannelName {
        ChannelName::stored(name.to_owned())
    }

    /// An incident whose channel is called `name`, and for which we asked for `given` last.
    fn called(name: &str, given: &str) -> Incident {
        let mut incident = in_its_channel("Checkout");
        if let Some(channel) = &mut incident.channel {
            channel.name = name.to_owned();
            channel.given = Some(base(given));
        }
        incident
    }

    /// What Slack calls the channel, and what the incident calls for.
    fn finds(incident: &Incident, name: &str, wanted: &str) -> Change {
        let found = NameFound {
            channel: ChannelId::from("C0INCIDENT7"),
            name: name.to_owned(),
            wanted: Some(base(wanted)),
        };
        incident.name_found(&found, incident.declared_at)
    }

    fn told(change: &Change) -> Vec<&What> {
        change.entries.iter().map(|entry| &entry.what).collect()
    }

    fn given(change: &Change) -> Option<&str> {
        let channel = change.incident.channel.as_ref();
        channel.and_then(|it| it.given.as_ref().map(ChannelName::as_str))
    }

    const CHOSEN: Effect = Effect::RenameChannel {
        naming: Naming::Chosen,
        after: None,
    };

    #[test]
    fn a_name_is_chosen_before_it_is_given_and_told_once_it_is_there() {
        let change = finds(&called("slow", "slow"), "slow", "down");
        assert_eq!(given(&change), Some("down"));
        assert_eq!(change.effects, [CHOSEN]);
        assert!(change.entries.is_empty());
        // The answer, Slack's news of it and another look may come in any order.
        let now = change.at;
        let there = [
            change.incident.is_called("down", now),
            change.incident.name_heard("down", now),
            finds(&change.incident, "down", "down"),
        ];
        let (from, to) = ("slow".to_owned(), "down".to_owned());
        for change in there {
            let what = What::ChannelFollowed {
                from: from.clone(),
                to: to.clone(),
            };
            assert_eq!(told(&change), [&what]);
            assert!(change.effects.is_empty());
            assert!(change.incident.name_heard("down", now).entries.is_empty());
        }
    }

    #[test]
    fn a_name_that_may_have_arrived_is_ours_though_another_is_called_for_by_now() {
        for there in ["down", "down-2"] {
            let change = finds(&called("slow", "down"), there, "up");
            assert!(matches!(told(&change)[..], [What::ChannelFollowed { .. }]));
            assert_eq!(given(&change), Some("up"));
            assert_eq!(change.effects, [CHOSEN]);
        }
    }

    #[test]
    fn a_number_at_the_end_of_a_title_is_no_suffix_of_ours() {
        let change = finds(&called("deploy-2", "deploy-2"), "deploy-2", "deploy");
        assert_eq!(change.effects, [CHOSEN]);
        let suffixed = finds(&called("deploy-2", "deploy"), "deploy-2", "deploy");
        assert!(suffixed.effects.is_empty());
    }

    #[test]
    fn a_name_given_by_hand_is_told_and_left_alone_for_good() {
        let change = finds(&called("slow", "slow"), "war-room", "down");
        assert!(matches!(
            told(&change)[..],
            [What::ChannelRenamed { .. }, What::NameLeftAlone]
        ));
        assert_eq!(given(&change), None);
        assert!(change.effects.is_empty());
        let again = finds(&change.incident, "slow", "slow");
        assert!(matches!(told(&again)[..], [What::ChannelRenamed { .. }]));
        assert_eq!(given(&again), None);
        assert!(!again.incident.calls_for(&base("down")));
    }

    #[test]
    fn news_that_may_be_late_are_looked_into() {
        let incident = called("down", "down");
        let change = incident.name_heard("slow", incident.declared_at);
        assert!(change.entries.is_empty());
        assert_eq!(change.effects, [Effect::naming(Naming::Heard)]);
        let found = finds(&incident, "down", "down");
        assert!(found.entries.is_empty() && found.effects.is_empty());
    }
}
