//! The resources of settings in bodies and in responses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A body with one resource.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "{A}Body")]
pub(super) struct Document<A, R> {
    pub(super) data: Data<A, R>,
}

/// The resource of a body.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "{A}Data")]
pub(super) struct Data<A, R> {
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: String,
    /// The UUID of the resource.
    #[serde(rename = "id")]
    _id: Option<String>,
    /// The attributes.
    pub(super) attributes: A,
    /// The relationships.
    #[serde(rename = "relationships")]
    _relationships: R,
}

/// A reference to a resource in a body.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Related {
    /// The resource.
    #[serde(rename = "data")]
    _data: RelatedData,
}

/// The type and the ID of a resource in a body.
#[derive(Deserialize, JsonSchema)]
pub(super) struct RelatedData {
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: String,
    /// The UUID of the resource.
    #[serde(rename = "id")]
    _id: String,
}

/// The relationships of a body that must name an incident type.
#[derive(Deserialize, JsonSchema)]
pub(super) struct OfIncidentType {
    /// The incident type.
    #[serde(rename = "incident_type")]
    _incident_type: Related,
}

/// The relationships of a body that can name an incident type.
#[derive(Deserialize, JsonSchema)]
pub(super) struct OfAnyIncidentType {
    /// The incident type; the default type if it is missing.
    #[serde(rename = "incident_type")]
    _incident_type: Option<Related>,
}

/// A resource in a response.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{A}Resource")]
pub(super) struct Resource<A, R> {
    /// The JSON:API type.
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    /// The UUID.
    pub(super) id: String,
    /// The attributes.
    pub(super) attributes: A,
    /// The relationships.
    pub(super) relationships: R,
}

/// A relationship to one resource.
#[derive(Serialize, JsonSchema)]
pub(super) struct ToOne {
    data: Reference,
}

/// The type and the ID of a resource.
#[derive(Serialize, JsonSchema)]
pub(super) struct Reference {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
}

impl ToOne {
    /// A relationship to a resource of a type.
    pub(super) fn new(kind: &'static str, id: String) -> Self {
        Self {
            data: Reference { kind, id },
        }
    }

    /// Returns the ID of the resource.
    pub(super) fn id(&self) -> &str {
        &self.data.id
    }
}

/// The users and the incident type of a setting.
#[derive(Serialize, JsonSchema)]
pub(super) struct SettingRelationships {
    /// The user who created it; the system user if no program created it.
    pub(super) created_by_user: ToOne,
    /// The user who changed it last.
    pub(super) last_modified_by_user: ToOne,
    /// The incident type that it belongs to.
    pub(super) incident_type: ToOne,
}
