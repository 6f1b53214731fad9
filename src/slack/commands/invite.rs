//! `/datadog incident invite @ann`: adds people to the responders.

use muster_commands::slash::mention::UserRef;

use crate::domain::{AssignRoles, UserDiff, UserId};
use crate::error::Result;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::resolve_user::resolve_user_ref;
use crate::slack::users::unresolved_users::find_unresolved_users;

/// Adds the users. One who may not participate is rejected before the user is asked to select an incident.
pub(crate) async fn handle(ctx: &RequestContext, users: Vec<UserRef>) -> Result<Reply> {
    let guests = ctx.store().settings().await?.guest_policy();
    let mut added: Vec<UserId> = Vec::new();
    for user in &users {
        let user = resolve_user_ref(ctx, user, guests).await?;
        if !added.contains(&user) {
            added.push(user);
        }
    }
    let incident = ctx.incident().await?;
    added.retain(|user| incident.responder_ids().all(|known| known != user));
    if added.is_empty() {
        let who = match users.as_slice() {
            [UserRef::Me] => "You're",
            [_] => "They're",
            _ => "They're all",
        };
        let id = incident.id;
        return Ok(Reply::text(format!("{who} already in {id}.")));
    }
    let unresolved_users = find_unresolved_users(ctx, &added).await?;
    let request = AssignRoles {
        commander: None,
        roles: Vec::new(),
        responders: UserDiff {
            added,
            removed: Vec::new(),
        },
    };
    ctx.change_with_context(incident.id, move |incident, actor, context| {
        let change = incident.assign_roles(&request, actor, context)?;
        Ok(change.with_unresolved(unresolved_users))
    })
    .await?;
    Ok(Reply::saved())
}
