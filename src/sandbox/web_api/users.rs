//! `users.*`.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::pages::{self, Page};
use super::{Answer, Method};
use crate::sandbox::limits::Tier;
use crate::sandbox::people::{Person, PersonKind};
use crate::sandbox::workspace::Workspace;

/// The methods of this file.
pub(super) const METHODS: &[Method] = &[
    Method::form("users.info", Tier::Four, &["users:read"], info),
    Method::form("users.list", Tier::Two, &["users:read"], list),
    Method::form(
        "users.lookupByEmail",
        Tier::Three,
        &["users:read.email"],
        by_email,
    ),
];

fn info(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let person = workspace
        .people
        .get(arguments.needed("user")?)
        .ok_or("user_not_found")?;
    Ok(json!({"user": workspace.user_json(person)}))
}

fn list(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let people: Vec<&Person> = workspace.people.values().collect();
    let page = Page::read(arguments, 1000, 1000)?;
    let (people, next) = page.cut(&people);
    let members: Vec<Value> = people
        .iter()
        .map(|person| workspace.user_json(person))
        .collect();
    Ok(json!({
        "members": members, "cache_ts": workspace.now().timestamp(),
        "response_metadata": pages::next(&next),
    }))
}

fn by_email(workspace: &mut Workspace, arguments: &Arguments) -> Answer {
    let email = arguments.needed("email")?;
    let person = workspace
        .people
        .values()
        .filter(|person| person.kind != PersonKind::Deactivated)
        .find(|person| workspace.user_json(person)["profile"]["email"] == email)
        .ok_or("users_not_found")?;
    Ok(json!({"user": workspace.user_json(person)}))
}
