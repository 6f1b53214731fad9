//! The Incident Commander in a body.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::auth::Caller;
use crate::api::error::Mistake;
use crate::api::members::{UserIdentifier, UserRelationship, present, unknown_user};
use crate::domain::UserId;
use crate::store::ApiTransaction;

const POINTER: &str = "/data/relationships/commander_user/data/id";

/// The relationships of an incident that a body can have.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(super) struct CommanderRelationships {
    /// The Incident Commander; null for none.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<UserRelationship>")]
    pub(super) commander_user: Option<Option<UserRelationship>>,
}

/// Returns the commander: `None` if the body does not mention one, `Some(None)` if it removes the commander.
pub(super) fn commander(
    tx: &ApiTransaction<'_>,
    caller: &Caller,
    relationships: Option<&CommanderRelationships>,
) -> Result<Option<Option<UserId>>, Mistake> {
    let Some(commander) = relationships.and_then(|it| it.commander_user.as_ref()) else {
        return Ok(None);
    };
    let Some(user) = commander.as_ref().and_then(|it| it.data.as_ref()) else {
        return Ok(Some(None));
    };
    let id = user.user_id(caller.app.store.store_id(), POINTER)?;
    let problem = tx
        .participation_problem(&id)
        .map_err(|_| unknown_user(POINTER))?;
    match problem {
        Some(problem) => Err(Mistake::in_member(POINTER, problem)),
        None => Ok(Some(Some(id))),
    }
}

/// Returns a user that Muster knows, even if the account is not active any more.
pub(super) fn known_user(
    tx: &ApiTransaction<'_>,
    caller: &Caller,
    user: &UserIdentifier,
    pointer: &str,
) -> Result<UserId, Mistake> {
    let id = user.user_id(caller.app.store.store_id(), pointer)?;
    match tx.user(&id) {
        Ok(Some(_)) => Ok(id),
        Ok(None) | Err(_) => Err(unknown_user(pointer)),
    }
}
