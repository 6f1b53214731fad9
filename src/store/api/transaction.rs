//! The reads and the decisions of a request of the API, in its transaction.

use std::sync::Arc;

use rusqlite::Connection;

use crate::domain::notification::MailAddress;
use crate::domain::{
    AccountKind, Change, DecisionContext, Incident, IncidentId, Settings, StoredEntry, Timestamp,
    User, UserId, Viewer,
};
use crate::error::{Error, Result};
use crate::store::alert_groups::declare_with_related;
use crate::store::changes::run_decision;
use crate::store::queries::incident_documents::{self, IncidentDocuments};
use crate::store::queries::timeline_entry;
use crate::store::tables::incident::incidents;
use crate::store::tables::web::token;
use crate::store::tables::workspace::{settings, users};

/// The transaction of a request.
pub struct ApiTransaction<'tx> {
    pub(super) tx: &'tx Connection,
    viewer: Viewer,
    now: Timestamp,
}

impl<'tx> ApiTransaction<'tx> {
    pub(in crate::store) fn new(tx: &'tx Connection, viewer: Viewer, now: Timestamp) -> Self {
        Self { tx, viewer, now }
    }

    /// Returns the time of the request.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns the team settings.
    pub fn settings(&self) -> Result<Arc<Settings>> {
        settings::current_settings(self.tx)
    }

    /// Returns an incident. `Error::NotFound` also means that the viewer may not see it.
    pub fn incident(&self, id: IncidentId) -> Result<Incident> {
        incidents::find_visible_incident(self.tx, &self.viewer, id)
    }

    /// Declares an incident. `decide` receives the next number.
    pub fn declare(
        &self,
        decide: impl FnOnce(IncidentId, &DecisionContext<'_>) -> Result<Change>,
    ) -> Result<Incident> {
        let id = incidents::next_incident_id(self.tx)?;
        let change = declare_with_related(self.tx, self.now, |it| decide(id, &it.at(self.now)))?;
        Ok(change.incident)
    }

    /// Changes an incident that the viewer may see. A request may change it several times.
    pub fn change(
        &self,
        id: IncidentId,
        decide: impl FnOnce(&Incident, &DecisionContext<'_>) -> Result<Change>,
    ) -> Result<Incident> {
        let incident = self.incident(id)?;
        let change = run_decision(self.tx, Some(&incident), |inputs| {
            decide(&incident, &inputs.at(self.now))
        })?;
        Ok(change.incident)
    }

    /// Changes the last entry on the timeline of an incident.
    pub fn change_last_entry(
        &self,
        id: IncidentId,
        decide: impl FnOnce(&Incident, &StoredEntry) -> Result<Change>,
    ) -> Result<Incident> {
        let last = timeline_entry::last_entry(self.tx, id)?;
        self.change(id, |incident, _| decide(incident, &last))
    }

    /// Returns all known users.
    pub fn users(&self) -> Result<Vec<User>> {
        users::all_users(self.tx)
    }

    /// Returns a known user.
    pub fn user(&self, id: &UserId) -> Result<Option<User>> {
        Ok(users::find_user(self.tx, id)?.map(|(user, _)| user))
    }

    /// Adds a user without Slack.
    pub fn add_user(&self, name: String, email: MailAddress) -> Result<User> {
        let user = User {
            id: token::new_api_user_id(),
            name,
            handle: String::new(),
            time_zone: String::new(),
            email: Some(email),
            account_kind: AccountKind::Member,
        };
        self.save_user(&user)?;
        Ok(user)
    }

    /// Stores a user.
    pub fn save_user(&self, user: &User) -> Result<()> {
        users::upsert_user(self.tx, user, self.now)
    }

    /// Returns why a user cannot be a responder; `None` if the user can.
    pub fn participation_problem(&self, id: &UserId) -> Result<Option<String>> {
        let user = self.user(id)?.ok_or(Error::NotFound("user"))?;
        let guests = self.settings()?.guest_policy();
        Ok(user.check_may_participate(guests).err().map(|it| it.0))
    }

    /// Returns an incident with everything that its document contains.
    pub fn document(&self, id: IncidentId) -> Result<IncidentDocuments> {
        let incident = self.incident(id)?;
        incident_documents::load(self.tx, vec![incident])
    }
}
