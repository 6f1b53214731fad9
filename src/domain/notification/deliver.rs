//! The deliveries of a notification: one for each target.

use crate::delivery::{
    Delivery, DeliverySpec, ExpandUserGroup, Failure, FailureCertainty, FetchUser, PagePagerduty,
    PostActivity, PostNotification, SendMail, SendWebhook,
};
use crate::notification::{
    Destination, NotificationChange, NotificationTarget, TargetOutcome, TargetState,
};
use crate::{Change, ChannelState, DecisionContext, Incident};

impl Change {
    /// Adds targets to a notification and enqueues a delivery for each. Users without a known name are fetched.
    pub(crate) fn add_targets(&mut self, number: i64, targets: Vec<NotificationTarget>) {
        for target in &targets {
            if let Some(user) = &target.user {
                self.enqueue(FetchUser { user: user.clone() });
            }
            self.enqueue(delivery_to(number, target));
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
            FailureCertainty::Certain | FailureCertainty::ReceiverGone => TargetState::Failed,
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
fn delivery_to(notification: i64, target: &NotificationTarget) -> Delivery {
    let position = target.position;
    match target.destination.clone() {
        destination @ (Destination::DirectMessage(_)
        | Destination::Channel(_)
        | Destination::IncidentChannel) => PostNotification {
            notification,
            position,
            destination,
        }
        .into(),
        Destination::UserGroup(group) => ExpandUserGroup {
            notification,
            position,
            group,
        }
        .into(),
        Destination::Webhook(webhook) => SendWebhook {
            notification,
            position,
            webhook,
            body: None,
        }
        .into(),
        Destination::PagerDuty(webhook) => PagePagerduty {
            notification,
            position,
            webhook,
        }
        .into(),
        Destination::Mail(address) => SendMail {
            notification,
            position,
            address,
            content: None,
            merged: Vec::new(),
        }
        .into(),
    }
}
