//! The types of answers about users, keys and timelines, which are made in the domain.

use schemars::JsonSchema;

use crate::api::members::Time;
use crate::api::parts::shapes::ToMany;

/// A user as other documents embed or include it.
#[derive(JsonSchema)]
pub(super) struct UserReference {
    #[schemars(rename = "type")]
    kind: UsersName,
    /// The UUID.
    id: String,
    attributes: ReferenceAttributes,
}

/// The type of users.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum UsersName {
    Users,
}

/// The attributes of an embedded user.
#[derive(JsonSchema)]
struct ReferenceAttributes {
    uuid: String,
    /// The mail address, or the Slack ID if there is none.
    handle: String,
    email: String,
    /// The name; null if it is unknown.
    name: Option<String>,
    icon: String,
}

/// An embedded user.
#[derive(JsonSchema)]
#[schemars(rename = "IncidentUser", deny_unknown_fields)]
pub(super) struct EmbeddedUser {
    data: UserReference,
}

/// A user.
#[derive(JsonSchema)]
#[schemars(rename = "User", deny_unknown_fields)]
pub(super) struct UserResource {
    #[schemars(rename = "type")]
    kind: UsersName,
    /// The UUID.
    id: String,
    attributes: UserAttributes,
    relationships: UserRelationships,
}

/// The attributes of a user.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UserAttributes {
    #[schemars(flatten)]
    reference: ReferenceAttributes,
    /// `Active`, `Pending` or `Disabled`.
    status: String,
    disabled: bool,
    /// Whether it is an app.
    service_account: bool,
    verified: bool,
    /// Always null.
    title: Option<String>,
}

/// The relationships of a user.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UserRelationships {
    /// Always empty.
    roles: ToMany,
}

/// The numbers of the items of a list.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::api) struct CountMeta {
    page: Counts,
}

/// The numbers of the items of a list.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Counts {
    /// Without the filters.
    total_count: usize,
    /// With the filters.
    total_filtered_count: usize,
}

/// An entry of a timeline.
#[derive(JsonSchema)]
#[schemars(rename = "TimelineCell", deny_unknown_fields)]
pub(super) struct CellResource {
    #[schemars(rename = "type")]
    kind: String,
    /// The UUID.
    id: String,
    attributes: CellAttributes,
}

/// The attributes of an entry of a timeline.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CellAttributes {
    /// The kind of the entry. A note is `markdown`.
    cell_type: String,
    content: CellText,
    important: bool,
    /// When it happened.
    display_timestamp: Time,
    created: Time,
    modified: Time,
    /// Where it comes from.
    source: String,
    author: CellAuthor,
}

/// The text of an entry.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CellText {
    /// Markdown.
    content: String,
}

/// The author of an entry.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CellAuthor {
    /// The user; null for an app.
    data: Option<UserReference>,
    /// The name of an app.
    #[schemars(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// Whether a key is valid.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Validity {
    valid: bool,
}

/// Whether both halves of a key are valid.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct KeyStatus {
    /// Always `ok`.
    status: String,
}

/// The key of a request.
#[derive(JsonSchema)]
#[schemars(rename = "Validation", deny_unknown_fields)]
pub(super) struct ValidationResource {
    #[schemars(rename = "type")]
    kind: String,
    /// The UUID of the workspace.
    id: String,
    attributes: ValidationAttributes,
}

/// The attributes of a key.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ValidationAttributes {
    valid: bool,
    /// The UUID of the key.
    api_key_id: String,
    /// Always empty.
    api_key_scopes: Vec<String>,
}
