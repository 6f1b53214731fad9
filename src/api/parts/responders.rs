//! Responders: `/api/v2/incidents/{incident_id}/responders`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::auth::{Caller, Reader, Writer};
use crate::api::error::{ApiError, Mistake};
use crate::api::members::Time;
use crate::api::members::UserIdentifier;
use crate::api::parts::history::{History, Touch};
use crate::api::parts::shapes::{PartDocument, PartList, Reference, ToMany, ToOne};
use crate::api::parts::{IncidentPath, PartContext, PartPath, PartRequest, to_json};
use crate::api::request::{Body, RequestBody};
use crate::api::response;
use crate::domain::api::{
    ResourceType, UserRef, parse_user_resource_id, responder_resource_id,
    role_assignment_resource_id,
};
use crate::domain::people::role::COMMANDER;
use crate::domain::{
    AssignRoles, ConfiguredRole, EntryKind, Incident, Responder, RoleChange, TimelineEvent, User,
    UserDiff, UserId,
};

/// A body that adds a responder.
#[derive(Deserialize, JsonSchema)]
pub(in crate::api) struct CreateResponder {
    data: ResponderData,
}

/// A responder to add.
#[derive(Deserialize, JsonSchema)]
struct ResponderData {
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: String,
    /// The attributes.
    attributes: Option<CreateAttributes>,
    /// The relationships.
    relationships: CreateRelationships,
}

/// The attributes of a new responder.
#[derive(Default, Deserialize, JsonSchema)]
struct CreateAttributes {
    /// The names of the roles that the responder is assigned.
    #[schemars(length(max = 50))]
    roles: Option<Vec<String>>,
}

/// The relationships of a new responder.
#[derive(Deserialize, JsonSchema)]
struct CreateRelationships {
    /// The user.
    user: UserRelationship,
}

/// The relationship to a user.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ResponderUser")]
struct UserRelationship {
    data: UserIdentifier,
}

impl RequestBody for CreateResponder {
    const TYPES: &'static [&'static str] = &["incident_responders"];
}

