//! An incident becomes private, or public: it moves to another channel.

use muster_commands::test_incident::Nature;
use muster_commands::visibility::Visibility;
use muster_commands::{ChannelId, PersonId};
use serde::{Deserialize, Serialize};

use super::{
    By, Change, Channel, ChannelName, ChannelState, Decision, Effect, Entry, Incident, Line, Place,
    Refusal, What,
};

/// A channel that an incident leaves for another, because somebody made it private or public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The channel that it leaves.
    pub from: ChannelId,
    /// Who made it so.
    pub by: PersonId,
}

impl Incident {
    /// Makes the incident private, or public.
    ///
    /// From this moment on it has no channel, and what is announced of it is taken back. Who is in the
    /// old channel is found out; then the new one is opened with them, and the old one is told and
    /// archived.
    pub fn shown_to(&self, to: Visibility, by: &By) -> Decision {
        if self.visibility == to {
            return Err(Refusal(format!("{} is {to} already.", self.id)));
        }
        let Some(Channel { id: old, name, .. }) = self.channel.clone() else {
            return Err(Refusal(format!(
                "{} has no channel that it could leave. Nothing was changed.",
                self.id
            )));
        };
        let mut incident = self.clone();
        incident.acted(by);
        incident.visibility = to;
        incident.channel = None;
        incident.channel_state = ChannelState::Awaited;
        incident.header = None;

        let what = What::ShownTo { to };
        let mut change = Change::to(incident, by.at);
        change.record(Entry::by(by, what.clone()));
        change.then(Effect::Gather {
            channel: old.clone(),
        });
        change.then(Effect::OpenChannel {
            name: ChannelName::of(&change.incident),
            after: Some(ChannelName::stored(name)),
            declared_in: None,
            visibility: to,
            moved: Some(Moved {
                from: old,
                by: by.person.clone(),
            }),
        });
        change.then(Effect::Tell {
            line: Line::by(by, what),
        });
        change.then(Effect::Withdraw);
        Ok(change)
    }

    /// Says whether the global channel hears of it.
    pub fn is_announced(&self) -> bool {
        match (self.visibility, self.nature) {
            (Visibility::Private, _) | (_, Nature::Test) => false,
            (Visibility::Public, Nature::Real | Nature::AnnouncedTest) => true,
        }
    }

    /// Owes a channel that the incident left the word that it did, and its end.
    pub(super) fn leave(&self, moved: &Moved, change: &mut Change) {
        change.then(Effect::Farewell {
            channel: moved.from.clone(),
        });
        change.then(Effect::ArchiveFormer {
            channel: moved.from.clone(),
        });
    }
}

impl Moved {
    /// Gives where whoever made it so is told that it went wrong: in a direct message, for the channel
    /// that they did it in is archived.
    pub(super) fn place(&self) -> Place {
        Place {
            channel: None,
            response_url: None,
            thread: None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::sample::{in_its_channel, incident};
    use crate::domain::{Owed, Receipt};

    fn alice(incident: &Incident) -> By {
        By::new(incident.declared_by.clone(), incident.declared_at)
    }

    fn owed(change: &Change) -> Vec<Owed> {
        change.effects.iter().map(Effect::owed).collect()
    }

    #[test]
    fn a_private_incident_leaves_its_channel_and_its_card_at_once() {
        let incident = in_its_channel("Checkout");
        let change = incident
            .shown_to(Visibility::Private, &alice(&incident))
            .unwrap();
        assert_eq!(change.incident.channel, None);
        assert_eq!(change.incident.channel_state, ChannelState::Awaited);
        assert!(!change.incident.is_announced());
        assert_eq!(
            owed(&change),
            [Owed::Gather, Owed::OpenChannel, Owed::Tell, Owed::Withdraw]
        );
        let Effect::OpenChannel {
            visibility, after, ..
        } = &change.effects[1]
        else {
            panic!("a channel is opened");
        };
        assert_eq!(*visibility, Visibility::Private);
        let left = incident.channel.map(|left| ChannelName::stored(left.name));
        assert_eq!(*after, left);
    }

    #[test]
    fn what_is_so_already_or_has_no_channel_stays_as_it_is() {
        let standing = in_its_channel("Checkout");
        let refused = standing.shown_to(Visibility::Public, &alice(&standing));
        assert_eq!(refused, Err(Refusal("IR-7 is public already.".to_owned())));
        let waiting = incident("Checkout");
        let refused = waiting.shown_to(Visibility::Private, &alice(&waiting));
        assert!(refused.is_err());
    }

    #[test]
    fn the_old_channel_ends_whether_there_is_a_new_one_or_not() {
        let incident = in_its_channel("Checkout");
        let at = incident.declared_at;
        let change = incident
            .shown_to(Visibility::Private, &alice(&incident))
            .unwrap();
        let opening = change.effects[1].clone();
        let receipt = Receipt::Channel {
            id: ChannelId::from("C0PRIVATE07"),
            name: "incident-7-checkout-2".to_owned(),
        };
        let opened = change.incident.delivered(&opening, &receipt, at);
        let follows = owed(&opened);
        assert!(follows.contains(&Owed::Farewell) && follows.contains(&Owed::ArchiveFormer));
        assert!(!follows.contains(&Owed::ShowCard) && !follows.contains(&Owed::Point));

        let refused = change
            .incident
            .undelivered(&opening, 5, "Ask an admin.", at);
        assert_eq!(refused.incident.channel_state, ChannelState::Refused);
        assert_eq!(
            owed(&refused),
            [Owed::Farewell, Owed::ArchiveFormer, Owed::Point]
        );
    }
}
