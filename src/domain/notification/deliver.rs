//! The deliveries of a notification: one for each target.

use crate::delivery::{
    Delivery, DeliverySpec, ExpandUserGroup, Failure, FailureCertainty, PostActivity,
    PostNotification, SendMail,
};
use crate::notification::{
    Destination, NotificationChange, NotificationTarget, TargetOutcome, TargetState,
};
use crate::{Change, ChannelState, DecisionContext, Incident};

impl Change {
    /// Adds targets to a notification and enqueues a delivery for each.
    pub(crate) fn add_targets(&mut self, number: i64, mut targets: Vec<NotificationTarget>) {
        for target in &mut targets {
            match delivery_to(number, target) {
                Some(delivery) => self.enqueue(delivery),
                None => {
                    target.outcome = TargetOutcome {
                        detail: "This version of Muster can't send to it.".to_owned(),
                        ..TargetOutcome::new(TargetState::Failed, self.at)
                    };
                }
            }
        }
        self.notifications
            .push(NotificationChange::TargetsAdded { number, targets });
    }

    /// Records what became of a target.
    pub(crate) fn set_target(&mut self, number: i64, position: i64, outcome: TargetOutcome) {
        self.notifications.push(NotificationChange::TargetChanged {
            number,
            position,
            outcome,
        });
    }

    /// Returns the change that makes a failed target wait again, because a user retries its delivery.
    pub(crate) fn retry_target(
        number: i64,
        position: i64,
        incident: &Incident,
        ctx: &DecisionContext<'_>,
    ) -> Self {
        let mut change = Self::new(incident.clone(), ctx.now);
        let outcome = TargetOutcome::new(TargetState::Waiting, ctx.now);
        change.set_target(number, position, outcome);
        change
    }
}

impl Failure {
    /// Records the failure at the target, given by notification and position, and on the timeline, and posts
    /// it in the incident's channel.
    pub(crate) fn fail_target<S: DeliverySpec>(
        &self,
        payload: &S,
        (notification, position): (i64, i64),
        incident: &Incident,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let (mut change, activity) = self.record(payload, incident, ctx);
        let state = match self.certainty {
            FailureCertainty::Certain => TargetState::Failed,
            FailureCertainty::Uncertain => TargetState::Uncertain,
        };
        let outcome = TargetOutcome {
            detail: self.reason.clone(),
            delivery_id: Some(self.delivery_id),
            ..TargetOutcome::new(state, ctx.now)
        };
        change.set_target(notification, position, outcome);
        if incident.channel_state == ChannelState::Open {
            change.enqueue(PostActivity { activity });
        }
        change
    }
}

/// Returns the delivery to a target.
fn delivery_to(notification: i64, target: &NotificationTarget) -> Option<Delivery> {
    let position = target.position;
    match &target.destination {
        Destination::DirectMessage(_) | Destination::Channel(_) | Destination::IncidentChannel => {
            let destination = target.destination.clone();
            Some(
                PostNotification {
                    notification,
                    position,
                    destination,
                }
                .into(),
            )
        }
        Destination::UserGroup(group) => {
            let group = group.clone();
            Some(
                ExpandUserGroup {
                    notification,
                    position,
                    group,
                }
                .into(),
            )
        }
        Destination::Mail(address) => {
            let address = address.clone();
            Some(
                SendMail {
                    notification,
                    position,
                    address,
                    content: None,
                }
                .into(),
            )
        }
        Destination::Webhook(_) | Destination::PagerDuty(_) => None,
    }
}
