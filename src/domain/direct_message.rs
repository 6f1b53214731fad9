//! Direct messages from the app to one user.

use serde::{Deserialize, Serialize};

use crate::delivery::SendDirectMessage;
use crate::people::role;
use crate::{
    Activity, Actor, Change, ChannelState, Incident, IncidentId, MessageTs, RepairAction, TaskRef,
    Timestamp, UserId,
};

/// The content of a direct message. Pending messages to one user about one incident are batched into one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
pub enum DirectMessage {
    /// The user was assigned a role.
    RoleAssigned {
        /// The user who assigned the role; `None` if Muster did.
        actor: Option<UserId>,
        /// The role's name.
        role: String,
        /// The role's description; may be empty.
        description: String,
    },
    /// The user lost a role.
    RoleRemoved {
        /// The user who removed them from the role; `None` if Muster did.
        actor: Option<UserId>,
        /// The role's name.
        role: String,
    },
    /// The user was assigned a task.
    TaskAssigned {
        /// The user who assigned the task; `None` if Muster did.
        actor: Option<UserId>,
        /// The task.
        task: TaskRef,
        /// The due date; `None` if there is none.
        due_at: Option<Timestamp>,
    },
    /// A task of the user is overdue.
    TaskOverdue {
        /// The task.
        task: TaskRef,
        /// The due date.
        due_at: Timestamp,
    },
    /// The postmortem of the incident is due: it's missing or not completed.
    PostmortemDue,
    /// The result of a repair that the user requested.
    Repaired {
        /// The actions; empty if nothing was missing.
        actions: Vec<RepairAction>,
    },
    /// A change of an incident that the user subscribed to was announced.
    Announced {
        /// The change.
        activity: Activity,
    },
}

/// The subject of the buttons of a direct message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonSubject {
    /// Tasks.
    Tasks,
    /// The postmortem.
    Postmortem,
}

/// The first direct message to a user about an incident. Later ones are replies in its thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectMessageThread {
    /// The incident.
    pub incident: IncidentId,
    /// The user.
    pub user: UserId,
    /// The timestamp of the first message.
    pub ts: MessageTs,
    /// Whether a message of the thread has the button **Unsubscribe**.
    pub can_unsubscribe: bool,
}

/// The result of sending a direct message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentDirectMessage {
    /// There was nothing to send any more.
    Nothing,
    /// It was sent in this thread.
    InThread(DirectMessageThread),
    /// The first message of the thread was deleted.
    ThreadGone,
}

/// A direct message that waits for the outcome of the channel's creation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingDirectMessage {
    /// The recipient.
    pub user: UserId,
    /// The content.
    pub message: DirectMessage,
}

impl DirectMessage {
    /// Returns the users that the message mentions.
    pub fn mentioned_users(&self) -> Vec<&UserId> {
        match self {
            Self::RoleAssigned { actor, .. }
            | Self::RoleRemoved { actor, .. }
            | Self::TaskAssigned { actor, .. } => actor.iter().collect(),
            Self::TaskOverdue { .. } | Self::PostmortemDue | Self::Repaired { .. } => Vec::new(),
            Self::Announced { activity } => activity.mentioned_users(),
        }
    }

    /// Returns the task that the message asks the user to do; `None` if it asks for none.
    pub fn task(&self) -> Option<&TaskRef> {
        match self {
            Self::TaskAssigned { task, .. } | Self::TaskOverdue { task, .. } => Some(task),
            Self::RoleAssigned { .. }
            | Self::RoleRemoved { .. }
            | Self::PostmortemDue
            | Self::Repaired { .. }
            | Self::Announced { .. } => None,
        }
    }

    /// Returns what the buttons of the message are about, if it has any. A message with buttons is rewritten after a
    /// click, so it contains nothing else.
    pub fn button_subject(&self) -> Option<ButtonSubject> {
        match self {
            Self::TaskAssigned { .. } | Self::TaskOverdue { .. } => Some(ButtonSubject::Tasks),
            Self::PostmortemDue => Some(ButtonSubject::Postmortem),
            Self::RoleAssigned { .. }
            | Self::RoleRemoved { .. }
            | Self::Repaired { .. }
            | Self::Announced { .. } => None,
        }
    }

    /// Returns whether the message is still relevant. It is not if the task is done or was unassigned, or if the
    /// user has the role again.
    pub fn is_relevant(&self, user: &UserId, incident: &Incident, now: Timestamp) -> bool {
        match self {
            Self::RoleAssigned { .. } | Self::Announced { .. } | Self::Repaired { .. } => true,
            Self::RoleRemoved { role, .. } => !incident.is_role_holder(role, user),
            Self::PostmortemDue => incident.is_postmortem_due_for(user),
            Self::TaskAssigned { task, .. } => incident
                .task(task.number)
                .is_some_and(|task| task.done_at.is_none() && task.assignees.contains(user)),
            Self::TaskOverdue { task, .. } => incident
                .task(task.number)
                .is_some_and(|task| task.is_overdue_for(user, now)),
        }
    }

