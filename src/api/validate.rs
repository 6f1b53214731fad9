//! The operations that check a key. Datadog's clients and its Terraform provider call them when they start.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::api::auth::{Caller, KEY_HEADER, credentials};
use crate::api::error::ApiError;
use crate::api::routes::ApiState;
use crate::app::App;
use crate::domain::api::{ResourceType, resource_id};
use crate::domain::api_key::ApiKey;

/// `GET /api/v1/validate`: whether the first half names a valid key.
pub(super) async fn v1(
    State(state): State<ApiState>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    find_key(&state.app, &headers).await?;
    Ok(Json(json!({ "valid": true })))
}

/// `GET /api/v2/validate`: the same, with the key.
pub(super) async fn v2(
    State(state): State<ApiState>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let key = find_key(&state.app, &headers).await?;
    let store = state.app.store.store_id();
    let number = u128::from(key.id.unsigned_abs());
    Ok(Json(json!({
        "data": {
            "type": "validate_v2",
            "id": resource_id(store, ResourceType::Organization, 1),
            "attributes": {
                "valid": true,
                "api_key_id": resource_id(store, ResourceType::ApiKey, number),
                "api_key_scopes": [],
            },
        },
    })))
}

/// `GET /api/v2/validate_keys`: whether both halves are valid.
pub(super) async fn keys(_: Caller) -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Returns the key that a request names by its first half or by a bearer token.
async fn find_key(app: &App, headers: &HeaderMap) -> Result<ApiKey, ApiError> {
    let first_half = headers.get(KEY_HEADER);
    let key_id = match first_half.and_then(|it| it.to_str().ok()) {
        Some(key_id) => key_id.trim(),
        None => {
            let now = app.clock.now();
            let (key_id, secret) = credentials(headers).ok_or_else(key_required)?;
            let authenticated = app.store.authenticate_api_key(key_id, secret, now).await?;
            authenticated.ok_or_else(ApiError::forbidden)?;
            key_id
        }
    };
    let authenticated = app.store.api_key_by_id(key_id).await?;
    Ok(authenticated.ok_or_else(ApiError::forbidden)?.key)
}

/// The error of a request without a key. The words are Datadog's.
fn key_required() -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, "API key required")
}
