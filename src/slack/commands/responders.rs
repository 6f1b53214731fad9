//! `/datadog incident responders`: the modal for responders and role assignments.

use muster_commands::modal::{FieldErrors, ViewSubmission};
use muster_commands::responders::{
    self, COMMANDER, RESPONDERS, ResponderChanges, RespondersDefaults, RoleField, RoleLimit,
};

use crate::domain::{
    AssignRoles, ConfiguredRole, GuestPolicy, Incident, RoleCapacity, Settings, UserId,
};
use crate::error::{Error, Result};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::resolve_user::may_participate;
use crate::slack::users::unresolved_users::find_unresolved_users;
use crate::slack::users::user_cache::fetch_users_within;

/// Opens the modal.
pub(crate) async fn handle(ctx: &RequestContext) -> Result<Reply> {
    let incident = ctx.incident().await?;
    let settings = ctx.store().settings().await?;
    let settings = settings.of_incident_type(incident.incident_type);
    let view = responders::modal(&responders_defaults(&incident, &settings));
    let view = ctx.incident_modal(view, incident.id);
    Ok(Reply::modal(view, ctx.retry_hint("incident responders")))
}

/// Stores the changes of a submission; unchanged fields are not written.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let changes = responders::read(&form.view_state)?;
    fetch_users_within(&ctx.app, added_users(&changes)).await;
    let settings = ctx.store().settings().await?;
    check_participants(ctx, &changes, settings.guest_policy()).await?;
    let unresolved_users = find_unresolved_users(ctx, added_users(&changes)).await?;
    let request = assign_request(changes, &settings);
    let id = ctx.incident_id()?;
    let decided = request.clone();
    ctx.change_with_context(id, move |incident, actor, context| {
        let change = incident.assign_roles(&decided, actor, context)?;
        Ok(change.with_unresolved(unresolved_users))
    })
    .await
    .map_err(|error| full_role_field_error(error, &request))?;
    Ok(Reply::submission_saved(
        "Responders saved",
        &format!("The responders of {id} are saved."),
        "they'll be notified when it's back.",
    ))
}

/// Returns the modal's defaults: the configured roles, and removed roles that still have assignments.
fn responders_defaults(incident: &Incident, settings: &Settings) -> RespondersDefaults {
    let holders = |role: &str| {
        incident
            .role_holders(role)
            .cloned()
            .collect::<Vec<UserId>>()
    };
    let roles = settings.roles.iter().map(|role| RoleField {
        name: role.name.clone(),
        limit: match role.capacity {
            RoleCapacity::One => RoleLimit::One,
            RoleCapacity::Several => RoleLimit::Several,
        },
        description: role.description.clone(),
        users: holders(&role.name),
    });
    let mut roles: Vec<RoleField> = roles.collect();
    for assignment in &incident.roles {
        if roles.iter().all(|role| role.name != assignment.role) {
            roles.push(RoleField {
                name: assignment.role.clone(),
                limit: RoleLimit::Several,
                description: String::new(),
                users: holders(&assignment.role),
            });
        }
    }
    let others = incident
        .responder_ids()
        .filter(|user| !incident.has_role(user));
    RespondersDefaults {
        incident: incident.id,
        commander: incident.commander.clone().unwrap_or_default(),
        roles,
        responders: others.cloned().collect(),
    }
}

/// Checks that all added users may participate.
async fn check_participants(
    ctx: &RequestContext,
    changes: &ResponderChanges,
    guests: GuestPolicy,
) -> Result<()> {
    let mut errors = FieldErrors::default();
    let of_roles = changes.roles.iter().map(|change| {
        let field = responders::role_field_name(&change.role);
        (field, change.users.added.clone())
    });
    let commander = changes.commander.clone().into_iter().collect();
    let others = changes.responders.added.clone();
    let fields = [
        (COMMANDER.to_owned(), commander),
        (RESPONDERS.to_owned(), others),
    ];
    for (field, users) in fields.into_iter().chain(of_roles) {
        for user in users {
            match may_participate(&ctx.app, &user, guests).await {
                Ok(_) => {}
                Err(Error::Rejected(reason)) => errors.add(&field, reason),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(errors.into_result(())?)
}

/// Returns all users who are assigned or added.
fn added_users(changes: &ResponderChanges) -> impl Iterator<Item = &UserId> {
    let of_roles = changes.roles.iter().flat_map(|role| &role.users.added);
    let others = &changes.responders.added;
    changes.commander.iter().chain(others).chain(of_roles)
}

/// Converts the rejection of a full role, assigned by others while the modal was open, into an error of
/// its field.
fn full_role_field_error(error: Error, request: &AssignRoles) -> Error {
    match error {
        Error::Rejected(reason) => match request.full_role(&reason) {
            Some(role) => {
                Error::InvalidForm(FieldErrors::one(&responders::role_field_name(role), reason))
            }
            None => Error::Rejected(reason),
        },
        other => other,
    }
}

/// Returns the domain's request. Assignments of a role that is no longer configured can only be removed.
fn assign_request(changes: ResponderChanges, settings: &Settings) -> AssignRoles {
    let roles = changes.roles.into_iter().map(|change| {
        let role = settings.roles.iter().find(|role| role.name == change.role);
        let role = role.cloned().unwrap_or_else(|| ConfiguredRole {
            name: change.role,
            capacity: RoleCapacity::Several,
            description: String::new(),
            incident_type: None,
        });
        (role, change.users)
    });
    AssignRoles {
        commander: changes.commander,
        roles: roles.collect(),
        responders: changes.responders,
    }
}
