//! The commander, the roles and the other responders; the subscription of the user.

use crate::domain::{
    AssignRoles, ConfiguredRole, Incident, RoleCapacity, Settings, UserDiff, UserId,
};
use crate::error::Result;
use crate::web::pages::actions::submission::{Submission, check_users};
use crate::web::pages::actions::{FormRequest, user_choices};
use crate::web::pages::commander_choices::no_commander;
use crate::web::parts::{ActionForm, FieldControl, FormField, join_values};

/// An action on the users of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RespondersAction {
    /// Assigns roles and changes the responders.
    Assign,
    /// Subscribes the user, or ends their subscription.
    Subscribe,
}

const COMMANDER: &str = "commander";
const RESPONDERS: &str = "responders";

/// The prefix of the name of a role's field.
const ROLE: &str = "role:";

/// Returns the form of all roles.
pub(super) async fn form(
    request: &FormRequest<'_>,
    action: RespondersAction,
) -> Result<Option<ActionForm>> {
    match action {
        RespondersAction::Assign => Ok(Some(roles_form(request).await?)),
        RespondersAction::Subscribe => Ok(None),
    }
}

async fn roles_form(request: &FormRequest<'_>) -> Result<ActionForm> {
    let store = request.signed_in.store();
    let (incident, settings) = (request.incident, store.settings().await?);
    let everyone = join_values(incident.responder_ids().map(UserId::as_str));
    let choices = user_choices(store.users().await?, &everyone);
    let mut commanders = choices.clone();
    if incident.commander.is_none() {
        commanders.insert(0, no_commander());
    }
    let commander = FormField::new(
        COMMANDER,
        "Incident Commander",
        FieldControl::Select(commanders),
        commander_value(incident),
    );
    let mut fields = vec![commander];
    for role in roles(incident, &settings) {
        let holders = join_values(incident.role_holders(&role.name).map(UserId::as_str));
        let control = FieldControl::Users(choices.clone());
        let field = FormField::new(
            &format!("{ROLE}{}", role.name),
            &role.name,
            control,
            holders,
        );
        fields.push(field.with_hint(&role.description));
    }
    let others = incident.responder_ids();
    let others = others.filter(|user| !incident.has_role(user));
    let others = join_values(others.map(UserId::as_str));
    let control = FieldControl::Users(choices);
    fields.push(FormField::new(
        RESPONDERS,
        "Other responders",
        control,
        others,
    ));
    Ok(request.with_fields("Save", fields))
}

/// Returns the commander as the form submits it; empty if there is none.
fn commander_value(incident: &Incident) -> String {
    incident.commander.clone().unwrap_or_default().to_string()
}

/// Returns the roles of the settings, and those that are assigned but no longer in the settings.
fn roles(incident: &Incident, settings: &Settings) -> Vec<ConfiguredRole> {
    let settings = settings.of_incident_type(incident.incident_type);
    let mut roles = settings.roles.clone();
    for assignment in &incident.roles {
        if roles.iter().all(|role| role.name != assignment.role) {
            roles.push(ConfiguredRole {
                name: assignment.role.clone(),
                capacity: RoleCapacity::Several,
                description: String::new(),
                incident_type: None,
            });
        }
    }
    roles
}

pub(super) async fn apply(submission: &Submission<'_>, action: RespondersAction) -> Result<()> {
    match action {
        RespondersAction::Assign => assign(submission).await,
        RespondersAction::Subscribe => {
            submission
                .change(|incident, actor, _| Ok(incident.toggle_subscription(actor)?))
                .await
        }
    }
}

async fn assign(submission: &Submission<'_>) -> Result<()> {
    let store = submission.signed_in.store();
    let viewer = submission.signed_in.viewer.clone();
    let incident = store.incident(viewer, submission.id).await?;
    let settings = store.settings().await?;
    let request = assign_request(submission, roles(&incident, &settings));
    let expected = submission.expected(&[COMMANDER]);
    submission
        .change(move |incident, actor, context| {
            expected.check(|_| commander_value(incident))?;
            check_users(
                &added_users(&request),
                context.settings.guest_policy(),
                context,
            )?;
            Ok(incident.assign_roles(&request, actor, context)?)
        })
        .await
}

/// Returns the differences between the form as displayed and as submitted. Other changes that were made
/// meanwhile remain.
fn assign_request(submission: &Submission<'_>, roles: Vec<ConfiguredRole>) -> AssignRoles {
    let diff = |name: &str| {
        let (added, removed) = submission.user_changes(name);
        UserDiff { added, removed }
    };
    let commander = submission.form.value(COMMANDER);
    let is_changed = submission.is_changed(COMMANDER) && !commander.is_empty();
    AssignRoles {
        commander: is_changed.then(|| UserId::from(commander)),
        roles: roles
            .into_iter()
            .map(|role| {
                let diff = diff(&format!("{ROLE}{}", role.name));
                (role, diff)
            })
            .collect(),
        responders: diff(RESPONDERS),
    }
}

fn added_users(request: &AssignRoles) -> Vec<UserId> {
    let of_roles = request.roles.iter().flat_map(|(_, diff)| &diff.added);
    let others = request.responders.added.iter();
    let added = request.commander.iter().chain(others).chain(of_roles);
    added.cloned().collect()
}
