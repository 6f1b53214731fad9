//! `/datadog incident role Communications Lead @ann`: a quick edit of role assignments.

use muster_commands::role::{RoleArgs, RoleHolders};

use crate::domain::text::{RichText, Span, bold, text};
use crate::domain::{Actor, DecisionContext, Incident, RoleTarget, Settings, UserId};
use crate::error::{Error, Result};
use crate::slack::commands::quick_edit::{self, QuickReply, with_title_hint};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::resolve_user::{resolve_any_user, resolve_user_ref};
use crate::store::Applied;

/// How a role assignment changes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum RoleOperation {
    /// Assigns the role to this user.
    Assign(UserId),
    /// Removes the role from this user.
    Unassign(UserId),
    /// Removes the role from all users.
    Clear,
}

/// Assigns or removes a role.
pub(crate) async fn handle(ctx: &RequestContext, args: RoleArgs) -> Result<Reply> {
    // Rejects invalid arguments before the user is asked to select an incident.
    let (role, operation) = match resolve_role(ctx, &args).await {
        Ok(resolved) => resolved,
        Err(error) => return Err(with_title_hint(ctx, error).await),
    };
    let assignment = match &operation {
        RoleOperation::Assign(user) => Some((role.clone(), user.clone())),
        RoleOperation::Unassign(_) | RoleOperation::Clear => None,
    };
    let decide = {
        let (role, operation) = (role.clone(), operation.clone());
        move |incident: &Incident, actor: &Actor, context: &DecisionContext<'_>| {
            let (added, removed) = operation.changes(&role, incident);
            incident.assign_roles(&role.assignment(added, removed), actor, context)
        }
    };
    quick_edit::apply(ctx, assignment, String::new(), decide, |applied| {
        QuickReply::from(match &operation {
            RoleOperation::Assign(user) => role_assigned_text(&role, user, applied),
            RoleOperation::Unassign(user) => role_removed_text(&role, user, applied),
            RoleOperation::Clear => role_cleared_text(&role, applied),
        })
    })
    .await
}

async fn resolve_role(
    ctx: &RequestContext,
    args: &RoleArgs,
) -> Result<(RoleTarget, RoleOperation)> {
    let settings = ctx.store().settings().await?;
    let role = find_role(&args.role, &settings)?;
    check_role_args(&role, ctx.slash_command(), &args.holders)?;
    let operation = match &args.holders {
        RoleHolders::Assign(user) => {
            RoleOperation::Assign(resolve_user_ref(ctx, user, settings.guest_policy()).await?)
        }
        RoleHolders::Unassign(user) => RoleOperation::Unassign(resolve_any_user(ctx, user).await?),
        RoleHolders::UnassignAll | RoleHolders::Unspecified => RoleOperation::Clear,
    };
    Ok((role, operation))
}

impl RoleOperation {
    /// Returns the users to add and to remove.
    fn changes(&self, role: &RoleTarget, incident: &Incident) -> (Vec<UserId>, Vec<UserId>) {
        match self {
            Self::Assign(user) => (vec![user.clone()], Vec::new()),
            Self::Unassign(user) => (Vec::new(), vec![user.clone()]),
            Self::Clear => {
                let holders = incident.role_holders(role.name());
                (Vec::new(), holders.cloned().collect())
            }
        }
    }
}

/// Finds a role by name, or by an unambiguous prefix of its name.
fn find_role(name: &str, settings: &Settings) -> Result<RoleTarget> {
    let team = settings.roles.iter().cloned();
    let roles: Vec<RoleTarget> = [RoleTarget::Commander]
        .into_iter()
        .chain(team.map(|role| RoleTarget::Role { role }))
        .chain([RoleTarget::Responder])
        .collect();
    let lower = name.to_lowercase();
    let has_name = |role: &&RoleTarget| role_names(role).contains(&lower);
    let begins = |role: &&RoleTarget| role.name().to_lowercase().starts_with(&lower);
    if let Some(role) = roles.iter().find(has_name) {
        return Ok(role.clone());
    }
    let beginning: Vec<&RoleTarget> = roles.iter().filter(begins).collect();
    match beginning.as_slice() {
        [role] if !name.is_empty() => Ok((*role).clone()),
        _ => Err(unknown_role_error(name, &roles)),
    }
}

