//! Users: who the key acts as, and the users of the workspace, which are those of Slack.

mod write;

pub(super) use write::{CreateUser, UpdateUser, create, disable, update};

use std::cmp::Ordering;

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use serde_json::{Value, json};

use crate::api::auth::Reader;
use crate::api::error::{ApiError, Mistake};
use crate::api::query::{Mistakes, Query};
use crate::domain::api::{UserRef, parse_user_resource_id, system_user_resource, user_resource};
use crate::domain::{AccountKind, User};

/// The sizes of a page.
const PAGE_SIZES: std::ops::RangeInclusive<usize> = 1..=100;

/// `GET /api/v2/current_user`: the user on whose behalf the key acts.
pub(super) async fn current(Reader(caller): Reader) -> Json<Value> {
    let store = caller.app.store.store_id();
    let user = caller.user.as_ref();
    let resource = user.map_or_else(
        || system_user_resource(store),
        |user| user_resource(store, user),
    );
    Json(json!({ "data": resource }))
}

/// `GET /api/v2/users/{user_id}`.
pub(super) async fn get(
    Reader(caller): Reader,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let store = &caller.app.store;
    let unknown = || ApiError::not_found("user not found");
    let Path(id) = path.map_err(|_| unknown())?;
    let user = parse_user_resource_id(store.store_id(), &id).ok_or_else(unknown)?;
    let resource = match user {
        UserRef::System => system_user_resource(store.store_id()),
        UserRef::Slack(id) => {
            let (user, _) = store.user(id).await?.ok_or_else(unknown)?;
            user_resource(store.store_id(), &user)
        }
    };
    Ok(Json(json!({ "data": resource })))
}

/// `GET /api/v2/users`: the users of Slack that Muster knows, without apps.
pub(super) async fn list(Reader(caller): Reader, query: Query) -> Result<Json<Value>, ApiError> {
    let request = ListUsers::parse(&query)?;
    let mut users = caller.app.store.users().await?;
    users.retain(|user| user.account_kind != AccountKind::Bot);
    let total = users.len();
    users.retain(|user| request.matches(user));
    users.sort_by(|a, b| request.compare(a, b));
    let store = caller.app.store.store_id();
    let page = users.iter().skip(request.page.saturating_mul(request.size));
    let page = page.take(request.size);
    let data: Vec<Value> = page.map(|user| user_resource(store, user)).collect();
    Ok(Json(json!({
        "data": data,
        "meta": { "page": { "total_count": total, "total_filtered_count": users.len() } },
    })))
}

/// A request for a list of users.
#[derive(Debug, Default)]
struct ListUsers {
    /// A part of the name or of the mail address, in lower case; empty for all.
    part: String,
    statuses: Vec<UserStatus>,
    sort: UserSort,
    is_descending: bool,
    page: usize,
    size: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UserStatus {
    Active,
    /// A user who was invited and has not signed in. Slack has none.
    Pending,
    Disabled,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum UserSort {
    #[default]
    Name,
    Email,
}

impl ListUsers {
    fn parse(query: &Query) -> Result<Self, ApiError> {
        let mut mistakes = Mistakes::default();
        let statuses =
            query.parsed_list("filter[status]", parse_status, "Active, Pending, Disabled");
        let (sort, is_descending) = mistakes.check(parse_sort(query));
        let request = Self {
            part: query.value("filter").unwrap_or_default().to_lowercase(),
            statuses: mistakes.check(statuses),
            sort,
            is_descending,
            page: mistakes.check(query.number("page[number]", 0..=usize::MAX, 0)),
            size: mistakes.check(query.number("page[size]", PAGE_SIZES, 10)),
        };
        mistakes.into_result()?;
        Ok(request)
    }

    fn matches(&self, user: &User) -> bool {
        let status = match user.account_kind {
            AccountKind::Deactivated => UserStatus::Disabled,
            AccountKind::Member | AccountKind::Guest | AccountKind::Bot => UserStatus::Active,
        };
        let has_part = |text: &str| text.to_lowercase().contains(&self.part);
        let is_match = has_part(&user.name) || has_part(&user.handle) || has_part(email(user));
        is_match && (self.statuses.is_empty() || self.statuses.contains(&status))
    }

    /// Compares two users. The order is total, so that pages do not overlap.
    fn compare(&self, a: &User, b: &User) -> Ordering {
        let key = |user: &User| match self.sort {
            UserSort::Name => user.name.to_lowercase(),
            UserSort::Email => email(user).to_lowercase(),
        };
        let order = key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id));
        match self.is_descending {
            true => order.reverse(),
            false => order,
        }
    }
}

fn email(user: &User) -> &str {
    user.email.as_ref().map_or("", |email| email.as_str())
}

fn parse_status(name: &str) -> Option<UserStatus> {
    match name {
        "Active" => Some(UserStatus::Active),
        "Pending" => Some(UserStatus::Pending),
        "Disabled" => Some(UserStatus::Disabled),
        _ => None,
    }
}

/// Returns the order, and whether it descends: by a hyphen before the name, or by `sort_dir`.
fn parse_sort(query: &Query) -> Result<(UserSort, bool), Mistake> {
    let sort = query.value("sort").unwrap_or("name");
    let (name, has_hyphen) = match sort.strip_prefix('-') {
        Some(name) => (name, true),
        None => (sort, false),
    };
    let sort = match name {
        "name" => UserSort::Name,
        "email" | "handle" => UserSort::Email,
        _ => {
            let detail = format!("“{name}” isn't one of name, email, handle");
            return Err(Mistake::in_parameter("sort", detail));
        }
    };
    match query.value("sort_dir") {
        None => Ok((sort, has_hyphen)),
        Some("asc") => Ok((sort, false)),
        Some("desc") => Ok((sort, true)),
        Some(other) => {
            let detail = format!("“{other}” isn't one of asc, desc");
            Err(Mistake::in_parameter("sort_dir", detail))
        }
    }
}
