//! Fetches a user named in a request, so that the deferred request can be carried out.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, Needs, OrderingKey};
use crate::{Change, DecisionContext, Fetched, Incident, UnresolvedUser, User};

/// Fetches a user named in a request, so that the deferred request can be carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolveUser {
    /// The user, and the deferred request.
    pub unresolved_user: UnresolvedUser,
}

impl DeliverySpec for ResolveUser {
    type Output = ResolvedUser;
    const PRIORITY: u8 = 60;
    const COALESCE: Coalesce = Coalesce::Never;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("resolve_user", &self.unresolved_user.user)
    }

    fn needs(&self, _incident: &Incident) -> Needs {
        Needs {
            commander_since: true,
            ..Needs::default()
        }
    }

    fn on_failed(
        &self,
        incident: &Incident,
        _failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        incident.user_unresolvable(&self.unresolved_user, ctx)
    }

    fn on_done(
        &self,
        incident: &Incident,
        resolved: ResolvedUser,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = incident.user_resolved(
            &self.unresolved_user,
            resolved.rejection.as_deref(),
            ctx.commander_since,
            ctx,
        );
        change.fetched.extend(resolved.user.map(Fetched::User));
        change
    }
}

/// The user as Slack returned them, and the decision about their participation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedUser {
    /// The user; `None` if Slack does not return them.
    pub user: Option<User>,
    /// Why the user may not participate; `None` if they may.
    pub rejection: Option<String>,
}