/// Returns all names of a role, in lower case.
fn role_names(role: &RoleTarget) -> Vec<String> {
    let short: &[&str] = match role {
        RoleTarget::Commander => &["commander", "ic"],
        RoleTarget::Role { .. } | RoleTarget::Responder => &[],
    };
    let short = short.iter().map(|name| (*name).to_owned());
    [role.name().to_lowercase()]
        .into_iter()
        .chain(short)
        .collect()
}

/// Checks that the arguments are valid for the role.
fn check_role_args(role: &RoleTarget, command: &str, holders: &RoleHolders) -> Result<()> {
    let name = role.name();
    Err(Error::Rejected(match (role, holders) {
        (_, RoleHolders::Unspecified) => {
            format!("Who should be {name}? E.g. “{command} incident role {name} @ann”.")
        }
        (RoleTarget::Commander, RoleHolders::Unassign(_) | RoleHolders::UnassignAll) => format!(
            "An incident needs a commander. To hand over, type “{command} incident commander @ann”."
        ),
        (RoleTarget::Responder, RoleHolders::UnassignAll) => format!(
            "Everyone involved is a responder. To remove one person, type “{command} incident role {name} \
             remove @ann”."
        ),
        (_, RoleHolders::Assign(_))
        | (RoleTarget::Responder, RoleHolders::Unassign(_))
        | (RoleTarget::Role { .. }, _) => {
            return Ok(());
        }
    }))
}

/// Returns an error that lists the roles.
fn unknown_role_error(name: &str, roles: &[RoleTarget]) -> Error {
    let known: Vec<&str> = roles.iter().map(RoleTarget::name).collect();
    let known = known.join(", ");
    Error::Rejected(if name.is_empty() {
        format!("Which role? Pick one of: {known}.")
    } else {
        format!("I don't know the role “{name}”. Pick one of: {known}.")
    })
}

/// Returns the reply to an assignment, which may have existed before.
fn role_assigned_text(role: &RoleTarget, user: &UserId, applied: &Applied) -> RichText {
    let before = applied.before.as_ref();
    let had_it = before.is_some_and(|before| role.is_assigned_to(user, before));
    let state = if had_it { " is already " } else { " is now " };
    vec![
        // An ephemeral message notifies no one, so a mention is harmless.
        Span::Mention(user.clone()),
        text(state),
        bold(role.name()),
        text(format!(" for {}.", applied.after.id)),
    ]
}

/// Returns the reply to a removal, or the reason why nothing changed.
fn role_removed_text(role: &RoleTarget, user: &UserId, applied: &Applied) -> RichText {
    let before = applied.before.as_ref();
    let had_it = before.is_none_or(|before| role.is_assigned_to(user, before));
    let id = applied.after.id;
    let state = match (had_it, role.is_assigned_to(user, &applied.after)) {
        (true, false) => " is no longer ",
        (false, _) => " isn't ",
        (true, true) => {
            let takes_part = format!(" has another role in {id}, so they stay a responder.");
            return vec![Span::Mention(user.clone()), text(takes_part)];
        }
    };
    vec![
        Span::Mention(user.clone()),
        text(state),
        bold(role.name()),
        text(format!(" for {id}.")),
    ]
}

/// Returns the reply to the removal of all assignments.
fn role_cleared_text(role: &RoleTarget, applied: &Applied) -> RichText {
    let had_one = |before: &Incident| before.role_holders(role.name()).next().is_some();
    let end = match &applied.before {
        Some(before) if !had_one(before) => ".",
        Some(_) | None => " anymore.",
    };
    vec![
        text("Nobody has the "),
        bold(role.name()),
        text(format!(" role in {}{end}", applied.after.id)),
    ]
}
