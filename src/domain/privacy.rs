//! Who may see which incident: the one place that says so. Whatever of an incident is shown to a person
//! passes through [`Viewer::may_see`]; the store's reads for people do not go without a [`Viewer`].
//!
//! Taking part decides, not who is in a channel at the moment: whoever leaves a private channel, or is taken
//! out of it, has their tasks and their role still, and knows of the incident until somebody takes them off it.
//! Slack itself decides who reads a channel.

pub use muster_commands::visibility::Visibility;
use muster_commands::{ChannelId, PersonId};

use super::Incident;

/// Who wants to see something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody in Slack.
    Person {
        /// Who.
        person: PersonId,
        /// The channel that they ask in; `None` where they ask in none, as on a form.
        channel: Option<ChannelId>,
    },
    /// Whoever runs the bot, at a terminal: they hold the file in which everything stands. Nothing that is
    /// asked in Slack is answered in their name.
    Operator,
}

impl Viewer {
    /// Gives somebody in Slack, wherever they are.
    pub fn person(person: &PersonId) -> Self {
        Self::Person {
            person: person.clone(),
            channel: None,
        }
    }

    /// Gives somebody in Slack who asks in a channel.
    pub fn in_channel(person: &PersonId, channel: &ChannelId) -> Self {
        Self::Person {
            person: person.clone(),
            channel: Some(channel.clone()),
        }
    }

    /// Says whether they may see an incident, or know that there is one.
    ///
    /// Whoever asks in the channel of a private incident is in it: Slack lets nobody else ask there.
    pub fn may_see(&self, guarded: &Guarded<'_>) -> bool {
        match self {
            Self::Operator => true,
            Self::Person { person, channel } => match guarded.visibility {
                Visibility::Public => true,
                Visibility::Private => {
                    (guarded.takes_part)(person)
                        || (channel.is_some() && channel.as_ref() == guarded.channel)
                }
            },
        }
    }

    /// Gives the channel that they ask in, if they ask in one.
    pub fn channel(&self) -> Option<&ChannelId> {
        match self {
            Self::Person { channel, .. } => channel.as_ref(),
            Self::Operator => None,
        }
    }

    /// Gives the person, if it is somebody in Slack.
    pub fn who(&self) -> Option<&PersonId> {
        match self {
            Self::Person { person, .. } => Some(person),
            Self::Operator => None,
        }
    }
}

/// What decides who may see an incident.
pub struct Guarded<'a> {
    /// Who knows of it.
    pub visibility: Visibility,
    /// Its channel, if it has one.
    pub channel: Option<&'a ChannelId>,
    /// Says whether somebody takes part in it.
    pub takes_part: &'a dyn Fn(&PersonId) -> bool,
}

impl Incident {
    /// Says whether somebody may see this incident, or know that there is one.
    pub fn is_seen_by(&self, viewer: &Viewer) -> bool {
        viewer.may_see(&Guarded {
            visibility: self.visibility,
            channel: self.channel.as_ref().map(|channel| &channel.id),
            takes_part: &|person| self.people().any(|known| known == person),
        })
    }

    /// Says whether whoever reads a channel may know that there is this incident: a private one shows itself
    /// in its own alone.
    pub fn may_be_seen_in(&self, channel: &ChannelId) -> bool {
        let is_its_own = self.channel.as_ref().is_some_and(|own| own.id == *channel);
        self.visibility == Visibility::Public || is_its_own
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::in_its_channel;

    #[test]
    fn a_private_incident_is_seen_by_its_responders_and_in_its_channel_alone() {
        let mut incident = in_its_channel("Checkout");
        let [alice, bob] = ["U0ALICE0001", "U0BOB000001"].map(PersonId::from);
        let [here, elsewhere] = ["C0INCIDENT7", "C0GENERAL01"].map(ChannelId::from);
        assert!(incident.is_seen_by(&Viewer::person(&bob)));

        incident.visibility = Visibility::Private;
        assert!(incident.is_seen_by(&Viewer::person(&alice)));
        assert!(!incident.is_seen_by(&Viewer::person(&bob)));
        assert!(!incident.is_seen_by(&Viewer::in_channel(&bob, &elsewhere)));
        assert!(incident.is_seen_by(&Viewer::in_channel(&bob, &here)));
        assert!(incident.is_seen_by(&Viewer::Operator));

        incident.channel = None;
        assert!(!incident.is_seen_by(&Viewer::person(&bob)));
    }
}
