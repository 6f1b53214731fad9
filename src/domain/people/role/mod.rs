//! Roles: assigning them to users, and managing responders.

use serde::{Deserialize, Serialize};

use crate::delivery::{FetchUser, InviteUser, KickUser, UpsertHeader};
use crate::{
    Activity, Actor, Change, ChannelState, ConfiguredRole, Decision, DecisionContext,
    DirectMessage, Incident, MAX_USERS_PER_ROLE, Rejection, RoleCapacity, TimelineEntry,
    TimelineEvent, Timestamp, Update, UserDiff, UserId, Visibility,
};

/// The name of the commander's role.
pub const COMMANDER: &str = "Incident Commander";

/// The description that a new commander receives.
pub const COMMANDER_DESCRIPTION: &str = "You run the response: decide next steps, delegate, keep severity \
    and status current.";

/// The name of a responder without another role.
pub const RESPONDER: &str = "Responder";

/// The description that a new responder receives.
pub const RESPONDER_DESCRIPTION: &str =
    "You help fix the problem: post what you do and find in the channel.";

/// The assignment of a role to a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleAssignment {
    /// The role's name.
    pub role: String,
    /// The user's ID.
    pub user: UserId,
    /// When the role was assigned.
    pub assigned_at: Timestamp,
}

/// A request to change roles and responders. Empty fields change nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssignRoles {
    /// The new commander.
    pub commander: Option<UserId>,
    /// The added and removed users of each role.
    pub roles: Vec<(ConfiguredRole, UserDiff)>,
    /// The added and removed responders.
    pub responders: UserDiff,
}

/// A change of a role assignment or of the responders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum RoleChange {
    /// A user was assigned a role.
    Assigned {
        /// The role's name.
        role: String,
        /// The assigned user.
        user: UserId,
        /// The previous holder, if the role has a single holder.
        replaced: Option<UserId>,
    },
    /// A user was unassigned from a role.
    Unassigned {
        /// The role's name.
        role: String,
        /// The unassigned user.
        user: UserId,
    },
    /// A user became a responder.
    Joined {
        /// The user's ID.
        user: UserId,
    },
    /// A user is no longer a responder.
    Left {
        /// The user's ID.
        user: UserId,
    },
}

impl RoleChange {
    /// Returns the users that the change mentions.
    pub fn mentioned_users(&self) -> Vec<&UserId> {
        match self {
            Self::Assigned {
                user,
                replaced: instead_of,
                ..
            } => [user].into_iter().chain(instead_of).collect(),
            Self::Unassigned { user, .. } | Self::Joined { user } | Self::Left { user } => {
                vec![user]
            }
        }
    }
}

impl Incident {
    /// Checks that a role that is assigned is for the type of the incident.
    fn check_role_type(&self, role: &ConfiguredRole, moved: &UserDiff) -> Result<(), Rejection> {
        let is_other = role
            .incident_type
            .is_some_and(|it| it != self.incident_type);
        match is_other && !moved.added.is_empty() {
            true => Err(Rejection(format!(
                "{} is a role of another incident type. Nothing was changed.",
                role.name
            ))),
            false => Ok(()),
        }
    }

    /// Assigns roles, changes responders, and notifies the affected users.
    ///
    /// Assignments that already exist are not reported. A user who loses a role remains a responder.
    pub fn assign_roles(
        &self,
        request: &AssignRoles,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        let update = Update {
            commander: request.commander.clone().map(Some),
            ..Update::default()
        };
        let mut change = self.update(update, actor, ctx)?;
        let mut incident = change.incident.clone();
        incident.touch_responder(actor);
        let mut news = Vec::new();
        for (role, moved) in &request.roles {
            incident.check_role_type(role, moved)?;
            incident.check_capacity(role, moved)?;
            incident.change_role_holders(role, moved, actor.at, &mut news);
        }
        self.change_responders(&mut incident, &request.responders, actor.at, &mut news);
        if news.is_empty() {
            return Ok(change);
        }
        change.incident = incident;
        for news in news {
            self.record_role_change(&mut change, request, actor, news);
        }
        if self.channel_state == ChannelState::Open {
            change.enqueue(UpsertHeader);
        }
        Ok(change)
    }

    /// Returns the users who have a role, in the order of assignment.
    pub fn role_holders<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a UserId> {
        let holdings = self.roles.iter().filter(move |it| it.role == role);
        holdings.map(|it| &it.user)
    }

    /// Returns whether a user has the role with this name.
    pub(crate) fn is_role_holder(&self, role: &str, user: &UserId) -> bool {
        match role {
            COMMANDER => self.is_commander(user),
            role => self.role_holders(role).any(|holder| holder == user),
        }
    }

    /// Returns whether a user is the commander.
    pub fn is_commander(&self, user: &UserId) -> bool {
        self.commander.as_ref() == Some(user)
    }

    /// Returns whether a user is the commander or has another role.
    pub fn has_role(&self, user: &UserId) -> bool {
        self.is_commander(user) || self.roles.iter().any(|it| it.user == *user)
    }

    /// Checks that a role has capacity for the added users.
    fn check_capacity(&self, role: &ConfiguredRole, moved: &UserDiff) -> Result<(), Rejection> {
        let holders: Vec<_> = self.role_holders(&role.name).collect();
        let new = moved
            .added
            .iter()
            .filter(|it| !holders.contains(it))
            .count();
        let is_taken = |it: &&&UserId| moved.removed.contains(it) && !moved.added.contains(it);
        let stay = holders.len() - holders.iter().filter(is_taken).count();
        if role.capacity == RoleCapacity::Several && new > 0 && stay + new > MAX_USERS_PER_ROLE {
            return Err(Rejection(capacity_message(&role.name, holders.len())));
        }
        Ok(())
    }

