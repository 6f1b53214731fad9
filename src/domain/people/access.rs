//! Access checks: who may see an incident. Everything that is shown of an incident passes
//! [`Viewer::may_see`]; the read functions of the store require a [`Viewer`].
//!
//! A private incident is visible to its responders, and to members of its channel. Nothing that a request
//! carries proves membership: not the channel of a command or of a button, because the user may have left it
//! since the message was posted, and neither the `private_metadata` of a modal nor the value of a button,
//! because Muster wrote them earlier, for a user who had access then. Membership is known from two sources:
//!
//! * Slack's event that a user joined the channel. It makes the user a responder.
//! * Slack's response to `conversations.members`. It is asked for while a request is handled, if the channel
//!   of the request is that of a private incident and the user is no responder: the event may be late or
//!   lost. The confirmation holds for that request only.
//!
//! Access follows participation, not channel membership. A user who leaves a private channel, or is removed
//! from it, keeps their tasks and role, and may see the incident until a user removes them from its
//! responders. Slack itself decides who can read a channel.

use std::str::FromStr;

use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};
use crate::{AccountKind, ChannelId, Incident, UserId, WhoReads};

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
        /// A channel that the user is a member of, as Slack says now; `None` if Slack was not asked.
        member_of: Option<ChannelId>,
    },
    /// A guest of the workspace, where guests see only the incidents that they take part in. The store makes a
    /// [`Viewer::User`] one when it reads, because the account and the setting may have changed.
    Guest {
        /// The user's ID.
        user: UserId,
        /// A channel that the user is a member of, as in [`Viewer::User`].
        member_of: Option<ChannelId>,
    },
    /// A program that acts as Muster, not as a user. It sees public incidents only.
    Program,
    /// The operator in a terminal, who has access to the database file. Never used for requests from Slack.
    Operator,
}

impl Viewer {
    /// Creates a viewer for a user whose membership in channels is not known.
    pub fn user(user: &UserId) -> Self {
        Self::User {
            user: user.clone(),
            member_of: None,
        }
    }

    /// Creates a viewer for a user who is a member of a channel, as Slack says now.
    pub fn member_of(user: &UserId, channel: &ChannelId) -> Self {
        Self::User {
            user: user.clone(),
            member_of: Some(channel.clone()),
        }
    }

    /// Returns whether the viewer may see an incident, including that it exists.
    pub fn may_see(&self, guarded: &AccessSubject<'_>) -> bool {
        let takes_part = |user: &UserId, member_of: &Option<ChannelId>| {
            (guarded.is_responder)(user)
                || (member_of.is_some() && member_of.as_ref() == guarded.channel)
        };
        match self {
            Self::Operator => true,
            Self::Program => guarded.visibility == Visibility::Public,
            Self::User { user, member_of } => match guarded.visibility {
                Visibility::Public => true,
                Visibility::Private => takes_part(user, member_of),
            },
            Self::Guest { user, member_of } => takes_part(user, member_of),
        }
    }

    /// Returns whether the viewer sees public incidents only if they take part in them.
    pub fn is_restricted(&self) -> bool {
        match self {
            Self::User { .. } | Self::Program | Self::Operator => false,
            Self::Guest { .. } => true,
        }
    }

    /// Returns the viewer with what an account of this kind may see.
    #[must_use]
    pub fn with_account(self, account_kind: Option<AccountKind>, who_reads: WhoReads) -> Self {
        let is_restricted =
            who_reads == WhoReads::Members && account_kind == Some(AccountKind::Guest);
        match self {
            Self::User { user, member_of } if is_restricted => Self::Guest { user, member_of },
            viewer @ (Self::User { .. } | Self::Guest { .. } | Self::Program | Self::Operator) => {
                viewer
            }
        }
    }

    /// Returns the user; `None` if the viewer is the operator or a program.
    pub fn user_id(&self) -> Option<&UserId> {
        match self {
            Self::User { user, .. } | Self::Guest { user, .. } => Some(user),
            Self::Program | Self::Operator => None,
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
    fn guest_sees_an_incident_only_as_its_responder_or_as_a_member_of_its_channel() {
        let mut incident = incident_with_channel("Checkout");
        let [alice, gus] = ["U0ALICE0001", "U0GUS000001"].map(UserId::from);
        let [here, elsewhere] = ["C0INCIDENT7", "C0GENERAL01"].map(ChannelId::from);
        let guest =
            |viewer: Viewer| viewer.with_account(Some(AccountKind::Guest), WhoReads::Members);
        for visibility in Visibility::ALL {
            incident.visibility = visibility;
            assert!(incident.is_visible_to(&guest(Viewer::user(&alice))));
            assert!(!incident.is_visible_to(&guest(Viewer::user(&gus))));
            assert!(!incident.is_visible_to(&guest(Viewer::member_of(&gus, &elsewhere))));
            assert!(incident.is_visible_to(&guest(Viewer::member_of(&gus, &here))));
            assert!(incident.is_visible_to(&guest(Viewer::Operator)));
        }
    }

    #[test]
    fn account_and_setting_decide_whether_a_viewer_is_restricted() {
        let user = Viewer::user(&UserId::from("U0GUS000001"));
        for (account_kind, who_reads, is_restricted) in [
            (Some(AccountKind::Guest), WhoReads::Members, true),
            (Some(AccountKind::Guest), WhoReads::Everyone, false),
            (Some(AccountKind::Member), WhoReads::Members, false),
            (None, WhoReads::Members, false),
        ] {
            let viewer = user.clone().with_account(account_kind, who_reads);
            assert_eq!(
                viewer.is_restricted(),
                is_restricted,
                "{account_kind:?} {who_reads:?}"
            );
        }
    }

    #[test]
    fn private_incident_is_visible_to_responders_and_members_of_its_channel_only() {
        let mut incident = incident_with_channel("Checkout");
        let [alice, bob] = ["U0ALICE0001", "U0BOB000001"].map(UserId::from);
        let [here, elsewhere] = ["C0INCIDENT7", "C0GENERAL01"].map(ChannelId::from);
        assert!(incident.is_visible_to(&Viewer::user(&bob)));
        assert!(incident.is_visible_to(&Viewer::Program));

        incident.visibility = Visibility::Private;
        assert!(!incident.is_visible_to(&Viewer::Program));
        assert!(incident.is_visible_to(&Viewer::user(&alice)));
        assert!(!incident.is_visible_to(&Viewer::user(&bob)));
        assert!(!incident.is_visible_to(&Viewer::member_of(&bob, &elsewhere)));
        assert!(incident.is_visible_to(&Viewer::member_of(&bob, &here)));
        assert!(incident.is_visible_to(&Viewer::Operator));

        incident.channel = None;
        assert!(!incident.is_visible_to(&Viewer::user(&bob)));
    }
}
