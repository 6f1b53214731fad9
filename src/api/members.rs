//! Members that several bodies have.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

use crate::api::error::Mistake;
use crate::domain::api::{UserRef, parse_user_resource_id};
use crate::domain::{Timestamp, UserId};

/// A relationship to a user.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(super) struct UserRelationship {
    /// The user; null for none.
    pub(super) data: Option<UserIdentifier>,
}

/// The identifier of a user.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(super) struct UserIdentifier {
    /// The UUID of the user.
    pub(super) id: String,
    /// The type of the resource.
    #[serde(rename = "type")]
    pub(super) kind: UsersType,
}

/// The type of users.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
pub(super) enum UsersType {
    /// A user.
    #[serde(rename = "users")]
    Users,
}

impl UserIdentifier {
    /// Returns the user of Slack. The system user can be no commander and no responder.
    pub(super) fn user_id(&self, store_id: &str, pointer: &str) -> Result<UserId, Mistake> {
        let UsersType::Users = self.kind;
        match parse_user_resource_id(store_id, &self.id) {
            Some(UserRef::Slack(user)) => Ok(user),
            Some(UserRef::System) => Err(Mistake::in_member(
                pointer,
                "is Muster itself, and must be a user",
            )),
            None => Err(unknown_user(pointer)),
        }
    }
}

/// Returns the mistake of a user that does not exist.
pub(super) fn unknown_user(pointer: &str) -> Mistake {
    Mistake::in_member(pointer, "isn't a user. GET /api/v2/users lists the users")
}

/// A time: in any time zone in a body, and in UTC in a response.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(transparent)]
pub(super) struct Time(pub(super) Timestamp);

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// Reads a member that may be null: `None` if it is missing, `Some(None)` if it is null.
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
