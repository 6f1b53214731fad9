//! The deliveries of a notification: one for each target.

use crate::Change;
use crate::delivery::{
    Delivery, ExpandUserGroup, Failure, FailureCertainty, FetchUser, PagePagerduty,
    PostNotification, SendMail, SendWebhook,
};
use crate::notification::{
    Destination, NotificationChange, NotificationTarget, TargetOutcome, TargetState,
};

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

    /// Records that a target, given by notification and position, has failed.
    pub(crate) fn fail_target(&mut self, (notification, position): (i64, i64), failure: &Failure) {
        let state = match failure.certainty {
            FailureCertainty::Certain | FailureCertainty::ReceiverGone => TargetState::Failed,
            FailureCertainty::Uncertain => TargetState::Uncertain,
        };
        let outcome = TargetOutcome {
            detail: failure.reason.clone(),
            delivery_id: Some(failure.delivery_id),
            ..TargetOutcome::new(state, self.at)
        };
        self.set_target(notification, position, outcome);
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
