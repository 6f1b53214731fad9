//! Users as resources of the API.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::resource_id::{ResourceType, system_user_resource_id, user_resource_id};
use crate::{AccountKind, User, UserId};

/// The name of the system user, who does what no user does.
const SYSTEM_NAME: &str = "Muster";

/// The handle of the system user.
const SYSTEM_HANDLE: &str = "muster";

/// The users that documents name, by their Slack ID.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownUsers(HashMap<UserId, User>);

impl KnownUsers {
    /// Returns a user; `None` if the user has not been fetched.
    pub fn get(&self, user: &UserId) -> Option<&User> {
        self.0.get(user)
    }

    /// Returns the name of a user; `None` if the user has not been fetched.
    pub fn name(&self, user: &UserId) -> Option<&str> {
        self.get(user).map(|user| user.name.as_str())
    }
}

impl FromIterator<User> for KnownUsers {
    fn from_iter<T: IntoIterator<Item = User>>(users: T) -> Self {
        let users = users.into_iter();
        Self(users.map(|user| (user.id.clone(), user)).collect())
    }
}

/// Returns a user as other documents embed or include them. `None` is the system user.
pub fn user_reference(store_id: &str, user: Option<&UserId>, users: &KnownUsers) -> Value {
    let (id, handle, email, name) = match user {
        None => {
            let name = Some(SYSTEM_NAME.to_owned());
            let id = system_user_resource_id(store_id);
            (id, SYSTEM_HANDLE.to_owned(), String::new(), name)
        }
        Some(user) => {
            let known = users.get(user);
            let email = known.map(email_of).unwrap_or_default();
            let name = known.map(|user| user.name.clone());
            (
                user_resource_id(store_id, user),
                handle_of(user, &email),
                email,
                name,
            )
        }
    };
    json!({
        "type": ResourceType::User.as_str(),
        "id": id,
        "attributes": { "uuid": id, "handle": handle, "email": email, "name": name, "icon": "" },
    })
}

/// Returns a user with all attributes that Muster knows.
pub fn user_resource(store_id: &str, user: &User) -> Value {
    let users = KnownUsers::from_iter([user.clone()]);
    let mut resource = user_reference(store_id, Some(&user.id), &users);
    complete(&mut resource, user.account_kind);
    if !user.id.is_in_slack() {
        let attributes = &mut resource["attributes"];
        // The name of a user who has none is the mail address.
        if attributes["name"] == attributes["email"] {
            attributes["name"] = Value::Null;
        }
        attributes["verified"] = json!(false);
        if user.is_active() {
            attributes["status"] = json!("Pending");
        }
    }
    resource
}

/// Returns the system user.
pub fn system_user_resource(store_id: &str) -> Value {
    let mut resource = user_reference(store_id, None, &KnownUsers::default());
    complete(&mut resource, AccountKind::Bot);
    resource
}

/// Adds the attributes of a full resource. Slack reports no job title.
fn complete(resource: &mut Value, account: AccountKind) {
    let disabled = account == AccountKind::Deactivated;
    let service_account = account == AccountKind::Bot;
    let attributes = [
        (
            "status",
            json!(if disabled { "Disabled" } else { "Active" }),
        ),
        ("disabled", json!(disabled)),
        ("service_account", json!(service_account)),
        ("verified", json!(true)),
        ("title", Value::Null),
    ];
    for (name, value) in attributes {
        resource["attributes"][name] = value;
    }
    resource["relationships"] = json!({ "roles": { "data": [] } });
}

fn email_of(user: &User) -> String {
    user.email
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Returns the handle of a user: the mail address, or the Slack ID if there is none.
fn handle_of(user: &UserId, email: &str) -> String {
    match email {
        "" => format!("slack:{user}"),
        email => email.to_owned(),
    }
}
