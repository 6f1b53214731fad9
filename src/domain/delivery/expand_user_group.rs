//! Finds the members of a Slack user group that a notification addresses.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Needs, OrderingKey};
use crate::notification::{NotificationAuthor, NotificationTarget, TargetOutcome, TargetState};
use crate::{Actor, Change, DecisionContext, Incident, SlackGroup, Visibility};

/// Finds the members of a user group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpandUserGroup {
    /// The number of the notification.
    pub notification: i64,
    /// The position of the target that is the group.
    pub position: i64,
    /// The group.
    pub group: SlackGroup,
}

/// The members of a user group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpandedGroup {
    /// The members as targets, without those that the notification has already.
    pub members: Vec<NotificationTarget>,
    /// The user or the rule that sent the notification.
    pub author: NotificationAuthor,
}

/// The largest group whose members become responders: it could be the whole workspace.
const MAX_RESPONDERS: usize = 200;

impl DeliverySpec for ExpandUserGroup {
    type Output = ExpandedGroup;
    const PRIORITY: u8 = 122;
    const COALESCE: Coalesce = Coalesce::Never;

    /// The groups of a notification are expanded one after the other: a user may be in several.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("notification", self.notification)
    }

    fn target(&self) -> Option<(i64, i64)> {
        Some((self.notification, self.position))
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs {
            notification: Some(self.notification),
            ..Needs::names(incident, [])
        }
    }

    fn on_done(
        &self,
        incident: &Incident,
        ExpandedGroup { members, author }: ExpandedGroup,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        let outcome = TargetOutcome {
            detail: match members.len() {
                1 => "1 person".to_owned(),
                count => format!("{count} people"),
            },
            ..TargetOutcome::new(TargetState::Sent, ctx.now)
        };
        change.set_target(self.notification, self.position, outcome);
        let users: Vec<_> = members.iter().filter_map(|it| it.user.clone()).collect();
        change.add_targets(self.notification, members);
        // Only a user adds others to a private incident.
        if let NotificationAuthor::User(author) = author
            && incident.visibility == Visibility::Public
            && users.len() <= MAX_RESPONDERS
        {
            let actor = Actor::new(author, ctx.now);
            change.add_notified_responders(&users, &actor, ctx);
        }
        change
    }
}
