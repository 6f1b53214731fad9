//! Users without Slack: a program names them as commanders and responders.
//!
//! Slack manages its own users, so only the users that the API made can be changed here.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::auth::Writer;
use crate::api::error::{ApiError, Mistake};
use crate::api::members::UsersType;
use crate::api::request::{Body, RequestBody, RequestKey};
use crate::api::response::{created, document, name_ignored, no_content, ok};
use crate::domain::api::{UserRef, parse_user_resource_id, user_resource};
use crate::domain::notification::MailAddress;
use crate::domain::{AccountKind, User, UserId};
use crate::store::ApiTransaction;

/// The longest name, in characters.
const LONGEST_NAME: u32 = 255;

/// A request to make a user.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::api) struct CreateUser {
    data: CreateUserData,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct CreateUserData {
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: UsersType,
    attributes: CreateUserAttributes,
}

/// The attributes of a new user.
#[derive(Debug, Deserialize, JsonSchema)]
struct CreateUserAttributes {
    /// The mail address.
    email: String,
    /// The name.
    #[schemars(length(max = LONGEST_NAME))]
    name: Option<String>,
}

/// A request to change a user.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::api) struct UpdateUser {
    data: UpdateUserData,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct UpdateUserData {
    /// The UUID of the user.
    #[serde(rename = "id")]
    _id: Option<String>,
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: UsersType,
    attributes: UpdateUserAttributes,
}

/// The attributes of a user that change.
#[derive(Debug, Deserialize, JsonSchema)]
struct UpdateUserAttributes {
    /// The name.
    #[schemars(length(max = LONGEST_NAME))]
    name: Option<String>,
    /// The mail address.
    email: Option<String>,
    /// Whether the user can no longer take part in incidents.
    disabled: Option<bool>,
}

impl RequestBody for CreateUser {
    const TYPES: &'static [&'static str] = &["users"];
}

impl RequestBody for UpdateUser {
    const TYPES: &'static [&'static str] = &["users"];
}

/// `POST /api/v2/users`.
pub(in crate::api) async fn create(
    Writer(caller): Writer,
    body: Body<CreateUser>,
) -> Result<Response, ApiError> {
    let (ignored, key) = (body.ignored(), body.key.clone());
    let store_id = caller.app.store.store_id().to_owned();
    let work = move |tx: &ApiTransaction<'_>| {
        let CreateUser { data } = body.parse()?;
        let email = mail_address(&data.attributes.email)?;
        check_address_is_new(&tx.users()?, &email, None)?;
        let user = tx.add_user(display_name(data.attributes.name, &email), email)?;
        Ok(created(&document(&user_resource(&store_id, &user))))
    };
    let response = caller.write(key, work).await?;
    Ok(name_ignored(response, &ignored))
}

/// `PATCH /api/v2/users/{user_id}`.
pub(in crate::api) async fn update(
    Writer(caller): Writer,
    path: Result<Path<String>, PathRejection>,
    body: Body<UpdateUser>,
) -> Result<Response, ApiError> {
    let ignored = body.ignored();
    let store_id = caller.app.store.store_id().to_owned();
    let key = body.key.clone();
    let work = move |tx: &ApiTransaction<'_>| {
        let mut user = own_user(tx, &store_id, path)?;
        let attributes = body.parse()?.data.attributes;
        rename(tx, &mut user, attributes.name, attributes.email.as_deref())?;
        match attributes.disabled {
            Some(true) => user.account_kind = AccountKind::Deactivated,
            Some(false) => user.account_kind = AccountKind::Member,
            None => {}
        }
        tx.save_user(&user)?;
        Ok(ok(&document(&user_resource(&store_id, &user))))
    };
    let response = caller.write(key, work).await?;
    Ok(name_ignored(response, &ignored))
}

/// Changes the name and the mail address of a user.
fn rename(
    tx: &ApiTransaction<'_>,
    user: &mut User,
    name: Option<String>,
    email: Option<&str>,
) -> Result<(), ApiError> {
    let current = user.email.as_ref();
    let has_name = current.is_none_or(|current| current.as_str() != user.name);
    let name = name.or_else(|| has_name.then(|| user.name.clone()));
    if let Some(email) = email {
        let email = mail_address(email)?;
        check_address_is_new(&tx.users()?, &email, Some(&user.id))?;
        user.email = Some(email);
    }
    if let Some(email) = &user.email {
        user.name = display_name(name, email);
    }
    Ok(())
}

/// Returns the name that Muster displays: the mail address of a user without a name.
fn display_name(name: Option<String>, email: &MailAddress) -> String {
    let name = name.filter(|name| !name.trim().is_empty());
    name.unwrap_or_else(|| email.to_string())
}

/// `DELETE /api/v2/users/{user_id}`: disables a user. The user stays in the incidents.
pub(in crate::api) async fn disable(
    Writer(caller): Writer,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let store_id = caller.app.store.store_id().to_owned();
    let disabling = caller.write(RequestKey::default(), move |tx| {
        let user = own_user(tx, &store_id, path)?;
        tx.save_user(&User {
            account_kind: AccountKind::Deactivated,
            ..user
        })?;
        Ok(no_content())
    });
    disabling.await
}

/// Returns the user of a path, which the API must have made.
fn own_user(
    tx: &ApiTransaction<'_>,
    store_id: &str,
    path: Result<Path<String>, PathRejection>,
) -> Result<User, ApiError> {
    let unknown = || ApiError::not_found("user not found");
    let Path(id) = path.map_err(|_| unknown())?;
    let id = match parse_user_resource_id(store_id, &id) {
        Some(UserRef::Slack(id)) => id,
        Some(UserRef::System) => {
            let why = "Muster itself can't be changed.";
            return Err(ApiError::new(StatusCode::BAD_REQUEST, why));
        }
        None => return Err(unknown()),
    };
    let user = tx.user(&id)?.ok_or_else(unknown)?;
    match user.id.is_in_slack() {
        true => Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            format!(
                "{} is a user of Slack. Change the profile there.",
                user.name
            ),
        )),
        false => Ok(user),
    }
}

fn mail_address(text: &str) -> Result<MailAddress, ApiError> {
    text.trim().to_lowercase().parse().map_err(|_| {
        let detail = "isn't a mail address";
        ApiError::invalid(vec![Mistake::in_member("/data/attributes/email", detail)])
    })
}

fn check_address_is_new(
    users: &[User],
    email: &MailAddress,
    except: Option<&UserId>,
) -> Result<(), ApiError> {
    let mut others = users.iter().filter(|user| Some(&user.id) != except);
    let has_address = |user: &User| {
        let address = user.email.as_ref().map(|it| it.as_str());
        address.is_some_and(|address| address.eq_ignore_ascii_case(email.as_str()))
    };
    match others.any(has_address) {
        true => {
            let detail = "is the mail address of another user";
            let mistake = Mistake::in_member("/data/attributes/email", detail);
            Err(ApiError::invalid(vec![mistake]).with_status(StatusCode::CONFLICT))
        }
        false => Ok(()),
    }
}
