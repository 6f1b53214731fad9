//! Unresolved users: a request that mentions one is deferred until the user has been fetched, then completed
//! or rejected.
//!
//! The deferred request is enqueued before it is acknowledged, so it is not lost in the meantime.

use serde::{Deserialize, Serialize};

use crate::delivery::{FetchUser, ResolveUser, SendDeferredReply};
use crate::{
    Actor, Change, ConfiguredRole, Decision, DecisionContext, Delivery, Incident, Origin,
    Rejection, RoleCapacity, RoleTarget, Timestamp, UserId,
};

/// The rejection when a user could not be fetched until the delivery expired.
const USER_UNAVAILABLE: &str = "Slack couldn't identify this person for a whole day. If it's still needed, \
    try again.";

/// A mentioned user who has not been fetched yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnresolvedUser {
    /// The user's ID.
    pub user: UserId,
    /// The role target of the assignment; `None` if the request is stored already, and only whether the user
    /// may participate is unknown.
    pub target: Option<RoleTarget>,
    /// The requester, who receives the reply.
    pub actor: UserId,
    /// When the request was made.
    pub at: Timestamp,
    /// Where the reply is sent.
    pub origin: Origin,
}

/// The outcome of a request that mentions an unresolved user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "resolution", rename_all = "snake_case")]
pub enum Resolution {
    /// The user was assigned.
    Assigned {
        /// The previous commander, if the user is the new one.
        replaced: Option<UserId>,
    },
    /// The user was assigned already.
    AlreadyAssigned,
    /// The request was rejected.
    Rejected {
        /// The reason.
        reason: String,
    },
}

impl Incident {
    /// Defers the request until the user has been fetched. A request that is invalid in any case is rejected
    /// now.
    pub fn defer_until_resolved(
        &self,
        unresolved_user: UnresolvedUser,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        if let Some(target) = &unresolved_user.target {
            self.assign_target(target, &unresolved_user, ctx)?;
        }
        Ok(Change::new(self.clone(), unresolved_user.at).with_unresolved([unresolved_user]))
    }

    /// Completes a deferred request after the user was fetched, and enqueues the reply. The request is
    /// rejected if it was superseded by a later assignment.
    ///
    /// The request is also rejected for a reason why the user may not participate, if there is one.
    /// `led_since` is when the commander last changed, if ever.
    pub fn user_resolved(
        &self,
        unresolved_user: &UnresolvedUser,
        rejection: Option<&str>,
        led_since: Option<Timestamp>,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let now = ctx.now;
        let outcome = match (rejection, &unresolved_user.target) {
            (Some(why), _) => Err(Rejection(why.to_owned())),
            (None, None) => return Change::new(self.clone(), now),
            (None, Some(target)) if target.is_assigned_to(&unresolved_user.user, self) => {
                Ok((Change::new(self.clone(), now), Resolution::AlreadyAssigned))
            }
            (None, Some(target)) => {
                self.assign_unless_superseded(target, unresolved_user, led_since, ctx)
            }
        };
        let (mut change, resolution) = outcome.unwrap_or_else(|Rejection(why)| {
            (
                Change::new(self.clone(), now),
                Resolution::Rejected { reason: why },
            )
        });
        change.at = now;
        change.enqueue_deferred_reply(unresolved_user, resolution);
        change
    }

    /// Rejects a deferred request whose user could not be fetched in time.
    pub(crate) fn user_unresolvable(
        &self,
        unresolved_user: &UnresolvedUser,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        self.user_resolved(unresolved_user, Some(USER_UNAVAILABLE), None, ctx)
    }

    fn assign_unless_superseded(
        &self,
        target: &RoleTarget,
        unresolved_user: &UnresolvedUser,
        led_since: Option<Timestamp>,
        ctx: &DecisionContext<'_>,
    ) -> Result<(Change, Resolution), Rejection> {
        let (since, holder) = match target {
            RoleTarget::Commander => (led_since, self.commander.as_ref()),
            RoleTarget::Role {
                role:
                    ConfiguredRole {
                        name,
                        capacity: RoleCapacity::One,
                        ..
                    },
            } => {
                let holding = self.roles.iter().find(|it| it.role == *name);
                (holding.map(|it| it.assigned_at), holding.map(|it| &it.user))
            }
            RoleTarget::Role { .. } | RoleTarget::Responder => (None, None),
        };
        if holder.is_some() && since.is_some_and(|since| since > unresolved_user.at) {
            return Err(Rejection(format!(
                "Someone else got the role {} in the meantime. Nothing was changed: if it's still needed, \
                 try again.",
                target.name()
            )));
        }
        let instead_of = match target {
            RoleTarget::Commander => holder.cloned(),
            RoleTarget::Role { .. } | RoleTarget::Responder => None,
        };
        let change = self.assign_target(target, unresolved_user, ctx)?;
        Ok((
            change,
            Resolution::Assigned {
                replaced: instead_of,
            },
        ))
    }

