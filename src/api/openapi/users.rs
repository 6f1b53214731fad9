//! The operations of users and keys.

use serde_json::{Value, json};

use crate::api::openapi::Endpoint;
use crate::api::openapi::parameters::{
    list_parameter, page_number, page_size, query_parameter, sort,
};
use crate::api::openapi::schemas::{Document, Page};
use crate::api::openapi::user_schemas::{
    CountMeta, KeyStatus, UserResource, ValidationResource, Validity,
};
use crate::api::users::{CreateUser, UpdateUser};

type User = Document<UserResource>;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let user = "/users/{user_id}";
    let mut endpoints = vec![
        Endpoint::get("/users", "ListUsers", "Returns the users of the workspace.")
            .with(list_parameters())
            .responds_with::<Page<UserResource, CountMeta>>(),
        Endpoint::post(
            "/users",
            "CreateUser",
            "Adds a user who has no account in Slack.",
        )
        .accepts::<CreateUser>()
        .responds_with::<User>()
        .with_errors(&[409]),
        Endpoint::get(user, "GetUser", "Returns a user.").responds_with::<User>(),
        Endpoint::patch(user, "UpdateUser", "Changes a user who was added here.")
            .accepts::<UpdateUser>()
            .responds_with::<User>()
            .with_errors(&[409]),
        Endpoint::delete(user, "DisableUser", "Disables a user who was added here."),
        Endpoint::get(
            "/current_user",
            "GetCurrentUser",
            "Returns the user on whose behalf the key acts.",
        )
        .responds_with::<User>(),
    ];
    endpoints.extend(key_endpoints());
    endpoints
}

fn list_parameters() -> [Value; 6] {
    let text = json!({ "type": "string" });
    let direction = json!({ "type": "string", "enum": ["asc", "desc"] });
    let statuses = ["Active", "Pending", "Disabled"];
    [
        query_parameter(
            "filter",
            "A part of the name, the handle or the mail address.",
            &text,
        ),
        list_parameter("filter[status]", "The statuses.", &statuses),
        sort(&["name", "-name", "email", "-email", "handle", "-handle"]),
        query_parameter("sort_dir", "The direction of the order.", &direction),
        page_number(),
        page_size(1, 100, 10),
    ]
}

fn key_endpoints() -> [Endpoint; 3] {
    let scope = "The first half of a key is enough.";
    let security = json!([{ "apiKey": [] }, { "bearer": [] }]);
    [
        Endpoint::get(
            "/api/v1/validate",
            "ValidateV1",
            "Checks the first half of a key.",
        )
        .with_key(scope, security.clone())
        .responds_with::<Validity>(),
        Endpoint::get("/validate", "Validate", "Returns the key of a first half.")
            .with_key(scope, security)
            .responds_with::<Document<ValidationResource>>(),
        Endpoint::get(
            "/validate_keys",
            "ValidateAPIKey",
            "Checks both halves of a key.",
        )
        .responds_with::<KeyStatus>(),
    ]
}
