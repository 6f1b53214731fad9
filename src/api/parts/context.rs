//! The inputs of resources of parts besides the part: the incident, entries of its timeline, users.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api::auth::Caller;
use crate::api::error::ApiError;
use crate::api::parts::history::{History, Touch};
use crate::api::parts::shapes::{Authors, EmbeddedUser, Reference, ToOne};
use crate::domain::api::{
    KnownUsers, ResourceType, incident_resource_id, part_resource_id, system_user_resource,
    system_user_resource_id, user_reference, user_resource, user_resource_id,
};
use crate::domain::{EntryKind, Incident, StoredEntry, UserId};
use crate::store::ApiTransaction;

/// The inputs of resources of parts.
pub(in crate::api) struct PartContext<'a> {
    pub(in crate::api) caller: &'a Caller,
    pub(in crate::api) incident: Incident,
    /// The entries of one kind on the timeline.
    pub(in crate::api) entries: Vec<StoredEntry>,
    users: KnownUsers,
}

impl<'a> PartContext<'a> {
    /// Loads the entries of a kind, and the users of the incident.
    pub(in crate::api) fn load(
        tx: &ApiTransaction<'_>,
        caller: &'a Caller,
        incident: Incident,
        kind: EntryKind,
    ) -> Result<Self, ApiError> {
        let entries = tx.entries(incident.id, kind)?;
        let mut users: BTreeSet<&UserId> = incident.responder_ids().collect();
        users.extend(
            entries
                .iter()
                .filter_map(|it| it.entry.recorded_by.as_ref()),
        );
        users.extend(incident.tasks.iter().flat_map(|task| &task.assignees));
        let documents = incident.documents.iter();
        users.extend(documents.filter_map(|it| it.modified_by.as_ref()));
        let integrations = incident.integrations.iter();
        users.extend(integrations.flat_map(|it| it.created_by.iter().chain(&it.modified_by)));
        users.extend(incident.postmortem.iter().map(|it| &it.created_by));
        Ok(Self {
            users: tx.known_users(users)?,
            caller,
            entries,
            incident,
        })
    }

    pub(in crate::api) fn store_id(&self) -> &str {
        self.caller.app.store.store_id()
    }

    /// Returns the ID of a part.
    pub(in crate::api) fn part_id(&self, kind: ResourceType, number: i64) -> String {
        part_resource_id(self.store_id(), kind, self.incident.id, number)
    }

    /// Returns the ID of the incident.
    pub(in crate::api) fn incident_id(&self) -> String {
        incident_resource_id(self.store_id(), self.incident.id)
    }

    /// Returns the relationship to the incident.
    pub(in crate::api) fn incident_reference(&self) -> ToOne {
        ToOne {
            data: Reference {
                kind: ResourceType::Incident.as_str(),
                id: self.incident_id(),
            },
        }
    }

    /// Returns the ID of a user; that of the system user for `None`.
    pub(in crate::api) fn user_id(&self, user: Option<&UserId>) -> String {
        let store = self.store_id();
        user.map_or_else(
            || system_user_resource_id(store),
            |user| user_resource_id(store, user),
        )
    }

    /// Returns the relationship to a user; to the system user for `None`.
    pub(in crate::api) fn user(&self, user: Option<&UserId>) -> ToOne {
        ToOne {
            data: Reference {
                kind: ResourceType::User.as_str(),
                id: self.user_id(user),
            },
        }
    }

    /// Returns a user with attributes; the system user for `None`.
    pub(in crate::api) fn embedded(&self, user: Option<&UserId>) -> EmbeddedUser {
        EmbeddedUser {
            data: user_reference(self.store_id(), user, &self.users),
        }
    }

    /// Returns the handle and the name of a user.
    pub(in crate::api) fn handle_and_name(&self, user: &UserId) -> (String, String) {
        let user = self.embedded(Some(user)).data;
        let text = |name: &str| user["attributes"][name].as_str().unwrap_or_default();
        (text("handle").to_owned(), text("name").to_owned())
    }

    /// Returns who created and who last changed a part.
    pub(in crate::api) fn authors(&self, created: &Touch, modified: &Touch) -> Authors {
        Authors {
            created_by_user: self.user(created.user.as_ref()),
            last_modified_by_user: self.user(modified.user.as_ref()),
        }
    }

    /// Returns the users who made some changes as included resources, each once.
    pub(in crate::api) fn included<'t>(
        &self,
        touches: impl IntoIterator<Item = &'t Touch>,
    ) -> Vec<Value> {
        let users = touches.into_iter().map(|touch| touch.user.as_ref());
        let users: BTreeSet<Option<&UserId>> = users.collect();
        users.into_iter().map(|user| self.full_user(user)).collect()
    }

    fn full_user(&self, user: Option<&UserId>) -> Value {
        let store = self.store_id();
        let Some(user) = user else {
            return system_user_resource(store);
        };
        match self.users.get(user) {
            Some(known) => user_resource(store, known),
            None => user_reference(store, Some(user), &self.users),
        }
    }
}

/// Returns the users of histories that `include` names.
pub(in crate::api) fn included_touches<'h>(
    histories: &'h [History],
    includes: &[&str],
) -> Vec<&'h Touch> {
    let mut touches = Vec::new();
    if includes.contains(&"created_by_user") {
        touches.extend(histories.iter().map(|it| &it.created));
    }
    if includes.contains(&"last_modified_by_user") {
        touches.extend(histories.iter().map(|it| &it.modified));
    }
    touches
}