    fn assign_target(
        &self,
        target: &RoleTarget,
        unresolved_user: &UnresolvedUser,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        let actor = Actor::new(unresolved_user.actor.clone(), unresolved_user.at);
        self.assign_roles(
            &target.assignment(vec![unresolved_user.user.clone()], Vec::new()),
            &actor,
            ctx,
        )
    }
}

impl Change {
    /// Enqueues fetching these users, in place of other deliveries that only fetch them.
    #[must_use]
    pub fn with_unresolved(mut self, strangers: impl IntoIterator<Item = UnresolvedUser>) -> Self {
        for unresolved_user in strangers {
            self.deliveries.retain(
                |delivery| !matches!(delivery, Delivery::FetchUser(FetchUser { user }) if *user == unresolved_user.user),
            );
            self.enqueue(ResolveUser { unresolved_user });
        }
        self
    }

    fn enqueue_deferred_reply(&mut self, unresolved_user: &UnresolvedUser, resolution: Resolution) {
        let unresolved_user = unresolved_user.clone();
        self.enqueue(SendDeferredReply {
            unresolved_user,
            resolution,
        });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::DeliveryKind;
    use crate::delivery::Payload;
    use crate::testing::{context, incident_with_channel};

    const DORA: &str = "U0DORA00001";

    fn unresolved_user(target: Option<RoleTarget>) -> UnresolvedUser {
        UnresolvedUser {
            user: DORA.into(),
            target,
            actor: "U0ALICE0001".into(),
            at: incident_with_channel("").declared_at,
            origin: Origin {
                channel: None,
                response_url: None,
                thread_ts: None,
            },
        }
    }

    fn scribe() -> RoleTarget {
        let role = ConfiguredRole {
            name: "Scribe".to_owned(),
            capacity: RoleCapacity::One,
            description: String::new(),
            incident_type: None,
        };
        RoleTarget::Role { role }
    }

    fn resolution(change: &Change) -> Option<&Resolution> {
        change.deliveries.iter().find_map(|effect| {
            let reply = SendDeferredReply::from_delivery(effect)?;
            Some(&reply.resolution)
        })
    }

    #[test]
    fn request_for_an_unresolved_user_waits_for_the_lookup() {
        let incident = incident_with_channel("Checkout");
        let deferred = incident
            .defer_until_resolved(
                unresolved_user(Some(RoleTarget::Commander)),
                &context(incident.declared_at),
            )
            .unwrap();
        assert_eq!(deferred.incident, incident);
        let kinds: Vec<DeliveryKind> = deferred.deliveries.iter().map(Delivery::kind).collect();
        assert_eq!(kinds, [DeliveryKind::ResolveUser]);

        let now = incident.declared_at.plus(Duration::seconds(9));
        let known = unresolved_user(Some(RoleTarget::Commander));
        let change = incident.user_resolved(&known, None, None, &context(now));
        assert_eq!(change.incident.commander, Some(DORA.into()));
        let replaced = incident.commander.clone();
        assert_eq!(
            resolution(&change),
            Some(&Resolution::Assigned { replaced })
        );
        // The entry is dated at the time of the request.
        assert_eq!(change.entries[0].happened_at, known.at);

        let again = change
            .incident
            .user_resolved(&known, None, None, &context(now));
        assert_eq!(resolution(&again), Some(&Resolution::AlreadyAssigned));
        assert!(again.entries.is_empty());
    }

    #[test]
    fn later_assignment_is_not_overwritten() {
        let mut incident = incident_with_channel("Checkout");
        let now = incident.declared_at.plus(Duration::seconds(9));
        let is_rejected = |incident: &Incident, target: RoleTarget, led_since| {
            let change = incident.user_resolved(
                &unresolved_user(Some(target)),
                None,
                led_since,
                &context(now),
            );
            assert!(change.entries.is_empty());
            matches!(resolution(&change), Some(Resolution::Rejected { .. }))
        };
        assert!(is_rejected(&incident, RoleTarget::Commander, Some(now)));

        let actor = Actor::new("U0BOB000001".into(), now);
        let assignment = scribe().assignment(vec!["U0BOB000001".into()], Vec::new());
        incident = incident
            .assign_roles(&assignment, &actor, &context(now))
            .unwrap()
            .incident;
        assert!(is_rejected(&incident, scribe(), None));
    }

    #[test]
    fn stored_request_gets_a_reply_only_when_the_user_is_rejected() {
        let incident = incident_with_channel("Checkout");
        let now = incident.declared_at;
        let fits = incident.user_resolved(&unresolved_user(None), None, None, &context(now));
        assert!(fits.deliveries.is_empty());
        let app =
            incident.user_resolved(&unresolved_user(None), Some("An app."), None, &context(now));
        let reason = "An app.".to_owned();
        assert_eq!(resolution(&app), Some(&Resolution::Rejected { reason }));
    }
}
