//! Access checks: who may see an incident. Everything that is shown of an incident passes
//! [`Viewer::may_see`]; the read functions of the store require a [`Viewer`].
//!
//! Access follows participation, not channel membership. A user who leaves a private channel, or is removed
//! from it, keeps their tasks and role, and may see the incident until a user removes them from its
//! responders. Slack itself decides who can read a channel.

use std::str::FromStr;

use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};
use crate::{ChannelId, Incident, UserId};

/// The visibility of an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Visibility {
    /// Visible to all users.
    #[default]
    Public,
    /// Visible to its responders only.
    Private,
}

impl Visibility {
    /// Both visibilities.
    pub const ALL: [Self; 2] = [Self::Public, Self::Private];

    /// Returns the name, which is used in commands, messages and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

impl_string_enum!(Visibility);

impl FromStr for Visibility {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("visibility", text, &Self::ALL, Self::as_str, |visibility| {
            visibility.as_str() == normalized
        })
    }
}

/// On whose behalf something is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// A Slack user.
    User {
        /// The user's ID.
        user: UserId,
        /// The channel of the request; `None` if it has none, as in a modal.
        channel: Option<ChannelId>,
    },
    /// The operator in a terminal, who has access to the database file. Never used for requests from Slack.
    Operator,
}

impl Viewer {
    /// Creates a viewer for a user outside any channel.
    pub fn user(user: &UserId) -> Self {
        Self::User {
            user: user.clone(),
            channel: None,
        }
    }

    /// Creates a viewer for a user who makes a request in a channel.
    pub fn in_channel(user: &UserId, channel: &ChannelId) -> Self {
        Self::User {
            user: user.clone(),
            channel: Some(channel.clone()),
        }
    }

    /// Returns whether the viewer may see an incident, including that it exists.
    ///
    /// A user who makes a request in the channel of a private incident is a member of it: Slack allows no
    /// other user to do so.
    pub fn may_see(&self, guarded: &AccessSubject<'_>) -> bool {
        match self {
            Self::Operator => true,
            Self::User { user, channel } => match guarded.visibility {
                Visibility::Public => true,
                Visibility::Private => {
                    (guarded.is_responder)(user)
                        || (channel.is_some() && channel.as_ref() == guarded.channel)
                }
            },
        }
    }

    /// Returns the channel of the request, if it has one.
    pub fn channel(&self) -> Option<&ChannelId> {
        match self {
            Self::User { channel, .. } => channel.as_ref(),
            Self::Operator => None,
        }
    }

    /// Returns the user, unless the viewer is the operator.
    pub fn user_id(&self) -> Option<&UserId> {
        match self {
            Self::User { user, .. } => Some(user),
            Self::Operator => None,
        }
    }
}

/// The attributes of an incident that decide who may see it.
pub struct AccessSubject<'a> {
    /// The incident's visibility.
    pub visibility: Visibility,
    /// The incident's channel, if it has one.
    pub channel: Option<&'a ChannelId>,
    /// Returns whether a user is a responder of the incident.
    pub is_responder: &'a dyn Fn(&UserId) -> bool,
}

impl Incident {
    /// Returns whether the viewer may see this incident, including that it exists.
    pub fn is_visible_to(&self, viewer: &Viewer) -> bool {
        viewer.may_see(&AccessSubject {
            visibility: self.visibility,
            channel: self.channel.as_ref().map(|channel| &channel.id),
            is_responder: &|user| self.responder_ids().any(|known| known == user),
        })
    }

    /// Returns whether the incident may be mentioned in a channel. A private incident may only appear in its
    /// own.
    pub fn may_appear_in(&self, channel: &ChannelId) -> bool {
        let is_its_own = self.channel.as_ref().is_some_and(|own| own.id == *channel);
        self.visibility == Visibility::Public || is_its_own
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::incident_with_channel;

    #[test]
    fn private_incident_is_visible_to_responders_and_in_its_channel_only() {
        let mut incident = incident_with_channel("Checkout");
        let [alice, bob] = ["U0ALICE0001", "U0BOB000001"].map(UserId::from);
        let [here, elsewhere] = ["C0INCIDENT7", "C0GENERAL01"].map(ChannelId::from);
        assert!(incident.is_visible_to(&Viewer::user(&bob)));

        incident.visibility = Visibility::Private;
        assert!(incident.is_visible_to(&Viewer::user(&alice)));
        assert!(!incident.is_visible_to(&Viewer::user(&bob)));
        assert!(!incident.is_visible_to(&Viewer::in_channel(&bob, &elsewhere)));
        assert!(incident.is_visible_to(&Viewer::in_channel(&bob, &here)));
        assert!(incident.is_visible_to(&Viewer::Operator));

        incident.channel = None;
        assert!(!incident.is_visible_to(&Viewer::user(&bob)));
    }
}
