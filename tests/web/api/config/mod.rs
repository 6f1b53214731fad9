//! Settings as resources: a program reads and changes them, and people see the same settings on the pages.

mod datadog_python;
mod incident_types;
mod notification_rules;
mod notification_templates;
mod postmortem_templates;
mod type_scope;
mod user_defined_fields;
mod user_defined_roles;

use muster_domain::api_key::{KeyIdentity, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use super::{ApiResponse, Program, user_id};
use crate::harness::world::World;

const TYPES: &str = "/api/v2/incidents/config/types";
const TEMPLATES: &str = "/api/v2/incidents/config/notification-templates";
const RULES: &str = "/api/v2/incidents/config/notification-rules";
const FIELDS: &str = "/api/v2/incidents/config/user-defined-fields";
const ROLES: &str = "/api/v2/incidents/config/user-defined-roles";
const POSTMORTEMS: &str = "/api/v2/incidents/config/postmortem-templates";

/// The UUID of no resource.
const NO_ID: &str = "00000000-0000-0000-0000-000000000001";

impl<'w> Program<'w> {
    /// Returns a program whose key acts as a user, and may do everything.
    async fn admin(world: &'w World, user: &str) -> Self {
        // Muster knows the users who have used it.
        world.user(user).opens_home().await;
        let identity = KeyIdentity::User(user_id(world, user));
        let scopes = [Scope::Read, Scope::Write, Scope::Settings];
        Self::with_key(world, identity, &scopes).await
    }

    /// Creates a resource. Returns it.
    async fn creates(&self, path: &str, body: Value) -> Value {
        let created = self.posts(path, body).await;
        assert_eq!(created.status, 201, "{created:?}");
        created.body["data"].clone()
    }

    /// Creates an incident type. Returns its UUID.
    async fn creates_type(&self, name: &str) -> String {
        let created = self
            .creates(TYPES, type_body(&json!({ "name": name })))
            .await;
        id(&created)
    }

    /// Returns the names of the resources in a list.
    async fn names(&self, path: &str) -> Vec<String> {
        let listed = self.gets(path).await;
        let data = listed.body["data"].as_array().unwrap().iter();
        let names = data.map(|it| it["attributes"]["name"].as_str().unwrap().to_owned());
        names.collect()
    }
}

impl ApiResponse {
    /// Checks the status and the texts of an error, in either shape.
    #[track_caller]
    fn is_rejected(&self, status: u16, texts: &[&str]) {
        assert_eq!(self.status, status, "{self:?}");
        let errors = self.body["errors"].as_array().unwrap();
        assert_eq!(errors.len(), texts.len(), "{errors:?}");
        let errors = errors.iter().map(|error| match error.get("source") {
            Some(source) => {
                let detail = error["detail"].as_str().unwrap();
                format!("{} {detail}", source.to_string().trim_end_matches('}'))
            }
            None => {
                let detail = error.get("detail").unwrap_or(error);
                detail.as_str().unwrap().to_owned()
            }
        });
        let errors: Vec<_> = errors.collect();
        for text in texts {
            let is_named = errors.iter().any(|error| error.contains(text));
            assert!(is_named, "{text:?} isn't in {errors:?}");
        }
    }
}

fn id(resource: &Value) -> String {
    resource["id"].as_str().unwrap().to_owned()
}

fn type_body(attributes: &Value) -> Value {
    json!({ "data": { "type": "incident_types", "attributes": attributes } })
}

/// Returns a body that belongs to an incident type.
fn body(kind: &str, attributes: &Value, incident_type: &str) -> Value {
    json!({ "data": {
        "type": kind,
        "attributes": attributes,
        "relationships": {
            "incident_type": { "data": { "type": "incident_types", "id": incident_type } },
        },
    } })
}

/// Returns a body that changes a resource.
fn change(kind: &str, id: &str, attributes: &Value) -> Value {
    json!({ "data": { "type": kind, "id": id, "attributes": attributes } })
}

/// Checks the scopes, the IDs and the types that all operations of a path reject.
async fn check_requests(world: &World, path: &str, body: &Value) {
    let writer = Program::writer(world, "alice").await;
    let reader = Program::of_user(world, "alice").await;
    reader.gets(path).await;
    for (method, path) in [
        (Method::POST, path.to_owned()),
        (Method::DELETE, format!("{path}/{NO_ID}")),
    ] {
        let request = writer.request(method, &path).json(body);
        let rejected = super::receive(request).await;
        rejected.is_rejected(403, &["doesn't have the scope settings"]);
    }
    let admin = Program::admin(world, "alice").await;
    for id in [NO_ID, "neither", "7"] {
        let path = format!("{path}/{id}");
        assert_eq!(admin.sends(Method::GET, &path).await.status, 404, "{path}");
        assert_eq!(admin.deletes(&path).await.status, 404, "{path}");
    }
    let mut wrong = body.clone();
    wrong["data"]["type"] = json!("invalid_type");
    let rejected = admin.posts(path, wrong).await;
    rejected.is_rejected(400, &["got type \"invalid_type\" expected one of"]);
    let mut unknown = body.clone();
    unknown["data"]["attributes"]["foo"] = json!(1);
    let created = admin.posts_once(path, "7e57", &unknown).await;
    assert_eq!(created.status, 201, "{created:?}");
    assert_eq!(created.headers["muster-ignored"], "data.attributes.foo");
    let again = admin.posts_once(path, "7e57", &unknown).await;
    assert_eq!((again.status, &again.body), (201, &created.body));
    assert_eq!(admin.posts_once(path, "7e57", body).await.status, 422);
    let path = format!("{path}/{}", id(&created.body["data"]));
    assert_eq!(admin.deletes(&path).await.status, 204);
    assert_eq!(admin.deletes(&path).await.status, 404);
}