    /// Unassigns and assigns the users of a role.
    fn change_role_holders(
        &mut self,
        role: &ConfiguredRole,
        moved: &UserDiff,
        at: Timestamp,
        news: &mut Vec<RoleChange>,
    ) {
        let name = &role.name;
        for user in &moved.added {
            if self.role_holders(name).any(|holder| holder == user) {
                continue;
            }
            let instead_of = match role.capacity {
                RoleCapacity::One => self.role_holders(name).next().cloned(),
                RoleCapacity::Several => None,
            };
            if let Some(before) = &instead_of {
                self.unassign_role(name, before);
            }
            self.add_responder(user, at);
            self.roles.push(RoleAssignment {
                role: name.clone(),
                user: user.clone(),
                assigned_at: at,
            });
            news.push(RoleChange::Assigned {
                role: name.clone(),
                user: user.clone(),
                replaced: instead_of,
            });
        }
        for user in &moved.removed {
            if !moved.added.contains(user) && self.unassign_role(name, user) {
                news.push(RoleChange::Unassigned {
                    role: name.clone(),
                    user: user.clone(),
                });
            }
        }
    }

    /// Unassigns a user from a role. Returns whether the user had the role.
    fn unassign_role(&mut self, role: &str, user: &UserId) -> bool {
        let before = self.roles.len();
        self.roles.retain(|it| it.role != role || it.user != *user);
        self.roles.len() < before
    }

    /// Adds and removes responders in the changed incident. A user with a role is not removed.
    fn change_responders(
        &self,
        becomes: &mut Self,
        moved: &UserDiff,
        at: Timestamp,
        news: &mut Vec<RoleChange>,
    ) {
        for user in &moved.added {
            let took_part = self.responder_ids().any(|known| known == user);
            if !took_part && !becomes.has_role(user) {
                becomes.add_responder(user, at);
                news.push(RoleChange::Joined { user: user.clone() });
            }
        }
        for user in &moved.removed {
            let took_part = self.responder_ids().any(|known| known == user);
            if took_part && !becomes.has_role(user) {
                becomes.responders.retain(|it| it.user != *user);
                news.push(RoleChange::Left { user: user.clone() });
            }
        }
    }

    /// Records a role change, updates the channel's members, and notifies the affected user.
    fn record_role_change(
        &self,
        change: &mut Change,
        request: &AssignRoles,
        actor: &Actor,
        news: RoleChange,
    ) {
        for user in news.mentioned_users() {
            change.enqueue(FetchUser { user: user.clone() });
        }
        let assigned = match &news {
            RoleChange::Assigned { role, user, .. } => Some((role.as_str(), user)),
            RoleChange::Joined { user } => Some((RESPONDER, user)),
            RoleChange::Unassigned { .. } | RoleChange::Left { .. } => None,
        };
        if let Some((role, user)) = assigned {
            if self.channel_state == ChannelState::Open {
                change.enqueue(InviteUser { user: user.clone() });
            }
            if !actor.is(user) {
                let note = DirectMessage::RoleAssigned {
                    actor: actor.user.clone(),
                    role: role.to_owned(),
                    description: request.role_description(role),
                };
                change.enqueue_direct_message(user.clone(), note);
            }
        }
        if let RoleChange::Left { user } = &news
            && self.visibility == Visibility::Private
            && self.channel_state == ChannelState::Open
        {
            change.enqueue(KickUser { user: user.clone() });
        }
        change.notify_removed_user(&news, actor);
        let what = TimelineEvent::RolesChanged { change: news };
        change.add_entry(TimelineEntry::by_actor(actor, what.clone()));
        self.enqueue_activity(change, Activity::by_actor(actor, what));
    }
}

/// Returns the message for a role that has no capacity for more users.
fn capacity_message(role: &str, have: usize) -> String {
    let have = match have {
        1 => "1 person has".to_owned(),
        many => format!("{many} people have"),
    };
    format!(
        "{have} the role {role}; the limit is {MAX_USERS_PER_ROLE}. Nothing was changed: remove one first."
    )
}

impl AssignRoles {
    /// Returns the role without capacity if a rejection by [`Incident::assign_roles`] names one.
    pub fn full_role(&self, rejection: &str) -> Option<&str> {
        let mut names = self.roles.iter().map(|(role, _)| role.name.as_str());
        names.find(|name| {
            rejection.contains(&format!(
                " the role {name}; the limit is {MAX_USERS_PER_ROLE}."
            ))
        })
    }

    /// Returns the description that a user receives with a role.
    fn role_description(&self, role_name: &str) -> String {
        let mut roles = self.roles.iter().map(|(role, _)| role);
        match roles.find(|role| role.name == role_name) {
            Some(role) => role.description.clone(),
            None => RESPONDER_DESCRIPTION.to_owned(),
        }
    }
}

impl Change {
    /// Notifies the user who lost a role with the change. A user who is no longer a responder is not notified of
    /// having become one.
    fn notify_removed_user(&mut self, news: &RoleChange, actor: &Actor) {
        match news {
            RoleChange::Assigned {
                role,
                replaced: Some(user),
                ..
            }
            | RoleChange::Unassigned { role, user } => self.notify_role_removal(role, user, actor),
            RoleChange::Left { user } => {
                let waiting = &mut self.incident.pending_direct_messages;
                waiting.retain(|it| it.user != *user || !it.message.is_assignment_of(RESPONDER));
            }
            RoleChange::Assigned { replaced: None, .. } | RoleChange::Joined { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests;
