//! Fetches a user into the user cache.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, OrderingKey};
use crate::{Change, DecisionContext, Fetched, Incident, User, UserId};

/// Fetches a user into the user cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchUser {
    /// The user.
    pub user: UserId,
}

impl DeliverySpec for FetchUser {
    type Output = User;
    const PRIORITY: u8 = 235;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("user", &self.user)
    }

    /// Not reported: a user who has not been fetched is shown by their ID.
    fn on_failed(
        &self,
        incident: &Incident,
        _failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        Change::new(incident.clone(), ctx.now)
    }

    fn on_done(&self, incident: &Incident, user: User, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        change.fetched.push(Fetched::User(user));
        change
    }
}