    /// Returns whether the message is about the assignment of this role.
    pub fn is_assignment_of(&self, requested_role: &str) -> bool {
        match self {
            Self::RoleAssigned { role, .. } => role == requested_role,
            Self::RoleRemoved { .. }
            | Self::TaskAssigned { .. }
            | Self::TaskOverdue { .. }
            | Self::PostmortemDue
            | Self::Repaired { .. }
            | Self::Announced { .. } => false,
        }
    }
}

impl Change {
    /// Enqueues a direct message. While the channel is pending, the message waits, because it links to the
    /// channel.
    pub fn enqueue_direct_message(&mut self, user: UserId, note: DirectMessage) {
        match self.incident.channel_state {
            ChannelState::Pending => {
                self.incident
                    .pending_direct_messages
                    .push(PendingDirectMessage {
                        user,
                        message: note,
                    });
            }
            ChannelState::Open
            | ChannelState::Failed
            | ChannelState::Archived
            | ChannelState::Deleted => self.enqueue(SendDirectMessage {
                user,
                message: note,
            }),
        }
    }

    /// Notifies the previous and the new commander.
    pub(crate) fn notify_commanders(&mut self, previous: Option<&UserId>, actor: &Actor) {
        if let Some(user) = previous {
            self.notify_role_removal(role::COMMANDER, user, actor);
        }
        self.notify_commander(actor);
    }

    /// Notifies the new commander, unless they assigned the role to themselves.
    pub(crate) fn notify_commander(&mut self, actor: &Actor) {
        let commander = self.incident.commander.clone();
        let Some(commander) = commander.filter(|user| !actor.is(user)) else {
            return;
        };
        let note = DirectMessage::RoleAssigned {
            actor: actor.user.clone(),
            role: role::COMMANDER.to_owned(),
            description: role::COMMANDER_DESCRIPTION.to_owned(),
        };
        self.enqueue_direct_message(commander, note);
    }

    /// Notifies a user who lost a role, unless they removed themselves. If they were not notified of its
    /// assignment yet, both messages are dropped.
    pub(crate) fn notify_role_removal(&mut self, role: &str, user: &UserId, actor: &Actor) {
        let waiting = &mut self.incident.pending_direct_messages;
        let count = waiting.len();
        waiting.retain(|it| it.user != *user || !it.message.is_assignment_of(role));
        let is_notified = waiting.len() == count;
        if is_notified && !actor.is(user) {
            let note = DirectMessage::RoleRemoved {
                actor: actor.user.clone(),
                role: role.to_owned(),
            };
            self.enqueue_direct_message(user.clone(), note);
        }
    }

    /// Enqueues the direct messages that waited for the channel.
    pub(crate) fn enqueue_pending_direct_messages(&mut self) {
        for PendingDirectMessage {
            user,
            message: note,
        } in std::mem::take(&mut self.incident.pending_direct_messages)
        {
            self.enqueue(SendDirectMessage {
                user,
                message: note,
            });
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {

    use super::*;
    use crate::delivery::Payload;
    use crate::delivery::create_channel::CreatedChannel;
    use crate::delivery::{CreateChannel, DeliverySpec, Failure};
    use crate::people::role;
    use crate::testing::{context, incident};
    use crate::{Actor, ChannelId, ChannelName, Update};

    fn with_commander(incident: &Incident, user: &str) -> Incident {
        let request = Update {
            commander: Some(Some(UserId::from(user))),
            ..Update::default()
        };
        let actor = Actor::new(UserId::from("U0ALICE0001"), incident.declared_at);
        incident
            .update(request, &actor, &context(actor.at))
            .unwrap()
            .incident
    }

    fn notified_users(change: &Change) -> Vec<&str> {
        let users = change.deliveries.iter().filter_map(|effect| {
            let SendDirectMessage { user, message } = SendDirectMessage::from_delivery(effect)?;
            let is_told = message.is_assignment_of(role::COMMANDER);
            is_told.then_some(user.as_str())
        });
        users.collect()
    }

    #[test]
    fn only_the_last_commander_is_notified_when_the_channel_is_created() {
        let incident = with_commander(&incident("Checkout"), "U0BOB000001");
        let incident = with_commander(&incident, "U0CHIOMA001");
        let create_channel = CreateChannel {
            visibility: incident.visibility,
            channel_move: None,
            name: ChannelName::default_for(&incident),
            last_tried: None,
            declared_in: None,
        };
        let created = CreatedChannel {
            id: ChannelId::from("C0INCIDENT7"),
            name: "incident-7".to_owned(),
        };
        let ctx = context(incident.declared_at);
        let opened = create_channel.on_done(&incident, created, &ctx);
        let failure = Failure {
            delivery_id: 5,
            reason: String::new(),
            certainty: crate::delivery::FailureCertainty::Certain,
        };
        let failed = create_channel.on_failed(&incident, &failure, &ctx);
        for change in [opened, failed] {
            assert_eq!(notified_users(&change), ["U0CHIOMA001"]);
            assert!(change.incident.pending_direct_messages.is_empty());
        }
    }
}
