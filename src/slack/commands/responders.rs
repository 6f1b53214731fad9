//! `/datadog incident responders`: the modal for responders and role assignments.

use muster_commands::modal::{FieldErrors, ViewSubmission};
use muster_commands::responders::{
    self, COMMANDER, RESPONDERS, ResponderChanges, RespondersDefaults, RoleField, RoleLimit,
};
use muster_commands::{IncidentId, UserId};

use crate::app::App;
use crate::domain::{
    Actor, AssignRoles, ConfiguredRole, GuestPolicy, Incident, RoleCapacity, Settings,
};
use crate::error::{Error, Result};
use crate::slack::commands::incident_picker::{IncidentChoice, incident_for_command};
use crate::slack::dispatch::Reply;
use crate::slack::offline_reply;
use crate::slack::open_modal::open_modal_for_command;
use crate::slack::request_context::{SlashCommand, submission_origin, submission_viewer};
use crate::slack::users::resolve_user::may_participate;
use crate::slack::users::unresolved_users::find_unresolved_users;
use crate::store::{ChangeTarget, IdempotencyKey};

/// Opens the modal.
pub async fn handle(app: &App, typed: SlashCommand) -> Result<Reply> {
    let incident = match incident_for_command(app, &typed).await? {
        IncidentChoice::Known(incident) => incident,
        IncidentChoice::Prompt(reply) => return Ok(reply),
    };
    let settings = app.store.settings().await?;
    let form = responders::modal(&responders_defaults(&incident, &settings));
    let command = &app.config.command;
    let again = format!("Type it again: {command} incident responders");
    Ok(open_modal_for_command(app, typed, form, again))
}

/// Stores the changes of a submission; unchanged fields are not written.
pub async fn submit(app: &App, form: &ViewSubmission) -> Result<Reply> {
    let changes = responders::read(&form.view_state)?;
    let settings = app.store.settings().await?;
    check_participants(app, &changes, settings.guest_policy()).await?;
    let by = Actor::new(form.user.clone(), app.clock.now());
    let strangers =
        find_unresolved_users(app, added_users(&changes), (&by, &submission_origin(form))).await?;
    let request = assign_request(changes, &settings);
    let id: IncidentId = form.incident().ok_or(Error::NotFound("incident"))?;
    let target = ChangeTarget {
        viewer: submission_viewer(form),
        id,
        key: IdempotencyKey::view(&form.view_id),
        now: by.at,
    };
    let asked = request.clone();
    app.store
        .change_with_context(target, move |incident, ctx| {
            Ok(incident
                .assign_roles(&request, &by, ctx)?
                .with_unresolved(strangers))
        })
        .await
        .map_err(|error| full_role_field_error(error, &asked))?;
    Ok(offline_reply::reply_to_modal(
        app,
        "Responders stored",
        || {
            format!(
                "Who takes part in {id} is stored. Slack does not answer us right now: everybody is told as \
             soon as it does. There is nothing more to do here."
            )
        },
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
    for holding in &incident.roles {
        if roles.iter().all(|role| role.name != holding.role) {
            roles.push(RoleField {
                name: holding.role.clone(),
                limit: RoleLimit::Several,
                description: String::new(),
                users: holders(&holding.role),
            });
        }
    }
    let others = incident
        .responder_ids()
        .filter(|user| !incident.has_role(user));
    RespondersDefaults {
        incident: incident.id,
        commander: incident.commander.clone(),
        roles,
        responders: others.cloned().collect(),
    }
}

/// Checks that all added users may participate.
async fn check_participants(
    app: &App,
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
            match may_participate(app, &user, guests).await {
                Ok(_) => {}
                Err(Error::Rejected(why)) => errors.add(&field, why),
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
fn full_role_field_error(error: Error, asked: &AssignRoles) -> Error {
    match error {
        Error::Rejected(why) => match asked.full_role(&why) {
            Some(role) => {
                Error::InvalidForm(FieldErrors::one(&responders::role_field_name(role), why))
            }
            None => Error::Rejected(why),
        },
        other => other,
    }
}

/// Returns the domain's request. Assignments of a role that is no longer configured can only be removed.
fn assign_request(changes: ResponderChanges, settings: &Settings) -> AssignRoles {
    let roles = changes.roles.into_iter().map(|change| {
        let known = settings.roles.iter().find(|role| role.name == change.role);
        let role = known.cloned().unwrap_or_else(|| ConfiguredRole {
            name: change.role,
            capacity: RoleCapacity::Several,
            description: String::new(),
        });
        (role, change.users)
    });
    AssignRoles {
        commander: changes.commander,
        roles: roles.collect(),
        responders: changes.responders,
    }
}