/// A responder.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct ResponderResource {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    attributes: ResponderAttributes,
    relationships: ResponderRelationships,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ResponderAttributes {
    created: Time,
    modified: Time,
    /// Always false.
    is_billable: bool,
    /// When the user last changed the incident; null if never.
    last_active: Option<Time>,
    /// The ID in Slack; null for a user without Slack.
    external_id: Option<String>,
    /// `slack`; null for a user without Slack.
    external_source: Option<&'static str>,
    /// Always null.
    meta: Option<Value>,
    /// The names of the roles.
    roles: Vec<String>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ResponderRelationships {
    user: ToOne,
    role_assignments: ToMany,
    created_by: ToOne,
    last_modified_by: ToOne,
}

/// `GET …/responders`: in the order in which they joined.
pub(in crate::api) async fn list(
    Reader(caller): Reader,
    path: IncidentPath,
) -> Result<Json<Value>, ApiError> {
    let id = caller.incident_of(path)?;
    let reading = caller.read_parts(id, |tx, caller, incident| {
        let context = PartContext::load(tx, caller, incident, EntryKind::Responder)?;
        let responders = context.incident.responders.iter();
        let data = responders.map(|it| context.responder(it)).collect();
        let touches = context.incident.responders.iter().map(user_touch);
        let touches: Vec<_> = touches.collect();
        Ok(PartList::new(data, context.included(&touches)))
    });
    Ok(Json(reading.await?))
}

/// `GET …/responders/{responder_id}`.
pub(in crate::api) async fn get(
    Reader(caller): Reader,
    path: PartPath,
) -> Result<Json<Value>, ApiError> {
    let part = caller.part_of(path)?;
    let reading = caller.read_parts(part.incident, move |tx, caller, incident| {
        let user = find_responder(caller, &incident, &part.id)?;
        let context = PartContext::load(tx, caller, incident, EntryKind::Responder)?;
        document(&context, &user)
    });
    Ok(Json(reading.await?))
}

/// `POST …/responders`. A user who is one already is not added again.
pub(in crate::api) async fn create(
    Writer(caller): Writer,
    path: IncidentPath,
    body: Body<CreateResponder>,
) -> Result<Response, ApiError> {
    let id = caller.incident_of(path)?;
    let changing = caller.change_parts(id, body, move |request, body| {
        let data = body.parse()?.data;
        let user = request.user(&data.relationships.user.data.id)?;
        let assignment = request.assignment(&user, data.attributes.unwrap_or_default())?;
        let (actor, tx) = (request.actor, request.tx);
        let incident = tx.change(id, |it, ctx| {
            Ok(it.assign_roles(&assignment, actor, ctx)?)
        })?;
        let document = request.responder_document(incident, &user.id)?;
        Ok(response::created(&document))
    });
    changing.await
}

/// `DELETE …/responders/{responder_id}`.
pub(in crate::api) async fn delete(
    Writer(caller): Writer,
    path: PartPath,
) -> Result<Response, ApiError> {
    let part = caller.part_of(path)?;
    let deleting = caller.delete_part(part.incident, move |request| {
        let user = find_responder(request.caller, &request.incident, &part.id)?;
        check_has_no_role(&request.incident, &user)?;
        let removal = AssignRoles {
            responders: UserDiff {
                removed: vec![user],
                ..UserDiff::default()
            },
            ..AssignRoles::default()
        };
        let actor = request.actor;
        request.tx.change(part.incident, |it, ctx| {
            Ok(it.assign_roles(&removal, actor, ctx)?)
        })?;
        Ok(response::no_content())
    });
    deleting.await
}

impl PartRequest<'_, '_> {
    /// Returns the user that a request names.
    fn user(&self, id: &str) -> Result<User, ApiError> {
        let unknown = || ApiError::not_found("user not found");
        let store = self.caller.app.store.store_id();
        match parse_user_resource_id(store, id) {
            Some(UserRef::Slack(user)) => self.tx.user(&user)?.ok_or_else(unknown),
            Some(UserRef::System) | None => Err(unknown()),
        }
    }

    /// Returns the request that makes a user a responder with some roles.
    fn assignment(
        &self,
        user: &User,
        attributes: CreateAttributes,
    ) -> Result<AssignRoles, ApiError> {
        let settings = self.tx.settings()?;
        let may_participate = user.check_may_participate(settings.guest_policy());
        let mut mistakes = Vec::new();
        if let Err(rejection) = may_participate {
            let member = "/data/relationships/user/data/id";
            mistakes.push(Mistake::in_member(member, rejection.0));
        }
        let mut request = AssignRoles::default();
        for (index, name) in attributes.roles.into_iter().flatten().enumerate() {
            let added = UserDiff {
                added: vec![user.id.clone()],
                ..UserDiff::default()
            };
            let is_named = |role: &&ConfiguredRole| role.name.eq_ignore_ascii_case(name.trim());
            match settings.roles.iter().find(is_named) {
                Some(role) => request.roles.push((role.clone(), added)),
                None if name.trim().eq_ignore_ascii_case(COMMANDER) => {
                    request.commander = Some(user.id.clone());
                }
                None => {
                    let member = format!("/data/attributes/roles/{index}");
                    let detail = format!("there's no role “{name}”");
                    mistakes.push(Mistake::in_member(member, detail));
                }
            }
        }
        if request.roles.is_empty() && request.commander.is_none() {
            request.responders.added.push(user.id.clone());
        }
        match mistakes.is_empty() {
            true => Ok(request),
            false => Err(ApiError::invalid(mistakes)),
        }
    }

    fn responder_document(&self, incident: Incident, user: &UserId) -> Result<Value, ApiError> {
        let context = PartContext::load(self.tx, self.caller, incident, EntryKind::Responder)?;
        document(&context, user)
    }
}

impl PartContext<'_> {
    fn responder(&self, responder: &Responder) -> ResponderResource {
        let user = &responder.user;
        let modified_at = responder.last_active_at.unwrap_or(responder.joined_at);
        let history = History::find(&self.incident, &self.entries, |event| {
            is_about_user(event, user)
        });
        ResponderResource {
            kind: ResourceType::Responder.as_str(),
            id: responder_resource_id(self.store_id(), self.incident.id, user),
            attributes: ResponderAttributes {
                created: Time(responder.joined_at),
                modified: Time(modified_at),
                is_billable: false,
                last_active: responder.last_active_at.map(Time),
                external_id: user.is_in_slack().then(|| user.to_string()),
                external_source: user.is_in_slack().then_some("slack"),
                meta: None,
                roles: roles(&self.incident, user),
            },
            relationships: ResponderRelationships {
                user: self.user(Some(user)),
                role_assignments: self.role_assignments(user),
                created_by: self.user(history.created.user.as_ref()),
                last_modified_by: self.user(history.modified.user.as_ref()),
            },
        }
    }

    fn role_assignments(&self, user: &UserId) -> ToMany {
        let (store, incident) = (self.store_id(), self.incident.id);
        let roles = roles(&self.incident, user);
        let data = roles.iter().map(|role| Reference {
            kind: ResourceType::RoleAssignment.as_str(),
            id: role_assignment_resource_id(store, incident, role, user),
        });
        ToMany {
            data: data.collect(),
        }
    }
}

/// Returns the names of the roles of a user, the commander's first.
fn roles(incident: &Incident, user: &UserId) -> Vec<String> {
    let commander = (incident.commander.as_ref() == Some(user)).then(|| COMMANDER.to_owned());
    let roles = incident.roles.iter().filter(|it| it.user == *user);
    let roles = roles.map(|it| it.role.clone());
    commander.into_iter().chain(roles).collect()
}

fn is_about_user(event: &TimelineEvent, user: &UserId) -> bool {
    match event {
        TimelineEvent::RolesChanged {
            change:
                RoleChange::Joined { user: changed } | RoleChange::Assigned { user: changed, .. },
        } => changed == user,
        _ => false,
    }
}

fn user_touch(responder: &Responder) -> Touch {
    Touch {
        at: responder.joined_at,
        user: Some(responder.user.clone()),
    }
}

fn document(context: &PartContext<'_>, user: &UserId) -> Result<Value, ApiError> {
    let responder = context
        .incident
        .responders
        .iter()
        .find(|it| it.user == *user);
    let responder = responder.ok_or_else(|| ApiError::not_found("responder not found"))?;
    to_json(&PartDocument {
        data: context.responder(responder),
        included: context.included([&user_touch(responder)]),
    })
}

fn find_responder(caller: &Caller, incident: &Incident, id: &str) -> Result<UserId, ApiError> {
    let store = caller.app.store.store_id();
    let mut users = incident.responder_ids();
    let is_named =
        |user: &&UserId| responder_resource_id(store, incident.id, user).eq_ignore_ascii_case(id);
    let user = users.find(is_named).cloned();
    user.ok_or_else(|| ApiError::not_found("responder not found"))
}

/// Checks that a responder has no role, which must be assigned to another user first.
fn check_has_no_role(incident: &Incident, user: &UserId) -> Result<(), ApiError> {
    match roles(incident, user).first() {
        None => Ok(()),
        Some(role) => Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            format!("This responder has the role {role}. Assign it to another user first."),
        )),
    }
}
