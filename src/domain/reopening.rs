//! An incident that is over, or open again: if its channel is archived by then, it goes on in another.

use muster_commands::Status;

use super::{Change, ChannelName, ChannelState, Effect, Entry, Incident, Line, What};

impl Incident {
    /// Says whether the incident is over.
    pub(super) fn is_over(&self) -> bool {
        match self.status {
            Status::Active | Status::Stable => false,
            Status::Resolved | Status::Completed => true,
        }
    }

    /// Leaves the channel behind if it is archived while the incident goes on again; gives what it was called.
    /// Slack lets no bot bring a channel back.
    pub(super) fn leaves_archived_channel(&mut self, before: &Self) -> Option<String> {
        let goes_on_again = !before.status.is_open() && self.status.is_open();
        if !goes_on_again || self.channel_state != ChannelState::Archived {
            return None;
        }
        self.channel_state = ChannelState::Awaited;
        self.header = None;
        self.channel.take().map(|channel| channel.name)
    }
}

impl Change {
    /// Owes an incident that goes on again another channel, and the word in it where the earlier one is.
    pub(super) fn open_another(&mut self, former: String) {
        let after = Some(ChannelName::stored(former.clone()));
        let what = What::ChannelReplaced { former };
        self.record(Entry::noticed(what.clone(), self.at));
        self.then(Effect::OpenChannel {
            name: ChannelName::of(&self.incident),
            after,
            declared_in: None,
            visibility: self.incident.visibility,
            moved: None,
        });
        self.then(Effect::Tell {
            line: Line::noticed(what, self.at),
        });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use muster_commands::update::Update;

    use super::*;
    use crate::domain::sample::in_its_channel;
    use crate::domain::{By, Owed};

    fn reopened(channel: ChannelState) -> Change {
        let mut incident = in_its_channel("Checkout");
        incident.status = Status::Resolved;
        incident.channel_state = channel;
        let request = Update {
            status: Some(Status::Active),
            ..Update::default()
        };
        let by = By::new(incident.commander.clone(), incident.declared_at);
        incident.update(request, &by).unwrap()
    }

    #[test]
    fn it_goes_on_in_another_channel_only_if_its_own_is_archived() {
        let change = reopened(ChannelState::Archived);
        assert_eq!(change.incident.channel_state, ChannelState::Awaited);
        assert_eq!(change.incident.channel, None);
        assert_eq!(change.incident.header, None);
        assert_eq!(change.effects[0].owed(), Owed::OpenChannel);
        assert_eq!(change.entries.len(), 2);

        let change = reopened(ChannelState::Open);
        assert!(change.incident.channel.is_some());
        assert!(
            change
                .effects
                .iter()
                .all(|it| it.owed() != Owed::OpenChannel)
        );
    }
}
