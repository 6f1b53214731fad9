//! Subscriptions to an incident: a subscriber receives a direct message at each announced change.

use crate::delivery::SendDirectMessage;
use crate::{
    Activity, Actor, Change, Decision, Delivery, DirectMessage, Incident, TimelineEvent, UserId,
    Viewer,
};

impl Incident {
    /// Subscribes the user, or ends the subscription. It does not make the user a responder and is not on the
    /// timeline.
    pub fn toggle_subscription(&self, actor: &Actor) -> Decision {
        let user = actor.require_user()?;
        if self.is_subscribed(user) {
            return self.unsubscribe(actor);
        }
        let mut incident = self.clone();
        incident.subscribers.push(user.clone());
        Ok(Change::new(incident, actor.at))
    }

    /// Ends the user's subscription, if there is one.
    pub fn unsubscribe(&self, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        incident.subscribers.retain(|user| !actor.is(user));
        Ok(Change::new(incident, actor.at))
    }

    /// Returns whether the user is a subscriber.
    pub fn is_subscribed(&self, user: &UserId) -> bool {
        self.subscribers.contains(user)
    }

    /// Returns the direct messages about an announced activity: to each subscriber who may see the incident,
    /// except its actor. There are no subscribers before the declaration, so it is never reported.
    pub(crate) fn subscriber_messages(&self, activity: &Activity) -> Vec<Delivery> {
        if let TimelineEvent::Declared { .. } = activity.event {
            return Vec::new();
        }
        let concerned = |user: &&UserId| {
            activity.actor.as_ref() != Some(*user) && self.is_visible_to(&Viewer::user(user))
        };
        let told = self.subscribers.iter().filter(concerned);
        told.map(|user| {
            Delivery::SendDirectMessage(SendDirectMessage {
                user: user.clone(),
                message: DirectMessage::Announced {
                    activity: activity.clone(),
                },
            })
        })
        .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {

    use super::*;
    use crate::consequences::derive;
    use crate::testing::{context, incident_with_channel};
    use crate::{Severity, Update, Visibility};

    fn actor(user: &str) -> Actor {
        Actor::new(UserId::from(user), incident_with_channel("").declared_at)
    }

    /// Returns the users who are notified directly of a change.
    fn notified_users(incident: &Incident, changed_by: &str, request: Update) -> Vec<String> {
        let actor = actor(changed_by);
        let ctx = context(actor.at);
        let mut change = incident.update(request, &actor, &ctx).unwrap();
        derive(Some(incident), &mut change, &ctx);
        let told = change.deliveries.into_iter().filter_map(|it| {
            let Delivery::SendDirectMessage(SendDirectMessage {
                user,
                message: DirectMessage::Announced { .. },
            }) = it
            else {
                return None;
            };
            Some(user.to_string())
        });
        told.collect()
    }

    fn raised_severity() -> Update {
        Update {
            severity: Some(Severity::Sev1),
            ..Update::default()
        }
    }

    #[test]
    fn subscriber_is_notified_until_unsubscribing() {
        let incident = incident_with_channel("Checkout");
        let bob = actor("U0BOB000001");
        let subscribed = incident.toggle_subscription(&bob).unwrap().incident;
        assert!(subscribed.is_subscribed(&"U0BOB000001".into()));
        assert_eq!(
            notified_users(&subscribed, "U0ALICE0001", raised_severity()),
            ["U0BOB000001"]
        );
        let of_bob = notified_users(&subscribed, "U0BOB000001", raised_severity());
        assert!(of_bob.is_empty(), "the actor");
        for ended in [
            subscribed.toggle_subscription(&bob),
            subscribed.unsubscribe(&bob),
        ] {
            assert_eq!(ended.unwrap().incident, incident);
        }
        assert_eq!(incident.unsubscribe(&bob).unwrap().incident, incident);
    }

    #[test]
    fn unannounced_change_does_not_notify_subscribers() {
        let incident = incident_with_channel("Checkout");
        let bob = actor("U0BOB000001");
        let incident = incident.toggle_subscription(&bob).unwrap().incident;
        let request = Update {
            summary: Some("A slow query.".to_owned()),
            ..Update::default()
        };
        assert!(notified_users(&incident, "U0ALICE0001", request).is_empty());
    }

    #[test]
    fn subscriber_is_not_notified_when_access_is_lost() {
        let incident = incident_with_channel("Checkout");
        let bob = actor("U0BOB000001");
        let mut incident = incident.toggle_subscription(&bob).unwrap().incident;
        incident.visibility = Visibility::Private;
        assert!(notified_users(&incident, "U0ALICE0001", raised_severity()).is_empty());
    }
}
