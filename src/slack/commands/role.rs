//! `/datadog incident role Communications Lead @ann`: a quick edit of role assignments.

use muster_commands::UserId;
use muster_commands::role::{RoleArgs, RoleHolders};

use crate::app::App;
use crate::domain::{Actor, Decision, DecisionContext, Incident, RoleTarget, Settings};
use crate::error::{Error, Result};
use crate::slack::commands::quick_edit::QuickEdit;
use crate::slack::text::activity::{RichText, Span, bold, text};
use crate::slack::users::resolve_user::{resolve_any_user, resolve_user_ref};
use crate::store::Applied;

/// How a role assignment changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleOperation {
    /// Assigns the role to this user.
    Assign(UserId),
    /// Removes the role from this user.
    Unassign(UserId),
    /// Removes the role from all users.
    Clear,
}

impl QuickEdit for RoleArgs {
    type Request = (RoleTarget, RoleOperation);

    async fn resolve_request(&self, app: &App, asker: &UserId) -> Result<Self::Request> {
        let settings = app.store.settings().await?;
        let role = find_role(&self.role, &settings)?;
        check_role_args(&role, app, &self.holders)?;
        let way = match &self.holders {
            RoleHolders::Assign(who) => RoleOperation::Assign(
                resolve_user_ref(app, who, asker, settings.guest_policy()).await?,
            ),
            RoleHolders::Unassign(who) => {
                RoleOperation::Unassign(resolve_any_user(app, who, asker).await?)
            }
            RoleHolders::UnassignAll | RoleHolders::Unspecified => RoleOperation::Clear,
        };
        Ok((role, way))
    }

    fn role_assignment((role, way): &Self::Request) -> Option<(RoleTarget, UserId)> {
        match way {
            RoleOperation::Assign(user) => Some((role.clone(), user.clone())),
            RoleOperation::Unassign(_) | RoleOperation::Clear => None,
        }
    }

    fn decide(
        (role, way): &Self::Request,
        incident: &Incident,
        by: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        let (added, removed) = match way {
            RoleOperation::Assign(user) => (vec![user.clone()], Vec::new()),
            RoleOperation::Unassign(user) => (Vec::new(), vec![user.clone()]),
            RoleOperation::Clear => (
                Vec::new(),
                incident.role_holders(role.name()).cloned().collect(),
            ),
        };
        incident.assign_roles(&role.assignment(added, removed), by, ctx)
    }

    fn reply_text(&self, _: &App, (role, way): &Self::Request, done: &Applied) -> RichText {
        match way {
            RoleOperation::Assign(user) => role_assigned_text(role, user, done),
            RoleOperation::Unassign(user) => role_removed_text(role, user, done),
            RoleOperation::Clear => role_cleared_text(role, done),
        }
    }
}

/// Finds a role by name, or by an unambiguous prefix of its name.
fn find_role(said: &str, settings: &Settings) -> Result<RoleTarget> {
    let team = settings.roles.iter().cloned();
    let roles: Vec<RoleTarget> = [RoleTarget::Commander]
        .into_iter()
        .chain(team.map(|role| RoleTarget::Role { role }))
        .chain([RoleTarget::Responder])
        .collect();
    let said_short = said.to_lowercase();
    let is_called = |role: &&RoleTarget| role_names(role).contains(&said_short);
    let begins = |role: &&RoleTarget| role.name().to_lowercase().starts_with(&said_short);
    if let Some(role) = roles.iter().find(is_called) {
        return Ok(role.clone());
    }
    let beginning: Vec<&RoleTarget> = roles.iter().filter(begins).collect();
    match beginning.as_slice() {
        [role] if !said.is_empty() => Ok((*role).clone()),
        _ => Err(unknown_role_error(said, &roles)),
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
fn check_role_args(role: &RoleTarget, app: &App, holders: &RoleHolders) -> Result<()> {
    let (name, command) = (role.name(), &app.config.command);
    Err(Error::Rejected(match (role, holders) {
        (_, RoleHolders::Unspecified) => format!(
            "Who is to have the role {name}? Type {command} incident role {name} @ann, for example."
        ),
        (RoleTarget::Commander, RoleHolders::Unassign(_) | RoleHolders::UnassignAll) => format!(
            "An incident needs a commander. {command} incident commander @ann, for example, makes somebody \
             else lead it."
        ),
        (RoleTarget::Responder, RoleHolders::UnassignAll) => format!(
            "Everybody who takes part is a responder. Type {command} incident role {name} remove @ann, for \
             example."
        ),
        (_, RoleHolders::Assign(_))
        | (RoleTarget::Responder, RoleHolders::Unassign(_))
        | (RoleTarget::Role { .. }, _) => {
            return Ok(());
        }
    }))
}

/// Returns an error that lists the roles.
fn unknown_role_error(said: &str, roles: &[RoleTarget]) -> Error {
    let known: Vec<&str> = roles.iter().map(RoleTarget::name).collect();
    let known = known.join(", ");
    Error::Rejected(if said.is_empty() {
        format!("Which role? Choose one of: {known}.")
    } else {
        format!("“{said}” is no role that I know. Choose one of: {known}.")
    })
}

/// Returns the reply to an assignment, which may have existed before.
fn role_assigned_text(role: &RoleTarget, user: &UserId, done: &Applied) -> RichText {
    let before = done.before.as_ref();
    let had_it = before.is_some_and(|before| role.is_assigned_to(user, before));
    let end = if had_it {
        " already. Nothing was changed."
    } else {
        " now."
    };
    vec![
        // An ephemeral message notifies no one, so a mention is harmless.
        Span::Mention(user.clone()),
        text(" has the role "),
        bold(role.name()),
        text(format!(" in {}{end}", done.after.id)),
    ]
}

/// Returns the reply to a removal, or the reason why nothing changed.
fn role_removed_text(role: &RoleTarget, user: &UserId, done: &Applied) -> RichText {
    let before = done.before.as_ref();
    let had_it = before.is_none_or(|before| role.is_assigned_to(user, before));
    let id = done.after.id;
    let (says, end) = match (had_it, role.is_assigned_to(user, &done.after)) {
        (true, false) => (" no longer has the role ", "."),
        (false, _) => (" does not have the role ", ". Nothing was changed."),
        (true, true) => {
            let takes_part =
                format!(" has another role in {id}, and so takes part. Nothing was changed.");
            return vec![Span::Mention(user.clone()), text(takes_part)];
        }
    };
    vec![
        Span::Mention(user.clone()),
        text(says),
        bold(role.name()),
        text(format!(" in {id}{end}")),
    ]
}

/// Returns the reply to the removal of all assignments.
fn role_cleared_text(role: &RoleTarget, done: &Applied) -> RichText {
    let had_one = |before: &Incident| before.role_holders(role.name()).next().is_some();
    let end = match &done.before {
        Some(before) if !had_one(before) => " already. Nothing was changed.",
        Some(_) | None => " now.",
    };
    vec![
        text("Nobody has the role "),
        bold(role.name()),
        text(format!(" in {}{end}", done.after.id)),
    ]
}
