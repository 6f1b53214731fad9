//! Channel names: the name follows the incident until a user renames the channel.

use serde::{Deserialize, Serialize};

use crate::delivery::RenameChannel;
use crate::{
    Change, Channel, ChannelId, ChannelName, ChannelState, Incident, TimelineEntry, TimelineEvent,
    Timestamp,
};

/// Why the name of a channel is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenameReason {
    /// The incident changed. The name is fetched only if the incident requires a different one.
    IncidentChanged,
    /// Slack reported another name (`channel_rename`), or a user requested a repair.
    NameReported,
    /// The next name is stored and the channel can be renamed. Storing it first identifies our own rename in
    /// Slack's events, whenever they arrive.
    NameReserved,
}

/// The name of a channel in Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelNameFound {
    /// The channel's ID.
    pub channel: ChannelId,
    /// The name in Slack.
    pub name: String,
    /// The name that the current incident requires; `None` if the template has no variables that can change.
    pub expected_name: Option<ChannelName>,
}

impl Channel {
    /// Returns whether a name was set, or may have been set, by Muster.
    pub fn is_own_name(&self, name: &str) -> bool {
        let gave = |requested: &ChannelName| self.name == name || requested.has_candidate(name);
        self.requested_name.as_ref().is_some_and(gave)
    }
}

impl Incident {
    /// Returns whether the required name differs from the last one that was requested.
    pub(crate) fn needs_rename(&self, expected_name: &ChannelName) -> bool {
        let requested = self
            .channel
            .as_ref()
            .and_then(|it| it.requested_name.as_ref());
        requested.is_some_and(|requested| requested != expected_name)
    }

    /// Handles a name that Slack reported. Unless it is the requested name, the event may be late, or report
    /// an earlier name of ours; then the current name is fetched.
    pub(crate) fn name_reported(&self, name: &str, now: Timestamp) -> Change {
        let unchanged = Change::new(self.clone(), now);
        match &self.channel {
            Some(channel) if channel.name == name => unchanged,
            Some(channel) if channel.is_own_name(name) => self.renamed_by_muster(name, now),
            Some(_) if self.channel_state == ChannelState::Open => {
                let mut change = unchanged;
                change.enqueue(RenameChannel::new(RenameReason::NameReported));
                change
            }
            Some(_) => self.renamed_by_user(name, now),
            None => unchanged,
        }
    }

    /// Records the name that was fetched, and stores the next name if the incident requires a different one.
    pub(crate) fn name_found(&self, report: &ChannelNameFound, now: Timestamp) -> Change {
        let ChannelNameFound {
            name,
            expected_name,
            ..
        } = report;
        let Some(channel) = &self.channel else {
            return Change::new(self.clone(), now);
        };
        if channel.name != *name && !channel.is_own_name(name) {
            let mut change = self.renamed_by_user(name, now);
            if channel.requested_name.is_some() && expected_name.is_some() {
                change.add_entry(TimelineEntry::automatic(
                    TimelineEvent::ChannelNameLocked,
                    now,
                ));
            }
            return change;
        }
        let mut change = self.renamed_by_muster(name, now);
        if let (Some(channel), Some(expected_name)) = (&mut change.incident.channel, expected_name)
            && channel.needs_name(expected_name)
        {
            channel.requested_name = Some(expected_name.clone());
            if *name != *expected_name.as_str() {
                change.enqueue(RenameChannel::new(RenameReason::NameReserved));
            }
        }
        change
    }

    /// Records a name that Muster set, with a timeline entry if it is new.
    pub(crate) fn renamed_by_muster(&self, name: &str, now: Timestamp) -> Change {
        let (mut change, from) = self.with_channel_name(name, now);
        if let Some(from) = from {
            let to = name.to_owned();
            change.add_entry(TimelineEntry::automatic(
                TimelineEvent::ChannelRenamedByMuster { from, to },
                now,
            ));
        }
        change
    }

    /// Records a name that a user set. It is never replaced.
    pub(crate) fn renamed_by_user(&self, name: &str, now: Timestamp) -> Change {
        let (mut change, from) = self.with_channel_name(name, now);
        if let Some(channel) = &mut change.incident.channel {
            channel.requested_name = None;
        }
        if let Some(from) = from {
            let to = name.to_owned();
            change.add_entry(TimelineEntry::automatic(
                TimelineEvent::ChannelRenamed { from, to },
                now,
            ));
        }
        change
    }

    /// Stores a name of the channel. Returns the previous one if it was different.
    fn with_channel_name(&self, name: &str, now: Timestamp) -> (Change, Option<String>) {
        let mut change = Change::new(self.clone(), now);
        let channel = change.incident.channel.as_mut();
        let from = channel
            .filter(|channel| channel.name != name)
            .map(|channel| std::mem::replace(&mut channel.name, name.to_owned()));
        (change, from)
    }
}

