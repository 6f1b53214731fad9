//! The envelope of bodies.

use schemars::JsonSchema;
use serde::Deserialize;

/// A body with one resource that has attributes.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "{A}Body")]
pub(in crate::api) struct Envelope<A> {
    /// The resource.
    pub(in crate::api) data: Data<A>,
}

/// A resource with attributes.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "{A}Data")]
pub(in crate::api) struct Data<A> {
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: String,
    /// The ID of the resource. If there is one, it must be that of the path.
    #[serde(rename = "id", default)]
    _id: Option<String>,
    /// The attributes.
    pub(in crate::api) attributes: A,
}