impl Channel {
    /// Returns whether the channel needs this name: another one was requested last, or this one never
    /// arrived.
    pub(crate) fn needs_name(&self, expected_name: &ChannelName) -> bool {
        let is_other = |requested: &ChannelName| {
            requested != expected_name || !expected_name.has_candidate(&self.name)
        };
        self.requested_name.as_ref().is_some_and(is_other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Delivery;
    use crate::testing::incident_with_channel;

    fn channel_name(name: &str) -> ChannelName {
        ChannelName::from_stored(name.to_owned())
    }

    /// Returns an incident with a channel of this name, and with the name that was requested last.
    fn incident_with_names(name: &str, requested: &str) -> Incident {
        let mut incident = incident_with_channel("Checkout");
        if let Some(channel) = &mut incident.channel {
            channel.name = name.to_owned();
            channel.requested_name = Some(channel_name(requested));
        }
        incident
    }

    /// Applies a name from Slack to an incident that requires a certain name.
    fn find_name(incident: &Incident, name: &str, expected_name: &str) -> Change {
        let report = ChannelNameFound {
            channel: ChannelId::from("C0INCIDENT7"),
            name: name.to_owned(),
            expected_name: Some(channel_name(expected_name)),
        };
        incident.name_found(&report, incident.declared_at)
    }

    fn events(change: &Change) -> Vec<&TimelineEvent> {
        change.entries.iter().map(|entry| &entry.event).collect()
    }

    fn requested_name(change: &Change) -> Option<&str> {
        let channel = change.incident.channel.as_ref();
        channel.and_then(|it| it.requested_name.as_ref().map(ChannelName::as_str))
    }

    const RENAME: Delivery = Delivery::RenameChannel(RenameChannel {
        reason: RenameReason::NameReserved,
        last_tried: None,
    });

    #[test]
    fn name_is_reserved_before_the_rename_and_recorded_once_after_it() {
        let change = find_name(&incident_with_names("slow", "slow"), "slow", "down");
        assert_eq!(requested_name(&change), Some("down"));
        assert_eq!(change.deliveries, [RENAME]);
        assert!(change.entries.is_empty());
        // The response, Slack's event and a second check may arrive in any order.
        let now = change.at;
        let there = [
            change.incident.renamed_by_muster("down", now),
            change.incident.name_reported("down", now),
            find_name(&change.incident, "down", "down"),
        ];
        let (from, to) = ("slow".to_owned(), "down".to_owned());
        for change in there {
            let what = TimelineEvent::ChannelRenamedByMuster {
                from: from.clone(),
                to: to.clone(),
            };
            assert_eq!(events(&change), [&what]);
            assert!(change.deliveries.is_empty());
            assert!(
                change
                    .incident
                    .name_reported("down", now)
                    .entries
                    .is_empty()
            );
        }
    }

    #[test]
    fn earlier_requested_name_is_own_when_the_expected_name_changed() {
        for there in ["down", "down-2"] {
            let change = find_name(&incident_with_names("slow", "down"), there, "up");
            assert!(matches!(
                events(&change)[..],
                [TimelineEvent::ChannelRenamedByMuster { .. }]
            ));
            assert_eq!(requested_name(&change), Some("up"));
            assert_eq!(change.deliveries, [RENAME]);
        }
    }

    #[test]
    fn number_at_the_end_of_a_title_is_not_a_suffix() {
        let change = find_name(
            &incident_with_names("deploy-2", "deploy-2"),
            "deploy-2",
            "deploy",
        );
        assert_eq!(change.deliveries, [RENAME]);
        let suffixed = find_name(
            &incident_with_names("deploy-2", "deploy"),
            "deploy-2",
            "deploy",
        );
        assert!(suffixed.deliveries.is_empty());
    }

    #[test]
    fn name_set_by_a_user_is_recorded_and_never_replaced() {
        let change = find_name(&incident_with_names("slow", "slow"), "war-room", "down");
        assert!(matches!(
            events(&change)[..],
            [
                TimelineEvent::ChannelRenamed { .. },
                TimelineEvent::ChannelNameLocked
            ]
        ));
        assert_eq!(requested_name(&change), None);
        assert!(change.deliveries.is_empty());
        let again = find_name(&change.incident, "slow", "slow");
        assert!(matches!(
            events(&again)[..],
            [TimelineEvent::ChannelRenamed { .. }]
        ));
        assert_eq!(requested_name(&again), None);
        assert!(!again.incident.needs_rename(&channel_name("down")));
    }

    #[test]
    fn reported_name_is_checked_before_it_is_recorded() {
        let incident = incident_with_names("down", "down");
        let change = incident.name_reported("slow", incident.declared_at);
        assert!(change.entries.is_empty());
        assert_eq!(
            change.deliveries,
            [Delivery::RenameChannel(RenameChannel::new(
                RenameReason::NameReported
            ))]
        );
        let report = find_name(&incident, "down", "down");
        assert!(report.entries.is_empty() && report.deliveries.is_empty());
    }
}
